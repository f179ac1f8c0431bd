"""Preflight: everything that is looked at before anything is written, and what follows from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LockedError, PreflightError
from .account import Account, CallError
from .candidate import PublishedVersion, is_chosen, published, resolved, will_publish
from .capacity import read_capacity
from .description import Description
from .judge import JudgeSettings
from .live_alias import LiveAlias
from .metrics import AliasMetrics, History
from .options import ReleaseOptions
from .probes import read_event
from .ramp import Ramp
from .record import CodeVersion, Record
from .target import ReleaseTarget

__all__ = [
    "Preflight",
    "alarm_states",
    "check_account",
    "check_alias",
    "check_owner",
    "error_budget",
    "looked_up",
    "record_of",
]

_LARGEST_BUDGET = 0.5
_SKEW_SECONDS = 30
_ALARMS_AT_ONCE = 100
_LATEST = "$LATEST"


@dataclass(frozen=True)
class Preflight:
    """What is known of one function before its release."""

    target: ReleaseTarget
    alias: LiveAlias
    record: Record
    baseline: PublishedVersion
    candidate: PublishedVersion | None
    """None in a dry run whose version has yet to be published."""
    event: bytes | None
    """What probes are called with."""
    history: History
    alarm_states: tuple[str, ...]
    """State of each alarm of the target, in its order; empty text for one that does not exist."""
    notes: tuple[str, ...]
    """What to know, though it stops nothing."""

    @property
    def is_live(self) -> bool:
        """Whether the version serves already, so that there is nothing to do."""
        return self.candidate is not None and self.candidate.number == self.baseline.number

    @property
    def alarms_mask(self) -> int:
        """Bit n is set if alarm n may veto."""
        return sum(1 << index for index, state in enumerate(self.alarm_states) if state == "OK")


def looked_up(account: Account, target: ReleaseTarget, options: ReleaseOptions, ramp: Ramp, folder: Path) -> Preflight:
    """Look at everything, publish the version if need be, and check that it may be released.

    Raise PreflightError with all problems, LockedError if a release is unfinished, ReleaseInputError for a bad probe.
    """
    check_owner(target)
    check_account(account, target, options.expect_account)
    event = read_event(target, folder)
    alias = check_alias(account, target)
    _check_unlocked(target, alias)
    baseline = published(account, target, alias.state.version)
    metrics = AliasMetrics(account, target.function_name, target.alias)
    history = metrics.history(account.now())
    states = alarm_states(account, target.alarm_names)
    capacity = read_capacity(account, target).environments
    candidate = None if options.dry_run and will_publish(options) else resolved(account, target, options)
    record = record_of(alias.description, baseline.code)
    if candidate and candidate.number != baseline.number:
        _require(target, list(_problems(target, baseline, candidate, record, event, ramp, options)))
    notes = tuple(_notes(account, target, baseline, candidate, states, capacity))
    return Preflight(target, alias, record, baseline, candidate, event, history, states, notes)


def check_owner(target: ReleaseTarget) -> None:
    """Raise PreflightError for an alias that the stack moves."""
    if target.alias_owner != "release":
        raise PreflightError(
            f"the alias of `{target.name}` belongs to the stack, whose next `pulumi up` would move it back",
            'give the function `"alias_owner": AliasOwner.RELEASE` and run `pulumi up`; to move it at once as it is, '
            "run `pulumi up` with the code you want",
        )


def check_account(account: Account, target: ReleaseTarget, expected: str | None) -> None:
    """Raise PreflightError unless the credentials belong to the account of the record, and to the expected one."""
    found = account.account_id()
    for wanted, where in ((target.account, "the record"), (expected, "--expect-account")):
        if wanted and found != wanted:
            raise PreflightError(
                f"the credentials belong to the account {found}, but {where} says {wanted}",
                "use the credentials of that account, or the outputs of the right stack",
            )


def check_alias(account: Account, target: ReleaseTarget) -> LiveAlias:
    """Return the alias; raise PreflightError if there is none or it serves `$LATEST`."""
    try:
        alias = LiveAlias(account, target.function_name, target.alias)
    except CallError as error:
        if error.code != "ResourceNotFoundException":
            raise
        raise PreflightError(
            f"`{target.function_name}` has no alias `{target.alias}`, or does not exist in the account "
            f"{target.account}, region {target.region}",
            "run `pulumi up`: it makes the alias, and its permissions with it",
        ) from error
    if alias.state.version == _LATEST:
        raise PreflightError(
            f"`{target.function_name}:{target.alias}` serves $LATEST, which changes under its callers",
            "let the alias serve a published version first",
        )
    return alias


def _check_unlocked(target: ReleaseTarget, alias: LiveAlias) -> None:
    """Raise LockedError for an unfinished release, PreflightError for a split that no release has made."""
    journal = alias.description.journal
    if journal:
        raise LockedError(
            f"a release of `{target.name}` to version {journal.to.number} is unfinished, in the phase "
            f"`{journal.phase}`: the alias serves {alias.state}",
            f"`lambdaform release {target.name} --resume` goes on, "
            f"`lambdaform rollback {target.name} --if-unfinished` goes back",
        )
    if alias.state.weights:
        raise PreflightError(
            f"`{target.function_name}:{target.alias}` is split by hand: it serves {alias.state}",
            f"`lambdaform rollback {target.name}` gives all calls to version {alias.state.version}",
        )


def record_of(description: Description, live: CodeVersion) -> Record:
    """Return the record, corrected where somebody has moved the alias by other means."""
    record = description.record
    if record is None:
        return Record(live)
    if record.live.number == live.number:
        return Record(live, record.previous, record.bad)
    return record.promoted(live)


def alarm_states(account: Account, names: Sequence[str]) -> tuple[str, ...]:
    """Return the state of each alarm, `OK`, `ALARM` or `INSUFFICIENT_DATA`; empty for one that does not exist."""
    found: dict[str, str] = {}
    for first in range(0, len(names), _ALARMS_AT_ONCE):
        answer = account.read(
            "cloudwatch",
            "DescribeAlarms",
            AlarmNames=list(names[first : first + _ALARMS_AT_ONCE]),
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            MaxRecords=_ALARMS_AT_ONCE,
        )
        alarms: list[dict[str, Any]] = answer.get("MetricAlarms", []) + answer.get("CompositeAlarms", [])
        found |= {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}
    return tuple(found.get(name, "") for name in names)


def _require(target: ReleaseTarget, problems: Sequence[tuple[str, str]]) -> None:
    if not problems:
        return
    said = "\n  ".join(problem for problem, _ in problems)
    listed = said if len(problems) == 1 else f"{len(problems)} problems:\n  {said}"
    raise PreflightError(f"`{target.name}` cannot be released: {listed}", problems[0][1])


def _problems(
    target: ReleaseTarget,
    baseline: PublishedVersion,
    candidate: PublishedVersion,
    record: Record,
    event: bytes | None,
    ramp: Ramp,
    options: ReleaseOptions,
) -> Iterator[tuple[str, str]]:
    """Yield each problem and what to do about it."""
    bad = record.condemns(candidate.code)
    if bad and not options.retry_bad:
        yield (
            f"version {candidate.number} has the code of version {bad.number}, which was rolled back",
            "change the code; if only the configuration was at fault, release it with --retry-bad",
        )
    unshared = candidate.unshared(baseline)
    if unshared and ramp.steps:
        both = f"the versions {baseline.number} and {candidate.number} differ in their {' and '.join(unshared)}"
        yield f"{both}: AWS does not let them share the calls of an alias", "release it with --all-at-once"
    if not ramp.steps and event is None and candidate.number not in record.previous:
        untried = f"version {candidate.number} has never served, and nothing would try it before all calls go to it"
        yield f"all at once needs a probe: {untried}", 'give the function a `"probe"`, or release it with --ramp'
    if target.code_owner == "pipeline" and not is_chosen(options) and candidate.code_sha256 != baseline.code_sha256:
        other = f"version {candidate.number} has other code than version {baseline.number} that is live"
        why = "and the pipeline owns the code: `pulumi up` has published what somebody left in $LATEST"
        yield f"{other}, {why}", "say what to release with --zip, --artifact or --version"
    if target.published_version.isdecimal() and not options.version and int(candidate.number) < int(baseline.number):
        yield (
            f"the outputs name version {candidate.number}, older than version {baseline.number} that is live",
            f"write the outputs anew after `pulumi up`; to go back, `lambdaform rollback {target.name}`",
        )


def _notes(
    account: Account,
    target: ReleaseTarget,
    baseline: PublishedVersion,
    candidate: PublishedVersion | None,
    states: Sequence[str],
    capacity: int,
) -> Iterator[str]:
    if abs(account.skew_seconds) > _SKEW_SECONDS:
        yield f"this machine's clock is {account.skew_seconds:.0f} s behind AWS's; metrics are read by AWS's"
    changed = candidate.differences(baseline) if candidate else ()
    if changed:
        yield f"beside the code, {', '.join(changed)} changed since version {baseline.number}"
    for state in sorted(set(states) - {"OK"}):
        names = [f"`{name}`" for name, each in zip(target.alarm_names, states, strict=True) if each == state]
        yield f"{state or 'missing'}, so without a say in this release: the alarms {', '.join(names)}"
    if capacity:
        yield (
            f"{capacity} environments are kept ready on the alias: they stay with version {baseline.number} until the "
            "swap, which waits for as many of the new version, and their number cannot change during a split; until "
            "then calls of the new version may start cold, so that small first steps, or --all-at-once, work best"
        )


def error_budget(history: History, settings: JudgeSettings) -> float:
    """Return the share of failed calls that is normal here: the settings', or twice that of the last day."""
    return min(_LARGEST_BUDGET, max(settings.error_budget, 2 * history.error_rate))
