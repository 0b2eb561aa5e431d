"""Do people see what is to be done, work on it in their spreadsheet, and hand it back?"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from rehearsal import past, snapshot
from rehearsal.cli import app
from rehearsal.follow_up.sheet import COLUMNS
from rehearsal.journal import open_journal, to_stored
from rehearsal.model import Owners, Responsible, Run
from rehearsal.past import HISTORY_RUNS, actions_at
from tests.rehearsal.follow_up.days import CITY, REACH, june, moved
from tests.rehearsal.readiness.small_city import CHECKS, morning, refused

OWNERS = Owners(groups={"systems": Responsible("Tổ phần mềm", within_h=24)})
INVENTORY = replace(CITY, owners=OWNERS)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """Nothing of the caller's environment decides."""
    monkeypatch.delenv("REHEARSAL_JOURNAL_URL", raising=False)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def url(out: Path) -> str:
    return f"sqlite:///{out}/journal.db"


def ran(out: Path, day: int, *broken: str, city: str = "A", inventory=INVENTORY, **more) -> str:
    """A trial that is over, in which these bridges refused."""
    run = f"r{day}{city}"
    told = {"inventory_snapshot": snapshot.to_plain(inventory), **more}
    seen = [
        moved(m, day)
        for m in morning(inventory, {f"{REACH} {b}/bridge": refused() for b in broken})
    ]
    with open_journal(url(out)) as journal:
        journal.begin(Run(run, "phase-1", city, june(day, 0), parameters=told))
        journal.stage_began(run, "selftest", june(day, 0))
        journal.stage_ended(run, "selftest", june(day, 0))
        asyncio.run(journal.record(run, [to_stored(m) for m in seen]))
        journal.finish(
            run, at=june(day, 0) + timedelta(hours=1), state="finished", verdict=None
        )
    return run


def rehearse(*arguments: object):
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def listed(out: Path, *more: object) -> list[dict]:
    found = rehearse("actions", "--out", out, "--json", *more)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def exported(out: Path, name: str) -> Path:
    file = out / name
    found = rehearse("actions", "export", "--out", file, "--runs", out)
    assert found.exit_code == 0, found.output
    return file


def filled(file: Path, column: str, value: str) -> Path:
    """The first action's cell, as a person writes it."""
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        book.active.cell(2, COLUMNS.index(column) + 1).value = value
        book.save(file)
        return file
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    rows[1][COLUMNS.index(column)] = value
    with file.open("w", encoding="utf-8-sig", newline="") as sheet:
        csv.writer(sheet).writerows(rows)
    return file


def imported(out: Path, file: Path, *more: object):
    return rehearse("actions", "import", file, "--said-by", "Lan", "--runs", out, *more)


def test_two_trials_tell_one_story(out: Path):
    """What failed on 20 June and passed on 25 June is one action, and proven."""
    ran(out, 20, "hai-an")
    ran(out, 25)

    (action,) = listed(out)
    (before,) = listed(out, "--run", "r20A")

    assert (action["state"], before["state"]) == ("proven", "open")
    assert action["key"] == before["key"]
    assert [one["turn"] for one in action["history"]] == ["opened", "proven"]
    assert listed(out, "--open") == []


def test_people_read_it_line_by_line(out: Path):
    """The key, how far it is, and what is not clear yet."""
    ran(out, 20, "hai-an")

    found = rehearse("actions", "--out", out)

    assert "đang mở" in found.stdout
    assert "1 việc, 1 chưa khép lại" in found.stdout


@pytest.mark.parametrize("name", ["f.csv", "F.XLSX"])
def test_a_sheet_goes_out_and_comes_back(out: Path, name: str):
    """What was filled in stands in the list, in the journal and on both pages."""
    run = ran(out, 20, "hai-an")
    file = exported(out, name.lower())

    found = imported(out, filled(file, "who", "Nguyễn Văn A").rename(out / name))

    assert found.exit_code == 0, found.output
    assert "1 ô" in found.stdout
    assert listed(out)[0]["clear"]["who"] == {
        "says": {"vi": "Nguyễn Văn A", "en": "Nguyễn Văn A"},
        "said_by": "Lan",
    }
    for page in ("index.html", "units/hai-an.html"):
        assert "Nguyễn Văn A" in (out / run / page).read_text("utf-8")
    results = json.loads((out / run / "results.json").read_text("utf-8"))
    assert results["actions"] == listed(out)


