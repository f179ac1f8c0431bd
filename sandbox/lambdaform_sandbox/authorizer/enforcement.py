"""Enforcement: every call to the emulated AWS is judged before it is answered, in process and through the server.

The administrator of the sandbox may do anything. A role's session is judged by the role's policies. Everybody else, and
every operation that the table of `requests` does not know, is denied. Signatures are not verified: who knows an access
key id of the sandbox is who it says.
"""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import moto.core.errors
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.responses import ActionResult
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket
from moto.sts.models import sts_backends
from werkzeug.exceptions import HTTPException

from ..moto_call import AwsError, Call
from ..patching import Patches
from .credentials import ADMINISTRATOR
from .needs import ABSENT_KEYS, Need, surroundings
from .policy import Decision, Policies, Principal, Request, Values, evaluate
from .requests import needs
from .resource_policies import FunctionPolicy, policy_on
from .roles import policies_of, session_principal, trust_policy, trusts

__all__ = ["decide", "install", "uninstall"]

_CODES = {"sns": "AuthorizationError", "ec2": "UnauthorizedOperation"} | dict.fromkeys(
    ("cloudwatch", "iam", "s3", "sqs", "sts"), "AccessDenied"
)
_COMMON_CODES = {*_CODES.values(), "AccessDeniedException", "InvalidClientTokenId", "UnrecognizedClientException"}
_FORBIDDEN = 403
_NOT_IN_TABLE = "because the sandbox's table of calls does not know it, and what cannot be judged is denied"


@dataclass(frozen=True)
class _Session:
    """The session of a role that signed a call."""

    role_arn: str
    principal: Principal
    policy: str | None


_patches = Patches()
_installed: "list[_Judge]" = []


def install(account: str, region: str, function_policy: FunctionPolicy) -> None:
    """Judge every call from now on. `function_policy` looks up the resource policies of functions."""
    judge = _Judge(account, region, function_policy)
    _installed.append(judge)
    # Both ways of moto, for S3 and for all other services, lead through this method.
    _patches.replace(ActionAuthenticatorMixin, "_authenticate_and_authorize_action", _method(judge))
    # moto warns of codes that a service's own model does not have: these all services have.
    _patches.replace(moto.core.errors, "COMMON_ERROR_CODES", [*moto.core.errors.COMMON_ERROR_CODES, *_COMMON_CODES])
    # moto reads bucket policies on the way with every condition met, so that a TLS-only bucket denies everything.
    _patches.replace(FakeBucket, "get_permission", _no_opinion)


def uninstall() -> None:
    """Leave moto as it was: it judges nothing."""
    _installed.clear()
    _patches.restore()


def decide(access_key_id: str, action: str, resource: str, context: Mapping[str, Values] | None = None) -> Decision:
    """Decide whether who has this access key may do something that is no call to moto: `execute-api:Invoke`.

    `context` has the condition keys that only this request has.
    """
    (judge,) = _installed
    if access_key_id == ADMINISTRATOR.access_key_id:
        return Decision(allowed=True)
    session = judge.session(access_key_id)
    if session is None:
        return Decision(allowed=False, reason="because the key is unknown")
    return judge.decide(session, Need(action, resource, context or {}))


class _Judge:
    def __init__(self, account: str, region: str, function_policy: FunctionPolicy):
        self._account = account
        self._region = region
        self._function_policy = function_policy

    def session(self, access_key_id: str) -> _Session | None:
        """Return the role's session that has this access key."""
        found = sts_backends[self._account]["aws"].get_assumed_role_from_access_key(access_key_id)
        if found is None:
            return None
        return _Session(found.role_arn, session_principal(found.role_arn, found.session_name), found.policy)

    def decide(self, session: _Session, need: Need, region: str | None = None) -> Decision:
        """Decide one need of a call by all policies that bear on it."""
        known = surroundings(session.role_arn, self._account, region or self._region)
        context = {**known, **need.context}
        request = Request(session.principal, need.action, need.resource, context, ABSENT_KEYS - context.keys())
        policies = policies_of(session.role_arn, session.policy)
        if need.action == "sts:AssumeRole":
            return self._decide_assuming(request, policies)
        return evaluate(
            request, replace(policies, resource=policy_on(need.resource, self._account, self._function_policy))
        )

    def _decide_assuming(self, request: Request, policies: Policies) -> Decision:
        """Require a trust policy that names the role or its account; the account leaves it to the role's policies."""
        root = f"arn:aws:iam::{self._account}:root"
        account_too = replace(request.principal, aliases=(*request.principal.aliases, root))
        trust = trusts(request.resource, account_too, request.context)
        return evaluate(request, replace(policies, resource=trust_policy(request.resource))) if trust.allowed else trust


def _no_opinion(_bucket: FakeBucket, _action: str, _resource: str) -> PermissionResult:
    return PermissionResult.NEUTRAL


def _method(judge: _Judge) -> Any:  # noqa: ANN401  # takes the place of moto's method
    def authenticate_and_authorize(self: Any, _request_class: type, _resource: str = "*") -> None:  # noqa: ANN401  # moto
        """Let the call pass, or raise what AWS answers to who may not make it."""
        access_key_id = self.get_access_key()
        if access_key_id == ADMINISTRATOR.access_key_id:
            return
        session = judge.session(access_key_id)
        if session is None:
            code = "InvalidClientTokenId" if self.boto3_service_name in _CODES else "UnrecognizedClientException"
            _deny(self, code, "The security token included in the request is invalid.")
        call = Call.of(self)
        asked = needs(call)
        if asked is None:
            _refuse(self, session, Need(f"{call.service}:{call.operation}", "*"), _NOT_IN_TABLE)
        for need in asked:
            decision = judge.decide(session, need, call.region)
            if not decision.allowed:
                _refuse(self, session, need, decision.reason)

    return authenticate_and_authorize


def _refuse(response: Any, session: _Session, need: Need, reason: str) -> NoReturn:  # noqa: ANN401  # moto's response class
    sentence = (
        f"User: {session.principal.name} is not authorized to perform: {need.action} "
        f"on resource: {need.resource} {reason}"
    )
    _deny(response, _CODES.get(response.boto3_service_name, "AccessDeniedException"), sentence)


def _deny(response: Any, code: str, message: str) -> NoReturn:  # noqa: ANN401  # moto's response class
    """Raise an error in the protocol of the service, where moto expects one."""
    if response.boto3_service_name == "s3":
        raise S3ClientError(code, message)
    _, _, body = response.serialized(ActionResult(AwsError(code, message)))
    raise _Forbidden(body)


class _Forbidden(HTTPException):
    code = _FORBIDDEN
