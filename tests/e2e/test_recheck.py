"""A trial, a kill -9 in its recheck, the recheck again, one unit: the truth, with history."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace

import pytest

from checks import CHECKS
from rehearsal.inventory import generate
from rehearsal.opening import open_trial
from rehearsal.order import Order
from tests.e2e.driving import PATIENCE_S, begun, rehearse, results
from tests.e2e.test_hub import province_of
from tests.e2e.test_leaving_nothing import records, routed
from tests.twin.calling import twin

UNITS = 5
STAYS, REFUSED, BEHIND, WELL = (f"unit-{n:05}/bridge" for n in (3, 4, 1, 2))
HUB = "main/bridge"
ONE = ("--units", "unit-00002", "--only", "bridge.reach")
NO_GO, WRONG_ORDER = 10, 2
DOSSIER = "center.dossier"
HEAD = """\
version: 1
name: {vi: Đo lại, en: Measured again}
seed: 1
go_live_in_days: 11
faults:
"""
FAULT = "  - {{fault: {}, targets: [{}], why: {{vi: a, en: b}}}}\n"
BEFORE = FAULT.format("connection-refused", f"{STAYS}, {REFUSED}") + FAULT.format(
    "media-one-way-up", f"{HUB}, {BEHIND}"
)
AFTER = FAULT.format("connection-refused", STAYS)
ONLY = ("--only", "bridge.reach,bridge.media", "--media", "3s")
pytestmark = pytest.mark.timeout(600)


def checks(document):
    """Every check by its id and target."""
    owners = (*document["units"], *document["hubs"], *document["systems"])
    return {(c["id"], c["target"]): c for owner in owners for c in owner["checks"]}


def told(document, check_id, target):
    """What is said of a check, and what was said before."""
    check = checks(document)[check_id, target]
    return check["outcome"], [earlier["outcome"] for earlier in check["history"]]


def measured_in(journal, round_no):
    """What a round has measured so far."""
    with sqlite3.connect(journal) as connection:
        query = "SELECT check_id, target_id FROM measurement WHERE round = ?"
        return set(connection.execute(query, [round_no]).fetchall())


def kill_in_the_middle(journal, arguments):
    """Start a recheck, and kill -9 it as soon as it has measured anything."""
    process = begun(*arguments)
    give_up_s = time.monotonic() + PATIENCE_S
    while not measured_in(journal, 1) and process.poll() is None:
        assert time.monotonic() < give_up_s
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """The documents: after the trial, after the killed recheck's successor, after one unit."""
    folder = tmp_path_factory.mktemp("recheck")
    out, city = folder / "out", folder / "bridges.yaml"
    text = generate(UNITS)
    served = f"role: main, serves: {{former_province: {province_of(text)}}}}}"
    city.write_text(text.replace("role: main}", served), encoding="utf-8")
    for name, faults in (("before", BEFORE), ("after", AFTER)):
        (folder / f"{name}.yaml").write_text(HEAD + faults, encoding="utf-8")
    trial = ("--inventory", str(city), "--twin", str(folder / "before.yaml"), *ONLY)
    first = rehearse("phase-1", "--no-prefect", *trial, "--out", str(out))
    documents = {"trial": results(out), "first": first, "out": out}
    run_id = documents["trial"]["run"]["id"]
    after = ("--twin", str(folder / "after.yaml"), "--no-prefect", "--out", str(out))
    with_prefect = [option for option in after if option != "--no-prefect"]
    kill_in_the_middle(out / "journal.db", ("recheck", run_id, *after))
    documents["killed"] = measured_in(out / "journal.db", 1)
    documents["ended"] = rehearse("recheck", run_id, *after)
    documents["again"] = results(out)
    rehearse("recheck", run_id, *ONE, *with_prefect)
    documents["unit"] = results(out)
    documents["untwinned"] = rehearse("recheck", run_id, "--no-prefect", "--out", str(out))
    return documents


def test_the_city_was_broken_as_planned(story):
    """Two cannot be reached, the hub is half mute, and one is blocked by it."""
    trial = story["trial"]

    assert story["first"].returncode == NO_GO, story["first"].stderr
    assert told(trial, "bridge.reach", REFUSED) == ("fail", [])
    assert told(trial, "bridge.media", REFUSED) == ("blocked", [])
    assert told(trial, "bridge.media", HUB) == ("fail", [])
    assert checks(trial)["bridge.media", BEHIND]["blocked_at"] == HUB


