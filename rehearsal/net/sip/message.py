"""What does a SIP message say, and how is one written? (RFC 3261, sections 7, 20 and 25)"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HEAD_MAX_BYTES = 32 * 1024  # thirty hops' Via and Record-Route headers fit in a tenth of it
BODY_MAX_BYTES = 64 * 1024  # no datagram holds more
HEADERS_MAX = 256
CSEQ_MAX = 2**31  # RFC 3261 8.1.1.5
BODY_FOLLOWS = b"\r\n\r\n"
# RFC 3261 7.3.3 and 20: the letters that stand for names.
_COMPACT: Mapping[str, str] = {
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "s": "subject",
    "t": "to",
    "v": "via",
}
_CLOSED_BY = {'"': '"', "<": ">"}
_NEEDED = ("via", "from", "to", "call-id", "cseq")  # RFC 3261 8.1.1
_MARKS = re.compile(r'\\.|[",;<>]')
_WORD = r"[!%*_+`'~.0-9A-Za-z-]+"  # a token, RFC 3261 25.1
_NAME = re.compile(_WORD)
_REQUEST_LINE = re.compile(rf"({_WORD}) ([^ ]+) SIP/2\.0", re.IGNORECASE)
_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6][0-9]{2})(?: (.*))?", re.IGNORECASE)
_CSEQ = re.compile(rf"([0-9]{{1,10}})[ \t]+({_WORD})")
_DIGITS = re.compile(r"[0-9]{1,10}")
_FOLD = re.compile(r"\r\n[ \t]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class MalformedMessage(ValueError):  # noqa: N818 - the peer's doing, not an error of ours
    """Bytes that are no SIP message."""


def split(value: str, separator: str) -> tuple[str, ...]:
    """The parts of a header's value; separators in quotes or angle brackets separate not."""
    parts, begin, inside = [], 0, ""
    for mark in _MARKS.finditer(value):
        sign = mark[0]
        if inside:
            inside = "" if sign == inside else inside
        elif sign in _CLOSED_BY:
            inside = _CLOSED_BY[sign]
        elif sign == separator:
            parts.append(value[begin : mark.start()].strip())
            begin = mark.end()
    parts.append(value[begin:].strip())
    return tuple(part for part in parts if part)


def parameters(parts: Iterable[str]) -> dict[str, str]:
    """`;name=value` pairs; the first one of a name counts."""
    found: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip())
    return found


@dataclass(frozen=True, slots=True)
class Address:
    """A `name-addr` or `addr-spec` (RFC 3261 20.10), with the header's own parameters."""

    uri: str
    parameters: Mapping[str, str]

    @property
    def tag(self) -> str:
        """Which side, and which branch of a forked call, this is."""
        return self.parameters.get("tag", "")


def address(value: str) -> Address:
    """Take the value of From, To, Contact or Route apart."""
    first, *rest = split(value, ";") or ("",)
    if first.endswith(">") and "<" in first:
        return Address(first[first.rindex("<") + 1 : -1].strip(), parameters(rest))
    return Address(first, parameters(rest))


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a message, in their order; names in any spelling."""

    pairs: tuple[tuple[str, str], ...] = ()

    def first(self, name: str, default: str = "") -> str:
        """The value of the first header of that name."""
        return next(iter(self.every(name)), default)

    def every(self, name: str) -> tuple[str, ...]:
        """The values of all headers of that name."""
        return tuple(value for key, value in self.pairs if key.lower() == name.lower())

    def listed(self, name: str) -> tuple[str, ...]:
        """The members of all headers of that name, which may be lists (RFC 3261 7.3.1)."""
        return tuple(part for value in self.every(name) for part in split(value, ","))

    @property
    def cseq(self) -> tuple[int, str]:
        """The number and the method of CSeq."""
        found = _CSEQ.fullmatch(self.first("CSeq"))
        if found is None or int(found[1]) >= CSEQ_MAX:
            raise MalformedMessage(f"no CSeq: {self.first('CSeq')[:60]!r}")
        return int(found[1]), found[2]

    @property
    def call_id(self) -> str:
        """Which call or registration this belongs to."""
        return self.first("Call-ID")

    @property
    def branch(self) -> str:
        """Which transaction this belongs to: the topmost Via's (RFC 3261 17.1.3)."""
        vias = self.listed("Via")
        return parameters(split(vias[0], ";")).get("branch", "") if vias else ""

    @property
    def from_tag(self) -> str:
        """The caller's side of the dialog."""
        return address(self.first("From")).tag

    @property
    def to_tag(self) -> str:
        """The called side of the dialog; empty before it has answered."""
        return address(self.first("To")).tag

    def encode(self, start: str, body: bytes) -> bytes:
        """The whole message; ValueError when a value would begin another header."""
        for name, value in self.pairs:
            if _CONTROLS.search(value) or not _NAME.fullmatch(name):
                raise ValueError(f"no header: {name!r}")
        lines = [start, *(f"{name}: {value}" for name, value in self.pairs)]
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + BODY_FOLLOWS + body


