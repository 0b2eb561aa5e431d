"""Does the instrument tell each fault that it claims to tell?

Every example of every check is tried against a twin that misbehaves so, over real
sockets, before a trial is believed. The generated tests run the same examples.
"""

from __future__ import annotations

import asyncio
import json
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
from rehearsal.model import Inventory, Target, TargetKind
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.meeting import Meeting
from rehearsal.net.route import door_to
from rehearsal.observe import Watch
from rehearsal.readiness.verdicts import judge
from rehearsal.run import measure

# Short enough for a morning, longer than the twin's slowest healthy answer (3 s).
QUICK = Deadlines(
    resolve_s=2.5, connect_s=2.0, tls_s=2.0, http_s=4.0, upgrade_s=2.0, signalling_s=2.0
)
HOLD_S = 4.0  # the twin cuts a meeting two seconds after the join
BARRIER_S = 0.5
AT_ONCE = 16  # the examples are slow by nature; the event loop must stay quick
PAGE = "procedures"
HTTPS = 443


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
            await asyncio.to_thread(file.write_text, generate(len(wanted)), "utf-8")
            inventory = await asyncio.to_thread(load, file)
            cases = [
                Case(check, example, _seat(check, unit.targets))
                for (check, example), unit in zip(wanted, inventory.units, strict=True)
            ]
            faults = {c.target.id: c.example.fault for c in cases if c.example.fault != "none"}
            await asyncio.to_thread(assigned.write_text, json.dumps(faults), "utf-8")
            city = await stack.enter_async_context(twin_city(file, assigned=assigned))
        # The twin has read its files: a kill from here on leaves none behind.
        reached = with_network(inventory, city.network)
        yield Bench(tuple(cases), door_to(reached, deadlines=QUICK), city, reached)


def _seat(check: Check[Any], targets: Sequence[Target]) -> Target:
    """The target of a unit that a check is tried on; a page stands for the hotline's."""
    if TargetKind.BRIDGE in check.kinds:
        return _as_called(check, next(t for t in targets if t.kind is TargetKind.BRIDGE))
    page = next(t for t in targets if t.key == PAGE)
    return replace(page, kind=next(iter(check.kinds)))


def _as_called(check: Check[Any], bridge: Target) -> Target:
    """The bridge under the address that the check asks for: H.323 is called, not browsed."""
    if check.schemes != frozenset({"h323"}):
        return bridge
    parts = urlsplit(bridge.url)
    url = f"h323:{parts.hostname}:{parts.port or HTTPS}"
    return replace(bridge, url=url, protocol="h323")


async def try_example(case: Case, on: Bench, watch: Watch) -> Tried:
    """Put the check to the misbehaving target, and compare with the promise."""
    door = on.door
    if case.check.holds:
        opens_at = asyncio.get_running_loop().time() + BARRIER_S
        door = replace(door, meeting=Meeting(opens_at, HOLD_S))
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


async def selftest(registry: Registry) -> tuple[Tried, ...]:
    """Every example of every check, tried against a twin of its own.

    What fails in the crowd is tried once more by itself: a busy machine makes the twin
    late, and then it is the twin that does not keep its promise.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(case: Case) -> Tried:
        async with slots:
            return await try_example(case, on, watch)

    async with bench(registry) as on, Watch() as watch:
        tried = await asyncio.gather(*(one(case) for case in on.cases))
        for number, case in enumerate(on.cases):
            if not tried[number].holds:
                tried[number] = await try_example(case, on, watch)
        return tuple(tried)
