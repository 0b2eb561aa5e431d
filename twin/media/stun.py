"""What does a STUN request say, and how is it answered? (RFC 8489, as RFC 8445 wants it)"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass

BINDING_REQUEST, BINDING_SUCCESS, BINDING_ERROR = 0x0001, 0x0101, 0x0111
USERNAME, INTEGRITY, ERROR_CODE = 0x0006, 0x0008, 0x0009
MAPPED_ADDRESS, USE_CANDIDATE, FINGERPRINT = 0x0020, 0x0025, 0x8028
COOKIE = 0x2112A442
_HEAD = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_FINGERPRINT_BYTES, _INTEGRITY_BYTES = 8, 24  # with their own heads
_FINGERPRINT_MASK = 0x5354554E  # RFC 8489 14.7

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Request:
    """A binding request. `signed` is what its HMAC was computed over, and `signature` it."""

    transaction: bytes
    username: str = ""
    signed: bytes = b""
    signature: bytes = b""
    is_nominating: bool = False

    @property
    def local_name(self) -> str:
        """Whom it is for: the part before the colon is the receiver's own (RFC 8445 7.2.2)."""
        return self.username.partition(":")[0]

    def is_signed_with(self, password: str) -> bool:
        """Whether its sender knows the password."""
        return hmac.compare_digest(_hmac(password, self.signed), self.signature)


def parse(datagram: bytes) -> Request | None:
    """A well-formed binding request with a right fingerprint; None for all else."""
    if len(datagram) < _HEAD.size:
        return None
    kind, length, cookie, transaction = _HEAD.unpack_from(datagram)
    is_whole = length % 4 == 0 and _HEAD.size + length == len(datagram)
    if kind != BINDING_REQUEST or cookie != COOKIE or not is_whole:
        return None
    found = {kind: (at, value) for at, kind, value in _attributes(datagram)}
    if not _has_right_fingerprint(datagram):
        return None
    _, username = found.get(USERNAME, (0, b""))
    at, signature = found.get(INTEGRITY, (0, b""))
    signed = _resized(datagram[:at], at + _INTEGRITY_BYTES) if at else b""
    name = username.decode("utf-8", "replace")
    return Request(transaction, name, signed, signature, USE_CANDIDATE in found)


def _attributes(datagram: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each attribute begins, its type and value; a broken one ends the list."""
    at = _HEAD.size
    while at + _ATTRIBUTE.size <= len(datagram):
        kind, length = _ATTRIBUTE.unpack_from(datagram, at)
        value = datagram[at + 4 : at + 4 + length]
        if len(value) < length:
            return
        yield at, kind, value
        at += 4 + length + -length % 4


def _has_right_fingerprint(datagram: bytes) -> bool:
    """RFC 8489 14.7: the last attribute, over all that comes before it."""
    body, tail = datagram[:-_FINGERPRINT_BYTES], datagram[-_FINGERPRINT_BYTES:]
    return len(body) >= _HEAD.size and tail == _fingerprint(body)


def success(request: Request, source: Address, password: str) -> bytes:
    """Tell a caller which address it is seen from."""
    return _answer(BINDING_SUCCESS, request, _mapped(source), password)


def refusal(request: Request, code: int, reason: str) -> bytes:
    """Say why not; unsigned, since we share no secret with that caller (RFC 8489 9.1.3)."""
    value = struct.pack("!HBB", 0, code // 100, code % 100) + reason.encode()
    return _answer(BINDING_ERROR, request, _attribute(ERROR_CODE, value), None)


def _answer(kind: int, request: Request, attributes: bytes, password: str | None) -> bytes:
    message = _HEAD.pack(kind, len(attributes), COOKIE, request.transaction) + attributes
    if password is not None:
        to_sign = _resized(message, len(message) + _INTEGRITY_BYTES)
        message = to_sign + _attribute(INTEGRITY, _hmac(password, to_sign))
    message = _resized(message, len(message) + _FINGERPRINT_BYTES)
    return message + _fingerprint(message)


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _mapped(source: Address) -> bytes:
    """RFC 8489 14.2: hidden from routers that rewrite addresses in payloads."""
    host, port = source
    number = int(ipaddress.IPv4Address(host)) ^ COOKIE
    return _attribute(MAPPED_ADDRESS, struct.pack("!HHI", 1, port ^ (COOKIE >> 16), number))


def _resized(message: bytes, whole_bytes: int) -> bytes:
    """The message as if it had that size: what a sum covers counts itself in the length."""
    return message[:2] + struct.pack("!H", whole_bytes - _HEAD.size) + message[4:]


def _hmac(password: str, message: bytes) -> bytes:
    return hmac.digest(password.encode(), message, hashlib.sha1)


def _fingerprint(message: bytes) -> bytes:
    """The attribute for a message whose length already counts it."""
    return _attribute(
        FINGERPRINT, struct.pack("!I", binascii.crc32(message) ^ _FINGERPRINT_MASK)
    )
