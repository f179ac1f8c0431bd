"""Lambda's own CloudWatch metrics: per function, per alias, and per version behind an alias."""

from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..deployed import DeployedFunction
from ..server import AwsServer
from .notices import Notices

__all__ = ["Metrics", "dimension_sets"]

UNITS = {"Duration": "Milliseconds"}


def dimension_sets(function: DeployedFunction) -> list[dict[str, str]]:
    """Return the dimension sets that an invocation counts under, by name and value.

    A call through an alias counts under `name:alias` and its version; a call of a version only under `name:version`.
    """
    by_resource = {"FunctionName": function.name, "Resource": function.resource}
    sets = [{"FunctionName": function.name}, by_resource]
    if function.alias:
        sets.append({**by_resource, "ExecutedVersion": function.version})
    return sets


class Metrics:
    """Puts metrics into the namespace `AWS/Lambda`, as the service does: with no permission of the function's role."""

    def __init__(self, aws: AwsServer, notices: Notices):
        self._aws = aws
        self._notices = notices
        self._lock = Lock()
        self._made_client: Any = None

    def put(self, function: DeployedFunction, started: datetime, values: Mapping[str, float]) -> None:
        """Put one value per metric name, at the start of the invocation, in every dimension set."""
        data = [
            {
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
                "Timestamp": started,
                "Value": value,
                "Unit": UNITS.get(name, "Count"),
            }
            for dimensions in dimension_sets(function)
            for name, value in values.items()
        ]
        try:
            self._client().put_metric_data(Namespace="AWS/Lambda", MetricData=data)
        except (BotoCoreError, ClientError) as error:
            self._notices.once(f"no metrics of `{function.name}`: {error}")

    def _client(self) -> Any:  # noqa: ANN401  # boto3 has no types
        with self._lock:
            if self._made_client is None:
                self._made_client = self._aws.client("cloudwatch")
            return self._made_client
