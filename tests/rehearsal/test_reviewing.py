"""Both trials together: the latest word on each check, and the story that led there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from rehearsal import snapshot
from rehearsal.cli import app
from rehearsal.journal import open_journal, to_stored
from rehearsal.model import Decision, Intent, Run
from rehearsal.report.document import RESULTS_SCHEMA
from tests.rehearsal.comparison.trials import (
    JUNE_20,
    JUNE_25,
    REFUSED,
    fact,
    measurements,
    town,
)

TOWN = town()
FIRST, SECOND = "phase-1-20250620", "phase-2-20250625"
MAIL = {"system.reach an/mail": REFUSED}
ROLL_CALL = {"bridge.roll_call binh/bridge": REFUSED}


def trial(
    folder: Path,
    phase: str,
    began: datetime,
    but: Mapping[str, object],
    name: str = "",
    **parameters: object,
) -> str:
    """A finished trial of the town, in the journal of that folder."""
    run = name or f"{phase}-{began:%Y%m%d}"
    folder.mkdir(exist_ok=True)
    with open_journal(f"sqlite:///{folder}/journal.db") as journal:
        told = {"inventory_snapshot": snapshot.to_plain(TOWN), "hold_s": 60.0, **parameters}
        journal.begin(Run(run, phase, "Hải Phòng", began, parameters=told))
        seen = [to_stored(m) for m in measurements(TOWN, phase, but, began)]
        asyncio.run(journal.record(run, seen))
        journal.stage_began(run, "selftest", began)
        journal.stage_ended(run, "selftest", began)
        ended = began + timedelta(hours=1)
        journal.finish(run, at=ended, state="finished", verdict=Decision.NO_GO)
    return run


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """On 20 June a mail was refused and a unit missed the roll call; on 25 June all is well."""
    folder = tmp_path / "out"
    trial(folder, "phase-1", JUNE_20, MAIL | ROLL_CALL)
    trial(folder, "phase-2", JUNE_25, {})
    return folder


def rehearse(*arguments: object):
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def review(out: Path, *more: object) -> dict:
    """What `rehearse review` says, as its document has it."""
    found = rehearse("review", "--out", out, "--json", *more)
    assert found.exit_code in {0, 10, 11}, found.output
    run = json.loads(found.stdout)["run"]["id"]
    return json.loads((out / run / "results.json").read_text("utf-8"))


def lights(document: dict) -> dict[str, str]:
    """Each unit's readiness."""
    return {unit["slug"]: unit["readiness"] for unit in document["units"]}


def test_the_latest_word_on_each_check_counts(out: Path):
    """The mail works now; who missed the roll call has not been called again."""
    document = review(out)

    assert lights(document) == {"an": "green", "binh": "red", "cat": "green"}
    assert {cause["kind"] for cause in document["causes"]} == {"connection_refused"}
    assert document["verdict"] == "no-go"


def test_the_story_names_each_trial_and_what_changed(out: Path):
    """Red on 20 June, mended by 25 June: told in that order, with the counts."""
    told = review(out)["review"]

    first, second = told["moments"]
    assert (first["run"], first["units"]["red"]) == (FIRST, 2)
    assert (second["run"], second["units"]["red"]) == (SECOND, 0)
    assert told["changes"]["fixed"] == 1
    assert (told["missing"], told["calibration"]) == ([], None)


def test_the_document_follows_its_schema(out: Path):
    """Nothing in it is undescribed."""
    schema = json.loads(RESULTS_SCHEMA.read_text("utf-8"))

    assert list(jsonschema.Draft202012Validator(schema).iter_errors(review(out))) == []


def test_one_trial_alone_decides_nothing(tmp_path: Path):
    """Nobody has tried Phase 2: what it would ask is unknown, and said to be missing."""
    folder = tmp_path / "out"
    trial(folder, "phase-1", JUNE_20, {})
    document = review(folder)

    assert document["verdict"] == "inconclusive"
    assert document["review"]["missing"] == ["phase-2"]
    whole = next(rule for rule in document["rules"] if rule["id"] == "whole_city")
    assert whole["holds"] is None


