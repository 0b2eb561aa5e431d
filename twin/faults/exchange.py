"""What goes wrong with the bytes of an HTTP exchange?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from twin.fault import Fault, Responds, Swaps, is_page, is_plain
from twin.moves import FLOOD_BYTES, flood, for_ever, reset
from twin.pages import HTML, Visit

DRIP_PAUSE_S = 1.0
_HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}; charset=utf-8\r\n"
_HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def _line(visit: Visit) -> asyncio.Transport:
    """The connection below the web server."""
    transport = visit.request.transport
    assert isinstance(transport, asyncio.Transport)
    return transport


def _sized_head(visit: Visit) -> bytes:
    return f"{_HEAD}Content-Length: {len(visit.page.body)}\r\n\r\n".encode()


def _first_half(visit: Visit) -> bytes:
    """The right head with half of the body."""
    return _sized_head(visit) + visit.page.body[: len(visit.page.body) // 2]


async def _silent(_visit: Visit) -> web.StreamResponse:
    return await for_ever()


async def _stalled(visit: Visit) -> web.StreamResponse:
    _line(visit).write(_first_half(visit))
    return await for_ever()


async def _drip(visit: Visit) -> web.StreamResponse:
    _line(visit).write(_sized_head(visit))
    for byte in visit.page.body:
        _line(visit).write(bytes([byte]))
        await asyncio.sleep(DRIP_PAUSE_S)
    return await for_ever()


async def _truncated(visit: Visit) -> web.StreamResponse:
    _line(visit).write(_first_half(visit))
    _line(visit).close()
    return await for_ever()


async def _chunk_truncated(visit: Visit) -> web.StreamResponse:
    half = visit.page.body[: len(visit.page.body) // 2]
    head = f"{_HEAD}Transfer-Encoding: chunked\r\n\r\n{len(visit.page.body):x}\r\n"
    _line(visit).write(head.encode() + half)
    _line(visit).close()
    return await for_ever()


async def _closed(visit: Visit) -> web.StreamResponse:
    _line(visit).close()
    return await for_ever()


async def _cut(visit: Visit) -> web.StreamResponse:
    reset(_line(visit))
    return await for_ever()


async def _cut_midway(visit: Visit) -> web.StreamResponse:
    _line(visit).write(_first_half(visit))
    await asyncio.sleep(0.05)  # RST overtakes what the caller has not read yet
    reset(_line(visit))
    return await for_ever()


def _floods(start: str, piece: bytes) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """Begin so, then repeat the piece without end."""

    async def respond(visit: Visit) -> web.StreamResponse:
        _line(visit).write(start.encode())
        await flood(_line(visit), piece * (FLOOD_BYTES // len(piece)))
        return await for_ever()

    return respond


async def _garbage(visit: Visit) -> web.StreamResponse:
    _line(visit).write(b"\x00\xffICY \x80\x81 no status line\r\n\r\n")
    _line(visit).close()
    return await for_ever()


def _responds(
    vi: str, en: str, respond: Callable[[Visit], Awaitable[web.StreamResponse]]
) -> Fault:
    return Fault(vi, en, Responds(respond), is_page)


_INCOMPLETE = {
    "response-timeout": _responds(
        "Máy chủ nhận yêu cầu rồi im lặng",
        "The server takes the request and says nothing",
        _silent,
    ),
    "response-stalled": _responds(
        "Nửa trang rồi im lặng", "Half a page, then silence", _stalled
    ),
    "response-drip": _responds("Mỗi giây chỉ một byte", "One byte a second", _drip),
    "response-truncated": _responds(
        "Trang ngắn hơn độ dài đã báo, rồi đóng kết nối",
        "The body is shorter than announced, then the connection closes",
        _truncated,
    ),
    "chunked-truncated": _responds(
        "Trang gửi theo khúc bị cắt giữa chừng",
        "A chunked body breaks off in the middle of a chunk",
        _chunk_truncated,
    ),
    "closed-before-response": _responds(
        "Máy chủ đóng kết nối mà không trả lời",
        "The server closes the connection without an answer",
        _closed,
    ),
    "reset-before-response": _responds(
        "Kết nối bị ngắt đột ngột trước khi có câu trả lời",
        "The connection is reset before any answer",
        _cut,
    ),
    "reset-mid-response": _responds(
        "Kết nối bị ngắt đột ngột giữa câu trả lời",
        "The connection is reset in the middle of the answer",
        _cut_midway,
    ),
}
_ENDLESS = {
    "endless-body": _responds(
        "Trang dài vô tận", "A body without end", _floods(f"{_HEAD}\r\n", b"0" * 1024)
    ),
    "header-flood": _responds(
        "Phần đầu trả lời dài vô tận",
        "Headers without end",
        _floods(_HEAD, b"X-Flood: " + b"0" * 100 + b"\r\n"),
    ),
    "continue-flood": _responds(
        "Vô số câu trả lời tạm (100, 103) mà không có câu trả lời thật",
        "Interim answers (100, 103) without end and no final one",
        _floods("", _CONTINUE + _HINT),
    ),
}
_WRONG = {
    "malformed-response": _responds(
        "Câu trả lời không phải là HTTP", "The answer is not HTTP", _garbage
    ),
    "tls-on-plain-port": Fault(
        "Cổng HTTP lại đòi TLS",
        "A TLS server answers on the plain HTTP port",
        Swaps(),
        is_plain,
    ),
}
FAULTS: Mapping[str, Fault] = {**_INCOMPLETE, **_ENDLESS, **_WRONG}
