"""Numbers and times as every view words them."""

from datetime import UTC, datetime

from ..release.judge import Counts, Judgement, Verdict

__all__ = ["bar", "clock_time", "duration", "errors", "failed", "percent", "plain", "seen", "timestamp"]

_MINUTE = 60
_HOUR = 3600
_VERDICTS = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.UNKNOWN: "hold"}


def clock_time(seconds: float) -> str:
    """Return the time of day in UTC, such as `09:26:53`."""
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S}"


def timestamp(seconds: float) -> str:
    """Return the time in ISO 8601 with milliseconds, such as `2030-03-14T09:26:53.590Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(seconds: float) -> str:
    """Return a time span, such as `45 s`, `4 min 10 s` or `2 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    large, small, units = (*divmod(whole, _MINUTE), "min s") if whole < _HOUR else (*divmod(whole // 60, 60), "h min")
    first, second = units.split()
    return f"{large} {first}" + (f" {small} {second}" if small else "")


def percent(percentage: float | None) -> str:
    """Return a percentage of 0 to 100 with as many digits as it deserves, `-` for None."""
    if percentage is None:
        return "-"
    return f"{percentage:.2g} %" if 0 < percentage < 1 else f"{percentage:.3g} %"


def errors(counts: Counts) -> str:
    """Return how many calls failed, such as `3 (0.12 %)`."""
    calls = max(counts.invocations, counts.errors)
    return f"{counts.errors:,} ({percent(counts.errors / calls * 100)})" if calls else "0"


def failed(counts: Counts) -> str:
    """Return how many of the calls failed, such as `3 of 2,500 (0.12 %)`."""
    calls = max(counts.invocations, counts.errors)
    return f"{counts.errors:,} of {calls:,} ({percent(counts.errors / calls * 100)})" if calls else "no calls"


def plain(text: str) -> str:
    """Return the text on one line, without characters that could do something to a terminal."""
    return "".join(each if each.isprintable() else "\ufffd" for each in " ".join(text.split()))


def seen(judgement: Judgement) -> str:
    """Return verdict and reason, as one clause."""
    return f"{_VERDICTS[judgement.verdict]}: {judgement.reason}"


def bar(share: float, width: int) -> str:
    """Return a bar of block characters, `width` wide, filled to the share of 0 to 1."""
    eighths = round(min(1.0, max(0.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    partial = " ▏▎▍▌▋▊▉"[rest] if rest else ""
    return ("█" * full + partial).ljust(width)
