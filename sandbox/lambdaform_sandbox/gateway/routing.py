"""Which route a request takes: the most specific one that matches."""

from collections.abc import Iterable

from .http_api import Route

__all__ = ["select_route"]

LITERAL, VARIABLE, GREEDY = range(3)


def select_route(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route and its path parameters, None if no route matches.

    API Gateway's order: a whole path, then a greedy `{proxy+}`, then `$default`; within these, literal segments before
    variables, longer before shorter, and a method before ANY.
    """
    matching: list[tuple[Route, dict[str, str]]] = []
    for route in routes:
        parameters = _parameters(route, path) if route.method in (method, "ANY") else None
        if parameters is not None:
            matching.append((route, parameters))
    return min(matching, key=lambda match: _rank(match[0]), default=None)


def _parameters(route: Route, path: str) -> dict[str, str] | None:
    """Return the path parameters of a path that the route matches, None if it does not."""
    if not route.path:
        return {}
    wanted, given = route.path.split("/"), path.split("/")
    greedy = _kind(wanted[-1]) == GREEDY
    if len(given) < len(wanted) or (len(given) > len(wanted) and not greedy):
        return None
    if greedy:
        given = [*given[: len(wanted) - 1], "/".join(given[len(wanted) - 1 :])]
    parameters: dict[str, str] = {}
    for segment, value in zip(wanted, given, strict=True):
        if _kind(segment) != LITERAL and value:
            parameters[segment.strip("{}+")] = value
        elif segment != value:
            return None
    return parameters


def _rank(route: Route) -> tuple[bool, bool, list[int], int, bool]:
    kinds = [_kind(segment) for segment in route.path.split("/")]
    return not route.path, GREEDY in kinds, kinds, -len(kinds), route.method == "ANY"


def _kind(segment: str) -> int:
    if not segment.startswith("{"):
        return LITERAL
    return GREEDY if segment.endswith("+}") else VARIABLE
