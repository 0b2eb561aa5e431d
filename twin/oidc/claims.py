"""What stands in an ID token, and what stands there when the sign-on is broken?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from twin.oidc import keys

VALID_S = 600
SHORT_S = 5
AHEAD_S = 600
LONG_AGO_S = 7200
STRANGER = "nguoi-khac"
_ELSEWHERE = "ung-dung-khac"
Claims = dict[str, Any]


def sound(issuer: str, client: str, subject: str, nonce: str, access: str) -> Claims:
    """The claims of a token that is right."""
    now = int(time.time())
    return {
        "iss": issuer,
        "sub": subject,
        "aud": client,
        "nonce": nonce,
        "iat": now,
        "exp": now + VALID_S,
        "at_hash": keys.half_hash(access),
    }


def _with(**changes: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **changes}


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def _later(by_s: int) -> Callable[[Claims], Claims]:
    return lambda claims: {
        **claims,
        "iat": claims["iat"] + by_s,
        "exp": claims["exp"] + by_s,
    }


def _another_tenant(claims: Claims) -> Claims:
    return {**claims, "iss": f"{claims['iss']}/khac"}


def _shared(claims: Claims) -> Claims:
    """For us and for another one, who is the one that it was issued to."""
    return {**claims, "aud": [claims["aud"], _ELSEWHERE], "azp": _ELSEWHERE}


def _brief(claims: Claims) -> Claims:
    return {**claims, "exp": claims["iat"] + SHORT_S}


_CHANGES: Mapping[str, Callable[[Claims], Claims]] = {
    "token-of-tenant": _another_tenant,
    "wrong-audience": _with(aud=_ELSEWHERE),
    "wrong-party": _shared,
    "nonce-missing": _without("nonce"),
    "nonce-of-another": _with(nonce="lan-dang-nhap-truoc"),
    "token-expired": _later(-LONG_AGO_S),
    "token-nameless": _without("sub"),
    "token-timeless": _without("exp"),
    "other-access": _with(at_hash=keys.half_hash("the access token of somebody else")),
    "clock-ahead": _later(AHEAD_S),
    "token-brief": _brief,
    "other-account": _with(sub=STRANGER),
}
_SIGNERS: Mapping[str, Callable[[Claims], str]] = {
    "es256": keys.by_ec,
    "key-unpublished": keys.by_unpublished,
    "forged": keys.forged,
    "alg-none": keys.unsigned,
    "alg-hs256": keys.by_public_key,
}


def token(claims: Claims, lapse: str) -> str:
    """The ID token with these claims, as the sign-on's lapse makes it."""
    changed = _CHANGES.get(lapse, dict)(claims)
    return _SIGNERS.get(lapse, keys.by_rsa)(changed)
