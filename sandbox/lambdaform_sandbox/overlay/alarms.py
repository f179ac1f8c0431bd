"""CloudWatch's alarms: metric alarms and composites, whose state changes only when somebody sets it."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from ..clock import Clock
from ..moto_call import Call
from ..patching import Patches

__all__ = ["install"]

_LISTED = 50


def install(patches: Patches, clock: Clock) -> None:
    """Put the alarms into moto, with the time of this clock."""
    # moto's method reads AlarmRule "for composite alarms as well", but no operation leads there.
    patches.replace(CloudWatchResponse, "put_composite_alarm", CloudWatchResponse.put_metric_alarm)
    patches.replace(CloudWatchResponse, "describe_alarms", _describe_alarms)
    patches.replace(CloudWatchBackend, "put_metric_alarm", _put_alarm(CloudWatchBackend.put_metric_alarm, clock))
    patches.replace(CloudWatchBackend, "set_alarm_state", _set_state(CloudWatchBackend.set_alarm_state, clock))


def _describe_alarms(self: Any) -> ActionResult:  # noqa: ANN401  # moto's response class
    """Return the alarms that fit every filter, 50 at a time; only metric alarms unless `AlarmTypes` says otherwise."""
    given = Call.of(self).parameters
    alarms: list[Alarm] = sorted(self.cloudwatch_backend.alarms.values(), key=lambda alarm: alarm.name)
    fitting = [alarm for alarm in alarms if _fits(alarm, given)]
    start, most = int(given.get("NextToken", "0")), given.get("MaxRecords", _LISTED)
    page = fitting[start : start + most]
    return ActionResult({
        "MetricAlarms": [alarm for alarm in page if alarm.rule is None],
        "CompositeAlarms": [_composite(alarm) for alarm in page if alarm.rule is not None],
        **({"NextToken": str(start + most)} if start + most < len(fitting) else {}),
    })  # fmt: skip


def _fits(alarm: Alarm, given: Mapping[str, Any]) -> bool:
    kind = "MetricAlarm" if alarm.rule is None else "CompositeAlarm"
    actions = [*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions]
    return (
        kind in given.get("AlarmTypes", ["MetricAlarm"])
        and alarm.name in given.get("AlarmNames", [alarm.name])
        and alarm.name.startswith(given.get("AlarmNamePrefix", ""))
        and given.get("StateValue") in (None, alarm.state_value)
        and ("ActionPrefix" not in given or any(action.startswith(given["ActionPrefix"]) for action in actions))
    )


def _composite(alarm: Any) -> dict[str, Any]:  # noqa: ANN401  # moto's Alarm, and one field of ours
    return {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.alarm_arn,
        "AlarmDescription": alarm.description,
        "AlarmRule": alarm.rule,
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmActions": alarm.alarm_actions,
        "OKActions": alarm.ok_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "StateValue": alarm.state_value,
        "StateReason": alarm.state_reason,
        "StateUpdatedTimestamp": alarm.state_updated_timestamp,
        "StateTransitionedTimestamp": alarm.state_transitioned_timestamp,
        "AlarmConfigurationUpdatedTimestamp": alarm.configuration_updated_timestamp,
    }


def _put_alarm(stock: Any, clock: Clock) -> Any:  # noqa: ANN401  # moto's method
    def put_metric_alarm(self: CloudWatchBackend, name: str, **arguments: Any) -> Alarm:  # noqa: ANN401  # moto's own
        """Begin without data, and keep the state over an update, as AWS does."""
        before: Any = self.alarms.get(name)
        alarm: Any = stock(self, name=name, **arguments)
        alarm.configuration_updated_timestamp = _now(clock)
        alarm.state_value = before.state_value if before else "INSUFFICIENT_DATA"
        for field in ("state_updated_timestamp", "state_transitioned_timestamp"):
            setattr(alarm, field, getattr(before, field) if before else _now(clock))
        return alarm

    return put_metric_alarm


def _set_state(stock: Any, clock: Clock) -> Any:  # noqa: ANN401  # moto's method
    def set_alarm_state(self: CloudWatchBackend, alarm_name: str, *arguments: Any) -> None:  # noqa: ANN401  # moto's own
        """Keep when the state was set, and when it became another."""
        known = self.alarms.get(alarm_name)
        before = known.state_value if known else None
        stock(self, alarm_name, *arguments)
        alarm: Any = self.alarms[alarm_name]
        alarm.state_updated_timestamp = _now(clock)
        if alarm.state_value != before:
            alarm.state_transitioned_timestamp = _now(clock)

    return set_alarm_state


def _now(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock.now(), UTC).replace(tzinfo=None)
