"""Which versions are kept, decided about values."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform_delivery.release.alias_state import AliasState
from lambdaform_delivery.release.retention import Holdings, decide, reason_to_wait
from lambdaform_delivery.release.versions import StoredVersion

DAY = 24 * 60 * 60
NOW = 1_000 * DAY
JOURNAL = "run=r.o to=8 ramp=25 step=0 phase=ramp at=1+1+1 ok=0 of=1/1"


def holdings(count: int = 10, **given: Any) -> Holdings:
    """Return old versions 1 to `count`, of which the stack has published the newest."""
    versions = tuple(StoredVersion(str(number), 1000, NOW - 30 * DAY) for number in range(1, count + 1))
    return replace(Holdings(versions, {}, str(count)), **given)


def alias(version: str, description: str = "", **weights: float) -> AliasState:
    return AliasState(version, {number[1:]: weight for number, weight in weights.items()}, description, "revision")


def kept(given: Holdings, keep: int = 2) -> dict[str, str]:
    """Return the kept versions, each with the reason."""
    return {each.version.number: each.reason for each in decide(given, keep, NOW) if each.is_kept}


def test_the_newest_stay_and_everything_older_goes():
    assert list(kept(holdings(), keep=5)) == ["6", "7", "8", "9", "10"]


def test_a_deletion_says_why_too():
    (first, *_) = decide(holdings(), 5, NOW)

    assert (first.is_kept, first.reason) == (False, "older than the newest 5, and nothing needs it")


def test_the_newest_are_newest_by_number_and_not_by_name():
    assert list(kept(holdings(100), keep=2)) == ["99", "100"]


@pytest.mark.parametrize("number", ["1", "4"])
def test_what_any_alias_serves_stays_be_it_the_primary_or_the_additional_version(number: str):
    both = holdings(aliases={"live": alias("10"), "br-old-000000": alias("1", v4=0.1)})

    assert kept(both)[number] == "the alias `br-old-000000` serves it"


@pytest.mark.parametrize("number", ["2", "3", "4"])
def test_what_a_record_names_as_live_or_previous_stays(number: str):
    moved_by_hand = holdings(aliases={"live": alias("10", "text [lf1 live=4:aa prev=3,2 bad=5:bb]")})

    assert kept(moved_by_hand)[number] == "the record of the alias `live` names it"


def test_bad_code_needs_no_version():
    assert "5" not in kept(holdings(aliases={"live": alias("10", "[lf1 live=10 bad=5:bb]")}))


def test_what_the_stack_published_last_stays_though_newer_ones_exist():
    assert kept(holdings(stack_version="3"))["3"] == "the stack published it last"


def test_provisioned_concurrency_and_running_durable_executions_hold_a_version():
    found = kept(holdings(provisioned=frozenset({"2", "live"}), running=frozenset({"3", "$LATEST"})))

    assert found["2"] == "it has provisioned concurrency"
    assert found["3"] == "durable executions are running on it"


@pytest.mark.parametrize(("age_seconds", "stays"), [(DAY - 1, True), (DAY, False), (-60, True)])
def test_what_is_younger_than_a_day_stays(age_seconds: int, *, stays: bool):
    young = holdings()
    aged = StoredVersion("1", 1000, NOW - age_seconds)

    found = kept(Holdings((aged, *young.versions[1:]), {}, "10"))

    assert found.get("1") == ("it is younger than a day" if stays else None)


@given(st.integers(1, 30), st.integers(2, 8), st.data())
def test_whatever_is_given_no_served_or_recorded_version_goes_and_the_newest_stay(
    count: int, keep: int, data: st.DataObject
):
    numbers = st.integers(1, count).map(str)
    primary, additional, live, previous = (data.draw(numbers) for _ in range(4))
    served = AliasState(primary, {additional: 0.5}, f"[lf1 live={live} prev={previous}]", "revision")

    found = kept(holdings(count, aliases={"live": served}), keep)

    assert {primary, additional, live, previous} <= set(found)
    assert {str(number) for number in range(max(1, count - keep + 1), count + 1)} <= set(found)


def test_a_journal_in_any_alias_is_a_reason_to_wait():
    running = {"live": alias("7"), "prod": alias("7", f"[lf1 live=7 {JOURNAL}]", v8=0.25)}

    assert reason_to_wait(running) == "a release of the alias `prod` to version 8 is unfinished"


def test_a_record_that_cannot_be_read_is_a_reason_to_wait():
    assert "cannot be read" in reason_to_wait({"live": alias("7", "[lf1 live]")})
    assert "format `lf2`" in reason_to_wait({"live": alias("7", "[lf2 live=7]")})


def test_descriptions_of_others_are_no_reason_to_wait():
    assert reason_to_wait({"live": alias("7", "live traffic"), "br-x-000000": alias("7", "[x] y")}) == ""
