"""How fast are shared causes found, and how truly, in cities where we planted them?"""

from __future__ import annotations

import time
from collections.abc import Iterable

from benchmarks.cities import Town, town
from benchmarks.figures import Table, spread
from benchmarks.machine import load as load_average
from benchmarks.marks import Marks, marks
from checks import CHECKS
from rehearsal.readiness.causes import find_causes

PLANTED = (1, 2, 3, 4, 5, 6)
CITY, NATION = 114, 3_321
DRAWN = {CITY: 10, NATION: 1}  # cities for each number of causes and each round
HEAD = (
    "city",
    "targets",
    "cities",
    "wall s",
    "CPU s",
    "causes",
    "precision",
    "recall",
    "lone found",
)


def causes(rounds: int) -> Table:
    """Cities of both sizes with one to six planted causes and noise."""
    began = load_average()
    rows = tuple(_row(units, rounds) for units in (CITY, NATION))
    about = (
        "Cities drawn at random (`benchmarks/cities.py`), each with 1 to 6 planted causes, "
        "lone failures, healthy exceptions and measurements that we spoilt; time is that of "
        "`find_causes` alone: median, least and most. Limits: 1 s for 114 units, 10 s for "
        f"3,321; precision and recall 0.95. Load: {began} before, {load_average()} after."
    )
    return Table("Shared causes", about, HEAD, rows)


def _row(units: int, rounds: int) -> tuple[str, ...]:
    told, targets = Marks(), 0
    took_s: list[float] = []
    cpu_s: list[float] = []
    for drawn in _drawn(units, rounds):
        began_s, before_s = time.perf_counter(), time.process_time()
        found = find_causes(drawn.standings, drawn.inventory, CHECKS)
        took_s.append(time.perf_counter() - began_s)
        cpu_s.append(time.process_time() - before_s)
        told += marks(drawn, found)
        targets = len(drawn.rows)
    return (
        f"{units:,} units",
        f"{targets:,}",
        str(len(took_s)),
        spread(took_s),
        spread(cpu_s),
        str(told.planted),
        f"{told.precision:.3f}",
        f"{told.recall:.3f}",
        f"{told.lone_found:,} of {told.lone:,}",
    )


def _drawn(units: int, rounds: int) -> Iterable[Town]:
    for number in range(rounds * DRAWN[units]):
        for planted in PLANTED:
            yield town(1_000 * planted + number, units, planted)
