"""Which peers misbehave before a word of HTTP is said?"""

from __future__ import annotations

import asyncio
import socket

from tests.yardstick.house import Peer, answer, named, peer, request, reset, silence

_ALERTS = {"protocol-version": 70, "handshake-failure": 40, "unrecognized-name": 112}
_HALF_A_RECORD = bytes.fromhex("1603030400020000fc0303")


@peer
async def closed_on_accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader, writer  # hangs up without a word


@peer
async def reset_on_accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    reset(writer)


named("closed-on-accept-plain", closed_on_accept)
named("reset-on-accept-plain", reset_on_accept)


def _after_hello(raw: bytes, then: str) -> Peer:
    """Hear the ClientHello, say these bytes, then close, reset or be silent."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(raw)
        await writer.drain()
        if then == "reset":
            await asyncio.sleep(0.1 if raw else 0)
            reset(writer)
        if then == "silent":
            await silence()

    return behave


named("hello-closed", _after_hello(b"", "closed"))
named("hello-reset", _after_hello(b"", "reset"))
named("hello-silent", _after_hello(b"", "silent"))
named("half-record-closed", _after_hello(_HALF_A_RECORD, "closed"))
named("half-record-reset", _after_hello(_HALF_A_RECORD, "reset"))
named("half-record-silent", _after_hello(_HALF_A_RECORD, "silent"))
named("noise-on-tls", _after_hello(b"\x00\x01\x02 no such thing as TLS here", "closed"))
for _name, _code in _ALERTS.items():
    named(f"alert-{_name}", _after_hello(bytes([21, 3, 3, 0, 2, 2, _code]), "closed"))


def _server_hello(version: int) -> bytes:
    """A ServerHello that chooses that old version, whatever the client offered."""
    body = bytes([3, version]) + bytes(range(32)) + b"\x00" + b"\xc0\x13" + b"\x00"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return bytes([22, 3, version]) + len(message).to_bytes(2, "big") + message


# One of TLS 1.2, from which the rest of the flight is missing.
SERVER_HELLO = _server_hello(3)
named("hello-of-tls10", _after_hello(_server_hello(1), "silent"))
named("hello-of-tls11", _after_hello(_server_hello(2), "silent"))


def _greets(banner: bytes) -> Peer:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(banner)
        await writer.drain()
        await reader.read(65536)
        await silence()

    return behave


named("ssh-on-tls", _greets(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))
named("ssh-on-plain", _greets(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))
named("smtp-on-tls", _greets(b"220 mail.example ESMTP\r\n"))


@peer
async def plain_http_400(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A web server that answers a ClientHello at once, as nginx and Apache do."""
    data = await reader.read(65536)
    is_plain = data.startswith(b"GET ")
    writer.write(answer() if is_plain else answer(b"?", status="400 Bad Request"))
    await writer.drain()


@peer
async def plain_http_patient(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """A web server that waits in silence until a request is whole."""
    await request(reader)
    writer.write(answer())
    await writer.drain()


@peer
async def plain_http_hangs_up(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """A web server that drops at once whatever does not begin like a request."""
    if await reader.readexactly(4) == b"GET ":
        await request(reader)
        writer.write(answer())
        await writer.drain()


@peer
async def tls_drops_plain_text(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """A TLS server that hangs up on plain text, and answers a ClientHello by an alert."""
    if (await reader.readexactly(1))[0] == 22:
        writer.write(bytes([21, 3, 3, 0, 2, 2, 40]))
        await writer.drain()


@peer
async def tls_waits_at_plain_text(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """A TLS server that says nothing to plain text."""
    if (await reader.readexactly(1))[0] == 22:
        writer.write(bytes([21, 3, 3, 0, 2, 2, 40]))
        await writer.drain()
        return
    await silence()


named("tls-alert-at-plain-text", _after_hello(bytes([21, 3, 1, 0, 2, 2, 10]), "closed"))


def full_backlog() -> tuple[int, list[socket.socket]]:
    """A port at which nobody ever accepts, and whose queue is full already."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(0)
    held = [listening]
    for _ in range(4):
        caller = socket.socket()
        caller.settimeout(0)
        caller.connect_ex(listening.getsockname())
        held.append(caller)
    return listening.getsockname()[1], held
