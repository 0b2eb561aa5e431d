"""What does a caller ask, and how is it answered? SIP, as much as a switchboard needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_END = b"\r\n\r\n"
_HEAD_MAX_BYTES = 65_536
_COMPACT = {"f": "from", "i": "call-id", "l": "content-length", "m": "contact", "t": "to"}
_COMPACT |= {"c": "content-type", "v": "via"}
_LENGTH = re.compile(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})", re.IGNORECASE)
_USER = re.compile(r"sips?:(?:([^@;>]*)@)?", re.IGNORECASE)
_URI = re.compile(r"<([^>]*)>|(sips?:[^;>\s]+)", re.IGNORECASE)
_NAME = re.compile(r'\s*"((?:[^"\\]|\\.)*)"')
_BRANCH = re.compile(r"branch\s*=\s*([^;,\s]+)", re.IGNORECASE)
_COPIED = ("Via", "Record-Route", "From", "Call-ID", "CSeq")  # RFC 3261 8.2.6.2, 12.1.1
_TRYING = 100  # no tag is needed yet (RFC 3261 8.2.6.2)
_REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    404: "Not Found",
    405: "Method Not Allowed",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in small letters."""

    method: str
    uri: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def first(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def user(self) -> str:
        """Which number is called."""
        found = _USER.match(self.uri)
        return (found[1] or "") if found else ""

    @property
    def call_id(self) -> str:
        """Which call it belongs to."""
        return self.first("call-id")

    @property
    def branch(self) -> str:
        """Which transaction it belongs to."""
        found = _BRANCH.search(self.first("via"))
        return found[1] if found else ""

    @property
    def display(self) -> str:
        """What the caller calls himself."""
        found = _NAME.match(self.first("from"))
        return found[1] if found else ""

    @property
    def contact(self) -> str:
        """Where the caller is reached."""
        found = _URI.search(self.first("contact"))
        return (found[1] or found[2]) if found else ""


def read(data: bytes) -> Request | None:
    """The request of one datagram; None for an answer, or for what is no SIP."""
    head, _, body = data.lstrip(b"\r\n").partition(_END)
    start, *lines = head.decode("utf-8", "replace").split("\r\n")
    words = start.split(" ")
    if len(words) != 3 or words[2] != "SIP/2.0":  # noqa: PLR2004 - method, URI, version
        return None
    return Request(words[0], words[1], tuple(_header(line) for line in lines), body)


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    name = name.strip().lower()
    return _COMPACT.get(name, name), value.strip()


def cut(stream: bytearray) -> Iterator[bytes]:
    """Take every whole message off a stream's beginning."""
    while True:
        del stream[: len(stream) - len(stream.lstrip(b"\r\n"))]  # RFC 5626 3.5.1
        end = stream.find(_END)
        if end < 0:
            break
        length = _LENGTH.search(stream, 0, end + 2)
        whole = end + len(_END) + (int(length[1]) if length else 0)
        if len(stream) < whole:
            return
        message = bytes(stream[:whole])
        del stream[:whole]
        yield message
    if len(stream) > _HEAD_MAX_BYTES:
        stream.clear()


def answer(
    request: Request, status: int, tag: str, *extra: tuple[str, str], body: bytes = b""
) -> bytes:
    """An answer with that status; `tag` marks our side of the call."""
    lines = [f"SIP/2.0 {status} {_REASONS[status]}"]
    for wanted in _COPIED:
        lines += [f"{wanted}: {v}" for name, v in request.headers if name == wanted.lower()]
    to = request.first("to")
    is_named = ";tag=" in to or status == _TRYING
    lines.append(f"To: {to}" if is_named else f"To: {to};tag={tag}")
    lines += [f"{name}: {value}" for name, value in extra]
    return _whole(lines, body)


def farewell(invite: Request, via: str, tag: str) -> bytes:
    """A BYE of ours within the caller's call."""
    lines = [
        f"BYE {invite.contact} SIP/2.0",
        f"Via: {via};branch=z9hG4bKtwin{tag}",
        "Max-Forwards: 70",
        f"From: {invite.first('to')};tag={tag}",
        f"To: {invite.first('from')}",
        f"Call-ID: {invite.call_id}",
        "CSeq: 1 BYE",
    ]
    return _whole(lines, b"")


def _whole(lines: list[str], body: bytes) -> bytes:
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + _END + body
