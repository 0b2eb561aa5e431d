"""With which keys does the twin's sign-on sign, and with which should it not?

Signed by hand with `cryptography`: the prober reads tokens with another library.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

RSA_BITS, RSA_EXPONENT = 2048, 65537
RSA_NAME, EC_NAME = "rsa-1", "ec-1"
_COORDINATE_BYTES = 32  # P-256 (RFC 7518 3.4, 6.2.1.2)


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """The key of RS256; made once, it takes a tenth of a second."""
    return rsa.generate_private_key(RSA_EXPONENT, RSA_BITS)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    """The key of ES256."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def unpublished_key() -> ec.EllipticCurvePrivateKey:
    """A key that nobody was told of."""
    return ec.generate_private_key(ec.SECP256R1())


def published() -> Mapping[str, Any]:
    """Both public keys (RFC 7517 5)."""
    modulus = rsa_key().public_key().public_numbers()
    point = ec_key().public_key().public_numbers()
    return {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": RSA_NAME,
                "n": _number(modulus.n, RSA_BITS // 8),
                "e": _number(modulus.e, 3),
            },
            {
                "kty": "EC",
                "use": "sig",
                "alg": "ES256",
                "kid": EC_NAME,
                "crv": "P-256",
                "x": _number(point.x, _COORDINATE_BYTES),
                "y": _number(point.y, _COORDINATE_BYTES),
            },
        ]
    }


def by_rsa(claims: Mapping[str, Any]) -> str:
    """A token signed as RS256 (RFC 7518 3.3)."""
    told = _told({"alg": "RS256", "kid": RSA_NAME}, claims)
    return _joined(told, rsa_key().sign(told, padding.PKCS1v15(), hashes.SHA256()))


def by_ec(claims: Mapping[str, Any]) -> str:
    """A token signed as ES256."""
    return _by_curve(claims, ec_key(), EC_NAME)


def by_unpublished(claims: Mapping[str, Any]) -> str:
    """Signed by a key that is not published, and does not pretend to be."""
    return _by_curve(claims, unpublished_key(), "ec-2")


def forged(claims: Mapping[str, Any]) -> str:
    """Signed by that key in the name of a published one."""
    return _by_curve(claims, unpublished_key(), EC_NAME)


def unsigned(claims: Mapping[str, Any]) -> str:
    """Not signed at all (RFC 7518 3.6)."""
    return _joined(_told({"alg": "none"}, claims), b"")


def by_public_key(claims: Mapping[str, Any]) -> str:
    """The public key, which everybody knows, taken for a secret (RFC 8725 2.1)."""
    told = _told({"alg": "HS256", "kid": RSA_NAME}, claims)
    secret = (
        rsa_key()
        .public_key()
        .public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return _joined(told, hmac.digest(secret, told, "sha256"))


def half_hash(token: str) -> str:
    """The claim `at_hash` (OpenID Connect Core 3.1.3.6) for signatures over SHA-256."""
    return _text(hashlib.sha256(token.encode()).digest()[:16])


def _by_curve(claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey, name: str) -> str:
    told = _told({"alg": "ES256", "kid": name}, claims)
    r, s = utils.decode_dss_signature(key.sign(told, ec.ECDSA(hashes.SHA256())))
    pair = (number.to_bytes(_COORDINATE_BYTES, "big") for number in (r, s))
    return _joined(told, b"".join(pair))


def _told(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bytes:
    parts = (_text(json.dumps(part).encode()) for part in ({"typ": "JWT", **header}, claims))
    return ".".join(parts).encode()


def _joined(told: bytes, signature: bytes) -> str:
    return f"{told.decode()}.{_text(signature)}"


def _number(value: int, size: int) -> str:
    return _text(value.to_bytes(size, "big"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
