"""JSON web tokens as an HTTP API's JWT authorizer checks them: claims, not signatures.

The issuer's keys are on the internet and the sandbox is not, so any signature is accepted; a token for the sandbox can
be made by hand. What a token says is checked as on AWS.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

__all__ = ["InvalidTokenError", "claim_texts", "require_scope", "token_scopes", "valid_claims"]


class InvalidTokenError(ValueError):
    """A token that the authorizer does not accept; the message says why."""


def valid_claims(token: str, issuer: str, audiences: Iterable[str], now: float) -> dict[str, Any]:
    """Return the claims of a token that is of this issuer, for one of the audiences, and neither expired nor early.

    `now` is in seconds since 1970. Raises `InvalidTokenError`.
    """
    claims = _decoded(token)
    if claims.get("iss") != issuer:
        raise InvalidTokenError(f"iss is {json.dumps(claims.get('iss'))}, the authorizer's issuer is {issuer}")
    named = claims.get("aud", claims.get("client_id"))
    if not set(cast("list[str]", named) if isinstance(named, list) else [named]) & set(audiences):
        raise InvalidTokenError(f"neither aud nor client_id is in the authorizer's audience: {json.dumps(named)}")
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= now:
        raise InvalidTokenError("the token has expired, or has no exp")
    if any(claims.get(name, now) > now for name in ("nbf", "iat")):
        raise InvalidTokenError("the token is not valid yet: nbf or iat is in the future")
    return claims


def require_scope(claims: Mapping[str, Any], scopes: Iterable[str]) -> None:
    """Raise `InvalidTokenError` unless the token has one of the route's scopes, or the route asks for none."""
    wanted = set(scopes)
    if wanted and not wanted & set(token_scopes(claims)):
        raise InvalidTokenError(f"the token has none of the scopes {' '.join(sorted(wanted))}")


def token_scopes(claims: Mapping[str, Any]) -> list[str]:
    """Return the scopes of a token: `scope` as words, or `scp` as words or a list."""
    scopes = claims.get("scope", claims.get("scp", ""))
    return scopes.split() if isinstance(scopes, str) else list(scopes)


def claim_texts(claims: Mapping[str, Any]) -> dict[str, str]:
    """Return the claims as a function gets them: each as text, a list as `[a b]`."""
    return {name: _text(value) for name, value in claims.items()}


def _text(value: object) -> str:
    if isinstance(value, list):
        return f"[{' '.join(map(_text, cast('list[object]', value)))}]"
    return value if isinstance(value, str) else json.dumps(value)


def _decoded(token: str) -> dict[str, Any]:
    parts = token.split(".")
    try:
        claims: object = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError) as error:
        raise InvalidTokenError("the token is not a JSON web token") from error
    if len(parts) != 3 or not isinstance(claims, dict):  # noqa: PLR2004  # header, claims and signature
        raise InvalidTokenError("the token is not a JSON web token")
    return cast("dict[str, Any]", claims)
