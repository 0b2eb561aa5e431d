"""Does any of the addresses accept a connection, and what did the others do?"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

from rehearsal.model import Step
from rehearsal.net import icmp
from rehearsal.net.trail import step, stop
from rehearsal.net.wire import Wire

STAGGER_S = 0.25  # RFC 8305 5: the next address starts this much later
STRAGGLER_S = 1.0  # how long the other addresses are waited for once one is open
_KINDS = {
    errno.ECONNREFUSED: "connection_refused",
    errno.ECONNRESET: "reset_on_accept",
    errno.EACCES: "prohibited_by_firewall",
    errno.EPERM: "prohibited_by_firewall",
    errno.EHOSTUNREACH: "host_unreachable",
    errno.ETIMEDOUT: "connect_timeout",
    errno.ENETUNREACH: "network_unreachable",
}
_OURS = (
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOBUFS,
    errno.ENOMEM,
    errno.EADDRNOTAVAIL,
    errno.EADDRINUSE,
)
# When addresses fail differently, what a machine answered outweighs silence.
_WEIGHT = tuple(dict.fromkeys(_KINDS.values()))


@dataclass(slots=True)
class Race:
    """What each address did so far: "open", or the kind of its failure."""

    outcomes: dict[str, str] = field(default_factory=dict)
    winner: socket.socket | None = None
    address: str = ""

    def losers(self) -> tuple[str, ...]:
        """The addresses that did not accept, each with the kind of its failure."""
        return tuple(f"{a} {kind}" for a, kind in self.outcomes.items() if kind != "open")


def interleaved(addresses: Sequence[str]) -> tuple[str, ...]:
    """IPv6 and IPv4 by turns, beginning with IPv6 (RFC 8305 4)."""
    v6 = [a for a in addresses if ipaddress.ip_address(a).version == 6]  # noqa: PLR2004 - IPv6
    v4 = [a for a in addresses if a not in v6]
    longest = max(len(v4), len(v6))
    return tuple(a for i in range(longest) for a in (*v6[i : i + 1], *v4[i : i + 1]))


async def _attempt(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        icmp.hear(sock, is_on=True)
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
        icmp.hear(sock, is_on=False)
    except OSError as problem:
        number = errno.EACCES if icmp.is_prohibited(sock) else problem.errno
        sock.close()
        raise OSError(number, problem.strerror) from problem
    except BaseException:
        sock.close()
        raise
    return sock


def _kind(number: int) -> str:
    if number in _OURS:
        return "observer_overloaded"
    name = errno.errorcode.get(number, "unknown").lower()
    return _KINDS.get(number, f"connect_{name}")


async def _enter(race: Race, address: str, port: int) -> None:
    race.outcomes[address] = "connect_timeout"  # until it answers
    try:
        sock = await _attempt(address, port)
    except OSError as problem:
        race.outcomes[address] = _kind(problem.errno or 0)
        return
    race.outcomes[address] = "open"
    if race.winner is None:
        race.winner, race.address = sock, address
    else:
        sock.close()


async def _run(race: Race, addresses: Sequence[str], port: int, *, every: bool) -> None:
    """Start the addresses one after another; leave once one is open (or all are known)."""
    waiting = list(addresses)
    running: set[asyncio.Task[None]] = set()
    try:
        while (waiting or running) and (every or race.winner is None):
            if waiting:
                running.add(asyncio.create_task(_enter(race, waiting.pop(0), port)))
            done, running = await asyncio.wait(
                running,
                timeout=_patience_s(race, are_waiting=bool(waiting)),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not (done or waiting):
                return
    finally:
        for task in running:
            task.cancel()


def _patience_s(race: Race, *, are_waiting: bool) -> float | None:
    if are_waiting:
        return STAGGER_S
    return None if race.winner is None else STRAGGLER_S


def _gravest(race: Race) -> str:
    """The kind that stands for the whole race; a missing IPv6 route is our own affair."""
    relevant = {
        kind
        for address, kind in race.outcomes.items()
        if not (":" in address and kind == "network_unreachable")
    } or set(race.outcomes.values())
    return min(relevant, key=lambda k: _WEIGHT.index(k) if k in _WEIGHT else len(_WEIGHT))


async def connect(
    addresses: Sequence[str],
    port: int,
    deadline_s: float,
    cap_bytes: int,
    *,
    every: bool = False,
) -> tuple[Wire, tuple[str, ...]]:
    """A wire to the first address that accepts, and the addresses that did not.

    `every` also waits a moment for the fate of the others.

    Raises Stopped on `connect` with the gravest kind when none accepts in `deadline_s`.
    """
    race = Race()
    try:
        async with step(Step.CONNECT, deadline_s, lambda: _gravest(race)) as rung:
            rung.note(port=str(port), addresses=race.outcomes)
            await _hold(race, interleaved(addresses), port, every=every)
            return await _wired(race, port, cap_bytes), race.losers()
    except BaseException:
        if race.winner is not None:
            race.winner.close()
        raise


async def _hold(race: Race, addresses: Sequence[str], port: int, *, every: bool) -> None:
    if len(addresses) == 1:
        await _enter(race, addresses[0], port)
    else:
        await _run(race, addresses, port, every=every)


def _told(race: Race) -> str:
    return "; ".join(f"{address} {kind}" for address, kind in race.outcomes.items())


async def _wired(race: Race, port: int, cap_bytes: int) -> Wire:
    if race.winner is None:
        kind = _gravest(race)
        is_ours = kind == "observer_overloaded"
        raise stop(Step.OBSERVE if is_ours else Step.CONNECT, kind, _told(race))
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(
        lambda: Wire(cap_bytes, (race.address, port)), sock=race.winner
    )
    return wire
