"""Faults at the edge of the emulated AWS: calls that are refused, lost or cut short, and somebody who acts in between.

A test says which call meets what. Without that nothing happens, and every call is logged.
"""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import moto.core.errors
from moto.core.authorization import ActionAuthenticatorMixin

from .fault_answers import ERROR_CODES, REFUSALS, Fault, abort, refusal
from .moto_call import Call
from .patching import Patches

__all__ = ["CallerCrashed", "Fault", "Faults", "crash", "data_status", "mark"]

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Action = Callable[[Call], object]
Condition = Callable[[Call], bool]

UNSEEN_HEADER = "x-sandbox-unseen"
"""Of requests that are neither logged nor harmed."""
_ENVIRON_KEY = "HTTP_X_SANDBOX_UNSEEN"
CRASH_HEADER = "x-sandbox-crash"
"""Of answers that a client of the sandbox does not survive."""
_LOGGED = 10_000
_DATA_STATUS = {Fault.PARTIAL_DATA: "PartialData", Fault.DATA_ERROR: "InternalError"}


class CallerCrashed(BaseException):
    """Stands for the death of the process that made the call: nothing of it runs any more but `finally`."""


@dataclass
class _Request:
    """The request that this thread is answering."""

    unseen: bool = False
    call: Call | None = None
    met: list["_Rule"] = field(default_factory=list["_Rule"])
    refusal: tuple[str, list[tuple[str, str]]] | None = None
    body: bytes = b""

    @property
    def faults(self) -> list[Fault]:
        return [rule.what for rule in self.met if isinstance(rule.what, Fault)]

    def has(self, *faults: Fault) -> bool:
        return any(fault in faults for fault in self.faults)


class _Thread(threading.local):
    request: _Request | None = None
    unseen: bool = False


_thread = _Thread()


@dataclass
class _Rule:
    """What meets which of the calls that fit."""

    what: Fault | Action
    fits: Condition
    first: int
    times: int | None
    share: float | None
    after: bool = False
    seen: int = 0

    def meets(self, call: Call, draw: Random) -> bool:
        """Count the call if it fits, and tell whether it is one of those meant."""
        if not self.fits(call):
            return False
        self.seen += 1
        if self.share is not None:
            return draw.random() < self.share
        return self.seen >= self.first and (self.times is None or self.seen < self.first + self.times)