def test_a_sheet_that_nobody_touched_changes_nothing(out: Path):
    """No event, no error."""
    ran(out, 20, "hai-an", "an-bien")

    found = imported(out, exported(out, "f.csv"))

    assert "0 ô" in found.stdout
    with open_journal(url(out)) as journal:
        assert journal.actions.events() == ()


def test_a_contested_cell_is_refused_with_both_values(out: Path):
    """Exit 3, and the first one's word stays."""
    ran(out, 20, "hai-an")
    mine = filled(exported(out, "mine.csv"), "who", "Minh")
    imported(out, filled(exported(out, "hers.csv"), "who", "Lan"))

    found = imported(out, mine)

    assert found.exit_code == 3
    assert "'Lan'" in found.output
    assert "'Minh'" in found.output
    assert listed(out)[0]["clear"]["who"]["says"]["vi"] == "Lan"


def test_who_writes_between_reading_and_writing_is_noticed(out: Path, monkeypatch):
    """Two imports at once: the second is told to come again."""
    ran(out, 20, "hai-an")
    file = filled(exported(out, "f.csv"), "who", "Minh")
    other = filled(exported(out, "g.csv"), "authority", "Giám đốc")
    really = past.actions_at

    def interrupted(journal, run_id, registry, known=()):
        found = really(journal, run_id, registry, known)
        monkeypatch.undo()
        assert imported(out, other).exit_code == 0
        return found

    monkeypatch.setattr("rehearsal.commands.actions.actions_at", interrupted)
    found = imported(out, file)

    assert (found.exit_code, "hãy nhập lại" in found.output) == (3, True)
    assert imported(out, file).exit_code == 0


def test_only_its_own_city_is_followed(out: Path):
    """Another city, the twin, a later run and what is no trial say nothing of this one."""
    ran(out, 20, "hai-an")
    ran(out, 21, "an-bien", city="twin")
    other = replace(INVENTORY, city=replace(INVENTORY.city, name="Thành phố khác"))
    ran(out, 22, "kien-an", city="B", inventory=other)
    ran(out, 23)

    (action,) = listed(out, "--run", "r23A")

    assert action["failing"] == []
    assert [one["in"] for one in action["history"]] == ["r20A", "r23A"]


def test_so_many_runs_are_judged_again_and_no_more(out: Path, monkeypatch):
    """A report is drawn in bounded time, however old the journal is."""
    for day in range(1, 4):
        ran(out, day, "hai-an")
    monkeypatch.setattr(past, "HISTORY_RUNS", 2)

    with open_journal(url(out)) as journal:
        (found,) = actions_at(journal, "r3A", CHECKS)

    assert found.opened_in == "r2A"
    assert HISTORY_RUNS == 20


def test_a_run_of_one_unit_is_a_recheck(out: Path):
    """As the unit's own page tells them to run it."""
    ran(out, 20, "hai-an", "an-bien")
    ran(out, 23, units=["hai-an"])

    assert [a["state"] for a in listed(out)] == ["mended"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("actions",), 2),
        (("actions", "--run", "none"), 2),
        (("actions", "export", "--out", "f.ods"), 2),
        (("actions", "import", "none.csv", "--said-by", "Lan"), 2),
        (("actions", "import", "none.csv", "--said-by", " "), 2),
    ],
)
def test_wrong_orders_are_refused(out: Path, monkeypatch, arguments, code):
    """By the exit code of the contract, and not by a traceback."""
    monkeypatch.chdir(out)
    found = rehearse(*arguments)

    assert (found.exit_code, found.exception.__class__) == (code, SystemExit)


def test_an_option_before_the_subcommand_is_not_passed_over(out: Path):
    """Who names another run there would else get the sheet of the newest."""
    run = ran(out, 20)

    found = rehearse("actions", "--run", run, "export", "--out", out / "f.csv", "--runs", out)

    assert (found.exit_code, (out / "f.csv").exists()) == (2, False)


def test_a_file_that_is_not_there_is_told(out: Path):
    """Exit 3, like every file that people write."""
    ran(out, 20)

    assert imported(out, out / "none.csv").exit_code == 3
