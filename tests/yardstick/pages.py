"""Which peers answer HTTP, and answer it wrong? And which are only unusual?"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from urllib.parse import unquote_to_bytes

from tests.yardstick.house import (
    CODE,
    PAGE,
    Peer,
    answer,
    answers,
    floods,
    named,
    peer,
    request,
    reset,
    silence,
)

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_GZIP = "Content-Encoding: gzip\r\n"
_BOMB = gzip.compress(bytes(64 * 1024 * 1024))
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def _says_then_waits(raw: bytes) -> Peer:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(raw)
        await silence()

    return behave


named("silent-at-request", _says_then_waits(b""))
named("silent-in-status", _says_then_waits(b"HTTP/1.1 20"))
named("silent-in-headers", _says_then_waits(_HEAD))
named("silent-in-body", _says_then_waits(_HEAD + b"Content-Length: 5000\r\n\r\nhalf"))
named("silent-after-interim", _says_then_waits(b"HTTP/1.1 103 Early Hints\r\n\r\n"))
named("silent-in-chunks", _says_then_waits(_CHUNKED + b"5\r\nhello\r\n"))

named("closed-at-request", answers(b""))
named("closed-in-status", answers(b"HTTP/1.1 20"))
named("closed-in-headers", answers(_HEAD))
named("closed-in-body", answers(_HEAD + b"Content-Length: 5000\r\n\r\n" + PAGE))
named("closed-in-chunks", answers(_CHUNKED + b"50\r\n" + PAGE[:20]))
named("closed-before-last-chunk", answers(_CHUNKED + b"3\r\nabc\r\n"))

named("not-http", answers(b"+OK POP3 ready\r\n"))
named("binary-noise", answers(bytes(range(256)) * 4))
named("bad-status", answers(b"HTTP/1.1 9999 Odd\r\n\r\n"))
named("bad-length", answers(_HEAD + b"Content-Length: many\r\n\r\n"))
named("two-lengths", answers(_HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"))
named("bad-chunk", answers(_CHUNKED + b"zz\r\nabc\r\n"))
named("unasked-coding", answers(answer(PAGE, head="Content-Encoding: br\r\n")))
named("gzip-that-is-none", answers(answer(PAGE, head=_GZIP)))
named("gzip-cut-short", answers(answer(gzip.compress(PAGE)[:-12], head=_GZIP)))

named("endless-headers", floods(_HEAD, b"X-More: of the same\r\n"))
named("endless-header", floods(_HEAD + b"X-Long: ", b"a" * 4096))
named("endless-interim", floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n"))
named("endless-body", floods(_HEAD + b"\r\n", b"0" * 4096))
named("endless-chunks", floods(_CHUNKED, b"1\r\na\r\n" * 1000))
named("endless-chunk-extension", floods(_CHUNKED + b"1;x=", b"y" * 4096))
named("endless-trailers", floods(_CHUNKED + b"0\r\n", b"X-Trailer: more\r\n"))
named("gzip-bomb", answers(answer(_BOMB, head=_GZIP)))


@peer
async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One byte at a time, always just in time."""
    await request(reader)
    for byte in answer():
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.2)


@peer
async def reset_at_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    reset(writer)


@peer
async def reset_in_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(_HEAD + b"Content-Length: 5000\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(0.1)
    reset(writer)


def _redirect(name: str, location: str) -> None:
    moved = answer(b"", status="302 Found", head=f"Location: {location}\r\n")
    named(name, answers(moved))


_redirect("redirect-to-itself", "/")
_redirect("redirect-outside", "https://elsewhere.example/")
_redirect("redirect-to-no-web", "javascript:alert(1)")

for _status in (401, 403, 404, 407, 429, 500, 502, 503, 511):
    named(f"status-{_status}", answers(answer(PAGE, status=f"{_status} X")))


def _page(name: str, html: str, kind: str = "text/html; charset=utf-8") -> None:
    raw = answer(html.encode()).replace(b"text/html", kind.encode(), 1)
    named(name, answers(raw))


_page("page-of-another-unit", "<h1>Unit 10508</h1>")
_page("page-with-longer-number", f"<h1>Order {CODE}9</h1>")
_page("page-empty", "")
_page("page-default", "<h1>It works!</h1>")
_page("page-json-error", '{"status": "down"}', "application/json")
_page("page-code-in-link", f'<a href="/units/{CODE}">Back</a>')
_page("page-code-in-attribute", f'<p title="> {CODE} <">Sorry</p>')
_page("page-code-in-comment", f"<!-- {CODE} --><p>Sorry</p>")
_page("page-code-in-script", f"<script>var u = '{CODE}'</script><p>Sorry</p>")
_page(
    "page-login-echo",
    f'<form action="/login?next=/unit/{CODE}"><input type="password"></form>Sign in',
)
_page(
    "page-captive-form",
    '<form action="http://wifi.portal.example/accept"><button>Accept</button></form>',
)
_page(
    "page-captive-refresh",
    '<meta http-equiv="refresh" content="0; url=http://wifi.portal.example/">',
)

_BIG = 200_000
_page("page-of-open-tags", "<a b='" * (_BIG // 6))
_page("page-of-comments", "<!--" * (_BIG // 4))
_page("page-of-marked-sections", "<![x[<!DOCTYPE [" * (_BIG // 16))
_page("page-of-entities", "&" * _BIG)
named("tiny-chunks", answers(_CHUNKED + b"1\r\na\r\n" * 30_000 + b"0\r\n\r\n"))

# Unusual, but as the RFCs allow it: nothing is wrong here.
named("good-page", answers(answer()))
named("good-gzip", answers(answer(gzip.compress(PAGE), head=_GZIP)))
named(
    "good-chunks",
    answers(_CHUNKED + b"%x;q=1\r\n" % len(PAGE) + PAGE + b"\r\n0\r\nX: y\r\n\r\n"),
)
named("good-http10", answers(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE))
named("good-until-close", answers(_HEAD + b"\r\n" + PAGE))
named("good-interim", answers(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer()))
named(
    "good-deflate", answers(answer(zlib.compress(PAGE), head="Content-Encoding: deflate\r\n"))
)
named("good-json", answers(answer(b'{"unit": "%s"}' % CODE.encode())))
named("good-utf8-and-entity", answers(answer(f"<b>Đơn vị&nbsp;{CODE}</b>".encode())))


@peer
async def good_redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Moves once, within the same host, to an address in Vietnamese, with a gzipped nothing."""
    head = await request(reader)
    is_there = b"GET /%C4%91%C6%A1n-v%E1%BB%8B%20m%E1%BB%9Bi" in head
    moved = answer(b"", status="302 Found", head=f"Location: /đơn-vị mới\r\n{_GZIP}")
    writer.write(answer() if is_there else moved)
    await writer.drain()


@peer
async def redirect_as_asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Leads wherever the path says, byte by byte."""
    path = (await request(reader)).split(b" ")[1]
    location = unquote_to_bytes(path[1:])
    writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location)
    writer.write(b"\r\n\r\n")
    await writer.drain()


@peer
async def cookie_then_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sets a cookie and moves on; whoever brings it along is turned away."""
    head = await request(reader)
    moved = answer(b"", status="302 Found", head="Location: /in\r\nSet-Cookie: a=b\r\n")
    has_cookie = b"\r\nCookie:" in head
    page = answer(status="403 Forbidden") if has_cookie else answer()
    writer.write(page if b"GET /in" in head else moved)
    await writer.drain()
