"""kill -9 in the middle of transactions and of the clean-up: nothing stays, in any system."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from rehearsal.inventory import generate
from tests.e2e.driving import QUIET, REHEARSE, ROOT, rehearse
from tests.twin.calling import twin

KILLS = int(os.environ.get("REHEARSAL_SWEEPS", "6"))  # 500 by `make soak`
SEED = 20250625
MARKED = "DIENTAP-"
CHECK = "center.dossier"
# What makes it hard to know what is there: one unit each, and one that is well.
FAULTS = (
    "cut-after-commit",
    "error-after-commit",
    "reply-of-other-id",
    "index-late",
    "search-fuzzy",
    "delete-reluctant",
)
IMPORTS_CPU_S = 0.8  # a little less than they cost
BEGINS_S, ENDS_S = 0.0, 8.0  # when a kill strikes after them: up to within the clean-up
CHILD = [sys.executable, "-m", "tests.e2e.transacting"]
pytestmark = pytest.mark.timeout(7200 if KILLS > 100 else 300)


def records(said: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    """What is in the city's systems, asked of the twin's own database."""
    with sqlite3.connect(f"file:{said['records']}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT store, id, marker, body FROM record")
        return {(store, name): (marker, body) for store, name, marker, body in rows}


def removals(said: dict[str, Any]) -> list[str]:
    """The marker of everything that was ever taken out of the city's systems."""
    with sqlite3.connect(f"file:{said['records']}?mode=ro", uri=True) as connection:
        return [marker for (marker,) in connection.execute("SELECT marker FROM removal")]


def routed(city: Path, said: dict[str, Any]) -> Path:
    """The same inventory by the route to that twin."""
    network = dict(said["network"])
    network["ports"] = {int(port): mapped for port, mapped in network["ports"].items()}
    file = city.with_name("routed.yaml")
    written = yaml.safe_dump({"network": network})
    file.write_text(f"{city.read_text('utf-8')}{written}", encoding="utf-8")
    return file


def cpu_s(pid: int) -> float:
    """What a process has used so far; of one that has ended, as much as one likes."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return math.inf
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def killed(command: Sequence[str], after_s: float) -> bool:
    """Run a command for so long after its imports and kill it; whether it was still alive."""
    with subprocess.Popen(
        list(command), cwd=ROOT, env=QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        while process.poll() is None and cpu_s(process.pid) < IMPORTS_CPU_S:
            time.sleep(0.02)  # on a busy machine they take many times as long
        try:
            _, told = process.communicate(timeout=after_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return True
        assert process.returncode == 0, told.decode()
        return False


def test_nothing_is_left_however_often_it_is_killed(tmp_path: Path):
    """Lost replies, 503s, wrong ids, late indexes, reluctant removals: 0 left, 0 strangers."""
    chance = random.Random(SEED)
    city, assigned = tmp_path / "bridges.yaml", tmp_path / "assigned.json"
    city.write_text(generate(len(FAULTS) + 1), encoding="utf-8")
    units = [f"unit-{number:05}/procedures" for number in range(1, len(FAULTS) + 1)]
    assigned.write_text(json.dumps(dict(zip(units, FAULTS, strict=True))), encoding="utf-8")
    folder = tmp_path / "twin"
    with twin(city, "--assign", assigned, "--directory", folder) as town:
        file, out = str(routed(city, town.said)), str(tmp_path / "out")
        strangers = records(town.said)
        kills = 0
        began_s = time.monotonic()
        while kills < KILLS:
            trial = [*CHILD, file, out, CHECK]
            sweep = [REHEARSE, "cleanup", "--out", out]
            is_sweep = kills and chance.random() < 0.2
            command = sweep if is_sweep else trial
            kills += killed(command, chance.uniform(BEGINS_S, ENDS_S))
        marked = [marker for marker, _ in records(town.said).values() if MARKED in marker]
        done = rehearse("cleanup", "--out", out, "--json", patience_s=1800)

        after = records(town.said)
        assert {key: after.get(key) for key in strangers} == strangers
        assert [marker for marker, _ in after.values() if MARKED in marker] == []
        assert done.returncode == 0, done.stdout + done.stderr
        assert all(run["left"] == 0 for run in json.loads(done.stdout))
        assert all(marker.startswith(MARKED) for marker in removals(town.said))
        created = sum(run["created"] for run in json.loads(done.stdout))
    took_s = time.monotonic() - began_s
    print(f"{kills} kills, {created} intents, {len(marked)} left, 0 now: {took_s:.0f} s")
    assert marked, "no kill left anything: they struck too early to prove anything"
