import pytest
from lambdaform_sandbox.gateway.http_api import Route
from lambdaform_sandbox.gateway.routing import select_route

KEYS = (
    "$default",
    "ANY /{proxy+}",
    "GET /people",
    "ANY /people",
    "GET /people/{id}",
    "GET /people/me",
    "GET /people/{proxy+}",
    "POST /people/{id}/friends/{friend}",
)


def select(method: str, path: str, *keys: str) -> tuple[str, dict[str, str]] | None:
    found = select_route([Route(key) for key in keys or KEYS], method, path)
    return (found[0].key, found[1]) if found else None


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/people", "GET /people", {}),
        ("PUT", "/people", "ANY /people", {}),
        ("GET", "/people/me", "GET /people/me", {}),
        ("GET", "/people/7", "GET /people/{id}", {"id": "7"}),
        ("GET", "/people/7/friends", "GET /people/{proxy+}", {"proxy": "7/friends"}),
        ("POST", "/people/7/friends/8", "POST /people/{id}/friends/{friend}", {"id": "7", "friend": "8"}),
        ("DELETE", "/people/7", "ANY /{proxy+}", {"proxy": "people/7"}),
        ("GET", "/", "$default", {}),
    ],
)
def test_the_most_specific_route_is_taken(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    assert select(method, path) == (key, parameters)


def test_the_order_in_which_routes_were_made_makes_no_difference() -> None:
    for method, path in (("GET", "/people/me"), ("PUT", "/people"), ("GET", "/people/7/friends")):
        assert select(method, path) == select(method, path, *reversed(KEYS))


def test_a_whole_path_goes_before_a_longer_greedy_prefix() -> None:
    assert select("GET", "/a/b/c", "GET /a/b/{proxy+}", "GET /{x}/b/c") == ("GET /{x}/b/c", {"x": "a"})


def test_no_route_matches_when_there_is_no_default() -> None:
    assert select("GET", "/pets", "GET /people", "POST /pets") is None


@pytest.mark.parametrize("path", ["/people/", "/people//x"])
def test_a_variable_is_never_empty(path: str) -> None:
    assert select("GET", path, "GET /people/{id}", "GET /people/{id}/x") is None