def test_the_page_leads_to_the_trials_and_to_what_changed(out: Path):
    """Every link of the story leads to a page that is there, or that the trial writes."""
    run = review(out)["run"]["id"]
    page = (out / run / "index.html").read_text("utf-8")

    assert f'href="../{SECOND}/compare-{FIRST}.html"' in page
    assert (out / SECOND / f"compare-{FIRST}.html").exists()
    assert page.index(f"../{FIRST}/index.html") < page.index(f"../{SECOND}/index.html")
    assert "Kiến nghị cho ngày" in page


def test_a_review_is_drawn_again_as_it_was(out: Path):
    """From the journal alone; a trial that ran since is no part of it."""
    run = review(out)["run"]["id"]
    before = (out / run / "results.json").read_text("utf-8")
    trial(out, "phase-2", JUNE_25 + timedelta(days=1), MAIL, "phase-2-later")

    assert rehearse("report", run, "--out", out).exit_code == 0
    assert (out / run / "results.json").read_text("utf-8") == before


def test_a_recheck_after_it_changes_nothing_of_a_review(out: Path):
    """Who was called again since is well now; the review tells what was known then."""
    run = review(out)["run"]["id"]
    before = (out / run / "results.json").read_text("utf-8")
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        journal.rechecks.begin(FIRST, JUNE_25, {"asked": 1})
        again = [
            replace(to_stored(m), round=1)
            for m in measurements(TOWN, "phase-1", {}, JUNE_25)
            if (m.check_id, m.target_id) == ("bridge.roll_call", "binh/bridge")
        ]
        asyncio.run(journal.record(FIRST, again))
        journal.stage_began(FIRST, "recheck-1/selftest", JUNE_25)
        journal.stage_ended(FIRST, "recheck-1/selftest", JUNE_25)

    assert rehearse("report", run, "--out", out).exit_code == 0
    assert (out / run / "results.json").read_text("utf-8") == before
    assert lights(review(out))["binh"] == "green"


def test_what_is_left_of_any_trial_is_left(out: Path):
    """A record that is not proven gone keeps the whole from being decided."""
    intent = Intent(SECOND, "DIENTAP-x", "mail.round_trip", "an/mail", "letters", JUNE_25)
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        asyncio.run(journal.intents.intend(intent))
    document = review(out)

    assert document["synthetic"] == {"created": 1, "cleaned": 0, "left": 1}
    assert document["verdict"] in {"inconclusive", "no-go"}


def test_later_facts_are_held_against_it(out: Path):
    """What happened after go-live stands beside what the review's lights predicted."""
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        journal.later.add([fact("an", "green"), fact("binh", "green"), fact("cat", "red")])
    told = review(out)["review"]["calibration"]

    assert told["green_stayed"] == {"hits": 1, "of": 2, "ratio": 0.5}
    assert [miss["unit"] for miss in told["rosier"]] == ["cat"]
    assert [miss["unit"] for miss in told["gloomier"]] == ["binh"]


def test_wrong_trials_are_refused_all_at_once(out: Path):
    """Exit 2: one is unknown, the other of the other phase."""
    found = rehearse("review", "--phase-1", "nowhere", "--phase-2", FIRST, "--out", out)

    assert found.exit_code == 2
    assert "nowhere" in found.output
    assert f"{FIRST}: cần một đợt đã xong" in found.output


def test_a_trial_of_some_units_is_no_part_of_a_review(out: Path):
    """The last whole one counts; the narrowed one is refused by name."""
    some = trial(
        out, "phase-2", JUNE_25 + timedelta(days=1), MAIL, "phase-2-some", units=["an"]
    )

    assert review(out)["review"]["moments"][1]["run"] == SECOND
    assert rehearse("review", "--phase-2", some, "--out", out).exit_code == 2


def test_before_any_trial_there_is_nothing_to_review(tmp_path: Path):
    """Exit 2, with what to do first."""
    tmp_path.joinpath("out").mkdir()
    found = rehearse("review", "--out", tmp_path / "out")

    assert found.exit_code == 2
    assert "phase-1" in found.output
