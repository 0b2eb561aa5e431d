"""kill -9 at random moments, then --resume: the same verdicts, and nothing twice."""

import os
import random
import sqlite3
import time

import pytest

from rehearsal.inventory import generate
from tests.e2e.driving import killed_after, rehearse, results, verdicts

IS_SOAK = "REHEARSAL_KILLS" in os.environ  # every check; else those that take no meeting
KILLS = int(os.environ.get("REHEARSAL_KILLS", "1"))
SEED = 20250620
NO_GO = 10
ONLY = () if IS_SOAK else ("--only", "bridge.reach,bridge.certificate,system.reach")
WAYS = {"plain": ("--no-prefect",), "prefect": ()}
pytestmark = pytest.mark.timeout(600)
SCENARIO = """\
version: 1
name: {vi: Bị ngắt, en: Killed}
seed: 1
go_live_in_days: 11
faults:
  - fault: certificate-expired
    targets: [unit-00001/reporting, unit-00002/reporting]
    why: {vi: a, en: b}
  - {fault: dns-servfail, targets: [unit-00003/mail], why: {vi: a, en: b}}
  - {fault: connection-refused, targets: [unit-00004/bridge], why: {vi: a, en: b}}
  - {fault: no-such-room, targets: [unit-00005/bridge], why: {vi: a, en: b}}
  - {fault: status-503, targets: [unit-00006/front], why: {vi: a, en: b}}
"""


def stored(journal):
    """What the journal holds now, by check and target."""
    with sqlite3.connect(journal) as connection:
        rows = connection.execute("SELECT check_id, target_id, started_at FROM measurement")
        return {(check, target): started for check, target, started in rows}


@pytest.fixture(scope="module")
def common(tmp_path_factory):
    """Which city is tried, and what is wrong with it."""
    folder = tmp_path_factory.mktemp("city")
    city, scenario = folder / "bridges.yaml", folder / "scenario.yaml"
    city.write_text(generate(16), encoding="utf-8")
    scenario.write_text(SCENARIO, encoding="utf-8")
    quick = ("--hold", "2s", "--media", "3s", "--line", "2s", *ONLY)
    return ("--inventory", str(city), "--twin", str(scenario), *quick)


@pytest.fixture(scope="module")
def calm(common, tmp_path_factory):
    """The verdicts of a run that nobody disturbed, and how long it took."""
    out = tmp_path_factory.mktemp("calm")
    began_s = time.monotonic()
    rehearse("phase-1", "--no-prefect", *common, "--out", str(out))
    return verdicts(results(out)), time.monotonic() - began_s


@pytest.mark.parametrize("way", WAYS)
def test_a_killed_trial_goes_on(way, common, calm, tmp_path):
    """However often it is killed, the run ends with an undisturbed run's verdicts."""
    chance = random.Random(SEED)
    phase = ("phase-1", *WAYS[way])
    undisturbed, took_s = calm
    kills = 0
    while kills < KILLS:
        stormy = tmp_path / f"stormy-{kills}"
        first = (*phase, *common, "--out", str(stormy))
        kills += until_it_ends(stormy, first, phase, chance, took_s)

        assert verdicts(results(stormy)) == undisturbed
    print(f"{kills} kills, {way}")


def until_it_ends(stormy, arguments, phase, chance, took_s):
    """Kill a trial and resume it until it outlives its chance; how often it was killed."""
    journal, kept, kills = stormy / "journal.db", {}, 0
    while killed_after(chance.uniform(1.0, 2 * took_s), arguments):  # half of them outlive it
        kills += 1
        run_id = run_in(journal)
        if run_id is not None:
            arguments = (*phase, "--resume", run_id, "--out", str(stormy))
            kept.update(stored(journal))
    ended = rehearse(*arguments)  # once more: a finished trial is only judged again

    assert ended.returncode == NO_GO, ended.stderr
    assert kept.items() <= stored(journal).items()
    return kills


def run_in(journal):
    """The id of the one run, if it had begun."""
    try:
        with sqlite3.connect(journal) as connection:
            found = connection.execute("SELECT id FROM run").fetchone()
    except sqlite3.OperationalError:
        return None
    return found[0] if found else None
