"""The reports of a run are complete, small, whole files."""

from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.model import Assessment, Unit
from rehearsal.report import write_reports
from rehearsal.report.write import _replace
from tests.rehearsal.report.morning import Words

PAGE_MAX_BYTES = 1_000_000


def test_every_unit_and_hub_has_its_page(reports: Path):
    """114 units and 2 hubs, the city, and three exports."""
    names = {path.name for path in reports.iterdir()}

    assert names == {"index.html", "junit.xml", "results.json", "results.xlsx", "units"}
    assert len(list((reports / "units").glob("*.html"))) == 116


def test_pages_are_small(reports: Path):
    """Each opens at once from a stick or a mail."""
    assert max(path.stat().st_size for path in reports.rglob("*.html")) < PAGE_MAX_BYTES / 4


def test_nothing_half_written_remains(reports: Path):
    """A temporary name is gone once its file stands."""
    assert list(reports.rglob("*.part")) == []


def test_a_kill_before_the_last_step_leaves_the_old_file(tmp_path: Path, monkeypatch):
    """The name changes hands in one step, after all bytes are written."""
    path = tmp_path / "results.json"
    _replace(path, b"old")

    def killed(self: Path, target: Path) -> None:
        assert self.read_bytes() == b"new"
        raise KeyboardInterrupt(target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        _replace(path, b"new")

    assert path.read_bytes() == b"old"


def test_drawing_again_gives_the_same_bytes(
    assessment: Assessment, reports: Path, tmp_path: Path
):
    """A report is a pure function of the journal."""
    write_reports(assessment, Words(), tmp_path)

    for path in (p for p in reports.rglob("*") if p.is_file()):
        assert (tmp_path / path.relative_to(reports)).read_bytes() == path.read_bytes()


def test_a_foreign_slug_never_becomes_a_path(assessment: Assessment, tmp_path: Path):
    """`../` in an inventory that nobody checked stops us before anything is written."""
    standing = assessment.units[0]
    assert isinstance(standing.owner, Unit)
    bad = replace(standing, owner=replace(standing.owner, slug="../../x"))

    with pytest.raises(ValueError, match="not a slug"):
        write_reports(replace(assessment, units=(bad,)), Words(), tmp_path / "out")
    assert not list(tmp_path.rglob("x*"))
