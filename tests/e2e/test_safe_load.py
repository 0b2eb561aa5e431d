"""The systems' own books: what the plan allows is kept, and stop means stop.

What our gate counts is its opinion; the twin writes down each request that it really got.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks import CHECKS
from rehearsal.cleanup import Pace
from rehearsal.inventory import generate
from rehearsal.model import Load, Loads
from rehearsal.net.load import RECENT, REST_S
from rehearsal.opening import open_trial
from rehearsal.order import Order
from rehearsal.trial import Trial
from tests.e2e.driving import begun, results
from tests.e2e.test_leaving_nothing import MARKED, records, routed
from tests.twin.calling import Twin, twin

CHECK = "center.surge"
FREE = Load(per_s=1_000, at_once=64, in_all=10_000)
# One bound each time, so tight that nothing else would keep the load from being too much.
BOUNDS = {
    "host-rate": Loads(Load(10, 16, 60), FREE),
    "host-at-once": Loads(Load(1_000, 2, 60), FREE),
    "city-rate": Loads(FREE, Load(25, 64, 150)),
    "city-at-once": Loads(FREE, Load(1_000, 3, 150)),
}
JITTER_S = 0.5  # a server that stood still takes the first request late
STOPPED_WITHIN_S = 2.0  # the issue's own promise
FAR_S = 150.0  # what was cut off is looked for until a minute after its request
AT_TWIN = Pace(unseen_s=2.0)  # it has no queue in which an unanswered request could wait
pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]


@dataclass(frozen=True)
class Visit:
    """One request as the twin got it, in Unix time."""

    host: str
    method: str
    status: int
    began: float
    ended: float


def visits(said: dict[str, Any]) -> list[Visit]:
    """All requests to interfaces so far, by their beginning."""
    with sqlite3.connect(f"file:{said['records']}?mode=ro", uri=True) as connection:
        query = "SELECT host, method, status, began, ended FROM visit ORDER BY began"
        return [Visit(*row) for row in connection.execute(query)]


def most_at_once(found: Sequence[Visit]) -> int:
    """How many were under way at the worst; who leaves makes room for who comes then."""
    moves = [(v.began, 1) for v in found] + [(v.ended, -1) for v in found]
    under_way = most = 0
    for _, move in sorted(moves):
        under_way += move
        most = max(most, under_way)
    return most


def took_s(found: Sequence[Visit]) -> float:
    """From the first to the last."""
    return found[-1].began - found[0].began


def marked(said: dict[str, Any]) -> list[str]:
    """Whatever of ours is in the city's systems."""
    return [marker for marker, _ in records(said).values() if MARKED in marker]


def written(bounds: Loads) -> str:
    """The bounds as an inventory has them."""
    return yaml.safe_dump({"load": asdict(bounds)})


@contextmanager
def town(folder: Path, units: int, more: str = "", **faults: str) -> Iterator[tuple[Twin, str]]:
    """A twin of so many units, and the inventory that leads there."""
    city, assigned = folder / "bridges.yaml", folder / "assigned.json"
    city.write_text(generate(units) + more, encoding="utf-8")
    assigned.write_text(json.dumps(faults), encoding="utf-8")
    with twin(city, "--assign", assigned, "--directory", folder / "twin") as played:
        yield played, str(routed(city, played.said))


def wanted(file: str, folder: Path, **size: Any) -> Order:
    """A surge of that size, and no other check."""
    out = str(folder / "out")
    return Order(phase="phase-2", inventory=file, only=(CHECK,), out=out, **size)


async def surged(order: Order, stages: Sequence[str]) -> tuple[Trial, dict[str, float]]:
    """Carry these stages of a trial out; the trial, and when each stage began."""
    async with open_trial(order, CHECKS) as trial:
        trial.stages = tuple(stages)
        trial.pace = AT_TWIN
        await trial.carry_out()
        began = {s.stage: s.began.timestamp() for s in trial.journal.stages(trial.run_id)}
        return trial, began


