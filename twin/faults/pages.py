"""Which well-formed answers are nevertheless the wrong ones?"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit
from zlib import Z_FULL_FLUSH, compressobj, crc32

from aiohttp import web

from rehearsal.model import Target, TargetKind
from twin.fault import Fault, Responds, is_page, is_secure_page
from twin.pages import HTML, Visit, as_response

OUTSIDE = "https://elsewhere.invalid/"
SLOW_S = 3.0
AHEAD_S = 600.0
BOMB_PIECE_BYTES = 1 << 20
BOMB_PIECES = 110  # MB once unpacked, about 110 kB on the wire

_DEFAULT = """<!doctype html><html><head><title>Welcome to nginx!</title></head>
<body><h1>Welcome to nginx!</h1><p>If you see this page, the web server is
successfully installed and working. Further configuration is required.</p></body></html>
"""
_LOGIN = """<!doctype html><html lang="vi"><head><meta charset="utf-8">
<title>Đăng nhập</title></head><body><h1>Đăng nhập hệ thống</h1>
<form method="post" action="/login"><label>Tài khoản <input name="user"></label>
<label>Mật khẩu <input type="password" name="password"></label>
<button>Đăng nhập</button></form></body></html>
"""
_CAPTIVE = """<!doctype html><html lang="vi"><head><meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=http://login.hotspot.invalid/portal?to=1">
<title>Truy cập mạng</title></head><body><p>Thiết bị cần xác nhận điều khoản sử dụng
Wi-Fi trước khi truy cập mạng. / Please accept the terms of the network.</p></body></html>
"""


def _html(text: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    async def respond(_visit: Visit) -> web.StreamResponse:
        return web.Response(text=text, content_type=HTML)

    return respond


def _status(code: int, **headers: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """An error page with that status; an underscore in a header's name is a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    phrase = HTTPStatus(code).phrase

    async def respond(_visit: Visit) -> web.StreamResponse:
        text = f"<!doctype html><title>{code}</title><h1>{code} {phrase}</h1>"
        return web.Response(status=code, headers=named, text=text, content_type=HTML)

    return respond


def _redirect(to: Callable[[str], str]) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    async def respond(visit: Visit) -> web.StreamResponse:
        return web.Response(status=HTTPStatus.FOUND, headers={"Location": to(visit.url)})

    return respond


def _to_itself(url: str) -> str:
    return url


def _outside(_url: str) -> str:
    return OUTSIDE


def _without_tls(url: str) -> str:
    parts = urlsplit(url)
    return f"http://{parts.hostname}{parts.path}"


async def _stranger(visit: Visit) -> web.StreamResponse:
    return as_response(visit.stranger)


async def _empty(_visit: Visit) -> web.StreamResponse:
    return web.Response(body=b"", content_type=HTML)


async def _slow(visit: Visit) -> web.StreamResponse:
    await asyncio.sleep(SLOW_S)
    return as_response(visit.page)


async def _ten_minutes_fast(visit: Visit) -> web.StreamResponse:
    response = as_response(visit.page)
    told = datetime.now(UTC) + timedelta(seconds=AHEAD_S)
    response.headers["Date"] = format_datetime(told, usegmt=True)
    return response


async def _gzipped(visit: Visit) -> web.StreamResponse:
    response = as_response(visit.page)
    response.body = gzip.compress(visit.page.body)
    response.headers["Content-Encoding"] = "gzip"
    return response


async def _chunked(visit: Visit) -> web.StreamResponse:
    response = web.StreamResponse(status=visit.page.status)
    response.content_type = visit.page.content_type
    response.enable_chunked_encoding()
    await response.prepare(visit.request)
    half = len(visit.page.body) // 2
    await response.write(visit.page.body[:half])
    await response.write(visit.page.body[half:])
    return response


async def _bomb(_visit: Visit) -> web.StreamResponse:
    return web.Response(body=bomb(), headers={"Content-Encoding": "gzip"}, content_type=HTML)


