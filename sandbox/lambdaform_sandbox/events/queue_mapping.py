"""One enabled event source mapping from a queue to a function, as it is now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["QueueMapping", "queue_mappings"]

DEFAULT_BATCH_SIZE = 10


@dataclass(frozen=True)
class QueueMapping:
    """From which queue to which function, and how."""

    mapping_id: str
    queue_arn: str
    function_arn: str
    """With the alias that the mapping names."""
    batch_size: int = DEFAULT_BATCH_SIZE
    filter_patterns: tuple[str, ...] = ()
    """Each a pattern as JSON text; none lets every message through."""
    reports_failures: bool = False
    """Whether the function reports batch item failures."""

    @property
    def patterns(self) -> list[dict[str, Any]]:
        """The filter patterns, parsed."""
        return [json.loads(pattern) for pattern in self.filter_patterns]


def queue_mappings(lambda_client: Any) -> list[QueueMapping]:  # noqa: ANN401  # boto3 has no types
    """Return the enabled mappings from queues."""
    pages = lambda_client.get_paginator("list_event_source_mappings").paginate()
    mappings = [mapping for page in pages for mapping in page["EventSourceMappings"]]
    return [_mapping(each) for each in mappings if each["State"] == "Enabled" and ":sqs:" in each["EventSourceArn"]]


def _mapping(mapping: Mapping[str, Any]) -> QueueMapping:
    criteria: Mapping[str, Any] = mapping.get("FilterCriteria") or {}
    return QueueMapping(
        mapping_id=mapping["UUID"],
        queue_arn=mapping["EventSourceArn"],
        function_arn=mapping["FunctionArn"],
        batch_size=mapping.get("BatchSize") or DEFAULT_BATCH_SIZE,
        filter_patterns=tuple(each["Pattern"] for each in criteria.get("Filters") or ()),
        reports_failures="ReportBatchItemFailures" in (mapping.get("FunctionResponseTypes") or ()),
    )