def keeps(found: Sequence[Visit], load: Load) -> None:
    """Never too many in all, at once or a second."""
    assert 10 < len(found) <= load.in_all
    assert most_at_once(found) <= load.at_once
    first = next(number for number, v in enumerate(found) if v.method == "POST")
    rush = found[first:]  # before the common start there are pauses
    assert took_s(rush) >= (len(rush) - 1) / load.per_s - JITTER_S


@pytest.mark.parametrize("bound", BOUNDS)
async def test_rate_number_and_budget_are_kept(tmp_path: Path, bound: str):
    """More is wanted than is allowed: what is over goes unasked, and nobody is red for it."""
    bounds = BOUNDS[bound]
    many = (1, 2, 3) if "at-once" in bound else ()  # of whom each request takes a while
    slow = {f"unit-{number:05}/procedures": "crowd-slow" for number in many}
    with town(tmp_path, 3, written(bounds), **slow) as (played, file):
        order = wanted(file, tmp_path, dossiers=45, surge_s=1.0)
        trial, began = await surged(order, ("surge", "cleanup"))
        found = visits(played.said)
        left = marked(played.said)

    asked = [v for v in found if v.began < began["cleanup"]]
    hosts = {v.host for v in found}
    assert len(hosts) == 3
    assert trial.door.gate.asked_of == {h: sum(v.host == h for v in found) for h in hosts}
    keeps(asked, bounds.city)
    for host in hosts:
        keeps([v for v in asked if v.host == host], bounds.host)
    codes = {f.code for v in trial._verdicts.values() for f in v.findings}
    assert codes
    assert codes <= {"surge_unproven", "budget_spent"}
    assert left == []


async def test_a_system_that_hurts_is_left_alone(tmp_path: Path):
    """It answers 503 to everything: a handful of requests later nobody asks it any more."""
    fault = {"unit-00001/procedures": "gives-out"}
    with town(tmp_path, 1, **fault) as (played, file):
        order = wanted(file, tmp_path, dossiers=40, surge_s=12.0)
        trial, _ = await surged(order, ("surge",))
        refused = [v for v in visits(played.said) if v.status == 503]

    at_once = trial.plan.loads.host.at_once
    tried_again = 1 + int(took_s(refused) / REST_S)
    assert RECENT / 2 < len(refused) <= RECENT / 2 + 1 + at_once + tried_again
    (verdict,) = trial._verdicts.values()
    assert [finding.code for finding in verdict.findings] == ["surge_fails"]
    seen = verdict.measurement.evidence
    assert seen.withheld.keys() == {"host_spared"}
    assert seen.withheld["host_spared"] > 10


def wait_for_posts(said: dict[str, Any], count: int) -> None:
    """Until so many requests have changed something there."""
    ends_s = time.monotonic() + FAR_S
    while sum(v.method == "POST" for v in visits(said)) < count:
        assert time.monotonic() < ends_s, "nothing was handed in"
        time.sleep(0.1)


def test_stop_means_stop(tmp_path: Path):
    """SIGTERM amid the surge: nothing is handed in two seconds later, and all is taken out."""
    out = tmp_path / "out"
    with town(tmp_path, 4) as (played, file):
        size = ("--dossiers", "400", "--surge", "2m")
        where = ("--inventory", file, "--out", str(out))
        with begun("phase-2", "--no-prefect", *where, "--only", CHECK, *size) as process:
            wait_for_posts(played.said, 40)
            stopped_at = time.time()
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=FAR_S)
        found = visits(played.said)
        left = marked(played.said)

    assert process.returncode == 128 + signal.SIGTERM, told
    late = [v for v in found if v.began > stopped_at + STOPPED_WITHIN_S]
    assert {v.method for v in late} <= {"GET", "DELETE"}
    assert any(v.method == "DELETE" for v in found if v.began > stopped_at)
    synthetic = results(out)["synthetic"]
    assert synthetic["left"] == 0
    assert synthetic["created"] > 0
    assert left == []
