"""Wrong arguments, records and moments: the exit code, one clear message, and an alias that nobody touched."""

import dataclasses
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from delivery.cli.stack_files import use, write_outputs
from delivery.release.stack import zipped
from delivery.release.world import World
from lambdaform_delivery.cli.group import run
from lambdaform_delivery.errors import AccessError, LambdaformError, PreflightError, ReleaseInputError
from lambdaform_delivery.release import ReleaseTarget, Result, read_targets, release, rollback, selected


@contextmanager
def refused(
    world: World, target: ReleaseTarget, kind: type[LambdaformError], match: str, exit_code: int
) -> Generator[None]:
    """Expect an error with this exit code, and everything as it was."""
    before, writes = world.alias(target), len(world.served)
    with pytest.raises(kind, match=match) as caught:
        yield
    assert caught.value.exit_code == exit_code
    assert world.alias(target) == before
    assert len(world.served) == writes


@pytest.mark.parametrize(
    ("ramp", "rule"),
    [
        ("", "has 1 to 10 steps"),
        (" , ", "consists of numbers and `pause`, not of ``"),
        ("150", "consists of percentages from 0.01 on, not of `150`"),
        ("-5", "consists of percentages from 0.01 on, not of `-5`"),
        ("0", "consists of percentages from 0.01 on, not of `0`"),
        ("nan", "consists of percentages from 0.01 on, not of `nan`"),
        ("5,50,25", "rises with every step"),
        ("5,5", "rises with every step"),
        ("5,100", "ends at 50 or less; the step after it is the swap to 100"),
        ("pause", "ends at 50 or less"),
        ("5;25", "consists of numbers and `pause`, not of `5;25`"),
        ("1,2,3,4,5,6,7,8,9,10,11", "has 1 to 10 steps"),
    ],
)
def test_a_ramp_that_is_none(world: World, ramp: str, rule: str):
    target = world.ready(calls_per_second=1)

    with refused(world, target, ReleaseInputError, f"ramp is `{ramp}`: a ramp {rule}", 2):
        world.quick(target, ramp=ramp)


def test_functions_with_different_ramps(world: World):
    target = world.ready(calls_per_second=1)
    other = dataclasses.replace(target, name="worker", ramp="50")

    with refused(world, target, ReleaseInputError, "the functions have different ramps, `5,25,50` and `50`", 2):
        world.quick(target, other, ramp=None)


def test_no_function():
    with pytest.raises(ReleaseInputError, match="no function is named"):
        release([])
    with pytest.raises(ReleaseInputError, match="no function is named"):
        rollback([])


def test_an_alias_that_does_not_exist(world: World):
    target = world.ready(calls_per_second=1)
    unknown = dataclasses.replace(target, alias="prod")

    with refused(world, target, PreflightError, "`people-search` has no alias `prod`", 3):
        world.quick(unknown)
    with refused(world, target, PreflightError, "`people-search` has no alias `prod`", 3):
        world.rollback(unknown)


def test_a_function_that_does_not_exist(world: World):
    target = world.ready(calls_per_second=1)

    with refused(world, target, PreflightError, "`people-gone` has no alias `live`, or does not exist", 3):
        world.quick(dataclasses.replace(target, function_name="people-gone"))


def test_an_alias_of_latest(world: World):
    target = world.ready(calls_per_second=1)
    world.stack.move(target, "$LATEST")

    with refused(world, target, PreflightError, r"`people-search:live` serves \$LATEST, which changes", 3):
        world.quick(target)
    with refused(world, target, PreflightError, r"`people-search:live` serves \$LATEST, which changes", 3):
        world.rollback(target)


@pytest.mark.parametrize("version", ["$LATEST", "live", "", "1.0", "-1"])
def test_a_version_that_is_no_number(world: World, version: str):
    target = world.ready(calls_per_second=1)

    with refused(world, target, ReleaseInputError, "a release takes a published version, which is a number", 2):
        world.quick(target, version=version)


