"""How does a peer break off, say nothing, or never end?"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

Greet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
FLOOD_BYTES = 32_768
FLOOD_PAUSE_S = 0.01  # 3 MB/s: past every cap of a prober at once, cheap for us
BUFFER_BYTES = 262_144


def reset(transport: asyncio.BaseTransport) -> None:
    """Send RST: no time to linger (socket(7), SO_LINGER), then close."""
    line = transport.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    cut(transport)


def cut(transport: asyncio.BaseTransport) -> None:
    """Send FIN at once, without any farewell of TLS or WebSocket."""
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


async def for_ever() -> web.StreamResponse:
    """Answer nothing more; the server cancels us when the caller has gone."""
    await asyncio.Event().wait()
    raise AssertionError  # not reached


async def finish_quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send FIN and keep reading: closing with bytes unread would send RST instead."""
    writer.write_eof()
    await swallow(reader)


async def swallow(reader: asyncio.StreamReader) -> None:
    """Read and forget until the caller has gone."""
    while await reader.read(FLOOD_BYTES):
        pass


async def flood(transport: asyncio.Transport, piece: bytes) -> None:
    """Write the piece again and again, as long as the caller takes it."""
    while not transport.is_closing():
        if transport.get_write_buffer_size() < BUFFER_BYTES:
            transport.write(piece)
        await asyncio.sleep(FLOOD_PAUSE_S)


async def shake_hands(
    context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Refuse by the book: asyncio's own TLS drops the alert that says why.

    A caller that does satisfy the context is let in and sent away.
    """
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_side=True)
    is_settled = False
    while not is_settled and (flight := await reader.read(FLOOD_BYTES)):
        incoming.write(flight)
        is_settled = _is_settled(session)
        writer.write(outgoing.read())
    await finish_quietly(reader, writer)


def _is_settled(session: ssl.SSLObject) -> bool:
    """Go on with the handshake: agreed or refused, the last word is in the outgoing bytes."""
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        return True
    return True
