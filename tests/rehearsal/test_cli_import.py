"""How do the units' own status reports come into a run, and who is told what became of them?"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from rehearsal import snapshot
from rehearsal.cli import app
from rehearsal.inventory import load
from rehearsal.journal import open_journal
from rehearsal.model import Run

CITY = """\
version: 1
city: {name: A, timezone: Asia/Ho_Chi_Minh, go_live: 2025-07-01, expect: {units: 2, hubs: 0}}
defaults:
  systems:
    mail: {name: Thư công vụ, bloc: government, url: "https://{slug}.mail.example/"}
units:
  - {code: "00001", slug: mot, name: Một, kind: ward, bridge: null}
  - {code: "00002", slug: hai, name: Hai, kind: ward, bridge: null}
"""
NOW = datetime(2025, 6, 20, 1, 0, tzinfo=UTC)
GOOD = {
    "said_by": "Trần B",
    "said_at": "20/06/2025 09:00",
    "focal_name": "Nguyễn A",
    "focal_telephone": "0912345678",
    "line_down_mbit": "12,5",
    "suppliers_present": "1",
    "proposal.1.group": "Hạ tầng",
    "proposal.1.text": "Thêm đường truyền dự phòng",
}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    file = tmp_path / "bridges.yaml"
    file.write_text(CITY, encoding="utf-8")
    return file


@pytest.fixture
def out(tmp_path: Path, city: Path) -> Path:
    """A folder with a trial of phase 1 in a real city, in which nothing was measured."""
    folder = tmp_path / "out"
    folder.mkdir()
    with open_journal(f"sqlite:///{folder}/journal.db") as journal:
        told = {"inventory_snapshot": snapshot.to_plain(load(city))}
        journal.begin(Run("r1", "phase-1", "A", NOW, parameters=told))
        journal.finish("r1", at=NOW, state="finished", verdict=None)
    return folder


def rehearse(*arguments: object):
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def imported(out: Path, *files: Path | str):
    return rehearse("declare", "import", "r1", *files, "--out", out)


def filled(city: Path, slug: str, answers: dict[str, str], sort: str = "json") -> Path:
    """That unit's template, filled in."""
    file = city.with_name(f"{slug}.{sort}")
    made = rehearse(
        *("declare", "template", "--inventory", city, "--format", sort, "--unit", slug),
        *("--out", file),
    )
    assert made.exit_code == 0, made.output
    if sort == "json":
        file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | answers), "utf-8")
        return file
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    for row in book["Báo cáo"].iter_rows():
        if row[0].value in answers:
            row[2].value = answers[row[0].value]
    book.save(file)
    return file


def results(out: Path) -> dict:
    return json.loads((out / "r1" / "results.json").read_text("utf-8"))


def declared(out: Path) -> list[str]:
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        return [one.target_id for one in journal.declarations("r1")]


def test_every_unit_gets_its_own_template(city: Path, tmp_path: Path):
    """A folder of them, each named after its unit and made for it."""
    folder = tmp_path / "templates"
    asked = ("--inventory", city, "--format", "xlsx", "--out", folder)
    made = rehearse("declare", "template", *asked)
    books = {file.name: openpyxl.load_workbook(file) for file in folder.iterdir()}
    codes = {name: book["Báo cáo"]["C4"].value for name, book in books.items()}

    assert made.exit_code == 0, made.output
    assert codes == {"mot.xlsx": "00001", "hai.xlsx": "00002"}


def test_a_unit_that_is_not_listed_gets_none(city: Path, tmp_path: Path):
    """Exit 2, with its name."""
    asked = ("--inventory", city, "--format", "csv", "--unit", "ba", "--out", tmp_path / "x")
    found = rehearse("declare", "template", *asked)

    assert found.exit_code == 2
    assert "ba" in found.output


def test_from_the_template_to_the_report(city: Path, out: Path):
    """A workbook and a JSON file; what is short, proposed and missing is told to everybody."""
    found = imported(out, filled(city, "mot", GOOD, "xlsx"))
    document = results(out)
    unit = next(unit for unit in document["units"] if unit["slug"] == "mot")
    status = next(check for check in unit["checks"] if check["id"] == "unit.status")
    rule = next(rule for rule in document["rules"] if rule["id"] == "status_reported")

    assert found.exit_code == 0, found.output
    assert "mot.xlsx: đã nhận / taken: mot" in found.output
    assert [finding["code"] for finding in status["findings"]] == ["supplier_staff_short"]
    assert document["reports"]["units"][0]["report"]["line_down_mbit"] == 12.5
    assert rule["subjects"] == ["hai"]
    assert document["reports"]["proposals"][0]["units"] == ["mot"]


