"""What goes wrong when a bridge is asked to speak WebSocket?"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from twin.bridge import SUBPROTOCOL
from twin.fault import Fault, Responds, is_janus
from twin.moves import for_ever
from twin.pages import HTML, Visit

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3


def _status(code: int, text: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    async def respond(_visit: Visit) -> web.StreamResponse:
        return web.Response(status=code, text=f"<h1>{text}</h1>", content_type=HTML)

    return respond


async def _stall(_visit: Visit) -> web.StreamResponse:
    return await for_ever()


def _accept(visit: Visit) -> str:
    key = visit.request.headers.get("Sec-WebSocket-Key", "")
    return base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode()).digest()).decode()  # noqa: S324 - RFC 6455 wants SHA-1


def _wrong_accept(_visit: Visit) -> str:
    return base64.b64encode(b"not the right answer").decode()


def _switches(
    accept: Callable[[Visit], str], subprotocol: str | None
) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """A 101 by hand, with this key and this subprotocol; then silence."""

    async def respond(visit: Visit) -> web.StreamResponse:
        offer = f"Sec-WebSocket-Protocol: {subprotocol}\r\n" if subprotocol else ""
        head = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Accept: {accept(visit)}\r\n{offer}\r\n"
        )
        assert isinstance(visit.request.transport, asyncio.Transport)
        visit.request.transport.write(head.encode())
        return await for_ever()

    return respond


def _responds(
    vi: str, en: str, respond: Callable[[Visit], Awaitable[web.StreamResponse]]
) -> Fault:
    return Fault(vi, en, Responds(respond), is_janus)


FAULTS: Mapping[str, Fault] = {
    "upgrade-refused": _responds(
        "Điểm cầu từ chối chuyển sang WebSocket (403)",
        "The bridge refuses the upgrade to WebSocket (403)",
        _status(403, "403 Forbidden"),
    ),
    "upgrade-not-found": _responds(
        "Không có dịch vụ WebSocket ở đường dẫn này (404)",
        "There is no WebSocket service at this path (404)",
        _status(404, "404 Not Found"),
    ),
    "upgrade-stall": _responds(
        "Điểm cầu im lặng khi được yêu cầu chuyển sang WebSocket",
        "The bridge is silent when asked to upgrade",
        _stall,
    ),
    "wrong-subprotocol": _responds(
        "Điểm cầu chọn giao thức con khác",
        "The bridge chooses another subprotocol",
        _switches(_accept, "chat"),
    ),
    "no-subprotocol": _responds(
        "Điểm cầu không chọn giao thức con nào",
        "The bridge chooses no subprotocol",
        _switches(_accept, None),
    ),
    "wrong-accept": _responds(
        "Khóa Sec-WebSocket-Accept sai",
        "The key Sec-WebSocket-Accept is wrong",
        _switches(_wrong_accept, SUBPROTOCOL),
    ),
    "upgrade-plain-200": _responds(
        "Một trang web trả lời thay cho WebSocket",
        "A web page answers instead of a WebSocket",
        _status(200, "Cổng họp trực tuyến"),
    ),
}
