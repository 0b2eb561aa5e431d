"""What does the city's name server answer? The wire format of RFC 1035, by hand."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

HEADER = struct.Struct("!6H")
A, SOA, OPT, ANY = 1, 6, 41, 255
IN = 1
NO_ERROR, FORMAT_ERROR, SERVER_FAILURE, NAME_ERROR, REFUSED = 0, 1, 2, 3, 5
IS_REPLY, IS_AUTHORITATIVE, IS_TRUNCATED, WANTS_RECURSION = 0x8000, 0x0400, 0x0200, 0x0100
TTL_S = 5  # a repaired name must not stay broken in a cache for long
UDP_SIZE = 1232  # no answer of ours is longer (DNS flag day 2020)
EDNS = b"\0" + struct.pack("!HHIH", OPT, UDP_SIZE, 0, 0)


class QueryError(ValueError):
    """These bytes are no question that a name server could answer."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question; `question` is its section as it came, letter case and all."""

    id: int
    flags: int
    name: str
    kind: int
    question: bytes
    has_edns: bool
    is_udp: bool


Reply = Callable[[Query, tuple[str, ...]], bytes | None]


def parse_query(packet: bytes, *, is_udp: bool) -> Query:
    """Read a query; raise QueryError for anything else."""
    try:
        number, flags, questions, _, _, additional = HEADER.unpack_from(packet)
        name, end = _read_name(packet, HEADER.size)
        kind, _class = struct.unpack_from("!HH", packet, end)
    except (struct.error, IndexError, UnicodeDecodeError) as problem:
        raise QueryError(str(problem)) from problem
    if flags & IS_REPLY or questions != 1:
        raise QueryError("not a single question")
    question = packet[HEADER.size : end + 4]
    return Query(number, flags, name, kind, question, additional > 0, is_udp)


def _read_name(packet: bytes, at: int) -> tuple[str, int]:
    """The lower-case name that starts there, and where it ends."""
    labels = []
    while length := packet[at]:
        if length > 63:  # noqa: PLR2004 - RFC 1035 2.3.4; a question holds no pointer
            raise QueryError("a label longer than 63 bytes")
        labels.append(packet[at + 1 : at + 1 + length].decode("ascii").lower())
        at += 1 + length
    return ".".join(labels), at + 1


def reply(
    query: Query, code: int = NO_ERROR, addresses: Iterable[str] = (), flags: int = 0
) -> bytes:
    """A well-formed answer; without addresses it carries the SOA (RFC 2308)."""
    answers = b"".join(_address_record(a) for a in addresses)
    count = len(answers) // 16
    is_empty = not count and code in {NO_ERROR, NAME_ERROR} and not flags & IS_TRUNCATED
    flags |= IS_REPLY | IS_AUTHORITATIVE | (query.flags & WANTS_RECURSION) | code
    head = HEADER.pack(query.id, flags, 1, count, int(is_empty), int(query.has_edns))
    authority = _SOA_RECORD if is_empty else b""
    extra = EDNS if query.has_edns else b""
    return head + query.question + answers + authority + extra


def _address_record(address: str) -> bytes:
    """An A record of 16 bytes; its name points back to the question."""
    packed = ipaddress.IPv4Address(address).packed
    return struct.pack("!HHHIH", 0xC000 | HEADER.size, A, IN, TTL_S, 4) + packed


def _soa_record() -> bytes:
    """The start of authority of the whole twin: the root."""
    names = b"\2ns\7example\0" + b"\12postmaster\7example\0"
    data = names + struct.pack("!5I", 1, 3600, 600, 86400, TTL_S)
    return b"\0" + struct.pack("!HHIH", SOA, IN, TTL_S, len(data)) + data


_SOA_RECORD = _soa_record()


def honest(query: Query, addresses: tuple[str, ...]) -> bytes | None:
    """What a healthy server says of a name that exists."""
    return reply(query, addresses=addresses if query.kind in {A, ANY} else ())


@dataclass(frozen=True, slots=True)
class Record:
    """Where a name leads, and how the server speaks of it."""

    addresses: tuple[str, ...]
    reply: Reply = honest


class Zone:
    """Every name of the twin. A parent of a name exists, but is empty (RFC 8020)."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        """Take the names in lower case, without the last dot."""
        self._records = records
        self._parents = {"", *(p for name in records for p in _parents(name))}

    def answer(self, packet: bytes, *, is_udp: bool) -> bytes | None:
        """The bytes to send back, or None for silence."""
        try:
            query = parse_query(packet, is_udp=is_udp)
        except QueryError:
            return _format_error(packet)
        if record := self._records.get(query.name):
            return record.reply(query, record.addresses)
        return reply(query, NO_ERROR if query.name in self._parents else NAME_ERROR)


def _parents(name: str) -> Iterable[str]:
    labels = name.split(".")
    return (".".join(labels[n:]) for n in range(1, len(labels)))


def _format_error(packet: bytes) -> bytes | None:
    """FORMERR with the asker's number; nothing for replies and fragments."""
    if len(packet) < HEADER.size or packet[2] & 0x80:
        return None
    return packet[:2] + struct.pack("!5H", IS_REPLY | FORMAT_ERROR, 0, 0, 0, 0)


class _Datagrams(asyncio.DatagramProtocol):
    """UDP: one packet, one answer."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # typeshed types the base for every transport
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if answer := self._zone.answer(data, is_udp=True):
            self._transport.sendto(answer, addr)


@dataclass(frozen=True, slots=True)
class _Streams:
    """TCP: packets behind their length (RFC 7766), until the asker leaves."""

    zone: Zone

    async def converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                (size,) = struct.unpack("!H", await reader.readexactly(2))
                if answer := self.zone.answer(await reader.readexactly(size), is_udp=False):
                    writer.write(struct.pack("!H", len(answer)) + answer)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def serve_names(zone: Zone, udp: socket.socket, tcp: socket.socket) -> None:
    """Answer on both sockets until the event loop ends."""
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: _Datagrams(zone), sock=udp)
    await asyncio.start_server(_Streams(zone).converse, sock=tcp)
