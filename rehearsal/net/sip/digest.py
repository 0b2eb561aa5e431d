"""How does one prove to know a password without telling it? (RFC 7616, RFC 8760)"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rehearsal.net.sip.message import MalformedMessage, split

_HASHES = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}  # strongest first
_SESSION = "-SESS"
_ESCAPED = re.compile(r"\\(.)")
_QUOTED_MIN = 2  # a quoted string has both its quotes


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server asks for; `algorithm` as it wrote it, empty for MD5 by default."""

    realm: str
    nonce: str
    algorithm: str = ""
    qop: frozenset[str] = frozenset()
    opaque: str = ""
    is_stale: bool = False

    @property
    def hash_name(self) -> str:
        """The algorithm in capitals, without its `-sess`."""
        return (self.algorithm or "MD5").upper().removesuffix(_SESSION)

    @property
    def is_of_session(self) -> bool:
        """Whether both nonces go into the secret half (RFC 7616 3.4.2)."""
        return self.algorithm.upper().endswith(_SESSION)


def parse_challenge(value: str) -> Challenge | None:
    """A `Digest` challenge; None for another scheme; MalformedMessage for a broken one."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    told: dict[str, str] = {}
    for part in split(rest, ","):
        name, _, given = part.partition("=")
        told.setdefault(name.strip().lower(), _plain(given.strip()))
    if "realm" not in told or not told.get("nonce"):
        raise MalformedMessage("a challenge without realm or nonce")
    return Challenge(
        realm=told["realm"],
        nonce=told["nonce"],
        algorithm=told.get("algorithm", ""),
        qop=frozenset(told.get("qop", "").lower().replace(",", " ").split()),
        opaque=told.get("opaque", ""),
        is_stale=told.get("stale", "").lower() == "true",
    )


def strongest(values: Iterable[str]) -> Challenge | None:
    """The challenge to answer (RFC 8760 2.4); None when there is none that we could."""
    found = [challenge for value in values if (challenge := parse_challenge(value))]
    known = [challenge for challenge in found if challenge.hash_name in _HASHES]
    ranks = list(_HASHES)
    return min(known, key=lambda challenge: ranks.index(challenge.hash_name), default=None)


@dataclass(slots=True)
class Credentials:
    """A name and a password; counts how often it used each nonce, as a server checks."""

    user: str
    password: str = field(repr=False)
    _uses: dict[str, int] = field(default_factory=dict)

    def answer(
        self, challenge: Challenge, method: str, uri: str, cnonce: str, body: bytes = b""
    ) -> str:
        """The value of `Authorization` for that request."""
        self._uses[challenge.nonce] = count = self._uses.get(challenge.nonce, 0) + 1
        counted = f"{count:08x}"
        qop, request = _qop(challenge), f"{method}:{uri}"
        if qop == "auth-int":
            request += ":" + _hashed(challenge.hash_name, body)
        counts = f"{counted}:{cnonce}:{qop}:" if qop else ""
        proof = self._proof(challenge, cnonce, counts, request)
        fields = {
            "username": _quoted(self.user),
            "realm": _quoted(challenge.realm),
            "nonce": _quoted(challenge.nonce),
            "uri": _quoted(uri),
            "response": _quoted(proof),
        }
        if challenge.algorithm:
            fields["algorithm"] = challenge.algorithm
        if qop or challenge.is_of_session:
            fields["cnonce"] = _quoted(cnonce)
        if qop:
            fields |= {"qop": qop, "nc": counted}
        if challenge.opaque:
            fields["opaque"] = _quoted(challenge.opaque)
        return "Digest " + ", ".join(f"{name}={value}" for name, value in fields.items())

    def _proof(self, asked: Challenge, cnonce: str, counts: str, request: str) -> str:
        name = asked.hash_name
        secret = _hashed(name, f"{self.user}:{asked.realm}:{self.password}")
        if asked.is_of_session:
            secret = _hashed(name, f"{secret}:{asked.nonce}:{cnonce}")
        return _hashed(name, f"{secret}:{asked.nonce}:{counts}{_hashed(name, request)}")


def _qop(challenge: Challenge) -> str:
    for known in ("auth", "auth-int"):
        if known in challenge.qop:
            return known
    return ""


def _hashed(name: str, told: str | bytes) -> str:
    data = told.encode() if isinstance(told, str) else told
    return hashlib.new(_HASHES[name], data, usedforsecurity=False).hexdigest()


def _plain(given: str) -> str:
    if len(given) >= _QUOTED_MIN and given[0] == given[-1] == '"':
        return _ESCAPED.sub(r"\1", given[1:-1])
    return given


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
