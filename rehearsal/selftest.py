"""Does the instrument tell each fault that it claims to tell?

Every example of every check is tried against a twin that misbehaves so, over real
sockets, before a trial is believed. The generated tests run the same examples.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rehearsal.check import Check, Example, Registry
from rehearsal.embedded import TwinCity, twin_city
from rehearsal.inventory import generate, load, with_network
from rehearsal.model import Inventory, Target, TargetKind, Text
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.ndt7.budget import Budget
from rehearsal.net.rollcall.assembly import gathered
from rehearsal.net.rollcall.recipe import recipe_of
from rehearsal.net.route import door_to
from rehearsal.observe import Watch
from rehearsal.readiness.verdicts import judge
from rehearsal.run import measure

# Short enough for a morning, longer than the twin's slowest healthy answer (3 s).
QUICK = Deadlines(
    resolve_s=2.5,
    connect_s=2.0,
    tls_s=2.0,
    http_s=4.0,
    upgrade_s=2.0,
    signalling_s=2.0,
    ice_s=4.0,
    media_s=4.0,
)
LOAD = Budget(2.0, 5_000_000)  # the twin's lines stall for half a second within it
HOLD_S = 8.0  # the twin cuts a meeting two seconds after the join; everybody has a turn
BARRIER_S = 0.5
SPARES = 3  # a dossier passes between three units, and may end at a fourth
AT_ONCE = 32  # the examples wait by nature; more would make the event loop late
FEW = 4  # at once, of those that are tried again
PAGE = "procedures"
HTTPS = 443
# Through which interfaces the systems of the twin's units take transactions, by their keys.
_APIS = {
    "front": 'contract: open311, url: "https://{slug}.1022.city.example/open311/v2", '
    "account: {user: dien-tap}, settings: {deadline.number: '6', deadline.queue: '8', "
    "deadline.acknowledged: '2', deadline.answered: '2', deadline.closed: '2'}",
    "documents-government": 'contract: edxml, settings: {patience_s: "5"}, '
    'url: "https://{slug}.docs.city.example/edxml/v1"',
    "reporting": 'contract: oidc, url: "https://{slug}.reporting.city.example/oidc", '
    'account: {user: dien-tap, secret: "env:REHEARSAL_SELFTEST"}, settings: {client_id: '
    'dien-tap, redirect_uri: "https://{slug}.portal.city.example/oidc", subject: dien-tap, '
    "used_code: try}",
    "mail": 'contract: mail, url: "smtp://{slug}.post.city.example", account: {user: dien-tap, '
    'secret: "env:REHEARSAL_SELFTEST"}, settings: {imap: "imap://{slug}.post.city.example", '
    'from: "{slug}@city.example", patience_s: "12"}',
    "portal": 'contract: voice, url: "sip:1022@{slug}.voice.city.example;transport=tcp", '
    "settings: {menu: '1,2', echo: '9196', calls_max: '4', lines: '4', calls_per_s: '10', "
    "answer_s: '4', speech_s: '3', quiet_s: '0.3', reaction_s: '1', hold_s: '0.4', "
    "post_dial_s: '3.2'}",
}
# Their pages for citizens, by their sorts; a mark tells the list from any other page.
_PAGES = """\
    portal-page:
      url: "https://{slug}.portal.city.example/"
      page: {sort: contact}
    national-list:
      url: "https://list.national.example/{code}"
      expect: {status: 200, contains: "Cổng Dịch vụ công quốc gia"}
      page: {sort: listed}
    old-portal:
      url: "https://{slug}.old.city.example/one-stop"
      page: {sort: closed, leads_to: "https://dichvucong.national.example/"}
