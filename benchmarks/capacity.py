"""How many can meet with sound before the probe itself is the limit?

A meeting in the probe's namespace, at a real Janus in another; both on this machine.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.figures import Table
from benchmarks.machine import load
from benchmarks.usage import cpu_s_of, peak_mb_of
from checks import CHECKS
from rehearsal.check import Circumstances
from rehearsal.model import Failure, Network, Outcome, Target, TargetKind
from rehearsal.net.rollcall.assembly import Assembly
from rehearsal.net.rollcall.evidence import Attended, Hearing
from rehearsal.net.rollcall.recipe import CENTRAL, recipe_of
from rehearsal.net.route import door_by
from rehearsal.net.trail import Stopped
from rehearsal.plan import JOINS_PER_S
from tests.net_lab.janus import TRIAL, janus_in
from tests.net_lab.places import Place, ip, place, unique

SIZES = (29, 58, 116, 232)
HOLD_S = 30.0
BARRIER_S = 1.0
HOGS, HOGS_SIZE = 8, 29  # how many processes burn our cores, during which meeting
PROBE_IP, BRIDGE_IP = "10.92.0.1", "10.92.0.2"
HEAD = (
    *("participants", "probe: processes", "% of a core", "MB", "Janus: % of a core", "MB"),
    *("start skew ms", "join p95 s", "heard there / here", "datagrams we dropped"),
    *("worst loss %", "our worst lag ms", "red", "unknown"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A meeting to hold: the bridge, how many come, whether our cores are busy besides."""

    url: str
    participants: int
    hogs: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What came of it, and what it took; CPU in shares of one core."""

    processes: int
    cpu: float
    peak_mb: float
    skew_s: float
    join_p95_s: float
    heard_there: int
    heard_here: int
    lost: int
    worst_loss: float
    lag_s: float
    red: int
    unknown: int


def capacity(home: Path) -> Table:
    """One meeting after the other, each larger; then one on cores that are not ours alone."""
    began = load()
    jobs = [(size, 0) for size in SIZES] + [(HOGS_SIZE, HOGS)]
    rows = tuple(_row(home / f"janus-{n}-{hogs}", n, hogs) for n, hogs in jobs)
    about = (
        f"One room, {HOLD_S:.0f} s, {JOINS_PER_S:.0f} joins a second. Everybody sends and "
        f"hears the centre, which hears everybody; 60 ms packets, a few at a time 20 ms. "
        f"The last row: {HOGS} other processes burn the same cores, and whatever is spoilt by "
        f"that must be unknown, not red. Load: {began} before, {load()} after."
    )
    return Table("A meeting with sound", about, HEAD, rows)


def _row(folder: Path, participants: int, hogs: int) -> tuple[str, ...]:
    folder.mkdir()
    with ExitStack() as stack:
        probe = stack.enter_context(place("probe", PROBE_IP))
        bridge = stack.enter_context(place("bridge", BRIDGE_IP))
        _join(probe, bridge)
        gateway = stack.enter_context(janus_in(bridge, folder))
        pid = _child_of(gateway.pid)
        caller = stack.enter_context(probe.worker("benchmarks.capacity"))
        caller.ask(asdict(Job(gateway.ws, participants, hogs)))  # answered at the barrier
        before_s = cpu_s_of(pid)
        held = Held(**caller.heard())
        share = (cpu_s_of(pid) - before_s) / HOLD_S
        return _told(participants, hogs, held, (share, peak_mb_of(pid)))


def _told(n: int, hogs: int, held: Held, janus: tuple[float, float]) -> tuple[str, ...]:
    return (
        f"{n}, cores busy" if hogs else str(n),
        *(str(held.processes), f"{100 * held.cpu:.0f}", f"{held.peak_mb:.0f}"),
        *(f"{100 * janus[0]:.0f}", f"{janus[1]:.0f}"),
        *(f"{1000 * held.skew_s:.0f}", f"{held.join_p95_s:.2f}"),
        *(f"{held.heard_there} / {held.heard_here}", str(held.lost)),
        *(f"{100 * held.worst_loss:.2f}", f"{1000 * held.lag_s:.0f}"),
        *(str(held.red), str(held.unknown)),
    )


def _join(probe: Place, bridge: Place) -> None:
    near, far = unique("p"), unique("b")
    ip(
        *("link", "add", near, "netns", probe.name, "type", "veth"),
        *("peer", "name", far, "netns", bridge.name),
    )
    for end, device in ((probe, near), (bridge, far)):
        end.ip("addr", "add", f"{end.address}/24", "dev", device)
        end.ip("link", "set", device, "up")


def _child_of(pid: int) -> int:
    """The server itself: its parent only bounds its time."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()[0])


