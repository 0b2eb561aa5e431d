"""How does an H.323 device take a call? One of 1996, of which H.225.0 asks least.

Written from ITU-T Q.931 and H.225.0 (version 1), octet for octet.
"""

from __future__ import annotations

import asyncio

_SETUP, _ALERTING, _RELEASE_COMPLETE = 5, 1, 0x5A
_HEAD_BYTES = 4  # of a TPKT (RFC 1006 6)
_REFERENCE = slice(6, 8)  # in a packet, after the TPKT, 08 and its own length
_TYPE = 8
# H323-UserInformation in packed encoding: the body's choice, version 1, then an MCU that
# has a controller; or the reason `inConf`.
_ALERTS = bytes.fromhex("03000600 08914a00 010440")
_IS_BUSY = bytes.fromhex("05400600 08914a00 0150")
_CAUSE_BUSY = bytes.fromhex("08028091")  # Q.850 17


async def ring(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let every call ring until its caller hangs up."""
    while packet := await _called(reader):
        if packet[_TYPE] == _RELEASE_COMPLETE:
            return
        writer.write(_packet(_ALERTING, packet[_REFERENCE], b"", _ALERTS))


async def be_busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the call, and let it fall."""
    if packet := await _called(reader):
        writer.write(_packet(_RELEASE_COMPLETE, packet[_REFERENCE], _CAUSE_BUSY, _IS_BUSY))
        await reader.read()


async def talk_otherwise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as a web server does."""
    await _called(reader)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    await reader.read()


async def be_mute(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take every word and say none."""
    await reader.read()


async def hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Listen to the call, and leave."""
    await _called(reader)


async def _called(reader: asyncio.StreamReader) -> bytes:
    """The next packet of the caller; empty once it has hung up."""
    try:
        head = await reader.readexactly(_HEAD_BYTES)
        length = int.from_bytes(head[2:])
        return head + await reader.readexactly(length - _HEAD_BYTES)
    except asyncio.IncompleteReadError:
        return b""


def _packet(kind: int, reference: bytes, cause: bytes, user: bytes) -> bytes:
    """A message to the caller: its own reference, with the flag of the called side."""
    told = bytes([8, 2, reference[0] | 0x80, reference[1], kind]) + cause
    told += b"\x7e" + (len(user) + 1).to_bytes(2) + b"\x05" + user
    return b"\x03\x00" + (len(told) + _HEAD_BYTES).to_bytes(2) + told
