"""How many faults does the prober tell apart, and does it ever give a wrong name?

Measured elsewhere on 37 faults: blackbox_exporter 14, check_http 21, a staged prober 33.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from checks import CHECKS
from rehearsal.model import Measurement
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.observe import Watch
from rehearsal.run import measure
from tests.servers.names import name_server
from tests.yardstick.faults import ADDRESSES, FAULTS, HEALTHY, ZONE, Row
from tests.yardstick.street import street

STEP_S = 2.0
QUICK = Deadlines(2.5, STEP_S, STEP_S, STEP_S, STEP_S, STEP_S)
AT_ONCE = 16
ROWS = [*FAULTS, *HEALTHY]
Told = Mapping[str, Measurement[Any]]


async def _measure_all(door: Door, ports: Mapping[str, int]) -> Told:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> Measurement[Any]:
        check = CHECKS["bridge.signalling" if row.scheme == "ws" else "system.reach"]
        target = row.target(ports.get(row.peer, ports["good-tls13"]))
        async with slots:
            return await measure(check, target, door, watch, vantage="test")

    async with Watch() as watch:
        found = await asyncio.gather(*(one(row) for row in ROWS))
    return {row.peer: measured for row, measured in zip(ROWS, found, strict=True)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """What the prober says of each peer, all of them met at once."""
    folder: Path = tmp_path_factory.mktemp("street")
    zone = {f"{row.peer}.street.example": ZONE.get(row.peer, ADDRESSES) for row in ROWS}
    with street(folder) as ports, name_server(folder, zone) as names:
        door = Door(
            resolver=Resolver([NameServer("127.0.0.1", names)]),
            tls=context([str(folder / "root.pem")]),
            hosts=frozenset(zone),
            deadlines=QUICK,
        )
        yield asyncio.run(_measure_all(door, ports))


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: f"{row.peer}->{row.kind}")
def test_fault(told: Told, row: Row):
    """The broken step is named, and its kind."""
    failure = told[row.peer].failure

    assert failure is not None
    assert (failure.step, failure.kind) == (row.step, row.kind), failure.detail


@pytest.mark.parametrize("row", HEALTHY, ids=lambda row: row.peer)
def test_sound_peer(told: Told, row: Row):
    """What is only unusual has nothing wrong with it."""
    measured = told[row.peer]

    assert measured.failure is None, measured.failure


def test_the_yardstick_is_long_enough():
    """At least 37 different kinds of failure, and more peers than that, none of them twice."""
    assert len({(row.step, row.kind) for row in FAULTS}) >= 37
    assert len({row.peer for row in ROWS}) == len(ROWS)


def test_at_least_36_of_37_kinds_are_told(told: Told):
    """The score: every kind that some peer provokes is told at each of its peers."""
    wrong = {
        (row.step, row.kind)
        for row in FAULTS
        if (failure := told[row.peer].failure) is None
        or (failure.step, failure.kind) != (row.step, row.kind)
    }

    assert len(wrong) <= 1, wrong


def test_nothing_is_called_a_bug_of_ours(told: Told):
    """No peer, however strange, makes the prober fall over."""
    ours = {name for name, m in told.items() if m.failure and m.failure.step == "observe"}

    assert ours == set()


def test_every_fault_ends_in_time(told: Told):
    """A step ends by its deadline; a second look may cost two seconds more."""
    assert max(m.elapsed_s for m in told.values()) < 3 * STEP_S + 2.0
