"""What many tests of the library share: arguments that are right, a project on disk, and short ways to look."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from lambdaform import Function, FunctionArgs, Target
from lambdaform.testing import FakeAws, Recording, deploy

ACCOUNT = "123456789012"
PAGER = f"arn:aws:sns:eu-west-1:{ACCOUNT}:pager"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/people"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
ALIAS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:worker-1a2b3c4:live"
TARGET: Target = {"alias_arn": ALIAS, "role_name": "worker-1a2b3c4", "timeout": 30}

HANDLER = "def handle(event, context):\n    return event\n"


def function_args(**changes: Any) -> FunctionArgs:
    """Return the arguments of a small function; None takes a key away."""
    args: dict[str, Any] = {
        "artifact": {"bucket": "artifacts", "key": "worker.zip", "version_id": "3", "sha256": "ab" * 32},
        "handler": "handler.handle",
        "alarm_topics": [PAGER],
        **changes,
    }
    return cast(FunctionArgs, {key: value for key, value in args.items() if value is not None})


def deployed(**changes: Any) -> Recording:
    """Deploy one function, called worker."""
    return deploy(lambda: Function("worker", function_args(**changes)))


def make_project(folder: Path, files: Mapping[str, str | bytes] = MappingProxyType({})) -> Path:
    """Write a Pulumi project with the handler `code/handler.py` and `files`, by path."""
    for name, content in {"Pulumi.yaml": "name: project\n", "code/handler.py": HANDLER, **files}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


class Ordered(FakeAws):
    """An AWS that remembers in which order things were made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[tuple[str, str]] = []

    def create(self, token: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        self.made.append((token, name))
        return super().create(token, name, inputs)


def order_of_creation(**changes: Any) -> list[tuple[str, str]]:
    """Return type and name of everything one function is made of, in the order in which it is made."""
    backend = Ordered()
    deploy(lambda: Function("worker", function_args(**changes)), backend=backend)
    return backend.made


def listed(recording: Recording) -> list[tuple[str, str]]:
    """Return type and name of every resource, sorted."""
    return sorted((resource.type, resource.name) for resource in recording.resources)


def statements(recording: Recording, policy: str = "worker") -> list[dict[str, Any]]:
    """Return the statements of one inline policy."""
    return recording.one("aws:iam/rolePolicy:RolePolicy", policy).json("policy")["Statement"]


def allow(actions: Sequence[str], *resources: str, condition: Any = None) -> dict[str, Any]:
    """Return a statement as a rendered document has it."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)} | (
        {"Condition": condition} if condition else {}
    )
