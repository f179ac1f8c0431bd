"""What is packaged with each function."""

import re
from pathlib import Path

import pytest

LAMBDAS = Path(__file__).parents[2] / "lambdas"
FUNCTIONS = ["name_searcher", "queue_worker"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_sdk_comes_from_the_runtime_and_is_not_packaged(function: str):
    assert _packages(function) == ["anyascii", "aws-lambda-powertools", "jmespath", "typing-extensions"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_package_is_pinned_with_hashes_and_without_an_index(function: str):
    lock = (LAMBDAS / function / "requirements.txt").read_text()
    entries = re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)[1:]
    assert all(re.match(r"[a-z-]+==[\w.]+ \\\n    --hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert "://" not in lock


def _packages(function: str) -> list[str]:
    lock = (LAMBDAS / function / "requirements.txt").read_text()
    return re.findall(r"^([a-z-]+)==", lock, flags=re.MULTILINE)
