"""What does an opening hour of dossiers cost us and the twin, and how does that grow?

Every dossier goes its whole way (handed in, read back, received, processed, signed, paid,
returned, looked up), and everything is taken out again and proven gone.
"""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import yaml

from benchmarks.figures import Table
from benchmarks.machine import load as load_average
from benchmarks.usage import cpu_s_of, own_cpu_s, own_peak_mb
from checks import CHECKS
from rehearsal.embedded import TwinCity, twin_city
from rehearsal.opening import open_trial
from rehearsal.order import Order
from rehearsal.past import measurements_of
from rehearsal.trial import Trial

BRIDGES = Path("bridges.yaml")
SIZES = (500, 2_000, 8_000)
PER_S = 50.0  # dossiers: 2,000 in 40 s, as a trial has them unless told otherwise
CHECK = "center.surge"
HEAD = (
    *("dossiers, over", "surge s", "clean-up s", "both s", "requests", "requests/s"),
    *("p50 s", "p95 s", "p99 s", "done / failed / unknown", "left"),
    *("our CPU s", "twin's CPU s", "CPU ms a dossier", "our MB"),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """One surge: waits from the intended start, CPU of both processes."""

    dossiers: int
    surge_s: float
    cleanup_s: float
    requests: int
    waits_s: tuple[float, ...]
    failed: int
    left: int
    own_cpu_s: float
    twin_cpu_s: float
    peak_mb: float

    @property
    def row(self) -> tuple[str, ...]:
        """As it stands in the table."""
        both_s = self.surge_s + self.cleanup_s
        cpu_ms = 1000 * (self.own_cpu_s + self.twin_cpu_s) / self.dossiers
        unknown = self.dossiers - len(self.waits_s) - self.failed
        return (
            f"{self.dossiers:,}, {self.dossiers / PER_S:.0f} s",
            *(f"{self.surge_s:.1f}", f"{self.cleanup_s:.1f}", f"{both_s:.1f}"),
            *(f"{self.requests:,}", f"{self.requests / both_s:.0f}"),
            *(f"{_ranked(self.waits_s, part):.2f}" for part in (0.5, 0.95, 0.99)),
            *(f"{len(self.waits_s)} / {self.failed} / {unknown}", str(self.left)),
            *(f"{self.own_cpu_s:.1f}", f"{self.twin_cpu_s:.1f}", f"{cpu_ms:.0f}"),
            f"{self.peak_mb:.0f}",
        )


def surges(home: Path, sizes: Sequence[int] = SIZES) -> Table:
    """Each size once, in a city of its own."""
    began = load_average()
    rows = tuple(asyncio.run(_surge(home / f"surge-{size}", size)).row for size in sizes)
    about = (
        f"114 centres of the twin, {PER_S:.0f} dossiers a second on average and 1.6 times that "
        "at first; the whole life of each, every intent on the disk before its request, "
        "clean-up with two searches after each removal. Waits count from the intended start, "
        "and hold what our own bounds of load held up. Prober and twin share the machine's "
        f"cores with others, so seconds are noisy. "
        f"Load: {began} before, {load_average()} after."
    )
    return Table("An opening hour of dossiers", about, HEAD, rows)


async def _surge(folder: Path, size: int) -> Cost:
    await asyncio.to_thread(folder.mkdir, parents=True)
    async with twin_city(BRIDGES) as city:
        order = Order(
            phase="phase-2",
            inventory=str(_routed(folder, city)),
            only=(CHECK,),
            dossiers=size,
            surge_s=size / PER_S,
            out=str(folder),
        )
        async with open_trial(order, CHECKS) as trial:
            return await _carried_out(trial, city.pid, size)


def _routed(folder: Path, city: TwinCity) -> Path:
    """The inventory by the route to that twin."""
    network = {**asdict(city.network), "ports": dict(city.network.ports)}
    told = {k: list(v) if isinstance(v, tuple) else v for k, v in network.items()}
    file = folder / "bridges.yaml"
    written = f"{BRIDGES.read_text('utf-8')}\n{yaml.safe_dump({'network': told})}"
    file.write_text(written, encoding="utf-8")
    return file


async def _carried_out(trial: Trial, twin: int, size: int) -> Cost:
    own_s, twin_s = own_cpu_s(), cpu_s_of(twin)
    took_s = []
    for stage in ("surge", "cleanup"):
        began_s = perf_counter()
        await trial.stage(stage)
        took_s.append(perf_counter() - began_s)
    used_s, twin_used_s = own_cpu_s() - own_s, cpu_s_of(twin) - twin_s
    measured = measurements_of(trial.journal, trial.run_id, CHECKS)
    seen = [m.evidence for m in measured if m.evidence is not None]
    return Cost(
        dossiers=size,
        surge_s=took_s[0],
        cleanup_s=took_s[1],
        requests=trial.door.gate.asked,
        waits_s=tuple(wait_s for one in seen for wait_s in one.took_s),
        failed=sum(one.failing for one in seen),
        left=trial.journal.intents.of(trial.run_id).left,
        own_cpu_s=used_s,
        twin_cpu_s=twin_used_s,
        peak_mb=own_peak_mb(),
    )


def _ranked(values_s: Sequence[float], part: float) -> float:
    ranked = sorted(values_s) or [0.0]
    return ranked[max(0, math.ceil(part * len(ranked)) - 1)]


if __name__ == "__main__":
    sizes = tuple(int(word) for word in sys.argv[2:]) or SIZES
    print(surges(Path(sys.argv[1]), sizes).markdown())
