"""Which names do the tests' servers have? A name server of dnspython, in its own process.

`python -m tests.servers.names ZONE.json`: name -> addresses, or the name of a misbehaviour.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from tests.servers.children import our_server, until_parent_ends

Query = dns.message.Message
TTL_S = 1


def _with_code(code: dns.rcode.Rcode) -> Callable[[Query], bytes]:
    def answer(query: Query) -> bytes:
        reply = dns.message.make_response(query)
        reply.set_rcode(code)
        return reply.to_wire()

    return answer


def _with_addresses(query: Query, addresses: list[str]) -> dns.message.Message:
    reply = dns.message.make_response(query)
    question = query.question[0]
    family = "AAAA" if question.rdtype == dns.rdatatype.AAAA else "A"
    fitting = [a for a in addresses if (":" in a) == (family == "AAAA")]
    if fitting and question.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
        reply.answer.append(dns.rrset.from_text(question.name, TTL_S, "IN", family, *fitting))
    return reply


def _echo(query: Query) -> bytes:
    return query.to_wire()


def _nonsense(query: Query) -> bytes:
    """A right answer with some bytes changed, and always the id that was asked for."""
    chance = random.Random(query.question[0].name.to_text())
    wire = bytearray(_with_addresses(query, ["127.0.0.1"]).to_wire())
    for _ in range(chance.randint(1, 8)):
        wire[chance.randrange(2, len(wire))] = chance.randrange(256)
    return bytes(wire[: chance.randint(3, len(wire))])


def _about_another(query: Query) -> bytes:
    other = dns.message.make_query("somebody.else.example", query.question[0].rdtype)
    other.id = query.id
    return _with_addresses(other, ["127.0.0.1"]).to_wire()


MISBEHAVIOURS: Mapping[str, Callable[[Query], bytes]] = {
    "nxdomain": _with_code(dns.rcode.NXDOMAIN),
    "servfail": _with_code(dns.rcode.SERVFAIL),
    "refused": _with_code(dns.rcode.REFUSED),
    "formerr": _with_code(dns.rcode.FORMERR),
    "silent": lambda _query: b"",
    "garbage": lambda query: query.id.to_bytes(2, "big") + b"\xff" * 30,
    "echo": _echo,
    "another": _about_another,
    "nonsense": _nonsense,
}


class Zone(asyncio.DatagramProtocol):
    """Answers over UDP and TCP; a list of lists answers one question after another."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._asked: dict[str, int] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if answer := self.answer(data):
            self._transport.sendto(answer, addr)

    def answer(self, data: bytes, *, is_tcp: bool = False) -> bytes:
        """The reply to one question; empty for silence."""
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        entry = self._names.get(name, "servfail" if name else [])
        if entry == "truncated":
            return self._truncated(query, is_tcp=is_tcp)
        if isinstance(entry, str):
            return MISBEHAVIOURS[entry](query)
        if entry and isinstance(entry[0], list):
            entry = self._next(name, entry, query)
        return _with_addresses(query, entry).to_wire()

    def _truncated(self, query: Query, *, is_tcp: bool) -> bytes:
        reply = _with_addresses(query, ["127.0.0.1"] if is_tcp else [])
        if not is_tcp:
            reply.flags |= dns.flags.TC
        return reply.to_wire()

    def _next(self, name: str, turns: list[list[str]], query: Query) -> list[str]:
        key = f"{name}/{query.question[0].rdtype}"
        number = self._asked[key] = self._asked.get(key, -1) + 1
        return turns[min(number, len(turns) - 1)]

    async def over_tcp(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One question on a connection of its own."""
        size = int.from_bytes(await reader.readexactly(2), "big")
        answer = self.answer(await reader.readexactly(size), is_tcp=True)
        writer.write(len(answer).to_bytes(2, "big") + answer)
        writer.close()


async def serve(names: Mapping[str, Any]) -> None:
    """Answer on a free port of 127.0.0.1 as long as the parent lives."""
    zone = Zone(names)
    server = await asyncio.start_server(zone.over_tcp, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: zone, local_addr=("127.0.0.1", port)
    )
    await until_parent_ends(port)


@contextmanager
def name_server(folder: Path, names: Mapping[str, Any]) -> Iterator[int]:
    """A running name server that knows these names; gives its port on 127.0.0.1."""
    file = folder / "zone.json"
    file.write_text(json.dumps(names))
    with our_server("tests.servers.names", str(file)) as port:
        yield port


if __name__ == "__main__":
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text())))