@cache
def bomb() -> bytes:
    """A valid gzip of zeros; a flushed piece can be repeated, so it costs one to make."""
    packer = compressobj(9, wbits=-15)
    zeros = bytes(BOMB_PIECE_BYTES)
    piece = packer.compress(zeros) + packer.flush(Z_FULL_FLUSH)
    checksum = 0
    for _ in range(BOMB_PIECES):
        checksum = crc32(zeros, checksum)
    size = BOMB_PIECE_BYTES * BOMB_PIECES
    head = gzip.compress(b"")[:10]  # RFC 1952 2.3: the fixed part
    tail = checksum.to_bytes(4, "little") + size.to_bytes(4, "little")
    return head + piece * BOMB_PIECES + packer.flush() + tail


def _is_a_units_page(target: Target) -> bool:
    return target.kind in {TargetKind.SYSTEM, TargetKind.PAGE} and target.owner != "city"


def _responds(
    vi: str,
    en: str,
    respond: Callable[[Visit], Awaitable[web.StreamResponse]],
    suits: Callable[[Target], bool] = is_page,
) -> Fault:
    return Fault(vi, en, Responds(respond), suits)


_REDIRECTS = {
    "redirect-loop": _responds(
        "Trang chuyển hướng vòng tròn về chính nó",
        "The page redirects to itself for ever",
        _redirect(_to_itself),
    ),
    "redirect-outside": _responds(
        "Trang chuyển hướng sang máy chủ không có trong danh mục",
        "The page redirects to a host that is not in the inventory",
        _redirect(_outside),
    ),
    "redirect-to-http": _responds(
        "Trang chuyển hướng từ HTTPS về HTTP không mã hóa",
        "The page redirects from HTTPS to plain HTTP",
        _redirect(_without_tls),
        is_secure_page,
    ),
}
_STATUSES = {
    "status-404": _responds(
        "Máy chủ báo 404: không có trang này", "Status 404: no such page", _status(404)
    ),
    "status-500": _responds(
        "Máy chủ báo lỗi 500", "Status 500: internal server error", _status(500)
    ),
    "status-401": _responds(
        "Máy chủ đòi xác thực (401)",
        "Status 401: authentication required",
        _status(401, WWW_Authenticate='Basic realm="noi bo"'),
    ),
    "status-403": _responds(
        "Máy chủ cấm truy cập (403)", "Status 403: forbidden", _status(403)
    ),
    "status-429": _responds(
        "Máy chủ báo quá nhiều yêu cầu (429)",
        "Status 429: too many requests",
        _status(429, Retry_After="30"),
    ),
    "status-503": _responds(
        "Hệ thống báo đang bảo trì (503)",
        "Status 503: down for maintenance",
        _status(503, Retry_After="3600"),
    ),
}
_CONTENTS = {
    "wrong-content": _responds(
        "Trang mặc định của máy chủ web thay cho hệ thống",
        "The web server's default page instead of the system",
        _html(_DEFAULT),
    ),
    "login-page": _responds(
        "Trang đăng nhập thay cho trang trạng thái",
        "A login page instead of the expected page",
        _html(_LOGIN),
    ),
    "captive-page": _responds(
        "Trang chặn của mạng Wi-Fi hoặc tường lửa",
        "A page of the Wi-Fi network or firewall that intercepts the request",
        _html(_CAPTIVE),
    ),
    "wrong-unit": _responds(
        "Trang của đơn vị khác, mang mã của đơn vị đó",
        "The page of another unit, with that unit's code",
        _stranger,
        _is_a_units_page,
    ),
    "empty-body": _responds("Trang trống", "An empty page", _empty),
    "gzip-bomb": _responds(
        "Một tệp nén nhỏ bung ra hơn 100 MB",
        "A small gzip that unpacks to more than 100 MB",
        _bomb,
    ),
}
_SOUND = {
    "slow-response": _responds(
        "Trang đúng nhưng trả lời sau 3 giây", "The right page after 3 seconds", _slow
    ),
    "clock-ahead": _responds(
        "Trang đúng, đồng hồ của máy chủ nhanh mười phút",
        "The right page, the server's clock ten minutes fast",
        _ten_minutes_fast,
    ),
    "gzip-page": _responds(
        "Trang đúng, nén gzip (vẫn đạt)", "The right page, gzipped (healthy)", _gzipped
    ),
    "chunked-page": _responds(
        "Trang đúng, gửi theo từng khúc (vẫn đạt)",
        "The right page, chunked (healthy)",
        _chunked,
    ),
}
FAULTS: Mapping[str, Fault] = {**_REDIRECTS, **_STATUSES, **_CONTENTS, **_SOUND}
