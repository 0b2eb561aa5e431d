"""Is this ID token true, and meant for us? (OpenID Connect Core 1.0, 3.1.3.7)"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key

# Signatures with a key pair only: a secret that verifies could also have signed
# (RFC 8725 3.1: a public key taken for an HMAC secret), and `none` proves nothing.
ALGORITHMS = frozenset(
    f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)
)
_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
TOKEN_CHARS = 64 * 1024
SUBJECT_CHARS = 255  # section 2, sub
AHEAD_MAX_S = 60.0  # of the server's own clock: nothing that it signs lies in its future


class TokenInvalid(ValueError):  # noqa: N818 - what is found of the token
    """The token is not to be believed; the message begins with the claim that fails."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must say; `server_now_s` is what its maker's clock showed."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    server_now_s: float


@dataclass(frozen=True, slots=True)
class IdToken:
    """What a true token says; times in seconds since 1970."""

    subject: str
    algorithm: str
    issued_s: float
    expires_s: float


def believed(raw: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> IdToken:
    """What the token says; TokenInvalid names the first thing in it that is not right."""
    header = _header(raw)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise TokenInvalid(f"alg: {str(algorithm)[:40]!r} is no signature by a key pair")
    claims = _verified(raw, _key(header, algorithm, keys), algorithm)
    _refuse_others(claims, expected)
    issued_s, expires_s = _times(claims, expected.server_now_s)
    _refuse_other_access(claims, algorithm, expected.access_token)
    return IdToken(_subject(claims), algorithm, issued_s, expires_s)


def _header(raw: str) -> Mapping[str, Any]:
    parts = raw.split(".")
    if len(parts) != 3 or len(raw) > TOKEN_CHARS:  # noqa: PLR2004 - RFC 7515 7.1
        raise TokenInvalid("form: no signed token (JWS)")
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[0] + "=="))
    except (ValueError, RecursionError):
        raise TokenInvalid("form: its header cannot be read") from None
    if not isinstance(found, dict):
        raise TokenInvalid("form: its header is no object")
    return found


def _key(
    header: Mapping[str, Any], algorithm: str, keys: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The published key that must have signed; without a name it must be the only one."""
    fitting = [key for key in keys if _fits(key, algorithm)]
    name = header.get("kid")
    if name is not None:
        fitting = [key for key in fitting if key.get("kid") == name]
    if not fitting:
        raise TokenInvalid(f"kid: no published key of that name signs {algorithm}")
    if len(fitting) > 1:
        raise TokenInvalid(f"kid: {len(fitting)} published keys could be meant")
    return fitting[0]


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    """Whether it may sign so (RFC 7517 4.2, 4.4)."""
    is_for_it = key.get("alg") in (None, algorithm) and key.get("use") in (None, "sig")
    return is_for_it and key.get("kty") == _KINDS[algorithm[:2]]


def _verified(raw: str, key: Mapping[str, Any], algorithm: str) -> Mapping[str, Any]:
    try:
        signed = jws.deserialize_compact(raw, import_key(dict(key)), algorithms=[algorithm])
    except (JoseError, ValueError, KeyError, TypeError) as problem:
        told = f"signature: not by the published key ({type(problem).__name__})"
        raise TokenInvalid(told) from problem
    try:
        claims = json.loads(signed.payload or b"")
    except (ValueError, RecursionError):
        raise TokenInvalid("form: its claims cannot be read") from None
    if not isinstance(claims, dict):
        raise TokenInvalid("form: its claims are no object")
    return claims


def _refuse_others(claims: Mapping[str, Any], expected: Expected) -> None:
    """From that issuer, for our application, in answer to this very request."""
    if claims.get("iss") != expected.issuer:
        raise TokenInvalid("iss: another issuer's")
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in named:
        raise TokenInvalid("aud: for another application")
    party = claims.get("azp")
    if party != expected.client_id and (party is not None or len(named) > 1):
        raise TokenInvalid("azp: issued to another application")
    if not _same(claims.get("nonce"), expected.nonce):
        raise TokenInvalid("nonce: not the one of this request")


def _times(claims: Mapping[str, Any], now_s: float) -> tuple[float, float]:
    """When it begins and ends, by the clock of the server that made it."""
    issued_s, expires_s = (_moment(claims, name) for name in ("iat", "exp"))
    if expires_s <= max(now_s, issued_s):
        raise TokenInvalid(f"exp: over {max(now_s, issued_s) - expires_s:.0f} s ago")
    if "nbf" in claims and _moment(claims, "nbf") > now_s + AHEAD_MAX_S:
        raise TokenInvalid("nbf: not valid yet")
    return issued_s, expires_s


def _moment(claims: Mapping[str, Any], name: str) -> float:
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1e11:  # noqa: PLR2004 - the year 5138: whoever writes milliseconds is told
        raise TokenInvalid(f"{name}: no time in seconds")
    return float(found)


def _refuse_other_access(claims: Mapping[str, Any], algorithm: str, token: str) -> None:
    """The access token beside it is the one that it was issued with (3.1.3.6)."""
    if "at_hash" not in claims:
        return
    digest = hashlib.new(f"sha{algorithm[2:]}", token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not _same(claims["at_hash"], half):
        raise TokenInvalid("at_hash: the access token is another's")


def _subject(claims: Mapping[str, Any]) -> str:
    found = claims.get("sub")
    if not isinstance(found, str) or not 0 < len(found) <= SUBJECT_CHARS:
        raise TokenInvalid("sub: it names nobody")
    return found


def _same(told: object, expected: str) -> bool:
    if not isinstance(told, str):
        return False
    return hmac.compare_digest(told.encode(errors="replace"), expected.encode())
