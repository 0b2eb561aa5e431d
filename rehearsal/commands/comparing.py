"""What changed between two trials?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console

from checks import CHECKS
from rehearsal.commands.answers import assessed, journal_at, known_run, print_json
from rehearsal.commands.arguments import AsJson, Database, Out
from rehearsal.commands.compared import print_comparison
from rehearsal.comparison import TRIALS, Side, compare, side_of
from rehearsal.ending import refused
from rehearsal.journal import Journal
from rehearsal.model.comparison import Comparison
from rehearsal.order import EXIT_USAGE
from rehearsal.past import inventory_now, wording_of
from rehearsal.report import write_comparison
from rehearsal.report.compared import comparison_document
from rehearsal.report.view.comparison import comparison_page

app = typer.Typer()


@app.command("compare")
def compare_runs(
    one: str,
    other: str,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """So sánh hai lần diễn tập, lần trước xếp trước / What changed between two trials."""
    if one == other:
        told = "cần hai lần diễn tập khác nhau / two different runs are needed"
        raise refused(f"{one}: {told}", EXIT_USAGE)
    with journal_at(out, database) as journal:
        sides = [_side(journal, run) for run in (one, other)]
        found = compare(*sides)
        page = _write(journal, found, sides, out)
    if as_json:
        print_json(comparison_document(found))
    else:
        print_comparison(found, page, Console(soft_wrap=True))


def _side(journal: Journal, run: str) -> Side:
    known = known_run(journal, run)
    if known.phase not in TRIALS:
        told = "không phải một lần diễn tập, không có số đo / no trial: it measured nothing"
        raise refused(f"{run}: {told}", EXIT_USAGE)
    inventory = inventory_now(journal, known)
    return side_of(assessed(journal, run), inventory, CHECKS)


def _write(journal: Journal, found: Comparison, sides: Sequence[Side], out: Path) -> Path:
    by_run = {side.assessment.run.id: side.assessment for side in sides}
    wording = wording_of(journal, found.newer.id, CHECKS)
    page = comparison_page(found, by_run[found.older.id], by_run[found.newer.id], wording)
    return write_comparison(page, out / found.newer.id)
