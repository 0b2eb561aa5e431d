"""How does the whole city come up? Addresses, names, certificates, doors."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rehearsal.model import Inventory
from twin.authority import Authority, server_context, to_pem
from twin.block import Block
from twin.dns import Record, Zone, serve_names
from twin.door import Door, open_to
from twin.fault import (
    Backlog,
    CutsOff,
    DeadFirst,
    Effect,
    Greets,
    Listens,
    Names,
    Shows,
    Tunes,
    TurnsAway,
)
from twin.mail import greeting_of, is_mail
from twin.media.dtls import Identity
from twin.media.port import Studio
from twin.media.timetable import Timetable
from twin.meetings import Meetings
from twin.moves import Greet, shake_hands
from twin.plan import House, Place, plan
from twin.records import Records
from twin.routes import Routing
from twin.signing import ROOT_FILE
from twin.sip import Exchange, is_voice
from twin.site import Site

TRUST_FILE = "ca.pem"


@dataclass(frozen=True, slots=True)
class Opened:
    """How an open city is reached. `addresses`: target id -> where it lives."""

    nameserver: str
    trust: Path
    ports: Mapping[int, int]
    addresses: Mapping[str, str]


class City:
    """One twin; once open it answers as long as its event loop runs."""

    def __init__(
        self,
        inventory: Inventory,
        faults: Mapping[str, str],
        round_trips: Mapping[str, float],
        authority: Authority,
        directory: Path,
        *,
        seed: int = 0,
    ) -> None:
        """Plan it all; PlanError names everything that cannot be played."""
        self._houses = plan(inventory, faults)
        self._seed = seed
        self._round_trips = round_trips
        self._authority = authority
        self._directory = directory
        self._block = Block()
        self.records = Records(directory)

    async def open(self) -> Opened:
        """Listen everywhere; when this returns, every target can be called."""
        name_server, dead_end = self._block.address(), self._block.address()
        ports = self._ports(name_server)
        studio = Studio(Timetable(), Identity(), self._seed)
        meetings = Meetings(self._houses, studio, self._block)
        routing = Routing(self._houses, meetings, self.records)
        homes = {house: self._block.address() for house in self._houses}
        for house, address in homes.items():
            for port, places in house.ports.items():
                await self._listen(places, (address, ports[port]), routing)
        for port in ports.values():
            self._block.listen(dead_end, port, Backlog.FULL)
        dns_port = await self._name(Zone(dict(_records(homes, dead_end))), name_server)
        return Opened(
            nameserver=f"{name_server}:{dns_port}",
            trust=self._show_root(),
            ports=ports,
            addresses={
                p.target.id: a
                for house, a in homes.items()
                for p in house.places
                if not p.is_api
            },
        )

    def _ports(self, address: str) -> Mapping[int, int]:
        """For each port of a URL the one that listens instead."""
        wanted = sorted({place.port for house in self._houses for place in house.places})
        return {port: self._block.free_port(address) for port in wanted}

    async def _listen(
        self, places: tuple[Place, ...], at: tuple[str, int], routing: Routing
    ) -> None:
        """Open one port of one house, as the fault of its only place may want it."""
        fault = places[0].fault if places[0].has_own_house else None
        effect = fault.effect if fault else None
        line = self._block.listen(*at, _backlog(effect))
        rtt_s = self._round_trips[places[0].owner]
        match effect:
            case Listens() | CutsOff():
                return
            case Greets(greet):
                await open_to(greet, rtt_s, line)
            case TurnsAway():
                await open_to(self._turn_away(places, effect), rtt_s, line)
            case _ if is_mail(places[0]):
                await open_to(self._greeting(places), rtt_s, line)
            case _ if is_voice(places[0]):
                datagrams = self._block.datagrams(*at)
                exchange = Exchange(places, at, self.records)
                await exchange.open(rtt_s, line, datagrams, self._context(places))
            case _:
                site = Site(rtt_s, routing.routes(places, at[0], rtt_s))
                await Door(rtt_s, self._context(places), site).open(line)

    def _turn_away(self, places: tuple[Place, ...], effect: TurnsAway) -> Greet:
        context = self._context(places)
        assert context is not None
        effect.tune(context, self._authority)
        return functools.partial(shake_hands, context)

    def _greeting(self, places: tuple[Place, ...]) -> Greet:
        """A mail server of the first of them; its certificate is made when asked for."""
        secure = tuple(replace(place, is_secure=True) for place in places)

        @functools.cache
        def context() -> ssl.SSLContext:
            made = self._context(secure)
            assert made is not None
            return made

        return greeting_of(places[0], self.records, context)

    def _context(self, places: tuple[Place, ...]) -> ssl.SSLContext | None:
        """TLS settings with one certificate for all the names behind a port."""
        if not places[0].is_secure:
            return None
        effect = places[0].fault.effect if places[0].fault else None
        if isinstance(effect, Shows):
            identity = effect.issue(self._authority, places[0].host)
        else:
            hosts = dict.fromkeys(place.host for place in places)
            identity = self._authority.leaf(tuple(hosts))
        context = server_context(identity, self._directory)
        if isinstance(effect, Tunes):
            effect.tune(context)
        return context

    async def _name(self, zone: Zone, address: str) -> int:
        """Serve the names on one port of both kinds; the block is ours, so it is free."""
        port = self._block.free_port(address)
        udp = self._block.datagrams(address, port)
        await serve_names(zone, udp, self._block.listen(address, port, Backlog.OPEN))
        return port

    def _show_root(self) -> Path:
        path = self._directory / TRUST_FILE
        signing = self._directory / ROOT_FILE  # of those who sign documents, if anybody does
        more = signing.read_bytes() if signing.exists() else b""
        path.write_bytes(to_pem(self._authority.root.certificate) + more)
        return path


def _backlog(effect: Effect | None) -> Backlog:
    """How the socket takes callers: most faults let them in first."""
    match effect:
        case Listens(backlog):
            return backlog
        case CutsOff():
            return Backlog.FULL
        case _:
            return Backlog.OPEN


def _records(homes: Mapping[House, str], dead_end: str) -> Iterator[tuple[str, Record]]:
    """Every name with its address, and with what its fault makes of it."""
    for house, address in homes.items():
        for place in house.places:
            effect = place.fault.effect if place.fault else None
            match effect:
                case Names(reply):
                    yield place.host, Record((address,), reply)
                case DeadFirst():
                    yield place.host, Record((dead_end, address))
                case _:
                    yield place.host, Record((address,))
