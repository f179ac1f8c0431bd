"""Every row of the table at work: made, read back, changed one property at a time, found by import, deleted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.provider import Provider
from lambdaform_sandbox.provider.diff import agree
from lambdaform_sandbox.provider.table import TABLE
from lambdaform_sandbox.server import AwsServer

from .conftest import Create
from .examples import Example, Place, examples

NAMES = [
    *(token for token in TABLE if token.startswith("aws:")),
    "aws:cloudwatch/metricAlarm:MetricAlarm of metric math",
]

NOT_IMPORTED = "aws:dynamodb/tableItem:TableItem"
"""AWS finds an item by its key, which no id holds."""


@dataclass
class Made:
    """An example that was made, as the engine would know it."""

    provider: Provider
    example: Example
    id: str
    inputs: dict[str, Any] = field(repr=False)
    outputs: dict[str, Any] = field(repr=False)

    @property
    def token(self) -> str:
        return self.example.token

    def refreshed(self) -> tuple[str, dict[str, Any], dict[str, Any]]:
        found = self.provider.refresh(self.token, "example", self.id, self.inputs, self.outputs)
        assert found is not None
        return found

    def update(self, inputs: dict[str, Any]) -> frozenset[str]:
        """Change it as an `up` would, and return the properties that the diff named."""
        checked = self.provider.check(self.token, "example", inputs, self.inputs)
        assert checked.failures == ()
        diff = self.provider.diff(self.token, self.inputs, checked.inputs)
        assert diff.replaces == ()
        self.outputs = self.provider.update(
            self.token, "example", self.id, self.inputs, self.outputs, checked.inputs
        )  # fmt: skip
        self.inputs = dict(checked.inputs)
        return diff.names

    def changed_by_hand(self) -> tuple[str, ...]:
        """Return what a preview after a refresh would show to be changed back."""
        _, inputs, _ = self.refreshed()
        return tuple(each.path for each in self.provider.diff(self.token, inputs, self.inputs).differences)


@pytest.fixture(scope="module")
def place(create: Create, aws: AwsServer) -> Place:
    return Place(create, aws)


@pytest.fixture(params=NAMES)
def made(request: pytest.FixtureRequest, place: Place, provider: Provider) -> Iterator[Made]:
    token, _, math = request.param.partition(" ")
    example = [each for each in examples(place) if each.token == token][1 if math else 0]
    checked = provider.check(token, "example", example.inputs, {})
    assert checked.failures == ()
    identifier, outputs = provider.make(token, "example", checked.inputs)
    yield Made(provider, example, identifier, dict(checked.inputs), outputs)
    provider.delete(token, "example", identifier, outputs)


def test_the_examples_are_of_every_row(place: Place):
    assert {example.token for example in examples(place)} == {token for token in TABLE if token.startswith("aws:")}


def test_what_was_made_reads_back_as_the_program_said_it(made: Made):
    identifier, inputs, outputs = made.refreshed()
    assert identifier == made.id
    assert inputs == made.inputs
    assert {name: value for name, value in outputs.items() if made.outputs.get(name) != value} == {}


def test_checking_again_changes_nothing(made: Made):
    again = made.provider.check(made.token, "example", made.example.inputs, made.inputs)
    assert again.inputs == made.inputs
    assert made.provider.diff(made.token, made.inputs, again.inputs).differences == ()


def test_each_property_is_changed_in_place_and_aws_has_it(made: Made):
    inputs, kind = dict(made.example.inputs), TABLE[made.token]
    for name, value in made.example.changes.items():
        is_same = made.inputs.get(name, False) == value
        inputs[name] = value
        assert made.update(inputs) - {"tagsAll"} == (set() if is_same else {name})
        assert agree(kind, name, value, made.outputs.get(name)), f"{name}: {made.outputs.get(name)}"
        assert made.changed_by_hand() == ()


def test_what_the_program_stops_saying_is_as_if_it_had_never_been_said(made: Made):
    kept = {name: value for name, value in made.example.inputs.items() if name not in made.example.gone}
    made.update({**made.example.inputs, **made.example.changes})
    before = made.outputs
    made.update({**kept, **{name: made.example.changes[name] for name in made.example.changes if name in kept}})
    for name in made.example.gone:
        assert made.outputs.get(name) != before.get(name), name
    _, inputs, _ = made.refreshed()
    assert inputs == made.inputs


@pytest.mark.parametrize("made", [name for name in NAMES if name != NOT_IMPORTED], indirect=True)
def test_an_import_finds_what_the_program_describes(made: Made):
    import_id = made.example.import_id.format(**{**made.outputs, "id": made.id})
    found = made.provider.refresh(made.token, "example", import_id, {}, {})
    assert found is not None
    identifier, inputs, _ = found
    checked = made.provider.check(made.token, "example", made.example.inputs, inputs)
    differences = made.provider.diff(made.token, inputs, checked.inputs).differences
    assert identifier == made.id
    assert {each.root for each in differences} <= TOLD_BY_NOBODY


def test_what_was_deleted_is_gone_and_can_be_deleted_again(made: Made):
    made.provider.delete(made.token, "example", made.id, made.outputs)
    found = made.provider.refresh(made.token, "example", made.id, made.inputs, made.outputs)
    if made.token in ALWAYS_THERE:
        assert made.changed_by_hand() != ()
    else:
        assert found is None
    made.provider.delete(made.token, "example", made.id, made.outputs)


def test_what_aws_refuses_names_the_resource(provider: Provider):
    with pytest.raises(SandboxError, match="AWS refused to update `aws:iam/role:Role` `gone`: NoSuchEntity"):
        provider.update("aws:iam/role:Role", "gone", "gone", {}, {}, {"assumeRolePolicy": "{}"})


TOLD_BY_NOBODY = {"code", "functionName", "loggingConfig", "publish"}
"""What AWS does not say, or says in another form: an import is followed by an update of these."""
ALWAYS_THERE = {
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
    "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
}
"""A function has these in any case: deleting lets AWS decide again."""