class Faults:
    """Which calls meet what. May be used from any thread; every rule counts the calls from the moment it is made.

    `operation` and `service` are as in the API reference and in boto3: `UpdateAlias`, `lambda`; left out, every call
    fits. `where` looks at the call itself. `nth` is 1 for the next call that fits, `times` how many in a row meet it,
    None for all that follow; `share` instead lets each one meet it with this probability, by the sandbox's seed.
    """

    def __init__(self, seed: int = 0):
        self._draw = Random(seed)  # noqa: S311  # faults are no secret
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []
        self._calls: deque[Call] = deque(maxlen=_LOGGED)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The last 10,000 calls in the order in which they came, refused ones too."""
        with self._lock:
            return tuple(self._calls)

    def inject(
        self,
        fault: Fault,
        operation: str | None = None,
        *,
        service: str | None = None,
        nth: int = 1,
        times: int | None = 1,
        share: float | None = None,
        where: Condition | None = None,
    ) -> None:
        """Let a call meet a fault."""
        self._add(_Rule(fault, _condition(operation, service, where), nth, times, share))

    def before(
        self,
        action: Action,
        operation: str | None = None,
        *,
        service: str | None = None,
        nth: int = 1,
        times: int | None = 1,
        where: Condition | None = None,
    ) -> None:
        """Run an action before a call is carried out, such as somebody else's. Its own calls count for no rule."""
        self._add(_Rule(action, _condition(operation, service, where), nth, times, None))

    def after(
        self,
        action: Action,
        operation: str | None = None,
        *,
        service: str | None = None,
        nth: int = 1,
        times: int | None = 1,
        where: Condition | None = None,
    ) -> None:
        """Run an action after a call was carried out and before it is answered."""
        self._add(_Rule(action, _condition(operation, service, where), nth, times, None, after=True))

    def clear(self) -> None:
        """Forget all rules and logged calls."""
        with self._lock:
            self._rules.clear()
            self._calls.clear()

    @contextmanager
    def unseen(self) -> Generator[None]:
        """Let calls that this thread makes through the sandbox's own clients pass: not logged, not counted."""
        before, _thread.unseen = _thread.unseen, True
        try:
            yield
        finally:
            _thread.unseen = before

    @contextmanager
    def installed(self) -> Generator[None]:
        """Look at every call to moto before it is judged."""
        patches = Patches()
        stock = vars(ActionAuthenticatorMixin)["_authenticate_and_authorize_action"]

        def authenticate_and_authorize(response: Any, *arguments: Any) -> None:  # noqa: ANN401  # as moto has it
            self.meet(response)
            stock(response, *arguments)

        patches.replace(ActionAuthenticatorMixin, "_authenticate_and_authorize_action", authenticate_and_authorize)
        patches.replace(moto.core.errors, "COMMON_ERROR_CODES", [*moto.core.errors.COMMON_ERROR_CODES, *ERROR_CODES])
        try:
            yield
        finally:
            patches.restore()

    def around(self, application: Application) -> Application:
        """Return the application with what its answers meet."""

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401  # as WSGI has it
            request = _thread.request = _Request(unseen=_ENVIRON_KEY in environ)
            started: list[tuple[str, list[tuple[str, str]]]] = []

            def start(status: str, headers: list[tuple[str, str]], *_error: object) -> None:
                started.append((status, headers))

            body = b"".join(application(environ, start))
            if not request.refusal:
                self._act(request, after=True)
            if request.has(Fault.RESET, Fault.LOST_ANSWER):
                raise ConnectionResetError
            status, headers = request.refusal or started[-1]
            crash = [(CRASH_HEADER, "1")] if request.has(Fault.CRASH_BEFORE, Fault.CRASH_AFTER) else []
            start_response(status, [*headers, *crash])
            return [request.body if request.refusal else body]

        return answer

    def meet(self, response: Any) -> None:  # noqa: ANN401  # one of moto's response classes
        """Log the call that is about to be judged and carried out; raise `Abort` if it must not be."""
        request = _thread.request
        if request is None or request.unseen or request.call:
            return
        request.call = call = Call.of(response)
        with self._lock:
            self._calls.append(call)
            request.met = [rule for rule in self._rules if rule.meets(call, self._draw)]
        self._act(request, after=False)
        for fault in request.faults:
            if fault in REFUSALS or fault in (Fault.RESET, Fault.CRASH_BEFORE):
                shown = fault if fault in REFUSALS else Fault.SERVICE_ERROR
                request.refusal, request.body = refusal(shown, response)
                raise abort(response)

    def _act(self, request: _Request, *, after: bool) -> None:
        for rule in request.met:
            if request.call and not isinstance(rule.what, Fault) and rule.after == after:
                with self.unseen():
                    rule.what(request.call)

    def _add(self, rule: _Rule) -> None:
        with self._lock:
            self._rules.append(rule)


def data_status() -> str | None:
    """Return the status that the metric data of this request must have, if it meets one."""
    faults = _thread.request.faults if _thread.request else ()
    return next((_DATA_STATUS[fault] for fault in faults if fault in _DATA_STATUS), None)


def mark(params: dict[str, Any], **_: object) -> None:
    """Mark a call that a client is about to send, if its thread is not to be seen."""
    if _thread.unseen:
        params["headers"][UNSEEN_HEADER] = "1"


def crash(response_dict: dict[str, Any] | None, **_: object) -> None:
    """Let a client die of an answer that says so."""
    if response_dict and CRASH_HEADER in response_dict["headers"]:
        raise CallerCrashed


def _condition(operation: str | None, service: str | None, where: Condition | None) -> Condition:
    def fits(call: Call) -> bool:
        named = operation in (None, call.operation) and service in (None, call.service)
        return named and (where is None or where(call))

    return fits
