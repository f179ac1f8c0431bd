"""The judge: is the new version, the canary, worse than the running one, the baseline? Counts in, one judgement out.

Three tests, each with a share of `JudgeSettings.alpha`, look at all minutes of a release again at every poll:

    error ratio    whose errors are they? Lambda draws the version of each call, so a canary with n_c of the n_c + n_b
                   calls of a minute, and at most r times the baseline's error rate, gets each error of that minute
                   with probability q = r n_c / (r n_c + n_b) at most, whatever makes calls fail at that time
    error budget   does the canary fail more often than the budget, while the baseline keeps it?
    slow ratio     as the first, for calls that are slower than the baseline's 95th percentile

Each is a likelihood ratio, multiplied over the minutes and mixed over alternatives: how bad the fault is, and since
when it shows, for some need the load of a later weight. For a canary that is not worse the expectation of every factor
is 1 at most, so by Ville's inequality the chance that the mixture ever exceeds 1/alpha is alpha at most, however often
one looks, however many calls there are and whatever the weights were.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..errors import ReleaseInputError

__all__ = ["AlarmChange", "Counts", "Evidence", "JudgeSettings", "Judgement", "Minute", "Verdict", "judge"]

_MINUTE_SECONDS = 60
_RECENT_MINUTES = 5
"""The baseline has recovered from an incident when it kept the budget for as long as this."""
_RATIOS = (1.5, 2, 3, 5, 10, 30, 100, 1000)
"""The alternatives of the ratio tests, in multiples of the tolerated ratio."""
_ODDS = (3, 11, 42, 150, 900)
"""The alternatives of the budget test, in multiples of its odds: 3, 10, 30, 60 and 90 % for a budget of 1 %."""
_SHARES = {"error ratio": 0.4, "error budget": 0.4, "slow ratio": 0.2}
"""The part of alpha that each test may use; they add up to all of it."""
_DISTINGUISHING_ERRORS = 3
"""A canary that ought to have had as many if it failed like the baseline, and keeps the budget, fails less."""


class Verdict(StrEnum):
    """What the counts say about the canary."""

    PASS = "PASS"  # noqa: S105  # not a password
    """Enough calls, and nothing against it: advance."""
    FAIL = "FAIL"
    """It is worse, or an alarm went off: roll back at once."""
    UNKNOWN = "UNKNOWN"
    """Hold the weight and look again."""


@dataclass(frozen=True)
class Counts:
    """The calls of one version in one minute, or their sum."""

    invocations: int = 0
    """Calls that ran; 0 without data."""
    errors: int = 0
    """Those that failed: what CloudWatch's `Errors` counts, or a metric of the function's own."""
    slow: int | None = None
    """Those slower than the baseline's 95th percentile, fixed for the release; None without data."""

    @property
    def calls(self) -> int:
        """The invocations; a failed call is one even if CloudWatch shows its error first."""
        return max(self.invocations, self.errors)


@dataclass(frozen=True)
class Minute:
    """One minute of a split: what CloudWatch says by now about both versions. Each minute is given once."""

    start: int
    """When it began, in seconds since the epoch."""
    settled: bool
    """Whether it will not grow any more. Only then it counts towards PASS; towards FAIL it counts at once."""
    canary: Counts
    baseline: Counts


@dataclass(frozen=True)
class AlarmChange:
    """An alarm at the start of the release and now: `OK`, `ALARM` or `INSUFFICIENT_DATA`."""

    name: str
    before: str
    now: str

    @property
    def is_veto(self) -> bool:
        """Whether it went off during the release; one that was not OK at the start says nothing about the canary."""
        return self.before == "OK" and self.now == "ALARM"


