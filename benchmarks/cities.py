"""What does a city look like in which we know why each thing is broken?

A city is drawn as a table: one row a target, with who delivers it, where it stands, how it
was measured. Faults are planted in the table by its columns; only then are rows turned
into an inventory and measurements. Nothing here knows how causes are looked for.

Overlaps are as in life: suppliers serve one former province only, or one system, or both;
data centres hold one supplier's machines and others'; a hub's units are mostly one
provider's. Where two faults meet in one row, the one that strikes first on the way is seen.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from checks import CHECKS
from checks.bridge_reach import Reached
from rehearsal.model import (
    Attempt,
    City,
    Failure,
    Hub,
    Inventory,
    Light,
    Measurement,
    Network,
    Observer,
    Outcome,
    Rung,
    Standing,
    Step,
    Target,
    TargetKind,
    Unit,
)
from rehearsal.net.content import Visit
from rehearsal.plan import PlannedCheck
from rehearsal.readiness.verdicts import judge_all

MORNING = datetime(2025, 6, 20, 0, 30, tzinfo=UTC)
GO_LIVE = date(2025, 7, 1)
SYSTEMS = {"mail": "government", "reporting": "government", "portal": "government"}
SYSTEMS |= {"documents": "party", "front": "front"}
WAY = (Step.RESOLVE, Step.CONNECT, Step.TLS_HANDSHAKE, Step.HTTP_EXCHANGE)
KINDS = {
    Step.RESOLVE: ("nxdomain", "servfail", "no_answer"),
    Step.CONNECT: ("connect_timeout", "connection_refused", "host_unreachable"),
    Step.TLS_HANDSHAKE: ("certificate_expired", "certificate_unknown_authority"),
    Step.HTTP_EXCHANGE: ("maintenance", "response_timeout", "captive_page"),
}
STRIKES = {
    "province": (Step.CONNECT, Step.HTTP_EXCHANGE),
    "hub": (Step.CONNECT,),
    "provider": (Step.CONNECT,),
    "supplier": (Step.RESOLVE, Step.TLS_HANDSHAKE, Step.HTTP_EXCHANGE),
    "bloc": (Step.HTTP_EXCHANGE, Step.TLS_HANDSHAKE),
    "system": (Step.RESOLVE, Step.HTTP_EXCHANGE),
    "issuer": (Step.TLS_HANDSHAKE,),
    "name_server": (Step.RESOLVE,),
    "prefix": (Step.CONNECT,),
    "vantage": (Step.RESOLVE, Step.CONNECT),
    "second": (Step.CONNECT, Step.HTTP_EXCHANGE),
}
LIGHTS = {Outcome.PASS: Light.GREEN, Outcome.UNKNOWN: Light.GREY, Outcome.FAIL: Light.RED}
LONE = 0.006  # targets that are broken for a reason of their own
OUR_FAULT = 0.005  # measurements that we spoilt ourselves
SPARED = 0.03  # what should be broken and is not
HOME, BEHIND_OWN, AT_SUPPLIER = 0.7, 0.85, 0.4  # mostly, but not always, as the province is
LOCAL, NARROW = 0.6, 0.5  # systems with a supplier for each province; faults of one system
APART_MAX, WHOLE_MAX = 0.3, 0.6  # two of one kind that overlap more are one; so is all
SEEN_MIN = 4  # a fault that shows at fewer targets could as well be none

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted cause: which column holds which value, and what it looks like."""

    column: str
    value: str
    step: Step
    kind: str
    strikes: frozenset[str]
    shows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Town:
    """A city with its faults, as the finder is shown it."""

    inventory: Inventory
    standings: tuple[Standing, ...]
    faults: tuple[Fault, ...]
    lone: Mapping[str, str]
    seen: Mapping[str, tuple[Step, str]]
    rows: Sequence[Row] = field(repr=False)


def town(seed: int, units: int, faults: int) -> Town:
    """A city of so many units with so many faults, the same for the same seed."""
    chance = random.Random(seed)
    rows = list(_rows(chance, units))
    planted = _planted(chance, rows, faults)
    seen, lone = _happened(chance, rows, planted)
    shown = [_with_shown(fault, seen) for fault in planted]
    inventory = _inventory(rows)
    return Town(
        inventory,
        standings_of(inventory, rows, seen),
        tuple(shown),
        lone,
        seen,
        rows,
    )