async def hold(job: Job) -> Held:
    """In the probe's namespace: the meeting, from the barrier to its account."""
    targets = _targets(job)
    door = door_by(Network(), {str(urlsplit(job.url).hostname)})
    recipe = recipe_of(
        targets,
        Network(),
        door,
        roles={CENTRAL: CENTRAL},
        hold_s=HOLD_S,
        joins_per_s=JOINS_PER_S,
    )
    if recipe is None:
        raise ValueError(f"{job.participants} are too many for one meeting with sound")
    async with Assembly(recipe) as assembly:
        assembly.open(time.monotonic() + BARRIER_S)
        print(json.dumps("opened"), flush=True)
        with _burning(job.hogs):
            found = await asyncio.gather(*(_attended(assembly, target) for target in targets))
        return _summed(assembly, targets, found)


def _targets(job: Job) -> list[Target]:
    slugs = [CENTRAL, *(f"unit-{number:03}" for number in range(1, job.participants))]
    kind = TargetKind.BRIDGE
    return [Target(f"{s}/bridge", s, s, kind, job.url, "janus", room=TRIAL.id) for s in slugs]


async def _attended(assembly: Assembly, target: Target) -> Attended | Failure:
    try:
        return await assembly.attend(target)
    except Stopped as ended:
        return ended.failure


@contextmanager
def _burning(hogs: int) -> Iterator[None]:
    """Other work on the cores that we measure with, for as long as the meeting lasts."""
    code = f"import time\nend = time.monotonic() + {HOLD_S + BARRIER_S}\n"
    code += "while time.monotonic() < end: pass"
    children = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(hogs)]
    try:
        yield
    finally:
        for child in children:
            child.kill()
            child.wait()


def _summed(
    assembly: Assembly, targets: Sequence[Target], found: Sequence[Attended | Failure]
) -> Held:
    accounts = [worker.account for worker in assembly.workers if worker.account]
    seen = [one for one in found if isinstance(one, Attended)]
    late_s = [one.started_s - one.due_s for one in seen]
    joins_s = sorted(one.joined_s - one.due_s for one in seen)
    there = [one.sound.heard_by_centre for one in seen if one.sound]
    here = [one.sound.hears_centre for one in seen if one.sound]
    outcomes = [_outcome(*pair) for pair in zip(targets, found, strict=True)]
    return Held(
        processes=len(assembly.workers),
        cpu=sum(account.cpu_s for account in accounts) / HOLD_S,
        peak_mb=sum(account.peak_mb for account in accounts),
        skew_s=max(late_s) - min(late_s) if late_s else 0.0,
        join_p95_s=statistics.quantiles(joins_s, n=20)[-1] if len(joins_s) > 1 else 0.0,
        heard_there=_heard(there),
        heard_here=_heard(here),
        lost=max((s.observer.datagrams_lost for one in seen if (s := one.sound)), default=0),
        worst_loss=max((h.loss for h in (*there, *here) if h), default=0.0),
        lag_s=max((s.lag_s for account in accounts for s in account.strains), default=0.0),
        red=outcomes.count(Outcome.FAIL),
        unknown=outcomes.count(Outcome.UNKNOWN),
    )


def _heard(hearings: Sequence[Hearing | None]) -> int:
    return sum(hearing is not None and hearing.first_s is not None for hearing in hearings)


def _outcome(target: Target, found: Attended | Failure) -> Outcome:
    """What the check would make of it."""
    if isinstance(found, Failure):
        return Outcome.UNKNOWN if found.step == "observe" else Outcome.FAIL
    check = CHECKS["bridge.roll_call"]
    limits = check.standard
    around = Circumstances(target, datetime.now(UTC), date(2025, 7, 1))
    findings = check.judge(found, limits, around)
    return max((finding.outcome for finding in findings), default=Outcome.PASS)


if __name__ == "__main__":
    order = Job(**json.loads(sys.stdin.readline()))
    print(json.dumps(asdict(asyncio.run(hold(order)))), flush=True)
