"""Real requests after a deployment: what `smoke.json` beside the program says to send, and what came back.

    [{"api": "people", "request": "GET /?name=John%20Doe", "status": 200, "body": {"name": "John Doe", "born": 1985}},
     {"queue": "registrations", "messages": [{"name": "Ada Lovelace", "born": 1815}], "dead_letters": 0}]

`api` and `queue` are the names that the program gives to the resources. A text as `body` must be equal, anything else
must be equal as JSON; without `body` it may be anything. Messages are texts or JSON; a queue step ends when all were
worked off, and `dead_letters` (default 0) of them must then be in the queue's dead-letter queue.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

from .account_guard import require_loopback
from .deployment import Deployment, Resource
from .errors import SandboxError
from .events import QueueEvents
from .server import AwsServer

__all__ = ["API", "QUEUE", "Outcome", "QueueStep", "RequestStep", "Step", "load_steps", "send"]

API = "aws:apigatewayv2/api:Api"
QUEUE = "aws:sqs/queue:Queue"
LONGEST_ANSWER_SECONDS = 40.0
"""API Gateway itself gives up after 30."""
LONGEST_WORK_SECONDS = 60.0

Kinds = Mapping[str, type]
"""Keys of a step and the types of their values."""

_ANYTHING = object()
_REQUEST = re.compile("([A-Z]+) (/[!-~]*)")


@dataclass(frozen=True)
class RequestStep:
    """One HTTP request and the answer it must get."""

    api: str
    method: str
    path: str
    status: int
    body: object = _ANYTHING

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class QueueStep:
    """Messages for a queue, and how many of them must end as dead letters."""

    queue: str
    messages: tuple[str, ...]
    dead_letters: int = 0

    def __str__(self) -> str:
        return f"messages to {self.queue}: {len(self.messages)}"


Step = RequestStep | QueueStep


@dataclass(frozen=True)
class Outcome:
    """What one step brought."""

    step: str
    answer: str
    problem: str | None = None
    """What was expected instead; None if all was as expected."""


def load_steps(program: Path) -> tuple[Step, ...]:
    """Return the steps of the `smoke.json` beside a program; none if there is no such file."""
    file = (program if program.is_dir() else program.parent) / "smoke.json"
    if not file.is_file():
        return ()
    try:
        steps: object = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SandboxError(f"`{file.name}` is not valid JSON: {error}") from error
    if not isinstance(steps, list):
        raise SandboxError(f"`{file.name}` must be a list of steps")
    return tuple(_step(number, step) for number, step in enumerate(cast("list[object]", steps), start=1))


def send(steps: Iterable[Step], deployment: Deployment, aws: AwsServer, events: QueueEvents) -> Iterable[Outcome]:
    """Send each step to the deployed system in turn and yield what it brought."""
    for step in steps:
        if isinstance(step, RequestStep):
            yield _send_request(step, _named(deployment, API, step.api))
        else:
            yield _send_messages(step, _named(deployment, QUEUE, step.queue), aws.client("sqs"), events)


def _step(number: int, step: object) -> Step:
    if not isinstance(step, dict):
        raise SandboxError(f"step {number} of `smoke.json` must be an object")
    given = cast("dict[str, Any]", step)
    build: Callable[[int, Mapping[str, Any]], Step] = _queue_step if "queue" in given else _request_step
    return build(number, given)


def _request_step(number: int, given: Mapping[str, Any]) -> RequestStep:
    _require_keys(number, given, {"api": str, "request": str, "status": int}, {"body": object})
    request = _REQUEST.fullmatch(given["request"])
    if not request:
        raise SandboxError(
            f"step {number} of `smoke.json`: `request` must be like `GET /path`, not `{given['request']}`",
            hint="write characters beyond ASCII, and blanks, as %XX",
        )
    return RequestStep(given["api"], request[1], request[2], given["status"], given.get("body", _ANYTHING))


def _queue_step(number: int, given: Mapping[str, Any]) -> QueueStep:
    _require_keys(number, given, {"queue": str, "messages": list}, {"dead_letters": int})
    return QueueStep(given["queue"], tuple(map(_message, given["messages"])), given.get("dead_letters", 0))


def _require_keys(number: int, given: Mapping[str, Any], required: Kinds, optional: Kinds) -> None:
    known = {**required, **optional}
    for key in sorted(required.keys() | given.keys()):
        if key not in known:
            raise SandboxError(
                f"step {number} of `smoke.json` has the unknown key `{key}`", hint=f"known are {', '.join(known)}"
            )
        if not isinstance(given.get(key), known[key]):
            raise SandboxError(f"step {number} of `smoke.json` needs `{key}`, as {known[key].__name__}")


def _message(message: object) -> str:
    return message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)


def _named(deployment: Deployment, token: str, name: str) -> Resource:
    found = [resource for resource in deployment.of(token) if resource.name == name]
    if len(found) != 1:
        names = ", ".join(sorted(resource.name for resource in deployment.of(token))) or "none"
        count = "several resources" if found else "no resource"
        raise SandboxError(
            f"`smoke.json` names `{name}`, but {count} `{token}` have that name", hint=f"there are: {names}"
        )
    return found[0]


def _send_request(step: RequestStep, api: Resource) -> Outcome:
    endpoint = str(api.outputs["apiEndpoint"])
    require_loopback(endpoint)
    try:
        status, body = _fetch(endpoint, step)
    except (OSError, HTTPException) as error:
        return Outcome(str(step), "no answer", f"expected status {step.status}, got {error}")
    return Outcome(str(step), f"{status} {body}".strip(), _request_problem(step, status, body))


def _fetch(endpoint: str, step: RequestStep) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=LONGEST_ANSWER_SECONDS)
    try:
        connection.request(step.method, step.path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()


def _request_problem(step: RequestStep, status: int, body: str) -> str | None:
    if status != step.status:
        return f"expected status {step.status}, got {status}"
    if step.body is _ANYTHING or _parsed(body, step.body) == step.body:
        return None
    return f"expected body {json.dumps(step.body, ensure_ascii=False)}, got {body or 'none'}"


def _parsed(body: str, like: object) -> object:
    if isinstance(like, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return body


def _send_messages(step: QueueStep, queue: Resource, sqs: Any, events: QueueEvents) -> Outcome:  # noqa: ANN401  # boto3
    url, dead_letters = str(queue.outputs["url"]), _dead_letter_queue_url(queue, sqs)
    before = _count(sqs, dead_letters)
    _deliver(sqs, url, step.messages)
    events.wait_until_idle(LONGEST_WORK_SECONDS)
    waiting, dead = _count(sqs, url), _count(sqs, dead_letters) - before
    answer = f"handled: {len(step.messages) - waiting - dead}, dead letters: {dead}"
    return Outcome(str(step), answer, _queue_problem(step, waiting, dead))


def _queue_problem(step: QueueStep, waiting: int, dead: int) -> str | None:
    if waiting:
        return f"expected an empty queue, got messages still waiting: {waiting}"
    return f"expected dead letters: {step.dead_letters}, got {dead}" if dead != step.dead_letters else None


def _deliver(sqs: Any, url: str, messages: Sequence[str]) -> None:  # noqa: ANN401  # boto3
    for message in messages:
        fifo = {"MessageGroupId": "smoke", "MessageDeduplicationId": str(uuid4())} if url.endswith(".fifo") else {}
        sqs.send_message(QueueUrl=url, MessageBody=message, **fifo)


def _dead_letter_queue_url(queue: Resource, sqs: Any) -> str | None:  # noqa: ANN401  # boto3
    policy = json.loads(queue.inputs.get("redrivePolicy", "{}"))
    if "deadLetterTargetArn" not in policy:
        return None
    return sqs.get_queue_url(QueueName=policy["deadLetterTargetArn"].split(":")[-1])["QueueUrl"]


def _count(sqs: Any, url: str | None) -> int:  # noqa: ANN401  # boto3
    if url is None:
        return 0
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)
