"""What do the parts of a trial cost that touch no target?"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.figures import Table
from benchmarks.machine import load as load_average
from benchmarks.trials import REHEARSE
from benchmarks.usage import Meter, cpu_s_of
from checks import CHECKS
from rehearsal.embedded import twin_city
from rehearsal.inventory import generate, load, with_network
from rehearsal.journal import journal_url, open_journal, to_stored
from rehearsal.model import Inventory, Measurement, Run, TargetKind
from rehearsal.net.route import door_to
from rehearsal.past import assessment_of, measurements_of, wording_of
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from rehearsal.report import write_reports
from rehearsal.wording import CheckWording

BRIDGES = Path("bridges.yaml")
NATION = 3_321  # communes of the country
RECORDED = 1_200
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A trial on the twin that has just been carried out."""

    folder: Path
    run: Run
    measured: tuple[Measurement[Any], ...]


def parts(home: Path) -> Table:
    """Each part once or twice, in this process."""
    began = load_average()
    past = _carried_out(home / "past")
    rows = (
        *_reading(home),
        _recording(home, past),
        *_city(past),
        *_nation(home, past),
        _roll_call(past),
        asyncio.run(_twin()),
    )
    about = (
        f"In one process, one after the other. Load: {began} before, {load_average()} after."
    )
    return Table("Parts of a trial", about, ("part", "wall s", "CPU s"), rows)


def _timed(name: str, work: Callable[[], object]) -> Row:
    meter = Meter()
    work()
    return (name, f"{meter.wall_s():.2f}", f"{meter.cpu_s():.2f}")


def _carried_out(folder: Path) -> Past:
    options = ["phase-1", "--twin", "--no-prefect", "--hold", "5s", "--out", str(folder)]
    subprocess.run([str(REHEARSE), *options, "--quiet"], capture_output=True, check=False)
    with open_journal(journal_url(folder)) as journal:
        run = journal.runs()[0]
        return Past(folder, run, tuple(measurements_of(journal, run.id, CHECKS)))


def _reading(home: Path) -> list[Row]:
    large = home / "nation.yaml"
    large.write_text(generate(NATION), encoding="utf-8")
    return [
        _timed("reading bridges.yaml, 116 bridges", lambda: load(BRIDGES)),
        _timed(f"reading an inventory of {NATION:,} units", lambda: load(large)),
    ]


def _recording(home: Path, past: Past) -> Row:
    """One by one, as they come in a trial: each is on the disk before the next."""
    enough = list(itertools.islice(itertools.cycle(past.measured), RECORDED))
    unlike = [replace(m, target_id=f"{n}/bench") for n, m in enumerate(enough)]

    async def record() -> None:
        with open_journal(journal_url(home / "journal")) as journal:
            journal.begin(past.run)
            writes = (journal.record(past.run.id, [to_stored(m)]) for m in unlike)
            await asyncio.gather(*writes)

    (home / "journal").mkdir()
    return _timed(f"journal: {RECORDED:,} measurements, durably", lambda: asyncio.run(record()))


def _city(past: Past) -> list[Row]:
    with open_journal(journal_url(past.folder)) as journal:
        found = assessment_of(journal, past.run.id, CHECKS)
        wording = wording_of(journal, past.run.id, CHECKS)
        again = _timed(
            f"judging 116 bridges from the journal ({len(past.measured):,} measurements)",
            lambda: assessment_of(journal, past.run.id, CHECKS),
        )
    folder = past.folder / "again"
    return [again, _timed("reports of 116", lambda: write_reports(found, wording, folder))]


def _nation(home: Path, past: Past) -> list[Row]:
    inventory = load(home / "nation.yaml")
    plan = make_plan(inventory, CHECKS, past.run.phase)
    measured = _multiplied(past, inventory)

    def judged() -> Any:
        return assess(past.run, inventory, plan, measured, stages=(), registry=CHECKS)

    found = judged()
    wording = CheckWording(CHECKS)
    folder = home / "nation"
    return [
        _timed(f"judging {NATION:,} units ({len(measured):,} measurements)", judged),
        _timed(f"reports of {NATION:,} units", lambda: write_reports(found, wording, folder)),
    ]


def _multiplied(past: Past, inventory: Inventory) -> list[Measurement[Any]]:
    """What the trial measured, dealt out over the targets of a larger inventory."""
    known: dict[str, itertools.cycle[Measurement[Any]]] = {
        check_id: itertools.cycle([m for m in past.measured if m.check_id == check_id])
        for check_id in {m.check_id for m in past.measured}
    }
    planned = make_plan(inventory, CHECKS, past.run.phase).checks()
    return [
        replace(next(known[item.check_id]), target_id=item.target.id)
        for item in planned
        if item.check_id in known
    ]


def _roll_call(past: Past) -> Row:
    """The event loop's worst lateness while everybody joined at once."""
    lags_s = [m.observer.loop_lag_s for m in past.measured if CHECKS[m.check_id].holds]
    return (f"roll call of {len(lags_s)}: worst lag of our event loop", _worst(lags_s), "")


def _worst(lags_s: Sequence[float]) -> str:
    return f"{max(lags_s, default=0.0):.2f}"


async def _twin() -> Row:
    """The twin's own CPU while every system's page is read once."""
    async with twin_city(BRIDGES) as city:
        inventory = with_network(load(BRIDGES), city.network)
        door = door_to(inventory)
        pages = tuple(t for t in inventory.targets() if t.kind is TargetKind.SYSTEM)
        narrowed = replace(inventory, hubs=(), units=(), systems=pages)
        before_s, began_s = cpu_s_of(city.pid), time.perf_counter()
        found = await ours.measured(narrowed, door)
        wall_s, cpu_s = time.perf_counter() - began_s, cpu_s_of(city.pid) - before_s
    return (f"the twin, while {len(found):,} pages are read", f"{wall_s:.2f}", f"{cpu_s:.2f}")