@pytest.mark.parametrize("number", ["0", "99"])
def test_a_version_that_was_never_published(world: World, number: str):
    target = world.ready(calls_per_second=1)

    with refused(world, target, PreflightError, f"version {number} of `people-search` does not exist", 3):
        world.quick(target, version=number)


@pytest.mark.parametrize("alias", ["7", "live:1", "", "a" * 129])
def test_an_alias_whose_name_is_none(alias: str):
    record = {"schema": 1, **_record(), "alias": alias}

    with pytest.raises(ReleaseInputError) as caught:
        read_targets({"releases": [record]})

    assert caught.value.exit_code == 2


def test_outputs_without_records():
    with pytest.raises(ReleaseInputError, match="the outputs hold no list `releases`"):
        read_targets({})


def test_records_without_the_function():
    targets = read_targets({"releases": [{"schema": 1, **_record()}]})

    with pytest.raises(ReleaseInputError, match="no function `worker`: the stack exports `search`"):
        selected(targets, ["search", "worker"])


def test_the_credentials_of_another_account(world: World):
    target = world.ready(calls_per_second=1)
    theirs = dataclasses.replace(target, account="999999999999")

    with refused(world, target, PreflightError, "belong to the account .*, but the record says 999999999999", 3):
        world.quick(theirs)
    with refused(world, target, PreflightError, "belong to the account .*, but --expect-account says 111111111111", 3):
        world.quick(target, expect_account="111111111111")
    with refused(world, target, PreflightError, "belong to the account .*, but --expect-account says 111111111111", 3):
        world.rollback(target, expect_account="111111111111")


def test_an_alias_split_by_hand(world: World):
    target = world.ready(calls_per_second=1)
    world.stack.move(target, "1", "by hand", v2=0.3)

    with refused(world, target, PreflightError, "split by hand: it serves version 1, 30 % to version 2", 3):
        world.quick(target)


def test_an_alias_of_the_stack(world: World):
    target = dataclasses.replace(world.ready(calls_per_second=1), alias_owner="stack")

    with refused(world, target, PreflightError, "the alias of `search` belongs to the stack", 3):
        world.quick(target)
    with refused(world, target, PreflightError, "the alias of `search` belongs to the stack", 3):
        world.rollback(target)


def test_a_version_that_is_deleted_before_the_shift(world: World):
    target = world.ready()
    gone = {"FunctionName": target.function_name, "Qualifier": "2"}
    world.faults.before(lambda _: world.stack.lambda_.delete_function(**gone), "UpdateAlias", nth=2)

    with pytest.raises(PreflightError, match="`people-search` has no version 1 or 2 any more") as caught:
        world.quick(target)

    assert caught.value.exit_code == 3
    assert (str(world.alias(target)), world.said(target).journal) == ("version 1", None)


def test_outputs_that_are_older_than_what_is_live(world: World):
    target = world.ready()
    world.quick(target)

    with refused(world, target, PreflightError, "the outputs name version 1, older than version 2 that is live", 3):
        world.quick(dataclasses.replace(target, published_version="1"))


def test_all_at_once_without_a_probe(world: World):
    target = dataclasses.replace(world.ready(calls_per_second=1), probe="")

    with refused(world, target, PreflightError, "all at once needs a probe", 3):
        world.quick(target, ramp="all-at-once")


def test_a_probe_that_is_missing_or_no_json(world: World):
    target = world.ready(calls_per_second=1)
    (world.folder / "broken.json").write_text("{")

    with refused(world, target, ReleaseInputError, "the probe of `search`, `gone.json`, cannot be read", 2):
        world.quick(dataclasses.replace(target, probe="gone.json"))
    with refused(world, target, ReleaseInputError, "the probe of `search`, `broken.json`, is no JSON", 2):
        world.quick(dataclasses.replace(target, probe="broken.json"))


