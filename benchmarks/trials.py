"""What does Prefect add to a whole trial on the twin city, its own start included?"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Table, spread
from benchmarks.machine import load
from benchmarks.usage import children_cpu_s

HOLD = "5s"
REHEARSE = Path(sys.executable).parent / "rehearse"
_WAYS = {"plain asyncio (`--no-prefect`)": ("--no-prefect",), "with Prefect (default)": ()}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one trial took, its children (twin, Prefect's server) included."""

    wall_s: float
    cpu_s: float
    verdict: int


def orchestration(home: Path, rounds: int) -> Table:
    """The same trial with and without, by turns."""
    began = load()
    found: dict[str, list[Cost]] = {name: [] for name in _WAYS}
    for number in range(rounds):
        for name, options in _WAYS.items():
            found[name].append(_trial(home / f"trial-{number}-{len(options)}", options))
    plain, orchestrated = found.values()
    rows = (*(_row(name, costs) for name, costs in found.items()), _added(plain, orchestrated))
    about = (
        f"`rehearse phase-1 --twin --hold {HOLD}`: 116 bridges, {rounds} rounds by turns, each "
        f"in a new directory, so that Prefect also makes its database. "
        f"Load: {began} before, {load()} after."
    )
    head = ("way", "wall s", "CPU s, twin and servers included", "exit code")
    return Table("Prefect's share of a Phase 1 trial", about, head, rows)


def _trial(out: Path, options: Sequence[str]) -> Cost:
    before_cpu_s, before_s = children_cpu_s(), time.perf_counter()
    command = [str(REHEARSE), "phase-1", "--twin", "--hold", HOLD]
    done = subprocess.run(
        [*command, "--out", str(out), "--quiet", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    wall_s = time.perf_counter() - before_s
    return Cost(wall_s, children_cpu_s() - before_cpu_s, done.returncode)


def _row(name: str, costs: Sequence[Cost]) -> tuple[str, ...]:
    verdicts = ", ".join(str(cost.verdict) for cost in costs)
    return (name, spread([c.wall_s for c in costs]), spread([c.cpu_s for c in costs]), verdicts)


def _added(plain: Sequence[Cost], orchestrated: Sequence[Cost]) -> tuple[str, ...]:
    pairs = list(zip(plain, orchestrated, strict=True))
    wall_s = [b.wall_s - a.wall_s for a, b in pairs]
    cpu_s = [b.cpu_s - a.cpu_s for a, b in pairs]
    return ("added by Prefect", spread(wall_s), spread(cpu_s), "")
