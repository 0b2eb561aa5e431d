"""Which peers take up a WebSocket wrong, or talk nonsense once it is open? Frames by hand."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.yardstick.house import Peer, answer, answers, floods, named, request, reset, silence

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
TEXT, CLOSE, PING = 1, 8, 9

Message = dict[str, Any]
Talk = Callable[["Line"], Awaitable[None]]


def frame(data: bytes, opcode: int = TEXT, *, first: int = 0x80, masked: int = 0) -> bytes:
    """One frame; `first` are FIN and the reserved bits (RFC 6455 5.2)."""
    size = len(data)
    if size < 126:
        head = bytes([first | opcode, masked | size])
    elif size < 65536:
        head = bytes([first | opcode, masked | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first | opcode, masked | 127]) + size.to_bytes(8, "big")
    return head + data


def close(code: int) -> bytes:
    """A Close frame."""
    return frame(code.to_bytes(2, "big") + b"bye", CLOSE)


class Line:
    """The bridge's end of an open WebSocket, which knows only what a Janus client sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def hear(self) -> Message:
        """The next text frame of the client, unmasked."""
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2), "big")
        mask = await self.reader.readexactly(4)
        data = await self.reader.readexactly(size)
        if first & 0x0F != TEXT:
            return await self.hear()
        return json.loads(bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    async def say(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(raw)
        await self.writer.drain()

    async def tell(self, to: Message, **message: Any) -> None:
        """Answer a request of the client."""
        told = {"transaction": to["transaction"], **message}
        await self.say(frame(json.dumps(told).encode()))

    async def let_in(self) -> Message:
        """Session and handle as they should be; the request that comes then."""
        for number in (11, 22):
            await self.tell(await self.hear(), janus="success", data={"id": number})
        return await self.hear()


def _accept(head: bytes) -> str:
    line = next(x for x in head.split(b"\r\n") if x.lower().startswith(b"sec-websocket-key:"))
    key = line.partition(b":")[2].strip()
    return base64.b64encode(hashlib.sha1(key + _GUID).digest()).decode()


def switched(head: bytes, **changed: str) -> bytes:
    """The answer that takes up a WebSocket, with some of its headers changed or left out."""
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": _accept(head),
        "Sec-WebSocket-Protocol": "janus-protocol",
    } | {name.replace("_", "-"): value for name, value in changed.items()}
    rows = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"HTTP/1.1 101 Switching Protocols\r\n{rows}\r\n".encode()


def _upgrades(**changed: str) -> Peer:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(switched(await request(reader), **changed))
        await silence()

    return behave


named("ws-wrong-accept", _upgrades(Sec_WebSocket_Accept="AAAAAAAAAAAAAAAAAAAAAAAAAAA="))
named("ws-no-accept", _upgrades(Sec_WebSocket_Accept=""))
named("ws-wrong-subprotocol", _upgrades(Sec_WebSocket_Protocol="chat"))
named("ws-no-subprotocol", _upgrades(Sec_WebSocket_Protocol=""))
named("ws-no-upgrade", _upgrades(Upgrade=""))
named("ws-forbidden", answers(answer(b"no", status="403 Forbidden")))
named("ws-plain-page", answers(answer()))
named("ws-closed", answers(b""))
named("ws-cut-short", answers(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso"))
named("ws-noise", answers(b"I am no web server at all\r\n\r\n"))
named("ws-endless-headers", floods(b"HTTP/1.1 101 Switching\r\nX: ", b"a" * 4096))


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del writer
    await request(reader)
    await silence()


async def _breaks_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    reset(writer)


named("ws-silent", _silent)
named("ws-reset", _breaks_off)


def _talks(name: str, talk: Talk) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(switched(await request(reader)))
        await talk(Line(reader, writer))

    named(name, behave)


def _at_first_word(name: str, raw: bytes, *, waits: bool = True) -> None:
    async def talk(line: Line) -> None:
        await line.hear()
        await line.say(raw)
        if waits:
            await silence()

    _talks(name, talk)


_at_first_word("janus-mute", b"")
_at_first_word("janus-no-json", frame(b"{not json"))
_at_first_word("janus-a-list", frame(b"[1, 2]"))
_at_first_word("janus-no-word", frame(b'{"hello": 1}'))
_at_first_word("janus-deep", frame(b"[" * 60000))
_at_first_word("janus-bad-utf8", frame(b"\xff\xfe{}"))
_at_first_word("janus-masked", frame(b"abcd{}", masked=0x80))
_at_first_word("janus-compressed", frame(b"\xaa\x56\x4a", first=0xC0))
_at_first_word("janus-reserved-opcode", frame(b"{}", 3))
_at_first_word("janus-huge-announced", bytes([0x81, 127]) + (1 << 40).to_bytes(8, "big"))
_at_first_word("janus-huge", frame(b'{"a": "' + b"b" * (2 << 20) + b'"}'))
_at_first_word("janus-closed-1011", close(1011))
_at_first_word("janus-closed-1013", close(1013))
_at_first_word("janus-closed-1000", close(1000))
_at_first_word("janus-gone", b"", waits=False)
_at_first_word("janus-half-frame", frame(b'{"janus": "success"}')[:9], waits=False)


def _repeats(name: str, piece: bytes, start: bytes = b"") -> None:
    async def talk(line: Line) -> None:
        await line.hear()
        await line.say(start)
        while True:
            await line.say(piece)

    _talks(name, talk)


_FRAGMENT = frame(b"a", first=0)
_repeats("janus-pings", frame(b"", PING) * 500)
_repeats("janus-endless-message", frame(b"b" * 100, 0, first=0) * 10, _FRAGMENT)
_repeats("janus-endless-nothing", frame(b"", 0, first=0) * 500, _FRAGMENT)
_repeats("janus-chatter", frame(b'{"janus": "event"}') * 100)


async def _resets(line: Line) -> None:
    await line.hear()
    await asyncio.sleep(0.05)
    reset(line.writer)


_talks("janus-reset", _resets)


def _refuses(name: str, code: int) -> None:
    async def talk(line: Line) -> None:
        asked = await line.let_in()
        await line.tell(asked, janus="ack")
        data = {"videoroom": "event", "error_code": code, "error": "no"}
        await line.tell(asked, janus="event", plugindata={"data": data})
        await silence()

    _talks(name, talk)


_refuses("janus-no-such-room", 426)
_refuses("janus-room-full", 432)
_refuses("janus-pin-wrong", 433)
_refuses("janus-pin-missing", 429)
_refuses("janus-unknown-error", 499)


def _joins(name: str, plugin: Any) -> None:
    async def talk(line: Line) -> None:
        await line.tell(await line.let_in(), janus="event", plugindata=plugin)
        await silence()

    _talks(name, talk)


_joins("janus-plugindata-a-list", [1])
_joins("janus-joined-without-id", {"data": {"videoroom": "joined"}})
_joins("janus-code-a-list", {"data": {"error_code": [426]}})


async def _acknowledges(line: Line) -> None:
    await line.tell(await line.let_in(), janus="ack")
    await silence()


async def _no_session(line: Line) -> None:
    error = {"code": 403, "reason": "Unauthorized request"}
    await line.tell(await line.hear(), janus="error", error=error)
    await silence()


async def _healthy(line: Line) -> None:
    asked = await line.let_in()
    await line.tell(asked, janus="ack")
    await line.say(frame(b"", PING))
    joined = {"videoroom": "joined", "id": 7}
    await line.tell(asked, janus="event", plugindata={"data": joined})
    listed = {"videoroom": "participants", "participants": [{"id": 7}]}
    await line.tell(await line.hear(), janus="success", plugindata={"data": listed})
    left = {"videoroom": "event", "leaving": "ok"}
    await line.tell(await line.hear(), janus="event", plugindata={"data": left})
    await line.tell(await line.hear(), janus="success")


_talks("janus-only-acknowledges", _acknowledges)
_talks("janus-no-session", _no_session)
_talks("good-janus", _healthy)
