"""Can two trials be compared, and later facts be told, from the journal alone?"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import xlsxwriter
from typer.testing import CliRunner

from rehearsal import snapshot
from rehearsal.cli import app
from rehearsal.journal import open_journal, to_stored
from rehearsal.model import Decision, Light, Run
from rehearsal.report.compared import COMPARISON_SCHEMA
from tests.rehearsal.comparison.trials import (
    JUNE_20,
    JUNE_25,
    REFUSED,
    measurements,
    town,
)

TOWN = town()
OLDER, NEWER = "phase-1-20250620", "phase-2-20250625"
MARKUP = "[/][bold]\x1b]0;owned\x07"
MAIL = {"system.reach an/mail": REFUSED}
HEADING = "unit,light,at,said_by,note\n"
GOOD = f"{HEADING}00001,đỏ,05/07/2025,Trần B,thiếu máy quét\nbinh,xanh,2025-07-05,Lê C,\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with both trials: a unit's mail was refused, then answered."""
    folder = tmp_path / "out"
    folder.mkdir()
    with open_journal(f"sqlite:///{folder}/journal.db") as journal:
        for run, phase, began, but in (
            (OLDER, "phase-1", JUNE_20, MAIL),
            (NEWER, "phase-2", JUNE_25, {}),
        ):
            told = {"inventory_snapshot": snapshot.to_plain(TOWN), "hold_s": 60.0}
            journal.begin(Run(run, phase, "Hải Phòng", began, parameters=told))
            seen = [to_stored(m) for m in measurements(TOWN, phase, but, began)]
            asyncio.run(journal.record(run, seen))
            journal.stage_began(run, "selftest", began)
            journal.stage_ended(run, "selftest", began)
            ended = began + timedelta(hours=1)
            journal.finish(run, at=ended, state="finished", verdict=Decision.NO_GO)
    return folder


def rehearse(*arguments: object):
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_comparison_is_on_the_terminal_and_on_a_page(out: Path):
    """Whichever run is named first; the page lies in the newer one's folder."""
    found = rehearse("compare", NEWER, OLDER, "--out", out)
    page = out / NEWER / f"compare-{OLDER}.html"

    assert found.exit_code == 0, found.output
    assert found.stdout.index(OLDER) < found.stdout.index(NEWER)
    assert "Đã xử lý / Fixed" in found.stdout
    assert str(page) in found.stdout
    assert "So sánh hai lần diễn tập" in page.read_text("utf-8")


def test_the_json_follows_its_schema_and_says_what_was_fixed(out: Path):
    """One document on stdout and nothing else."""
    found = rehearse("compare", OLDER, NEWER, "--out", out, "--json")
    document = json.loads(found.stdout)
    schema = json.loads(COMPARISON_SCHEMA.read_text("utf-8"))

    assert found.exit_code == 0
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    assert document["counts"]["fixed"] == 1
    assert {row["movement"] for row in document["rows"]} == {"fixed"}
    assert document["times"][0]["owners"][0]["planned_s"] == 60.0


@pytest.mark.parametrize("runs", [(OLDER, "nowhere"), ("nowhere", NEWER), (OLDER, OLDER)])
def test_runs_that_cannot_be_compared_are_a_wrong_usage(out: Path, runs: tuple[str, str]):
    """Exit 2: one is not known, or both are the same."""
    found = rehearse("compare", *runs, "--out", out)

    assert found.exit_code == 2
    assert runs[0] in found.output


def test_a_review_has_nothing_to_compare(out: Path):
    """It measures nothing by itself: exit 2, and no comparison in which all is removed."""
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        told = {"inventory_snapshot": snapshot.to_plain(TOWN)}
        journal.begin(Run("review-1", "review", "Hải Phòng", JUNE_25, parameters=told))
    found = rehearse("compare", OLDER, "review-1", "--out", out)

    assert found.exit_code == 2
    assert "review-1" in found.output


def test_a_terminal_obeys_no_foreign_words(tmp_path: Path):
    """Neither markup nor an escape sequence in an id or a problem."""
    folder = tmp_path / "out"
    folder.mkdir()
    with open_journal(f"sqlite:///{folder}/journal.db") as journal:
        for run, began, units in (("one", JUNE_20, []), ("two", JUNE_25, [MARKUP])):
            told = {"inventory_snapshot": snapshot.to_plain(TOWN), "units": units}
            journal.begin(Run(run, "phase-1", f"{run} {MARKUP}", began, parameters=told))
    found = rehearse("compare", "one", "two", "--out", folder)

    assert found.exit_code == 0, found.output
    assert "\x1b]0" not in found.output
    assert "[/][bold]⟨U+001B⟩" in found.output


def written(tmp_path: Path, text: str) -> Path:
    """A sheet of facts."""
    file = tmp_path / "facts.csv"
    file.write_text(text, encoding="utf-8")
    return file


def facts_in(out: Path) -> list[tuple[str, Light]]:
    """What the journal holds."""
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        return [(fact.unit, fact.light) for fact in journal.later.of("Hải Phòng")]


def test_facts_are_kept_and_held_against_the_last_trial(out: Path, tmp_path: Path):
    """By code or slug; the last trial before go-live predicted."""
    found = rehearse("facts", "import", written(tmp_path, GOOD), "--out", out, "--json")
    document = json.loads(found.stdout)

    assert found.exit_code == 0, found.output
    assert facts_in(out) == [("an", Light.RED), ("binh", Light.GREEN)]
    assert document["run"] == NEWER
    assert document["green_stayed"] == {"hits": 1, "of": 2, "ratio": 0.5}
    assert [(m["unit"], m["note"]) for m in document["rosier"]] == [("an", "thiếu máy quét")]


def test_another_run_may_be_asked_for_its_prediction(out: Path, tmp_path: Path):
    """20 June had predicted red; and people read it as a table."""
    found = rehearse("facts", "import", written(tmp_path, GOOD), "--out", out, "--run", OLDER)

    assert found.exit_code == 0, found.output
    assert "1 of 1 (100 %)" in found.stdout
    assert OLDER in found.stdout


def test_a_workbook_of_facts_is_read_too(out: Path, tmp_path: Path):
    """Days as Excel keeps them."""
    file = tmp_path / "facts.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, HEADING.strip().split(","))
        sheet.write_row(1, 0, ["an", "Vàng"])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(1, 2, JUNE_25.replace(tzinfo=None) + timedelta(days=10), day)
        sheet.write(1, 3, "Trần B")
    found = rehearse("facts", "import", file, "--out", out)

    assert found.exit_code == 0, found.output
    assert facts_in(out) == [("an", Light.YELLOW)]


def test_nothing_of_a_faulty_sheet_is_kept(out: Path, tmp_path: Path):
    """Exit 3, with every fault by row and column."""
    text = f"{GOOD}nowhere,tím,mai,,\ncat,đỏ,2025-06-30,A,\n"
    found = rehearse("facts", "import", written(tmp_path, text), "--out", out)

    assert found.exit_code == 3
    for column in ("unit", "light", "at", "said_by"):
        assert f"row 4, column {column}" in found.output
    assert "row 5, column at" in found.output
    assert facts_in(out) == []


def test_without_a_trial_there_is_nothing_to_hold_facts_against(tmp_path: Path):
    """Exit 2, and it is said."""
    found = rehearse("facts", "import", written(tmp_path, GOOD), "--out", tmp_path)

    assert found.exit_code == 2
    assert "no trial before go-live" in found.output
