"""Is the page about failure kinds the catalogue itself?"""

from pathlib import Path

import pytest

from rehearsal import kinds
from rehearsal.kinds.reference import page

ROOT = Path(__file__).parents[3]
LINES_MAX = 450


def test_the_page_equals_the_catalogue():
    """`docs/failure-kinds.md` is what `python -m rehearsal.kinds.reference` prints."""
    assert (ROOT / "docs/failure-kinds.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_has_a_row(kind):
    """Whoever reads a kind in a report finds it on the page."""
    assert f"| `{kind}` |" in page()


def test_every_row_fills_every_column():
    """No text breaks the table."""
    rows = [line for line in page().splitlines() if line.startswith("|")]

    assert {row.count("|") for row in rows} == {5}


def test_the_catalogue_stays_in_small_rooms():
    """Each layer's words fit a module that a person can read."""
    modules = Path(kinds.__file__).parent.glob("*.py")

    assert all(len(m.read_text(encoding="utf-8").splitlines()) <= LINES_MAX for m in modules)
