"""What does a web server answer to one question, within our caps and deadlines?"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urljoin

import h11

from rehearsal.model import Failure, Step
from rehearsal.net import looks
from rehearsal.net.door import Caps, Door, Opened, Place
from rehearsal.net.tls import alert_kind, page_wants_certificate
from rehearsal.net.trail import Stopped, step, stop
from rehearsal.net.wire import Stream, TooMuch

SLICE_BYTES = 64 * 1024  # neighbours get their turn between slices of unpacking
HEADER_BYTES = 32 * 1024
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
REDIRECTS = (301, 302, 303, 307, 308)
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_BAD_REQUEST = 400
_TONGUE = b"HTTP/"  # RFC 9112 4: how every answer begins


@dataclass(frozen=True, slots=True)
class Question:
    """One request; `keeps` asks the peer to leave the connection open after it.

    `is_private`: neither its address nor what it brings may be written down.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    keeps: bool = False
    is_private: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether asking twice does no more than asking once (RFC 9110 9.2.2)."""
        return self.method in _IDEMPOTENT


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer: status, headers (names in lower case) and the unpacked body.

    `cookies` are the values of `Set-Cookie`, which cannot be joined (RFC 9110 5.3).
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    first_byte_s: float
    redirects: tuple[str, ...] = ()
    silent_addresses: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is shown as such."""
        return self.body.decode("utf-8", errors="replace")


async def get(door: Door, url: str, *, every_address: bool = False) -> Page:
    """GET a page, following redirects to hosts of the inventory only; Stopped if none."""
    visited: list[str] = []
    while True:
        page = await _one(door, url, every_address=every_address)
        location = page.headers.get("location", "")
        if page.status not in REDIRECTS or not location:
            return replace(page, redirects=tuple(visited))
        visited.append(url)
        url = following(door, url, location)
        if url in visited or len(visited) > door.caps.redirects:
            raise stop(Step.HTTP_EXCHANGE, "redirect_loop", " -> ".join([*visited, url]))


def following(door: Door, url: str, location: str) -> str:
    """The address that a page leads to, if it is ours to visit; Stopped when it is not."""
    try:
        target = urljoin(url, location).partition("#")[0]
        place = door.place(target)
    except ValueError:
        raise stop(Step.HTTP_EXCHANGE, "redirect_refused", f"to {location!r}") from None
    if not door.allows(place):
        reason = f"to {place.host}, which is not in the inventory"
    elif url.startswith("https:") and place.scheme != "https":
        reason = f"from https down to {place.scheme}"
    else:
        return target
    raise stop(Step.HTTP_EXCHANGE, "redirect_refused", reason)


async def _one(door: Door, url: str, *, every_address: bool) -> Page:
    opened = await door.open(url, every_address=every_address)
    try:
        page = await exchange(door, opened, Question(opened.place.url))
    except Stopped as ended:
        raise Stopped(await _second_opinion(door, opened, ended.failure)) from ended
    finally:
        opened.stream.abort()
    await _refuse_wrong_layer(door, opened, page)
    return replace(page, silent_addresses=opened.silent_addresses)


async def _second_opinion(door: Door, opened: Opened, failure: Failure) -> Failure:
    if opened.place.is_secure:
        return failure
    opened.stream.abort()
    return await looks.again_with_tls(failure, opened.wire, opened.place.host, door.tls)


async def _refuse_wrong_layer(door: Door, opened: Opened, page: Page) -> None:
    """A 400 may mean that the fault lies a layer below (so nginx tells it)."""
    if page.status != _BAD_REQUEST:
        return
    if opened.place.is_secure and page_wants_certificate(page.status, page.body):
        raise stop(Step.TLS_HANDSHAKE, "client_certificate_required", page.text[:200])
    if not opened.place.is_secure and await looks.shakes_hands(
        *opened.wire.peer, opened.place.host, door.tls
    ):
        raise stop(Step.HTTP_EXCHANGE, "peer_is_tls", page.text[:200])