def test_no_page_and_no_journal_has_the_telephone(city: Path, out: Path):
    """It stays in the unit's own file."""
    imported(out, filled(city, "mot", GOOD))
    everything = [path.read_bytes() for path in out.rglob("*") if path.is_file()]

    assert declared(out) == ["mot/status"]
    assert not any(b"912345678" in content for content in everything)


def test_the_pages_tell_it(city: Path, out: Path):
    """The unit's beside what was measured, the city's with who has not reported."""
    imported(out, filled(city, "mot", GOOD))
    own = (out / "r1" / "units" / "mot.html").read_text("utf-8")
    other = (out / "r1" / "units" / "hai.html").read_text("utf-8")
    whole = (out / "r1" / "index.html").read_text("utf-8")

    assert "Nguyễn A" in own
    assert "12,5" in own
    assert "Chưa nộp" in other
    assert "Thêm đường truyền dự phòng" in whole
    assert "Nguyễn A" not in whole


def test_what_is_wrong_with_one_file_keeps_no_other_out(city: Path, out: Path):
    """Exit 3, every fault of every file by its cell, and what was taken is told as well."""
    good = filled(city, "mot", GOOD)
    bad = filled(city, "hai", GOOD | {"suppliers_present": "hai", "said_at": "?"}, "xlsx")
    found = imported(out, bad, good)

    assert found.exit_code == 3
    assert "hai.xlsx: không nhận / not taken" in found.output
    assert found.output.count("trang 'Báo cáo', ô C") == 2
    assert "mot.json: đã nhận" in found.output
    assert declared(out) == ["mot/status"]


def test_the_same_file_again_changes_nothing(city: Path, out: Path):
    """Who imports a whole folder every hour is told what is new."""
    file = filled(city, "mot", GOOD)
    imported(out, file)
    found = imported(out, file)
    corrected = filled(city, "mot", GOOD | {"suppliers_present": "2"})
    again = imported(out, corrected)

    assert "known already" in found.output
    assert "taken" in again.output
    assert declared(out) == ["mot/status"] * 2
    assert results(out)["reports"]["units"][0]["report"]["suppliers_present"] == 2


def test_the_earlier_report_stays_readable(city: Path, out: Path):
    """The latest stands over it; the journal keeps both."""
    imported(out, filled(city, "mot", GOOD | {"said_at": "21/06/2025", "counters": "5"}))
    imported(out, filled(city, "mot", GOOD | {"counters": "4"}))
    (handed, _) = results(out)["reports"]["units"]
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        kept = [one.answers["counters"] for one in journal.declarations("r1")]

    assert (handed["earlier"], handed["report"]["counters"]) == (1, 5)
    assert kept == [5, 4]


def test_the_time_that_it_is_due_can_be_set(city: Path, out: Path):
    """And is kept in the journal: drawn again, the report says the same."""
    found = imported(out, filled(city, "mot", GOOD), "--due", "2025-06-20 08:00")
    rehearse("report", "r1", "--out", out)
    reports = results(out)["reports"]

    assert found.exit_code == 0, found.output
    assert reports["due"] == "2025-06-20T08:00:00+07:00"
    assert [one["handing"] for one in reports["units"]] == ["late", "missing"]
    wrong = imported(out, filled(city, "mot", GOOD), "--due", "soon")
    assert wrong.exit_code == 2


def test_data_goes_to_stdout_and_the_rest_does_not(city: Path, out: Path):
    """What is piped into a program is one document."""
    file = filled(city, "mot", GOOD)
    found = rehearse("declare", "import", "r1", file, "--out", out, "--json")

    assert json.loads(found.stdout)["run"]["id"] == "r1"
    assert "mot.json" in found.stderr


@pytest.mark.parametrize(("run", "file", "code"), [("r1", "missing.csv", 3), ("r9", "", 2)])
def test_what_is_not_there_is_said(city: Path, out: Path, run: str, file: str, code: int):
    """A file by its name, a run by its id; nothing is taken of the others."""
    good = filled(city, "mot", GOOD)
    files = [good, good.with_name(file)] if file else [good]
    found = rehearse("declare", "import", run, *files, "--out", out)

    assert found.exit_code == code
    assert (file or run) in found.output
    assert declared(out) == []
