"""Which addresses has a name, and what exactly did the name server say?"""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from rehearsal.model import Step
from rehearsal.net import icmp
from rehearsal.net.trail import step, stop

TRY_S = 1.0  # one question to one name server; resolv.conf(5) waits 5 s, too long at 07:30
TRIES = 2  # a single lost datagram is no finding
RESOLUTION_DELAY_S = 0.25  # how long known IPv4 addresses wait for IPv6 ones
EDNS_BYTES = 1232  # DNS flag day 2020: no fragments
_WANTED = (dns.rdatatype.A, dns.rdatatype.AAAA)
_REFUSALS = {
    dns.rcode.NXDOMAIN: "nxdomain",
    dns.rcode.SERVFAIL: "servfail",
    dns.rcode.REFUSED: "refused_by_resolver",
}
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class NameServer:
    """Where questions are sent."""

    host: str
    port: int = 53


@dataclass(frozen=True, slots=True)
class Reply:
    """One name server's answer to one question, or why there was none."""

    server: NameServer
    rcode: str
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class _Question(asyncio.DatagramProtocol):
    """Keeps the first reply that carries the question's id (RFC 5452 9.1)."""

    def __init__(self, query: bytes) -> None:
        self._query = query
        self.reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the protocol of asyncio
        if data[:2] == self._query[:2] and not self.reply.done():
            self.reply.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.reply.done():
            self.reply.set_exception(exc)


