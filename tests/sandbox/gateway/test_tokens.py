import base64
import json
from typing import Any

import pytest
from lambdaform_sandbox.gateway.tokens import (
    InvalidTokenError,
    claim_texts,
    require_scope,
    token_scopes,
    valid_claims,
)

ISSUER = "https://issuer.example.org"
NOW = 1_000_000
GOOD = {"iss": ISSUER, "aud": "people", "exp": NOW + 60}


def token_of(claims: Any) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.unsigned"


def check(claims: Any) -> dict[str, Any]:
    return valid_claims(token_of(claims), ISSUER, ["people", "pets"], NOW)


@pytest.mark.parametrize("extra", [{}, {"aud": ["x", "pets"]}, {"nbf": NOW, "iat": NOW - 1}])
def test_a_token_of_the_issuer_for_the_audience_is_good(extra: dict[str, Any]) -> None:
    assert check(GOOD | extra) == GOOD | extra


def test_without_an_audience_the_client_id_counts() -> None:
    assert check({"iss": ISSUER, "client_id": "people", "exp": NOW + 60})


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"iss": "https://other.example.org"}, "the authorizer's issuer is"),
        ({"aud": "others"}, "neither aud nor client_id"),
        ({"aud": None}, "neither aud nor client_id"),
        ({"exp": NOW}, "expired"),
        ({"exp": "later"}, "expired, or has no exp"),
        ({"nbf": NOW + 1}, "not valid yet"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused_by_name(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidTokenError, match=problem):
        check(GOOD | changes)


@pytest.mark.parametrize("token", ["", "a.b.c", "a", token_of([1]), token_of(GOOD).rpartition(".")[0]])
def test_what_is_no_token_is_said_to_be_none(token: str) -> None:
    with pytest.raises(InvalidTokenError, match="not a JSON web token"):
        valid_claims(token, ISSUER, ["people"], NOW)


@pytest.mark.parametrize("claims", [{"scope": "read write"}, {"scp": ["read", "write"]}, {"scp": "read write"}])
def test_scopes_are_words_or_a_list(claims: dict[str, Any]) -> None:
    assert token_scopes(claims) == ["read", "write"]
    require_scope(claims, ["write", "admin"])
    with pytest.raises(InvalidTokenError, match="none of the scopes admin"):
        require_scope(claims, ["admin"])


def test_a_route_without_scopes_asks_for_none() -> None:
    require_scope({}, [])


def test_a_function_gets_every_claim_as_text() -> None:
    assert claim_texts({"sub": "a", "exp": 5, "ok": True, "groups": ["x", "y"]}) == {
        "sub": "a",
        "exp": "5",
        "ok": "true",
        "groups": "[x y]",
    }