def spoken() -> h11.Connection:
    """Our side of a conversation in HTTP/1.1, before its first word."""
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_BYTES)


class _Exchange:
    """One request and its answer; knows how far the answer has come."""

    def __init__(self, stream: Stream, caps: Caps, talk: h11.Connection) -> None:
        self._stream = stream
        self._caps = caps
        self._http = talk
        self._notices = 0
        self._head = b""
        self.raw_bytes = 0
        self.first_byte_at: float | None = None
        self.response: h11.Response | None = None

    def late(self) -> str:
        """What a deadline means now: nothing came, or it stopped coming."""
        return "response_stalled" if self.raw_bytes else "response_timeout"

    def ask(self, place: Place, marker: str, question: Question) -> None:
        headers = {
            "Host": place.authority,
            "User-Agent": f"rehearsal ({marker})",
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Cache-Control": "no-cache",
            "Connection": "keep-alive" if question.keeps else "close",
            **question.headers,
        }
        if question.body or question.method == "POST":
            headers["Content-Length"] = str(len(question.body))
        request = h11.Request(
            method=question.method, target=place.path, headers=list(headers.items())
        )
        said = self._http.send(request) or b""
        if question.body:
            said += self._http.send(h11.Data(question.body)) or b""
        self._stream.write(said + (self._http.send(h11.EndOfMessage()) or b""))

    async def head(self) -> h11.Response:
        """The final response's status and headers."""
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                self.response = event
                return event
            self._notices += 1
            if self._notices > self._caps.notices:
                told = f"over {self._caps.notices} informational responses"
                raise stop(Step.HTTP_EXCHANGE, "malformed_response", told)

    async def body(self, encoding: str) -> bytes:
        """The body, unpacked within the caps."""
        unpacker = _Unpacker(encoding, self._caps.unpacked_bytes)
        pieces = 0
        while isinstance(event := await self._event(), h11.Data):
            pieces += 1
            if pieces > self._caps.pieces:
                raise TooMuch(f"over {self._caps.pieces} pieces of a body")
            await unpacker.add(bytes(event.data))
        return unpacker.whole()

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._stream.read()
            if not data and self.response is None:
                raise EOFError
            self._count(data)
            self._refuse_other_tongues(data)
            self._http.receive_data(data)
        return event

    def _refuse_other_tongues(self, data: bytes) -> None:
        """Know from its first bytes a peer that speaks no HTTP; it may never end its line."""
        if len(self._head) < len(_TONGUE):
            self._head += data[: len(_TONGUE) - len(self._head)]
            if not _TONGUE.startswith(self._head):
                told = f"the answer begins with {data[:40]!r}"
                raise stop(Step.HTTP_EXCHANGE, "malformed_response", told)

    def _count(self, data: bytes) -> None:
        if self.first_byte_at is None:
            self.first_byte_at = asyncio.get_running_loop().time()
        self.raw_bytes += len(data)
        if self.raw_bytes > self._caps.wire_bytes:
            raise TooMuch(f"over {self._caps.wire_bytes} bytes")


class _Unpacker:
    """Undoes a content coding bit by bit, so that no small answer can fill the memory."""

    def __init__(self, encoding: str, cap_bytes: int) -> None:
        self._cap_bytes = cap_bytes
        self._body = bytearray()
        self._is_empty = True
        self._zlib = None
        if encoding not in ("", "identity"):
            if encoding not in _WINDOW_BITS:
                told = f"content coding {encoding[:40]!r} was not asked for"
                raise stop(Step.HTTP_EXCHANGE, "malformed_response", told)
            self._zlib = zlib.decompressobj(_WINDOW_BITS[encoding])

    async def add(self, data: bytes) -> None:
        self._is_empty = False
        if self._zlib is None:
            self._body += data
            return
        while data and not self._zlib.eof:
            self._body += self._zlib.decompress(data, SLICE_BYTES)
            data = self._zlib.unconsumed_tail
            if len(self._body) > self._cap_bytes:
                told = f"over {self._cap_bytes} bytes unpacked"
                raise stop(Step.HTTP_EXCHANGE, "decompression_bomb", told)
            await asyncio.sleep(0)

    def whole(self) -> bytes:
        if self._zlib is not None and not (self._zlib.eof or self._is_empty):
            told = "the compressed body ends in the middle"
            raise stop(Step.HTTP_EXCHANGE, "response_truncated", told)
        return bytes(self._body)