async def _over_udp(server: NameServer, query: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    transport, question = await loop.create_datagram_endpoint(
        lambda: _Question(query), remote_addr=(server.host, server.port)
    )
    icmp.hear(transport.get_extra_info("socket"), is_on=True)
    try:
        transport.sendto(query)
        return await question.reply
    finally:
        transport.close()


async def _over_tcp(server: NameServer, query: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(len(query).to_bytes(2, "big") + query)
        size = int.from_bytes(await reader.readexactly(2), "big")
        return await reader.readexactly(size)
    finally:
        writer.transport.abort()


async def _exchange(server: NameServer, query: dns.message.Message) -> dns.message.Message:
    wire = query.to_wire()
    reply = dns.message.from_wire(await _over_udp(server, wire), raise_on_truncation=False)
    if reply.flags & dns.flags.TC:  # RFC 7766: the rest is to be had over TCP
        reply = dns.message.from_wire(await _over_tcp(server, wire))
    if not query.is_response(reply):  # an echo, or an answer to somebody else (RFC 5452 9.1)
        raise dns.query.BadResponse
    return reply


async def _ask(server: NameServer, name: str, kind: dns.rdatatype.RdataType) -> Reply:
    query = dns.message.make_query(name, kind, use_edns=0, payload=EDNS_BYTES)
    query.id = secrets.randbits(16)
    try:
        async with asyncio.timeout(TRY_S):
            reply = await _exchange(server, query)
    except TimeoutError:
        return Reply(server, "timeout")
    except (asyncio.IncompleteReadError, dns.exception.DNSException) as problem:
        return Reply(server, f"malformed: {type(problem).__name__}")
    except OSError as problem:
        return Reply(server, f"unreachable: {problem.strerror}")
    return _read(server, reply)


def _read(server: NameServer, reply: dns.message.Message) -> Reply:
    addresses = tuple(
        item.address for rrset in reply.answer if rrset.rdtype in _WANTED for item in rrset
    )
    aliases = tuple(
        item.target.to_text()
        for rrset in reply.answer
        if rrset.rdtype == dns.rdatatype.CNAME
        for item in rrset
    )
    return Reply(server, dns.rcode.to_text(reply.rcode()), addresses, aliases)


def literal(host: str) -> IpAddress | None:
    """The address that a host already is, or None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def bogus_reason(address: str, *, allow_loopback: bool) -> str | None:
    """Why nobody can serve a city at that address (RFC 6890), or None when it may be."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip  # ::ffff:127.0.0.1 leads to 127.0.0.1
    if ip.is_loopback:
        return None if allow_loopback else "loopback"
    for reason in ("unspecified", "multicast", "link_local"):
        if getattr(ip, f"is_{reason}"):
            return reason
    if ip.version == 4 and (ip in _THIS_NETWORK or ip in _CLASS_E):  # noqa: PLR2004 - IPv4
        return "reserved"
    return None


_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_CLASS_E = ipaddress.ip_network("240.0.0.0/4")


def hosts_file(path: Path = Path("/etc/hosts")) -> dict[str, tuple[str, ...]]:
    """The names that this machine's own file gives, as any program here sees them."""
    found: dict[str, tuple[str, ...]] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return found
    for line in lines:
        address, *names = line.partition("#")[0].split() or [""]
        for name in names if literal(address) else ():
            found[name.lower()] = (*found.get(name.lower(), ()), address)
    return found


def system_nameservers() -> tuple[NameServer, ...]:
    """The name servers of /etc/resolv.conf; none when there is no such file."""
    try:
        return tuple(NameServer(str(s)) for s in dns.resolver.Resolver().nameservers)
    except dns.resolver.NoResolverConfiguration:
        return ()


class Resolver:
    """Asks the inventory's name servers, or the system's, and keeps what each said."""

    def __init__(self, nameservers: Sequence[NameServer] = ()) -> None:
        self._servers = tuple(nameservers) or system_nameservers()
        self._hosts = {} if nameservers else hosts_file()
        self._allow_loopback = any(
            (ip := literal(s.host)) is not None and ip.is_loopback for s in nameservers
        )

    async def addresses(self, host: str, deadline_s: float) -> tuple[str, ...]:
        """All addresses of a host, IPv6 and IPv4; Stopped with the resolver's reason."""
        async with step(Step.RESOLVE, deadline_s, "resolver_timeout") as rung:
            if (known := self._known(host)) is not None:
                rung.note(addresses=known, source="literal or hosts file")
                return known
            replies = await self._both(host)
            rung.note(
                rcodes=[f"{r.server.host}: {r.rcode}" for r in replies],
                addresses=[a for r in replies for a in r.addresses],
                aliases=[a for r in replies for a in r.aliases],
            )
            return self._usable(host, replies)

    async def is_answering(self) -> bool:
        """Whether any of the name servers answers anything at all (asked for the root)."""
        asked = (_ask(s, ".", dns.rdatatype.NS) for s in self._servers)
        replies = await asyncio.gather(*asked)
        return any(not r.rcode.startswith(("timeout", "unreachable")) for r in replies)

    def _known(self, host: str) -> tuple[str, ...] | None:
        if (ip := literal(host)) is not None:
            return (str(ip),)
        if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 6.3
            return ("127.0.0.1",)
        return self._hosts.get(host.lower())

    async def _both(self, host: str) -> tuple[Reply, Reply]:
        """IPv4 and IPv6 at once; a slow IPv6 answer holds nobody up (RFC 8305 3)."""
        v4, v6 = (asyncio.ensure_future(self._settle(host, kind)) for kind in _WANTED)
        try:
            first = await v4
            patience_s = RESOLUTION_DELAY_S if first.addresses else None
            await asyncio.wait((v6,), timeout=patience_s)
            return first, v6.result() if v6.done() else Reply(first.server, "timeout")
        finally:
            v4.cancel()
            v6.cancel()

    async def _settle(self, host: str, kind: dns.rdatatype.RdataType) -> Reply:
        """The first useful reply; a silent or failing server is no last word."""
        last = Reply(NameServer("none"), "unreachable: no name server is configured")
        for server in self._servers * TRIES:
            last = await _ask(server, host, kind)
            if last.rcode in {"NOERROR", "NXDOMAIN"}:
                return last
            if last.rcode == "timeout":
                continue
            if len(self._servers) == 1:
                return last
        return last

    def _usable(self, host: str, replies: Sequence[Reply]) -> tuple[str, ...]:
        found = tuple(a for r in replies for a in r.addresses)
        if not found:
            raise stop(Step.RESOLVE, _kind_of(replies), f"{host}: {_told(replies)}")
        for address in found:
            why = bogus_reason(address, allow_loopback=self._allow_loopback)
            if why is not None:
                raise stop(Step.RESOLVE, "bogus_address", f"{host}: {address} is {why}")
        return found


def _told(replies: Sequence[Reply]) -> str:
    asked = zip(_WANTED, replies, strict=True)
    return "; ".join(
        f"{dns.rdatatype.to_text(kind)} {reply.rcode} from {reply.server.host}"
        for kind, reply in asked
    )


def _kind_of(replies: Sequence[Reply]) -> str:
    """Why no address came: the IPv4 answer decides, since everybody asks for that."""
    for reply in replies:
        if reply.rcode == "NOERROR":
            continue
        for rcode, kind in _REFUSALS.items():
            if reply.rcode == dns.rcode.to_text(rcode):
                return kind
        if reply.rcode == "timeout":
            return "resolver_timeout"
        if reply.rcode.startswith("unreachable"):
            return "resolver_unreachable"
        return "malformed_reply"
    return "no_answer"