@dataclass(frozen=True)
class JudgeSettings:
    """What is tolerated, and how much has to be seen; ReleaseInputError for values out of range."""

    tolerated_ratio: float = 2.0
    """How many times as often as the baseline the canary may fail; at least 1."""
    tolerated_slow_ratio: float = 1.25
    """How many times as many of its calls may be slower than the baseline's 95th percentile; at least 1."""
    error_budget: float = 0.01
    """The share of calls that may fail, between 0 and 1. Above what the running version needs on a normal day."""
    alpha: float = 0.01
    """The chance of ever rolling back a canary that is within all three, over a whole release; below 1."""
    minimum_calls: int = 250
    """Settled canary calls at the current weight before PASS: 250 find nearly every one that fails 5 %."""
    minimum_seconds: int = 120
    """Time at the current weight before PASS."""
    suspicion: float = 5.0
    """PASS waits while the evidence for one of the faults is at least this; more than 1."""
    warm_up_seconds: int = 60
    """Time from the canary's first call for which the slow ratio is not looked at: cold starts. Errors always count."""

    def __post_init__(self) -> None:
        rules = (
            ("tolerated_ratio", self.tolerated_ratio >= 1, "at least 1"),
            ("tolerated_slow_ratio", self.tolerated_slow_ratio >= 1, "at least 1"),
            ("error_budget", 0 < self.error_budget < 1, "between 0 and 1, without either"),
            ("alpha", 0 < self.alpha < 1, "between 0 and 1, without either"),
            ("minimum_calls", self.minimum_calls >= 1, "at least 1"),
            ("minimum_seconds", self.minimum_seconds >= 1, "at least 1"),
            ("suspicion", self.suspicion > 1, "more than 1"),
            ("warm_up_seconds", self.warm_up_seconds >= 0, "at least 0"),
        )
        for name, is_right, rule in rules:
            if not is_right:
                raise ReleaseInputError(f"`{name}` is `{getattr(self, name)}`, it has to be {rule}")


@dataclass(frozen=True)
class Evidence:
    """What one test says: an e-value of 10**log10_e_value. The canary fails where it reaches the threshold."""

    test: str
    log10_e_value: float
    log10_threshold: float

    @property
    def share(self) -> float:
        """How far it is on the way to FAIL, from 0 to 1."""
        return min(1.0, max(0.0, self.log10_e_value / self.log10_threshold))


@dataclass(frozen=True)
class Judgement:
    """A verdict and what it rests on."""

    verdict: Verdict
    reason: str
    """One sentence with numbers."""
    evidence: tuple[Evidence, ...]
    """The error ratio, the error budget and the slow ratio, in this order."""
    canary: Counts
    """All its calls of the release so far."""
    baseline: Counts
    """All its calls in the same minutes."""
    towards_pass: float
    """How much of what PASS needs has been seen at the current weight, from 0 to 1."""

    @property
    def towards_fail(self) -> float:
        """How far the strongest evidence is on the way to FAIL, from 0 to 1."""
        return max(each.share for each in self.evidence)


def judge(
    minutes: Iterable[Minute],
    settings: JudgeSettings,
    *,
    step_minutes_from: int,
    now: int,
    alarms: Sequence[AlarmChange] = (),
    complete: bool = True,
) -> Judgement:
    """Judge a release by all its minutes so far, in any order; late data just means to call it again.

    `step_minutes_from` is when the current weight took effect and `now` the time, both in seconds since the epoch on
    CloudWatch's clock. `complete` is False when CloudWatch did not answer in full: then there is no PASS.
    """
    with_calls = (minute for minute in minutes if minute.canary.calls or minute.baseline.calls)
    seen = sorted(with_calls, key=lambda minute: minute.start)
    evidence = _evidence(seen, settings)
    step = _at_this_weight(seen, step_minutes_from, now - step_minutes_from)
    canary, baseline = _total([each.canary for each in seen]), _total([each.baseline for each in seen])
    failure = _veto(alarms) or _fault(evidence, settings)
    doubt = (
        (None if complete else "CloudWatch did not answer in full")
        or _too_little(step, settings)
        or _silence(seen[-1], now)
        or _fault(evidence, settings, math.log10(settings.suspicion))
        or _incident(seen, settings)
    )
    verdict = Verdict.FAIL if failure else Verdict.UNKNOWN if doubt else Verdict.PASS
    counted = f"the new version failed {_rate(canary)}, the old one {_rate(baseline)}"
    reason = f"{failure or doubt or 'nothing speaks against the new version'}: {counted}"
    progress = min(1.0, step.seconds / settings.minimum_seconds, step.canary_calls / settings.minimum_calls)
    return Judgement(verdict, reason, evidence, canary, baseline, max(0.0, progress))