def test_a_package_where_the_stack_owns_the_code(world: World):
    target = world.ready(calls_per_second=1)
    package = world.folder / "search.zip"
    package.write_bytes(zipped("ours"))

    with refused(world, target, ReleaseInputError, "`--zip`: the code of `search` belongs to the stack", 2):
        world.quick(target, zip=package)


def test_a_package_that_is_not_there_and_an_address_that_is_none(world: World):
    target = dataclasses.replace(world.ready(calls_per_second=1), code_owner="pipeline")

    with refused(world, target, ReleaseInputError, "zip `.*gone.zip` cannot be read", 2):
        world.quick(target, zip=world.folder / "gone.zip")
    with refused(world, target, ReleaseInputError, "artifact is `bucket/key`", 2):
        world.quick(target, artifact="bucket/key")


def test_choices_that_contradict_each_other(world: World):
    target = world.ready(calls_per_second=1)

    with refused(world, target, ReleaseInputError, "`--version` and `--artifact` contradict each other", 2):
        world.quick(target, version="2", artifact="s3://bucket/key")
    with refused(world, target, ReleaseInputError, "`--to` and `--if-unfinished` contradict each other", 2):
        world.rollback(target, to="1", if_unfinished=True)
    with refused(world, target, ReleaseInputError, "`--version` is for one function, 2 are named", 2):
        world.quick(target, target, version="2")
    with refused(world, target, ReleaseInputError, "`--to newest` is no version", 2):
        world.rollback(target, to="newest")


def test_a_description_that_leaves_no_room_for_the_journal(world: World):
    target = world.ready(calls_per_second=1)
    world.stack.move(target, "1", "x" * 200)

    with refused(world, target, PreflightError, "the alias's own description is 200 characters long", 3):
        world.quick(target)


@pytest.mark.parametrize("mark", ["[lf1 live]", "[lf1 run=1.2]", "[lf9 live=1]"])
def test_a_record_that_cannot_be_read(world: World, mark: str):
    target = world.ready(calls_per_second=1)
    world.stack.move(target, "1", f"live traffic {mark}")

    with refused(world, target, PreflightError, "the record in the alias's description|a record of the format", 3):
        world.quick(target)


def test_no_credentials(world: World):
    target = world.ready(calls_per_second=1)

    with refused(world, target, AccessError, "the AWS credentials cannot be used", 9), _without_credentials():
        release([target], clock=world.clock, session=boto3.Session)
    with refused(world, target, AccessError, "the AWS credentials cannot be used", 9), _without_credentials():
        rollback([target], clock=world.clock, session=boto3.Session)


def test_a_profile_that_does_not_exist(world: World):
    target = world.ready(calls_per_second=1)
    said = r"the AWS credentials cannot be used: .*\(nobody\)"

    with refused(world, target, AccessError, said, 9), _without_credentials() as environment:
        environment.setenv("AWS_PROFILE", "nobody")
        release([target], clock=world.clock, session=boto3.Session)


def test_no_traffic(world: World):
    target = world.published(world.function())

    outcome = world.quick(target)

    assert (outcome.result, outcome.exit_code) == (Result.INCONCLUSIVE, 5)
    assert str(world.alias(target)) == "version 1"


def test_no_terminal_and_every_refusal_says_where_the_alias_stands(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    target = world.ready(calls_per_second=1)
    use(world.stack.aws, monkeypatch)
    outputs = write_outputs(world.folder / "outputs.json", dataclasses.replace(target, alias="prod", probe=""))

    assert run(["release", "search", "--outputs", outputs]) == 3

    said = capsys.readouterr().err
    assert "`people-search` has no alias `prod`" in said
    assert "nothing was changed" in said
    assert "\x1b" not in said


def _record() -> dict[str, Any]:
    target = ReleaseTarget("search", "people-search", "live", "release", "stack", "1", "us-east-1", "1")
    return json.loads(json.dumps(dataclasses.asdict(target)))


@contextmanager
def _without_credentials() -> Generator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield environment
