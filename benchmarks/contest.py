"""Who is faster, cheaper, and more often right? Sweeps side by side, by turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.busy import busy
from benchmarks.exporter import exporter
from benchmarks.field import with_dead
from benchmarks.figures import Table, ratio, spread, told
from benchmarks.machine import load
from benchmarks.spec import Site, Sweep, Task, sweep_from, to_json
from rehearsal.plan import CONCURRENCY

DEAD_TIME_OUT_S = 2.0  # short, so that the slowest prober ends within a minute


@dataclass(frozen=True, slots=True)
class Contestant:
    """A prober and how many probes it keeps going at once."""

    name: str
    module: str
    at_once: int = 0
    resolves: bool = False


OURS = Contestant(f"ours, c{CONCURRENCY}", "ours", CONCURRENCY)
BLACKBOX_16 = Contestant("blackbox_exporter, c16", "exporter", 16)
BLACKBOX_116 = Contestant("blackbox_exporter, c116", "exporter", 116)
CHECK_HTTP = Contestant("check_http, c16", "plugin", 16)
RESOLVING = Contestant(
    f"ours, c{CONCURRENCY}, names asked by DNS", "ours", CONCURRENCY, resolves=True
)
PEERS = (OURS, BLACKBOX_16, BLACKBOX_116, CHECK_HTTP)


@dataclass(frozen=True, slots=True)
class Arena:
    """Where the contests take place."""

    home: Path
    sites: tuple[Site, ...]
    dead_port: int
    nameserver: str

    def task(self, count: int, time_out_s: float = 5.0) -> Task:
        """A sweep over the first `count` sites."""
        trust = str(self.home / "root.pem")
        return Task(self.sites[:count], trust, self.nameserver, time_out_s)

    def dying(self, count: int) -> Task:
        """The same with a tenth of the sites gone."""
        task = self.task(count, DEAD_TIME_OUT_S)
        return replace(task, sites=with_dead(task.sites, self.dead_port))


Rounds = dict[Contestant, list[Sweep]]


def _sweep(arena: Arena, who: Contestant, task: Task) -> Sweep:
    """One sweep in a process of its own."""
    file = arena.home / "task.json"
    wanted = replace(task, at_once=who.at_once or len(task.sites), resolves=who.resolves)
    file.write_text(to_json(wanted), encoding="utf-8")
    command = [sys.executable, "-m", f"benchmarks.{who.module}", str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return sweep_from(done.stdout)


def _contest(
    arena: Arena, task: Task, entrants: Sequence[Contestant], rounds: int, busy_count: int = 0
) -> Rounds:
    """Round by round, everybody once in each, beside `busy_count` busy processes."""
    found: Rounds = {who: [] for who in entrants}
    with exporter(arena.home, task.trust, task.time_out_s) as (pid, port):
        known = replace(task, exporter_pid=pid, exporter_port=port)
        for _ in range(rounds):
            for who in entrants:
                beside: AbstractContextManager[None]
                beside = busy(busy_count) if busy_count else nullcontext()
                with beside:
                    found[who].append(_sweep(arena, who, known))
    return found


def cost(arena: Arena, count: int, rounds: int) -> Table:
    """What a sweep over healthy targets costs."""
    began = load()
    task = arena.task(count)
    found = _contest(arena, task, (*PEERS, RESOLVING), rounds)
    ours = [sweep.cpu_s for sweep in found[OURS]]
    rows = tuple(_cost_row(who, sweeps, ours, count) for who, sweeps in found.items())
    about = (
        f"{count} targets, {rounds} rounds by turns; median (least-most). Load of the machine: "
        f"{began} before, {load()} after. The ratio is that of CPU to ours, in the same round."
    )
    head = (
        "prober",
        "wall s",
        "CPU ms a probe",
        "of it driver",
        "CPU ratio",
        "peak MB",
        "right",
    )
    return Table(f"HTTPS sweep of {count:,} targets", about, head, rows)


def _cost_row(
    who: Contestant, sweeps: Sequence[Sweep], ours: Sequence[float], count: int
) -> tuple[str, ...]:
    cpu_s = [sweep.cpu_s for sweep in sweeps]
    driver_s = [1000 * sweep.driver_cpu_s / count for sweep in sweeps]
    return (
        who.name,
        spread([sweep.wall_s for sweep in sweeps]),
        spread([1000 * s / count for s in cpu_s]),
        spread(driver_s) if any(driver_s) else "-",
        ratio(cpu_s, ours),
        f"{max(sweep.rss_mb for sweep in sweeps):.0f}",
        told([sweep.passed for sweep in sweeps]),
    )


def dead(arena: Arena, count: int, rounds: int) -> Table:
    """What a tenth of dead targets adds to the wall."""
    began = load()
    healthy = _contest(arena, arena.task(count, DEAD_TIME_OUT_S), PEERS, rounds)
    found = _contest(arena, arena.dying(count), PEERS, rounds)
    rows = tuple(_dead_row(who, healthy[who], sweeps) for who, sweeps in found.items())
    about = (
        f"{count} targets, every tenth a black hole (SYNs are dropped), time-out "
        f"{DEAD_TIME_OUT_S:.0f} s, {rounds} rounds, beside as many with nobody dead. "
        f"Load: {began} before, {load()} after."
    )
    head = ("prober", "wall s", "beyond all alive, in time-outs", "passed", "failed", "unknown")
    return Table(f"{count:,} targets, a tenth of them dead", about, head, rows)


def _dead_row(
    who: Contestant, healthy: Sequence[Sweep], sweeps: Sequence[Sweep]
) -> tuple[str, ...]:
    usual_s = median(sweep.wall_s for sweep in healthy)
    return (
        who.name,
        spread([sweep.wall_s for sweep in sweeps]),
        spread([(sweep.wall_s - usual_s) / DEAD_TIME_OUT_S for sweep in sweeps], 1),
        told([sweep.passed for sweep in sweeps]),
        told([sweep.failed for sweep in sweeps]),
        told([sweep.unknown for sweep in sweeps]),
    )


def starved(arena: Arena, count: int, rounds: int) -> Table:
    """Whom does a prober blame when it gets no CPU itself?"""
    everything = (
        replace(BLACKBOX_116, name=f"blackbox_exporter, c{count}", at_once=count),
        Contestant("naive asyncio, all at once", "naive"),
    )
    began = load()
    entrants = (OURS, BLACKBOX_116, *everything)
    found = _contest(arena, arena.task(count), entrants, rounds, busy_count=2)
    rows = tuple(
        (
            who.name,
            spread([sweep.wall_s for sweep in sweeps]),
            told([sweep.passed for sweep in sweeps]),
            told([sweep.failed for sweep in sweeps]),
            told([sweep.unknown for sweep in sweeps]),
        )
        for who, sweeps in found.items()
    )
    about = (
        f"{count} healthy targets, time-out 5 s, while two processes want 0.75 of a core each; "
        f"{rounds} rounds. Load: {began} before, {load()} after. A healthy target called "
        "failed is a lie; unknown is the truth of a starved observer."
    )
    head = ("prober", "wall s", "passed", "called failed", "unknown")
    return Table(f"{count:,} healthy targets, 1.5 of 2 cores held by others", about, head, rows)