"""
_DIGITS = ("Không", "Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín")
_ALL_WELL = Text("không có lỗi nào", "no fault")


@dataclass(frozen=True, slots=True)
class Case:
    """One example to be tried on one target of the twin."""

    check: Check[Any]
    example: Example
    target: Target


@dataclass(frozen=True, slots=True)
class Tried:
    """What an example promised, and what the check reported."""

    check_id: str
    fault: str
    expected: str | None
    reported: tuple[str, ...]
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the check said exactly what its file promises."""
        return self.reported == (() if self.expected is None else (self.expected,))

    @property
    def told(self) -> str:
        """Which example it was, what it should have reported, and what it did, in words."""
        got = Text(*[", ".join(self.reported)] * 2) if self.reported else _ALL_WELL
        expected = Text(self.expected, self.expected) if self.expected else _ALL_WELL
        detail = f" ({self.detail})" if self.detail else ""
        return (
            f"{self.check_id}[{self.fault}]: chờ đợi {expected.vi}, nhận được {got.vi}"
            f" / expected {expected.en}, got {got.en}{detail}"
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """A twin in which each example has a unit of its own."""

    cases: tuple[Case, ...]
    door: Door
    city: TwinCity
    inventory: Inventory


@asynccontextmanager
async def bench(registry: Registry) -> AsyncIterator[Bench]:
    """A running twin with one misbehaving unit for every example of these checks."""
    wanted = [(check, e) for check in registry.values() for e in check.examples]
    async with AsyncExitStack() as stack:
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
            file, assigned = Path(name, "bridges.yaml"), Path(name, "assigned.json")
            await asyncio.to_thread(file.write_text, _with_lines(len(wanted) + SPARES), "utf-8")
            inventory = await asyncio.to_thread(load, file)
            cases = [
                Case(check, example, _seat(check, unit.targets))
                for (check, example), unit in zip(wanted, inventory.units, strict=False)
            ]
            faults = {c.target.id: c.example.fault for c in cases if c.example.fault != "none"}
            await asyncio.to_thread(assigned.write_text, json.dumps(faults), "utf-8")
            city = await stack.enter_async_context(twin_city(file, assigned=assigned))
        # The twin has read its files: a kill from here on leaves none behind.
        reached = with_network(inventory, city.network)
        door = replace(door_to(reached, deadlines=QUICK), line=LOAD)
        stack.callback(door.talks.close)
        yield Bench(tuple(cases), door, city, reached)


def _with_lines(units: int) -> str:
    """A city in which every unit also has a line to be measured."""
    line = 'line: {url: "wss://{slug}.line.city.example/ndt/v7", up_mbit: 20, down_mbit: 20}'
    text = generate(units).replace("defaults:\n", f"defaults:\n  {line}\n", 1)
    for key, api in _APIS.items():
        text = text.replace(f"    {key}:\n", f"    {key}:\n      api: {{{api}}}\n", 1)
    text = text.replace("  systems:\n", f"  systems:\n{_PAGES}", 1)
    return re.sub(r"(?<=name: Đơn vị )\d+", _in_words, text)


def _in_words(number: re.Match[str]) -> str:
    """Who is called by the code shows it by the name: then nothing is proven by either."""
    return " ".join(_DIGITS[int(digit)] for digit in number[0])


def _seat(check: Check[Any], targets: Sequence[Target]) -> Target:
    """The target of a unit that a check is tried on; a page stands for the hotline's."""
    if check.contracts is not None:
        return next(t for t in targets if t.api and t.api.contract in check.contracts)
    if check.pages is not None:
        return next(t for t in targets if t.page and t.page.sort in check.pages)
    if TargetKind.BRIDGE in check.kinds:
        return _as_called(check, next(t for t in targets if t.kind is TargetKind.BRIDGE))
    if TargetKind.LINE in check.kinds:
        return next(t for t in targets if t.kind is TargetKind.LINE)
    page = next(t for t in targets if t.key == PAGE)
    return replace(page, kind=next(iter(check.kinds)))


def _as_called(check: Check[Any], bridge: Target) -> Target:
    """The bridge under the address that the check asks for: H.323 is called, not browsed."""
    if check.schemes != frozenset({"h323"}):
        return bridge
    parts = urlsplit(bridge.url)
    url = f"h323:{parts.hostname}:{parts.port or HTTPS}"
    return replace(bridge, url=url, protocol="h323")


async def try_together(cases: Sequence[Case], on: Bench, watch: Watch) -> list[Tried]:
    """Put their checks to all of them in one meeting, with a sound hub as its centre."""
    if not cases:
        return []
    hub = on.inventory.hubs[0]
    called = {target.id: target for case in cases for target in (case.target,)}
    recipe = recipe_of(
        [*hub.targets, *called.values()],
        on.inventory.network,
        on.door,
        roles={hub.slug: hub.role},
        hold_s=HOLD_S,
    )
    async with gathered(recipe, HOLD_S, BARRIER_S) as meeting:
        there = replace(on, door=replace(on.door, meeting=meeting))
        return await asyncio.gather(*(try_example(case, there, watch) for case in cases))


async def try_example(case: Case, on: Bench, watch: Watch) -> Tried:
    """Put the check to the misbehaving target, and compare with the promise."""
    door = replace(on.door, peers={case.target.key: (case.target, *_spares(case, on))})
    measurement = await measure(case.check, case.target, door, watch, vantage="selftest")
    verdict = judge(case.check, measurement, case.target, go_live=on.city.go_live)
    failure = measurement.failure
    return Tried(
        check_id=case.check.id,
        fault=case.example.fault,
        expected=case.example.expect,
        reported=tuple(finding.code for finding in verdict.findings),
        detail=f"{failure.step}: {failure.detail}" if failure else "",
    )


def _spares(case: Case, on: Bench) -> list[Target]:
    """Sound neighbours of the misbehaving target: the same systems of the last units.

    A page may be anybody's: its neighbours are all the others.
    """
    if case.target.page is not None:
        return [t for t in on.door.peers[case.target.key] if t.id != case.target.id]
    units = on.inventory.units[-SPARES:]
    return [t for unit in units for t in unit.targets if t.key == case.target.key]


async def selftest(registry: Registry) -> tuple[Tried, ...]:
    """Every example of every check, tried against a twin of its own.

    What fails in the crowd is tried once more among few: a busy machine makes the twin
    late, and then it is the twin that does not keep its promise. One after the other they
    would wait for minutes, for many of them end by a deadline.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(case: Case) -> Tried:
        async with slots:
            return await try_example(case, on, watch)

    async with bench(registry) as on, Watch() as watch:
        apart = [case for case in on.cases if not case.check.holds]
        held = [case for case in on.cases if case.check.holds]
        alone = asyncio.gather(*(one(case) for case in apart))
        both = await asyncio.gather(alone, try_together(held, on, watch))
        tried = [result for results in both for result in results]
        few = asyncio.Semaphore(FEW)

        async def again(case: Case, before: Tried) -> Tried:
            if before.holds:
                return before
            async with few:
                if case.check.holds:
                    return (await try_together([case], on, watch))[0]
                return await try_example(case, on, watch)

        cases = (*apart, *held)
        return tuple(await asyncio.gather(*map(again, cases, tried)))
