"""Which peers talk at random? The same number always gives the same nonsense."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
from collections.abc import Sequence

from tests.yardstick.house import PAGE, answer, named, request
from tests.yardstick.lines import SERVER_HELLO
from tests.yardstick.sockets import frame, switched

_SCRAPS = (
    b"\r\n",
    b"\n\n",
    b"\x00",
    b"HTTP/1.1 ",
    b"chunked",
    b": ",
    b"-1",
    b"\xff" * 9,
    b"%s",
)
_PAGES = (
    answer(b"<p>no code</p>"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
    answer(b"<![x[<!-- <a b='<script><template><meta http-equiv=refresh content='0;url=//[x'>"),
    b"HTTP/1.1 103 Hints\r\n\r\n" + answer(b"x", head="Content-Encoding: gzip\r\n"),
)
_WORDS = (
    {"janus": "success", "data": {"id": 1}},
    {"janus": "error", "error": {"code": 458, "reason": "no"}},
    {"janus": "event", "plugindata": {"data": {"videoroom": "joined", "id": None}}},
    {"janus": "event", "plugindata": {"data": {"error_code": 426}}},
)


def _mutated(chance: random.Random, pattern: bytes) -> bytes:
    """The pattern with a few bytes changed, dropped, doubled or put in."""
    found = bytearray(pattern)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(found) + 1)
        size = chance.choice((1, 1, 2, 16))
        found[at : at + size] = chance.choice(
            (
                b"",
                chance.randbytes(size),
                bytes(found[at : at + size]) * 2,
                chance.choice(_SCRAPS),
            )
        )
    return bytes(found)


def _nonsense(chance: random.Random, patterns: Sequence[bytes]) -> bytes:
    if chance.random() < 0.3:
        return chance.randbytes(chance.randint(1, 400))
    return _mutated(chance, chance.choice(patterns))


async def _asked(reader: asyncio.StreamReader) -> bytes:
    """The head of a request; whoever sends anything else, such as a ClientHello, may go."""
    start = await reader.readexactly(4)
    if start != b"GET ":
        raise EOFError
    return start + await request(reader)


def _seed(head: bytes) -> random.Random:
    """The number that the request asks for: `GET /17 ...`."""
    return random.Random(int(re.match(rb"GET /(\d+)", head)[1]))


async def _page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    chance = _seed(await _asked(reader))
    writer.write(_nonsense(chance, _PAGES))
    await writer.drain()


async def _upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await _asked(reader)
    writer.write(_nonsense(_seed(head), [switched(head)]))
    await writer.drain()


async def _socket(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await _asked(reader)
    chance = _seed(head)
    said = [{"transaction": f"r{n}", **word} for n in range(3) for word in _WORDS]
    frames = [frame(json.dumps(message).encode()) for message in said]
    parts = [chance.choice(frames) for _ in range(chance.randint(0, 4))]
    writer.write(switched(head) + b"".join(parts) + _nonsense(chance, frames))
    await writer.drain()


_numbers = itertools.count()


async def _handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    writer.write(_nonsense(random.Random(next(_numbers)), [SERVER_HELLO, PAGE]))
    await writer.drain()


named("noise-page", _page)
named("noise-upgrade", _upgrade)
named("noise-socket", _socket)
named("noise-handshake", _handshake)