@dataclass(frozen=True)
class _Step:
    """What was seen at the current weight."""

    canary_calls: float
    baseline_calls: float
    seconds: int


@dataclass(frozen=True)
class _Trials:
    """Calls, or errors, of which each is a hit with the same probability if the canary is just tolerable."""

    hits: int
    count: int
    probability: float


def _evidence(seen: Sequence[Minute], settings: JudgeSettings) -> tuple[Evidence, ...]:
    tests = {
        "error ratio": (_whose_errors(seen, settings.tolerated_ratio), _RATIOS),
        "error budget": (_calls_within_budget(seen, settings.error_budget), _ODDS),
        "slow ratio": (_whose_slow_calls(seen, settings), _RATIOS),
    }
    limits = {name: -math.log10(settings.alpha * share) for name, share in _SHARES.items()}
    return tuple(Evidence(name, _log10_e_value(*test), limits[name]) for name, test in tests.items())


def _log10_e_value(trials: Iterable[_Trials], alternatives: Sequence[float]) -> float:
    """Return the mean over alternatives and beginnings of the likelihood ratio, as a logarithm: it may be 10**1000000.

    Half of the weight is on a fault from the first minute on. The other half is spread over the later minutes at which
    one may begin, 1/(2k(k+1)) for the minute k, those to come included: their ratio is still 1.
    """
    given = list(trials)
    if not given:
        return 0.0
    rest = math.log(2 * len(given))
    terms = [-rest]
    for odds in alternatives:
        ratios = [_log_likelihood_ratio(each, odds) for each in reversed(given)]
        since = reversed(list(itertools.accumulate(ratios)))
        terms += [ratio - _log_price(start) - math.log(len(alternatives)) for start, ratio in enumerate(since)]
    largest = max(terms)
    return (largest + math.log(sum(math.exp(term - largest) for term in terms))) / math.log(10)


def _log_price(start: int) -> float:
    """Return what evidence for a fault that begins at this minute is divided by, as a natural logarithm."""
    return math.log(2 * start * (start + 1)) if start else math.log(2)


def _log_likelihood_ratio(trials: _Trials, odds: float) -> float:
    """Return how much better odds that are so many times higher explain the hits, as a natural logarithm."""
    return trials.hits * math.log(odds) - trials.count * math.log1p((odds - 1) * trials.probability)


def _whose_errors(seen: Iterable[Minute], ratio: float) -> Iterable[_Trials]:
    for minute in seen:
        errors = minute.canary.errors + minute.baseline.errors
        yield _Trials(minute.canary.errors, errors, _canary_share(minute, ratio))


def _whose_slow_calls(seen: Sequence[Minute], settings: JudgeSettings) -> Iterable[_Trials]:
    warm = _first_canary_minute(seen) + settings.warm_up_seconds
    for minute in seen:
        slow, others = minute.canary.slow, minute.baseline.slow
        if slow is not None and others is not None and minute.start >= warm:
            yield _Trials(slow, slow + others, _canary_share(minute, settings.tolerated_slow_ratio))


def _canary_share(minute: Minute, ratio: float) -> float:
    """Return the canary's share of the errors if it fails `ratio` times as often, by the calls that really ran."""
    weighted = ratio * minute.canary.calls
    return weighted / (weighted + minute.baseline.calls) if weighted else 0.0


def _calls_within_budget(seen: Sequence[Minute], budget: float) -> Iterable[_Trials]:
    """Skip minutes in or just before which the baseline exceeds the budget: then it is not the canary's fault."""
    # The baseline's past alone decides, never the canary: otherwise the bound on alpha would not hold.
    for index, minute in enumerate(seen):
        recent = [each.baseline for each in _recent(seen[: index + 1])]
        if (minute.settled or minute.baseline.calls) and not (_exceed(recent[-1:], budget) or _exceed(recent, budget)):
            yield _Trials(minute.canary.errors, minute.canary.calls, budget)