def _rows(chance: random.Random, units: int) -> Iterator[Row]:
    provinces = [f"province-{n}" for n in range(max(2, units // 150))]
    delivers = _suppliers(chance, provinces)
    centres = max(6, units // 12)
    for number in range(units):
        province = provinces[number * len(provinces) // units]
        mostly = "abcd"[provinces.index(province) % 4]
        unit = {
            "unit": f"unit-{number:04}",
            "province": province,
            "provider": f"net-{mostly if chance.random() < HOME else chance.choice('abcd')}",
            "hub": f"hub-{number * 3 // units}" if chance.random() < BEHIND_OWN else "hub-0",
        }
        for system in ("bridge", *SYSTEMS):
            supplier = delivers[system, province]
            site = hash_of(supplier) % centres if chance.random() < AT_SUPPLIER else None
            yield unit | {
                "id": f"{unit['unit']}/{system}",
                "system": system,
                "bloc": SYSTEMS.get(system, ""),
                "supplier": supplier,
                "issuer": f"CN=authority {(hash_of(supplier) + chance.randrange(2)) % 5}",
                "name_server": f"10.0.0.{1 + chance.randrange(3)}",
                "prefix": f"10.{1 + (chance.randrange(centres) if site is None else site)}.7",
                "vantage": chance.choice(("centre", "west")),
                "second": str(chance.randrange(40 + units // 3)),
            }


def hash_of(text: str) -> int:
    """A number for a name that is the same in every process."""
    return sum(ord(char) * (place + 7) for place, char in enumerate(text))


def _suppliers(chance: random.Random, provinces: Sequence[str]) -> dict[tuple[str, str], str]:
    """Who delivers a system where: some everywhere, some in one province alone."""
    found = {}
    for system in ("bridge", *SYSTEMS):
        is_local = chance.random() < LOCAL
        for province in provinces:
            name = f"{system} {province}" if is_local else chance.choice("ABCDE")
            found[system, province] = f"company {name}"
    return found


def _planted(chance: random.Random, rows: Sequence[Row], count: int) -> list[Fault]:
    """Faults that can be told apart: two of one kind do not strike mostly the same rows."""
    found: list[Fault] = []
    while len(found) < count:
        fault = _fault(chance, rows)
        if not SEEN_MIN <= len(fault.strikes) < WHOLE_MAX * len(rows):
            continue
        alike = [f for f in found if f.kind == fault.kind]
        if all(_overlap(f.strikes, fault.strikes) < APART_MAX for f in alike):
            found.append(fault)
    return found


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other))


def _fault(chance: random.Random, rows: Sequence[Row]) -> Fault:
    column = chance.choice(list(STRIKES))
    value = chance.choice(sorted({row[column] for row in rows} - {""}))
    step = chance.choice(STRIKES[column])
    only = chance.choice(("", *SYSTEMS))
    is_narrow = column in {"province", "hub", "supplier"} and chance.random() < NARROW
    struck = [
        row["id"]
        for row in rows
        if row[column] == value and (not is_narrow or only in {"", row["system"]})
    ]
    spared = {target for target in struck if chance.random() < SPARED}
    kind = chance.choice(KINDS[step])
    return Fault(column, value, step, kind, frozenset(struck) - spared)


Seen = dict[str, tuple[Step, str]]


def _happened(
    chance: random.Random, rows: Sequence[Row], faults: Sequence[Fault]
) -> tuple[Seen, dict[str, str]]:
    """What each row shows: the first fault on its way, and some trouble of its own."""
    seen: Seen = {}
    lone: dict[str, str] = {}
    for row in rows:
        struck = [(f.step, f.kind) for f in faults if row["id"] in f.strikes]
        own = [_own(chance)] if chance.random() < LONE else []
        if not struck and not own:
            continue
        first = min((*struck, *own), key=lambda way: WAY.index(way[0]))
        seen[row["id"]] = first
        if first in own and first not in struck:
            lone[row["id"]] = first[1]
    ours = frozenset(row["id"] for row in rows if chance.random() < OUR_FAULT)
    spoilt: Seen = dict.fromkeys(ours, (Step.OBSERVE, "observer_overloaded"))
    return seen | spoilt, {k: v for k, v in lone.items() if k not in ours}


def _own(chance: random.Random) -> tuple[Step, str]:
    step = chance.choice(WAY)
    return step, chance.choice(KINDS[step])


def _with_shown(fault: Fault, seen: Seen) -> Fault:
    """The fault with the rows at which it can be seen."""
    shows = frozenset(t for t in fault.strikes if seen.get(t) == (fault.step, fault.kind))
    return Fault(fault.column, fault.value, fault.step, fault.kind, fault.strikes, shows)


def _inventory(rows: Sequence[Row]) -> Inventory:
    by_unit: dict[str, list[Row]] = {}
    for row in rows:
        by_unit.setdefault(row["unit"], []).append(row)
    return Inventory(
        city=City("Hải Phòng", "Asia/Ho_Chi_Minh", GO_LIVE, None),
        network=Network(),
        hubs=tuple(Hub(f"hub-{n}", f"hub-{n}", "main", ()) for n in range(3)),
        units=tuple(_unit(own) for own in by_unit.values()),
        systems=(),
        limits={},
        digest="0" * 64,
    )


def _unit(rows: Sequence[Row]) -> Unit:
    first = rows[0]
    return Unit(
        code=first["unit"][-4:],
        slug=first["unit"],
        name=first["unit"],
        kind="ward",
        former_province=first["province"],
        tile=None,
        targets=tuple(_target(row) for row in rows),
        hub=first["hub"],
        provider=first["provider"],
    )


def _target(row: Row) -> Target:
    is_bridge = row["system"] == "bridge"
    return Target(
        id=row["id"],
        owner=row["unit"],
        name=row["system"],
        kind=TargetKind.BRIDGE if is_bridge else TargetKind.SYSTEM,
        url=f"{'wss' if is_bridge else 'https'}://{row['unit']}.{row['system']}.example/",
        protocol="janus" if is_bridge else "https",
        bloc=row["bloc"] or None,
        supplier=row["supplier"],
    )


def standings_without(drawn: Town, mended: Collection[str]) -> tuple[Standing, ...]:
    """How everybody stands once these targets work, and all else is as before."""
    left = {target: way for target, way in drawn.seen.items() if target not in mended}
    return standings_of(drawn.inventory, drawn.rows, left)


def standings_of(inventory: Inventory, rows: Sequence[Row], seen: Seen) -> tuple[Standing, ...]:
    """How everybody stands who shows this."""
    told = {row["id"]: _measured(row, seen.get(row["id"])) for row in rows}
    planned = [PlannedCheck(told[target.id].check_id, target) for target in inventory.targets()]
    measured = {(m.check_id, m.target_id): m for m in told.values()}
    verdicts = judge_all(planned, measured, CHECKS, go_live=GO_LIVE)
    of_unit = {v.target.id: v for v in verdicts}
    found = []
    for unit in inventory.units:
        own = tuple(of_unit[target.id] for target in unit.targets)
        worst = max(verdict.outcome for verdict in own)
        found.append(Standing(unit, LIGHTS[worst], own))
    return tuple(found)


def _measured(row: Row, shown: tuple[Step, str] | None) -> Measurement[Any]:
    """What the wire shows of a row: one rung for each step until it breaks."""
    is_bridge = row["system"] == "bridge"
    failure = Failure(*shown) if shown else None
    began = MORNING + timedelta(seconds=int(row["second"]), milliseconds=len(row["id"]))
    evidence: object = Visit(200, 0.1, 300, (), ())
    if is_bridge:
        evidence = Reached(f"{row['prefix']}.9", 443, ())
    return Measurement(
        check_id="bridge.reach" if is_bridge else "system.reach",
        target_id=row["id"],
        started_at=began,
        elapsed_s=0.1,
        vantage=row["vantage"],
        attempts=(Attempt(began, 0.1, tuple(_ladder(row, shown)), failure),),
        observer=Observer(),
        evidence=None if failure else evidence,
        failure=failure,
    )


def _ladder(row: Row, shown: tuple[Step, str] | None) -> Iterator[Rung]:
    address = f"{row['prefix']}.{1 + hash_of(row['id']) % 250}"
    facts: dict[Step, dict[str, object]] = {
        Step.RESOLVE: {"rcodes": [f"{row['name_server']}: NOERROR"]},
        Step.CONNECT: {"port": "443", "addresses": {address: "open"}},
        Step.TLS_HANDSHAKE: {"issuer": row["issuer"]},
    }
    if shown and shown[0] is Step.OBSERVE:
        return
    for step in WAY:
        if shown and shown[0] is step:
            yield Rung(step, 0.02, held=False, facts=facts.get(step, {}))
            return
        yield Rung(step, 0.02, held=True, facts=facts.get(step, {}))
