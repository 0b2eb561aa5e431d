"""How do the tests get an H.323 device? Its H.225.0 is pycrate's, made from ITU-T's own ASN.1.

No H.323 stack can be installed from Debian, PyPI or npm; Q.931 around it is read by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pycrate_asn1dir import H225

INFORMATION = H225.H323_MESSAGES.H323_UserInformation
VERSION = (0, 0, 8, 2250, 0, 4)
SETUP, RELEASE = 0x05, 0x5A
KINDS = {"callProceeding": 0x02, "alerting": 0x01, "connect": 0x07, "releaseComplete": RELEASE}
FROM_CALLED = 0x8000


@dataclass
class Heard:
    """What a caller has said to the device, by the names of H.225.0."""

    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.messages]


@dataclass
class Caller:
    """One caller's connection, as the device sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    reference: int = 0
    guid: bytes = b""

    def say(self, name: str, *, cause: int | None = None, other: bool = False, **part: Any):
        """One message; `other` is of a call that the caller never made."""
        body = {"protocolIdentifier": VERSION, "callIdentifier": {"guid": self.guid}, **part}
        if name in ("callProceeding", "alerting", "connect"):
            body |= {"destinationInfo": {"mcu": {}, "mc": True, "undefinedNode": False}}
            body |= {"multipleCalls": False, "maintainConnection": False}
        if name == "connect":
            body["conferenceID"] = bytes(16)
        pdu = {"h323-message-body": (name, body), "h245Tunnelling": False}
        INFORMATION.set_val({"h323-uu-pdu": pdu})
        user = b"\x05" + INFORMATION.to_aper()
        told = b"" if cause is None else bytes([0x08, 2, 0x80, 0x80 | cause])
        reference = (self.reference ^ int(other)) | FROM_CALLED
        message = bytes([8, 2]) + reference.to_bytes(2, "big") + bytes([KINDS[name]])
        message += told + b"\x7e" + len(user).to_bytes(2, "big") + user
        self.writer.write(b"\x03\x00" + (len(message) + 4).to_bytes(2, "big") + message)

    async def hear(self) -> tuple[str, dict[str, Any]]:
        """The caller's next message, decoded; IncompleteReadError once it has hung up."""
        head = await self.reader.readexactly(4)
        assert head[:2] == b"\x03\x00"
        body = await self.reader.readexactly(int.from_bytes(head[2:], "big") - 4)
        assert body[:2] == b"\x08\x02"
        self.reference = int.from_bytes(body[2:4], "big")
        assert 0 < self.reference < FROM_CALLED
        elements = dict(_elements(body[5:]))
        INFORMATION.from_aper(elements[0x7E][1:])
        name, part = INFORMATION.get_val()["h323-uu-pdu"]["h323-message-body"]
        assert {"setup": SETUP, "releaseComplete": RELEASE}[name] == body[4]
        self.guid = part["callIdentifier"]["guid"]
        return name, part | {"elements": elements}


def _elements(data: bytes):
    while data:
        size = 2 if data[0] == 0x7E else 1
        length = int.from_bytes(data[1 : 1 + size], "big")
        yield data[0], data[1 + size : 1 + size + length]
        data = data[1 + size + length :]


Answer = Callable[[Caller], None]


@asynccontextmanager
async def device(answer: Answer) -> AsyncIterator[tuple[int, Heard]]:
    """A device that answers every SETUP so; gives its port, and what it has heard."""
    heard = Heard()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = Caller(reader, writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.is_closing():
                heard.messages.append(await caller.hear())
                if heard.names[-1] == "setup":
                    answer(caller)
                else:
                    break
        writer.close()
        heard.is_over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()
        await server.wait_closed()
