"""How do declarations by people come into a run, and who is told what is wrong with them?"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rehearsal import snapshot
from rehearsal.cli import app
from rehearsal.inventory import load
from rehearsal.journal import open_journal
from rehearsal.model import Decision, Run

CITY = """\
version: 1
city: {name: A, timezone: Asia/Ho_Chi_Minh, go_live: 2025-07-01, expect: {units: 2, hubs: 0}}
defaults:
  declared: {zalo: {name: Kênh Zalo}, land-data: {name: Đất đai}}
units:
  - {code: "00001", slug: mot, name: Một, kind: ward, bridge: null}
  - {code: "00002", slug: hai, name: Hai, kind: ward, bridge: null, declared: {zalo: null}}
"""
NOW = datetime(2025, 6, 25, 1, 0, tzinfo=UTC)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city in which everything is said by people."""
    file = tmp_path / "bridges.yaml"
    file.write_text(CITY, encoding="utf-8")
    return file


@pytest.fixture
def out(tmp_path: Path, city: Path) -> Path:
    """A folder with a trial of each phase, in which nothing was measured."""
    folder = tmp_path / "out"
    folder.mkdir()
    with open_journal(f"sqlite:///{folder}/journal.db") as journal:
        for phase in ("phase-1", "phase-2"):
            told = {"inventory_snapshot": snapshot.to_plain(load(city))}
            journal.begin(Run(phase, phase, "A", NOW, parameters=told))
            journal.finish(phase, at=NOW, state="finished", verdict=Decision.INCONCLUSIVE)
            journal.stage_began(phase, "selftest", NOW)
            journal.stage_ended(phase, "selftest", NOW)
    return folder


def rehearse(*arguments: object):
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def template(city: Path) -> list[dict[str, str]]:
    """The rows of the template for that city."""
    file = city.with_name("template.csv")
    assert rehearse("declare", "template", "--inventory", city, "--out", file).exit_code == 0
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def written(file: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as a sheet."""
    with file.open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.DictWriter(sheet, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_what_a_unit_fills_in_is_in_the_results(city: Path, out: Path, tmp_path: Path):
    """From the template to the report: what was said, by whom and when; the rest is open."""
    rows = template(city)
    rows[0] |= {"works": "không", "said_by": "Trần B", "said_at": "2025-06-25 08:00"}
    sheet = written(tmp_path / "filled.csv", rows)

    found = rehearse("declare", "systems", "phase-2", sheet, "--out", out)
    results = json.loads((out / "phase-2" / "results.json").read_text("utf-8"))
    checks = {c["target"]: c for unit in results["units"] for c in unit["checks"]}
    page = (out / "phase-2" / "units" / "mot.html").read_text("utf-8")

    assert found.exit_code == 0, found.output
    assert {target: check["outcome"] for target, check in checks.items()} == {
        "mot/zalo": "fail",
        "mot/land-data": "unknown",
        "hai/land-data": "unknown",
    }
    assert checks["mot/zalo"]["declared"] == {
        "said_by": "Trần B",
        "said_at": "2025-06-25T01:00:00+00:00",
        "note": "",
    }
    assert checks["hai/land-data"]["declared"] is None
    assert "Do người khai: Trần B, 08:00:00 ngày 25/06/2025" in page


def test_what_is_said_changes_the_verdict(city: Path, out: Path, tmp_path: Path):
    """Also in the list of runs: one answer, wherever it is read."""
    rows = [
        row | {"works": "không", "said_by": "B", "said_at": "2025-06-25"}
        for row in template(city)
    ]
    sheet = written(tmp_path / "filled.csv", rows)

    rehearse("declare", "systems", "phase-2", sheet, "--out", out)
    runs = json.loads(rehearse("runs", "--out", out, "--json").stdout)

    assert {run["id"]: run["verdict"] for run in runs} == {
        "phase-1": "inconclusive",
        "phase-2": "no-go",
    }


def test_nothing_of_a_faulty_sheet_is_taken(city: Path, out: Path, tmp_path: Path):
    """All faults by row and column, exit 3, and the run stays as it was."""
    rows = template(city)
    for row in rows:
        row |= {"works": "được", "said_by": "Trần B", "said_at": "2025-06-25 08:00"}
    rows[1] |= {"works": "perhaps", "said_at": ""}
    sheet = written(tmp_path / "filled.csv", rows)

    found = rehearse("declare", "systems", "phase-2", sheet, "--out", out)

    assert found.exit_code == 3
    assert "row 3, column works" in found.output
    assert "row 3, column said_at" in found.output
    with open_journal(f"sqlite:///{out}/journal.db") as journal:
        assert journal.declarations("phase-2") == ()


@pytest.mark.parametrize(
    ("command", "run", "code"),
    [("systems", "phase-1", 2), ("roll-call", "phase-2", 2), ("systems", "nowhere", 2)],
)
def test_a_run_that_does_not_ask_takes_no_answer(
    command: str, run: str, code: int, city: Path, out: Path
):
    """An answer that nobody would ever read is refused, not swallowed."""
    found = rehearse("declare", command, run, city, "--out", out)

    assert found.exit_code == code
    assert run in found.output


def test_a_sheet_or_city_that_is_not_there_is_said(city: Path, out: Path, tmp_path: Path):
    """Exit 3, with the file's name."""
    missing = tmp_path / "missing"
    asked = (
        ("systems", "phase-2", missing, "--out", out),
        ("template", "--inventory", missing, "--out", tmp_path / "t.csv"),
        ("template", "--inventory", city, "--out", missing / "t.csv"),
    )
    for arguments in asked:
        found = rehearse("declare", *arguments)

        assert found.exit_code == 3
        assert "missing" in found.output
