"""Who lives in the street of misbehaving peers? Each is one function, at a port of its own.

They write bytes by hand and share nothing with the product, nor with the twin: what they
mean is what the RFCs say, not what our readers of them understand.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PEERS: dict[str, Peer] = {}
CODE = "10507"
PAGE = f"<!doctype html><title>Health</title><p>Unit {CODE}</p>".encode()
SILENCE_S = 60.0


def peer(behave: Peer) -> Peer:
    """A peer called after its function."""
    PEERS[behave.__name__.replace("_", "-")] = behave
    return behave


def named(name: str, behave: Peer) -> None:
    """A peer that one function of many makes."""
    PEERS[name] = behave


async def silence() -> None:
    """Say nothing more, until the other side goes."""
    await asyncio.sleep(SILENCE_S)


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection by RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def request(reader: asyncio.StreamReader) -> bytes:
    """The head of a whole request."""
    return await reader.readuntil(b"\r\n\r\n")


def answer(body: bytes = PAGE, *, head: str = "", status: str = "200 OK") -> bytes:
    """A whole response with its length."""
    length = f"Content-Length: {len(body)}\r\n"
    kind = "Content-Type: text/html\r\n"
    return f"HTTP/1.1 {status}\r\n{kind}{length}{head}\r\n".encode() + body


def answers(raw: bytes) -> Peer:
    """A peer that takes a request, says these bytes and closes."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(raw)
        await writer.drain()

    return behave


def floods(start: bytes, piece: bytes) -> Peer:
    """A peer that takes a request and never stops answering."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()

    return behave


async def _received(
    behave: Peer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with contextlib.suppress(OSError, EOFError, ssl.SSLError, asyncio.LimitOverrunError):
        await behave(reader, writer)
    with contextlib.suppress(OSError, ssl.SSLError):
        writer.close()
        await writer.wait_closed()


async def open_house(behave: Peer, context: ssl.SSLContext | None = None) -> int:
    """Let a peer live at a free port of 127.0.0.1."""
    server = await asyncio.start_server(
        lambda reader, writer: _received(behave, reader, writer), "127.0.0.1", 0, ssl=context
    )
    return server.sockets[0].getsockname()[1]