async def exchange(
    door: Door, opened: Opened, question: Question, talk: h11.Connection | None = None
) -> Page:
    """Ask one question where a stream is open; Stopped when there is no whole answer.

    `talk` is the conversation to go on with, or a new one.
    """
    exchange = _Exchange(opened.stream, door.caps, talk or spoken())
    async with step(Step.HTTP_EXCHANGE, door.deadlines.http_s, exchange.late) as rung:
        began_at = asyncio.get_running_loop().time()
        try:
            exchange.ask(opened.place, door.marker, question)
            response = await exchange.head()
            headers = {k.decode(): v.decode(errors="replace") for k, v in response.headers}
            rung.note(http_status=response.status_code, **_shown(question, headers))
            body = await exchange.body(headers.get("content-encoding", "").strip().lower())
        except _BROKEN as problem:
            rung.note(bytes=exchange.raw_bytes)
            raise _failure(exchange, problem) from problem
        rung.note(bytes=exchange.raw_bytes)
        if not (question.is_private or rung.is_forgotten):
            rung.note(**_quoted(body))
        return Page(
            opened.place.url,
            response.status_code,
            headers,
            body,
            first_byte_s=(exchange.first_byte_at or began_at) - began_at,
            cookies=tuple(v.decode("latin-1") for k, v in response.headers if k == _COOKIE),
        )


EXCERPT_BYTES = 512
_BROKEN = (h11.RemoteProtocolError, ssl.SSLError, OSError, EOFError, TooMuch, zlib.error)
_COOKIE = b"set-cookie"
_WORTH_SHOWING = ("server", "content-type", "location", "retry-after", "date", "via")


def _shown(question: Question, headers: Mapping[str, str]) -> dict[str, object]:
    """What may be written down of an exchange: of a private one neither way nor destination."""
    told = {f"header_{k}": headers[k][:200] for k in _WORTH_SHOWING if k in headers}
    if not question.is_private:
        return {"url": question.url, **told}
    told.pop("header_location", None)
    return {"url": question.url.partition("?")[0], **told}


def _quoted(body: bytes) -> dict[str, object]:
    excerpt = body[:EXCERPT_BYTES].decode("utf-8", errors="replace")
    return {"body_sha256": hashlib.sha256(body).hexdigest(), "excerpt": excerpt}


def _failure(exchange: _Exchange, problem: Exception) -> Stopped:
    if isinstance(problem, ssl.SSLError):
        kind, detail = alert_kind(problem, asked=False)
        if kind == "client_certificate_required":
            return stop(Step.TLS_HANDSHAKE, kind, detail)
        return stop(Step.HTTP_EXCHANGE, "connection_reset", detail)
    return stop(Step.HTTP_EXCHANGE, _kind(exchange, problem), f"{problem}")


def _kind(exchange: _Exchange, problem: Exception) -> str:
    if isinstance(problem, TooMuch):
        return "response_too_large"
    if isinstance(problem, EOFError):
        return "response_truncated" if exchange.raw_bytes else "connection_closed_early"
    if isinstance(problem, OSError):
        return "connection_reset"
    if isinstance(problem, h11.RemoteProtocolError) and _is_cut_short(exchange, problem):
        return "response_truncated"
    return "malformed_response"


def _is_cut_short(exchange: _Exchange, problem: h11.RemoteProtocolError) -> bool:
    """Whether h11 complains of an early end, and not of what was said (RFC 9112 8)."""
    return exchange.response is not None and "closed connection" in str(problem)
