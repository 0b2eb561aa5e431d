"""kill -9 at random moments, then --resume: the same verdicts, and nothing twice."""

import os
import random
import sqlite3

from rehearsal.inventory import generate
from tests.e2e.driving import killed_after, rehearse, results, verdicts

KILLS = int(os.environ.get("REHEARSAL_KILLS", "4"))
SEED = 20250620
LIFETIME_S = (1.0, 14.0)
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


def test_a_killed_trial_goes_on(tmp_path):
    """However often it is killed, the run ends with an undisturbed run's verdicts."""
    chance = random.Random(SEED)
    city, scenario = tmp_path / "bridges.yaml", tmp_path / "scenario.yaml"
    city.write_text(generate(16), encoding="utf-8")
    scenario.write_text(SCENARIO, encoding="utf-8")
    common = ("phase-1", "--no-prefect", "--inventory", str(city), "--twin", str(scenario))
    calm, stormy = tmp_path / "calm", tmp_path / "stormy"
    rehearse(*common, "--hold", "2s", "--out", str(calm))
    first = (*common, "--hold", "2s", "--out", str(stormy))
    kept = {}
    arguments, kills = first, 0
    while kills < KILLS:
        if not killed_after(chance.uniform(*LIFETIME_S), arguments):
            break
        kills += 1
        journal = stormy / "journal.db"
        run_id = run_in(journal)
        if run_id is not None:
            arguments = ("phase-1", "--no-prefect", "--resume", run_id, "--out", str(stormy))
            kept.update(stored(journal))
    ended = rehearse(*arguments)

    assert kills >= min(KILLS, 2)
    assert ended.returncode == 10, ended.stderr
    assert verdicts(results(stormy)) == verdicts(results(calm))
    assert kept.items() <= stored(stormy / "journal.db").items()
    assert results(stormy)["run"]["resumes"] >= 1


def run_in(journal):
    """The id of the one run, if it had begun."""
    try:
        with sqlite3.connect(journal) as connection:
            found = connection.execute("SELECT id FROM run").fetchone()
    except sqlite3.OperationalError:
        return None
    return found[0] if found else None
