"""The emulated AWS: moto in this process, served on loopback, with the overlay and the authorizer installed."""

# moto and boto3 carry no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false

import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self

from moto import mock_aws
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sts.models import sts_backends

from . import overlay
from .account_guard import SANDBOX_ACCOUNT
from .authorizer import enforcement
from .authorizer.credentials import ADMINISTRATOR, Credentials
from .authorizer.roles import trust_policy, trusts_service
from .client_session import ClientSession
from .clock import Clock, SystemClock
from .delays import Delays
from .endpoint import LOOPBACK, listener, serving
from .errors import SandboxError
from .faults import Faults
from .overlay.functions import Functions
from .overlay.metric_store import MetricStore
from .overlay.policies import policy_at

__all__ = ["AwsServer", "Credentials"]

_SESSION_SECONDS = 3600

_one_at_a_time = threading.Lock()
"""moto's state and our patches are of the whole process."""


class AwsServer:
    """An AWS with one account and one region that exists while the context is open, empty at first.

    While it runs, no call of this process through boto3 can reach the real AWS either. `port` 0 takes a free port;
    `seed` decides everything that is left to chance: which calls of a split alias go where, how late metrics are.
    Times and `delays` go by `clock`, by default the machine's. Raises `PortInUseError`, and `SandboxError` when one
    runs already.
    """

    account = SANDBOX_ACCOUNT
    credentials = ADMINISTRATOR
    """The administrator's: may do anything here and is known nowhere else."""

    def __init__(
        self,
        port: int = 0,
        region: str = "us-east-1",
        seed: int = 0,
        clock: Clock | None = None,
        delays: Delays | None = None,
    ):
        self.region = region
        self.clock = clock or SystemClock()
        used = delays or Delays()
        self.functions = Functions(self.account, region, self.clock, used, seed)
        """What Lambda knows, for what acts without a call."""
        self.metrics = MetricStore(self.clock, used, seed)
        """The points of CloudWatch, for what reports them without a call."""
        self.faults = Faults(seed)
        """What calls meet: nothing, unless told so."""
        self._port = port
        self._open = ExitStack()
        self._endpoint = ""

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            opened.enter_context(_alone())
            connection = opened.enter_context(listener(self._port))
            opened.enter_context(_emulation(self.functions, self.metrics))
            opened.enter_context(self.faults.installed())
            opened.enter_context(serving(connection, self.faults.around(_application()), self.clock))
            self._endpoint = f"http://{LOOPBACK}:{connection.getsockname()[1]}"
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def endpoint(self) -> str:
        """URL of every service, such as `http://127.0.0.1:5000`."""
        return self._endpoint

    def session(self, credentials: Credentials | None = None) -> ClientSession:
        """Return what takes the place of a `boto3.Session`; without credentials it is the administrator's."""
        return ClientSession(self.endpoint, self.region, credentials or self.credentials)

    def client(self, service: str, credentials: Credentials | None = None) -> Any:  # noqa: ANN401  # boto3 has no types
        """Return a boto3 client for a service; without credentials it is the administrator's."""
        return self.session(credentials).client(service)

    def role_credentials(self, role_arn: str, session_name: str = "lambda") -> Credentials:
        """Take a role as Lambda does, for one hour.

        Raises `SandboxError` if there is no such role or its trust policy does not let Lambda take it for this account.
        """
        decision = trusts_service(role_arn, "lambda.amazonaws.com")
        if not decision.allowed:
            trust = f"allow it `sts:AssumeRole` for `aws:SourceAccount` `{self.account}` in the role's trust policy"
            hint = trust if trust_policy(role_arn) else "create the role first"
            raise SandboxError(f"Lambda cannot take the role `{role_arn}`, {decision.reason}", hint=hint)
        taken = sts_backends[self.account]["aws"].assume_role(
            region_name=self.region,
            role_session_name=session_name,
            role_arn=role_arn,
            policy="",
            duration=_SESSION_SECONDS,
            external_id="",
        )
        return Credentials(taken.access_key_id, taken.secret_access_key, taken.session_token)


def _application() -> DomainDispatcherApplication:
    """Return moto's application; it looks up services by reading a folder, for which once is enough."""
    application = DomainDispatcherApplication(create_backend_app)
    application.get_backend_for_host = cache(application.get_backend_for_host)
    return application


@contextmanager
def _alone() -> Generator[None]:
    if not _one_at_a_time.acquire(blocking=False):
        raise SandboxError("a sandbox runs in this process already", hint="close it first")
    try:
        yield
    finally:
        _one_at_a_time.release()


@contextmanager
def _emulation(functions: Functions, metrics: MetricStore) -> Generator[None]:
    """Start moto with nothing in it, and make it ours."""
    with mock_aws(config={"lambda": {"use_docker": False}}), ExitStack() as installed:
        installed.callback(overlay.uninstall)
        overlay.install(functions, metrics)
        installed.callback(enforcement.uninstall)
        enforcement.install(functions.account, functions.region, lambda arn: policy_at(functions, arn))
        yield