@dataclass(frozen=True, slots=True)
class Request:
    """A request, without its Content-Length, which is written when it is sent."""

    method: str
    uri: str
    headers: Headers
    body: bytes = b""

    def encode(self) -> bytes:
        """The bytes to send."""
        return self.headers.encode(f"{self.method} {self.uri} SIP/2.0", self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """A response; `reason` is the peer's own text."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""

    @property
    def is_final(self) -> bool:
        """Whether nothing more follows (RFC 3261 7.2)."""
        return self.status >= 200  # noqa: PLR2004 - the classes of RFC 3261 7.2

    @property
    def is_success(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the classes of RFC 3261 7.2

    def encode(self) -> bytes:
        """The bytes to send."""
        return self.headers.encode(f"SIP/2.0 {self.status} {self.reason}", self.body)


Message = Request | Response


@dataclass(frozen=True, slots=True)
class Head:
    """Everything before a message's body."""

    start: str
    headers: Headers = field(default_factory=Headers)

    @property
    def body_bytes(self) -> int | None:
        """What Content-Length announces; None when there is no such header."""
        told = self.headers.first("Content-Length")
        if not told:
            return None
        if not _DIGITS.fullmatch(told) or int(told) > BODY_MAX_BYTES:
            raise MalformedMessage(f"Content-Length {told[:60]!r}")
        return int(told)

    def with_body(self, body: bytes) -> Message:
        """The message; MalformedMessage when it lacks what every message has."""
        for name in _NEEDED:
            if not self.headers.first(name):
                raise MalformedMessage(f"no {name}")
        method = self.headers.cseq[1]
        if found := _STATUS_LINE.fullmatch(self.start):
            return Response(int(found[1]), found[2] or "", self.headers, body)
        found = _REQUEST_LINE.fullmatch(self.start)
        if found is None or found[1] != method:
            raise MalformedMessage(f"no start line of a {method}: {self.start[:60]!r}")
        return Request(found[1], found[2], self.headers, body)


def parse_head(data: bytes) -> Head:
    """The start line and the headers, which may be folded (RFC 3261 7.3.1)."""
    if len(data) > HEAD_MAX_BYTES:
        raise MalformedMessage(f"over {HEAD_MAX_BYTES} bytes of headers")
    text = _FOLD.sub(" ", data.decode("utf-8", "replace"))
    start, *lines = text.split("\r\n")
    if len(lines) > HEADERS_MAX:
        raise MalformedMessage(f"over {HEADERS_MAX} headers")
    if any(_CONTROLS.search(line) for line in (start, *lines)):
        raise MalformedMessage("control characters in the headers")
    return Head(start, Headers(tuple(_header(line) for line in lines)))


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    name = name.rstrip(" \t").lower()
    if not colon or not _NAME.fullmatch(name):
        raise MalformedMessage(f"no header: {line[:60]!r}")
    return _COMPACT.get(name, name), value.strip()


def parse(datagram: bytes) -> Message:
    """The message of one datagram or WebSocket frame; bytes after it are no part of it."""
    data = datagram.lstrip(b"\r\n")  # RFC 3261 7.5
    head, separator, rest = data.partition(BODY_FOLLOWS)
    if not separator:
        raise MalformedMessage(f"no end of the headers: {data[:60]!r}")
    found = parse_head(head)
    size = len(rest) if found.body_bytes is None else found.body_bytes
    if size > min(len(rest), BODY_MAX_BYTES):
        raise MalformedMessage(f"{len(rest)} bytes of a body of {size}")
    return found.with_body(rest[:size])