def test_what_was_mended_passes_with_its_history(story):
    """Also what was blocked, by a check below it or by its hub."""
    again = story["again"]

    assert told(again, "bridge.reach", REFUSED)[0] == "pass"
    assert told(again, "bridge.reach", REFUSED)[1][0] == "fail"
    assert told(again, "bridge.media", REFUSED)[0] == "pass"
    assert told(again, "bridge.media", REFUSED)[1][0] == "blocked"
    assert told(again, "bridge.media", BEHIND)[0] == "pass"
    assert told(again, "bridge.media", BEHIND)[1][0] == "blocked"
    assert told(again, "bridge.media", HUB)[0] == "pass"


def test_what_was_not_mended_fails_still(story):
    """The verdict is that of all that is known now."""
    assert told(story["again"], "bridge.reach", STAYS)[0] == "fail"
    assert told(story["again"], "bridge.media", STAYS)[0] == "blocked"
    assert story["again"]["verdict"] == "no-go"
    assert story["ended"].returncode == NO_GO, story["ended"].stderr


def test_what_was_well_stays_as_it_was(story):
    """It was not asked again: the same measurement, to the second."""
    before, after = (checks(story[name]) for name in ("trial", "again"))

    for check_id in ("bridge.reach", "bridge.media"):
        assert after[check_id, WELL] == before[check_id, WELL]


def test_the_run_stays_the_same_run(story):
    """It ended when it ended; the rechecks stand beside it, also the one that was killed."""
    before, after = story["trial"]["run"], story["again"]["run"]

    assert (after["id"], after["finished"]) == (before["id"], before["finished"])
    assert before["rechecks"] == []
    assert [one["round"] for one in after["rechecks"]] == [1, 2]
    assert after["rechecks"][0]["measured"] == len(story["killed"]) > 0
    assert {one["doubt"] for one in after["rechecks"]} == {""}


def test_one_unit_is_measured_and_nobody_else(story):
    """What is asked of it by name, also where it was well; also beside Prefect."""
    before, after = (checks(story[name]) for name in ("again", "unit"))
    changed = {key for key, check in after.items() if check != before[key]}

    assert changed == {("bridge.reach", WELL)}
    assert told(story["unit"], "bridge.reach", WELL) == ("pass", ["pass"])
    assert story["unit"]["run"]["rechecks"][-1]["units"] == ["unit-00002"]


def test_the_units_page_tells_both_results(story):
    """The earlier one stays readable beside the new one."""
    run_id = story["trial"]["run"]["id"]
    page = (story["out"] / run_id / "units" / "unit-00004.html").read_text("utf-8")

    assert "Lần đo trước" in page
    assert "connection_refused" in page.partition('id="earlier"')[2]


def test_a_run_on_the_twin_needs_a_twin_again(story):
    """Its old network is gone: that is said, and nothing is measured."""
    assert story["untwinned"].returncode == WRONG_ORDER
    assert "--twin" in story["untwinned"].stderr


async def test_a_recheck_of_transactions_leaves_nothing(tmp_path):
    """What it hands in again is marked, written down, and proven gone, like a trial's."""
    city = tmp_path / "bridges.yaml"
    city.write_text(generate(2), encoding="utf-8")
    with twin(city, "--directory", tmp_path / "twin") as town:
        order = Order(
            phase="phase-2",
            inventory=str(routed(city, town.said)),
            out=str(tmp_path / "out"),
            only=(DOSSIER,),
        )
        strangers = records(town.said)
        first = await transacted(order)
        once = replace(order, phase="recheck", inventory="", recheck=first[0])
        second = await transacted(replace(once, units=("unit-00001",), only=()))

        assert records(town.said) == strangers
    assert second[0] == first[0]
    assert second[1].created > first[1].created > 0
    assert (first[1].left, second[1].left) == (0, 0)


async def transacted(order):
    """The transactions and the clean-up of an order alone: its run, its records."""
    async with open_trial(order, CHECKS) as trial:
        trial.stages = ("transactions", "cleanup", "judge")
        await trial.carry_out()
        return trial.run_id, trial.journal.intents.of(trial.run_id)
