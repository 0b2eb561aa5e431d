"""Who takes up ndt7, and then does what no line should? Each in its own way.

`python -m tests.servers.ndt7.rude` says in one line of JSON at which port each listens.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Awaitable, Callable

from tests.servers.children import until_parent_ends

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
Writer = asyncio.StreamWriter


async def _repeat(writer: Writer, piece: bytes) -> None:
    while not writer.is_closing():
        writer.write(piece)
        await writer.drain()


async def _tiny_frames(writer: Writer) -> None:
    await _repeat(writer, b"\x82\x01x" * 10_000)


async def _pings(writer: Writer) -> None:
    await _repeat(writer, b"\x89\x00" * 10_000)


async def _huge_announced(writer: Writer) -> None:
    writer.write(b"\x82\x7f" + (1 << 40).to_bytes(8, "big"))


async def _endless_message(writer: Writer) -> None:
    writer.write(b"\x02\x01x")
    await _repeat(writer, b"\x00\x7e\x40\x00" + b"x" * 0x4000)


async def _no_frames(writer: Writer) -> None:
    await _repeat(writer, b"\xff" * 4096)


async def _closes(writer: Writer) -> None:
    writer.write(b"\x88\x02\x03\xe8")


async def _hangs_up(writer: Writer) -> None:
    writer.transport.abort()


async def _babbles(writer: Writer) -> None:
    """Measurements that are none, between honest load."""
    load = b"\x82\x7e\x20\x00" + b"x" * 0x2000
    for text in (b"[]", b"{", b"\xff\xfe", b'{"TCPInfo": {"MinRTT": -1}}', b"[" * 120):
        writer.write(b"\x81" + bytes([len(text)]) + text + load)
    while not writer.is_closing():
        await asyncio.sleep(0.01)
        writer.write(load)


RUDE: dict[str, Callable[[Writer], Awaitable[None]]] = {
    "tiny-frames": _tiny_frames,
    "pings": _pings,
    "huge-announced": _huge_announced,
    "endless-message": _endless_message,
    "no-frames": _no_frames,
    "closes": _closes,
    "hangs-up": _hangs_up,
    "babbles": _babbles,
}


async def _serve(behave: Callable[[Writer], Awaitable[None]]) -> int:
    async def meet(reader: asyncio.StreamReader, writer: Writer) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = re.search(r"Sec-WebSocket-Key: (\S+)", head, re.IGNORECASE)[1]
        accept = base64.b64encode(hashlib.sha1(f"{key}{GUID}".encode()).digest()).decode()
        writer.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Protocol: net.measurementlab.ndt.v7\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        try:
            await behave(writer)
            await reader.read()
        except (ConnectionError, asyncio.CancelledError):
            pass  # the caller had enough, or the parent ended
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _main() -> None:
    await until_parent_ends({name: await _serve(behave) for name, behave in RUDE.items()})


if __name__ == "__main__":
    asyncio.run(_main())