def _recent(seen: Sequence[Minute]) -> Sequence[Minute]:
    """Return the last minutes of those given, the newest included."""
    return [each for each in seen[-_RECENT_MINUTES:] if each.start > seen[-1].start - _RECENT_MINUTES * _MINUTE_SECONDS]


def _exceed(counts: Sequence[Counts], budget: float) -> bool:
    return sum(each.errors for each in counts) > budget * sum(each.calls for each in counts)


def _total(counts: Sequence[Counts]) -> Counts:
    slow = [each.slow for each in counts if each.slow is not None]
    calls, errors = sum(each.calls for each in counts), sum(each.errors for each in counts)
    return Counts(calls, errors, sum(slow) if slow else None)


def _at_this_weight(seen: Sequence[Minute], step_start: int, seconds: int) -> _Step:
    """Count settled calls; of the minute in which the weight changed, the part of its calls that its time allows."""
    first = _first_canary_minute(seen)
    canary = baseline = 0.0
    for minute in (minute for minute in seen if minute.settled and minute.start > step_start - _MINUTE_SECONDS):
        share = min(1.0, (minute.start - step_start) / _MINUTE_SECONDS + 1)
        canary += minute.canary.calls * (1.0 if minute.start == first else share)
        baseline += minute.baseline.calls * share
    return _Step(canary, baseline, seconds)


def _first_canary_minute(seen: Iterable[Minute]) -> int:
    return next((minute.start for minute in seen if minute.canary.calls), 0)


def _veto(alarms: Iterable[AlarmChange]) -> str | None:
    names = [f"`{alarm.name}`" for alarm in alarms if alarm.is_veto]
    return f"alarm {', '.join(names)} went off during the release" if names else None


def _fault(evidence: Iterable[Evidence], settings: JudgeSettings, log10_limit: float | None = None) -> str | None:
    """Return what the first test says that has reached a limit, by default its threshold."""
    faults = {
        "error ratio": f"more than {settings.tolerated_ratio:g} times as often",
        "error budget": f"more than the budget of {settings.error_budget:.2%}",
        "slow ratio": f"more than {settings.tolerated_slow_ratio:g} times as many calls slow",
    }
    for test in evidence:
        if test.log10_e_value >= (test.log10_threshold if log10_limit is None else log10_limit):
            return f"{faults[test.test]} (evidence 10^{test.log10_e_value:.1f} of 10^{test.log10_threshold:.1f})"
    return None


def _too_little(step: _Step, settings: JudgeSettings) -> str | None:
    if step.canary_calls < settings.minimum_calls:
        return f"{step.canary_calls:.0f} of {settings.minimum_calls} settled calls at this weight"
    if not step.baseline_calls:
        return "no settled calls of the old version at this weight to compare with"
    if step.seconds < settings.minimum_seconds:
        return f"{step.seconds} of {settings.minimum_seconds} seconds at this weight"
    return None


def _silence(newest: Minute, now: int) -> str | None:
    """Hold when nothing is heard of late: it is not known how the calls went, or whether there were any."""
    seconds = now - newest.start - _MINUTE_SECONDS
    return f"no calls seen for {seconds} seconds" if seconds > _RECENT_MINUTES * _MINUTE_SECONDS else None


def _incident(seen: Sequence[Minute], settings: JudgeSettings) -> str | None:
    """Hold while the baseline fails as well, unless the canary demonstrably does not: it may be the remedy."""
    recent = _recent(seen)
    canary, baseline = _total([each.canary for each in recent]), _total([each.baseline for each in recent])
    if not _exceed([baseline], settings.error_budget):
        return None
    expected = canary.calls * baseline.errors / baseline.calls
    if expected >= _DISTINGUISHING_ERRORS and not _exceed([canary], settings.error_budget):
        return None
    return f"lately the old version fails more than the budget of {settings.error_budget:.2%} as well"


def _rate(counts: Counts) -> str:
    if not counts.calls:
        return "0 of 0 calls"
    slow = "" if counts.slow is None else f", {counts.slow / counts.calls:.1%} slow"
    return f"{counts.errors} of {counts.calls} calls ({counts.errors / counts.calls:.2%}{slow})"
