"""Loads a function as Lambda does: its folder first on the path, its modules its own, AWS only pretended."""
# boto3 and the parameter of syspath_prepend have no types:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

LAMBDAS = Path(__file__).parents[2] / "lambdas"

Load = Callable[[str, str], ModuleType]
ReadEvent = Callable[[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Context:
    """What the runtime hands to a handler beside the event."""

    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:function:live"
    aws_request_id: str = "7f0c1a52-3c0e-4f0b-9a53-0d1f1c1b2a3d"
    remaining_milliseconds: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_milliseconds


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("dynamodb")


@pytest.fixture
def make_table(dynamodb: Any) -> Callable[[str, str], str]:
    def make(table: str, partition_key: str) -> str:
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": partition_key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": partition_key, "KeyType": "HASH"}],
        )
        return table

    return make


@pytest.fixture
def output() -> StringIO:
    """What the functions of a test log: their logger keeps the standard output that it finds when it is loaded."""
    return StringIO()


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, output: StringIO) -> Iterator[Load]:
    """Import a module of a function afresh; both functions have a `handler`, so none may stay behind."""
    loaded: list[str] = []

    def load_module(function: str, module: str) -> ModuleType:
        monkeypatch.syspath_prepend(str(LAMBDAS / function))
        loaded.append(function)
        _forget(function)
        with redirect_stdout(output):
            return import_module(module)

    yield load_module
    for function in loaded:
        _forget(function)


@pytest.fixture
def read_event() -> ReadEvent:
    def read(function: str, name: str) -> dict[str, Any]:
        return json.loads((LAMBDAS / function / "events" / f"{name}.json").read_text())

    return read


def _forget(function: str) -> None:
    for source in (LAMBDAS / function).glob("*.py"):
        sys.modules.pop(source.stem, None)
    # Powertools keeps the handler of a logger of the same name, and with it the standard output of an earlier test.
    logging.root.manager.loggerDict.pop(function, None)
