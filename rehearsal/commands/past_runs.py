"""What may be asked of what already ran?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from checks import CHECKS
from rehearsal.commands.answers import (
    assessed,
    drawn,
    journal_at,
    judged_again,
    known_run,
    print_json,
    run_row,
    show,
    show_swept,
)
from rehearsal.commands.arguments import (
    AsJson,
    Database,
    Out,
)
from rehearsal.console import both
from rehearsal.ending import finished, refused
from rehearsal.journal import LockHeld, journal_url, trial_lock
from rehearsal.model import Run
from rehearsal.order import EXIT_LEFT, EXIT_LOCKED
from rehearsal.past import interrupted
from rehearsal.report.safe import visible
from rehearsal.sweeping import sweep_runs

app = typer.Typer()


@app.command()
def runs(
    out: Out = Path("runs"), database: Database = None, *, as_json: AsJson = False
) -> None:
    """Các lần diễn tập, mới nhất trước / The runs, newest first."""
    with journal_at(out, database) as journal:
        cut = interrupted(journal, journal_url(out, url=database or ""))
        known = [run_row(run, cut) for run in journal.runs()]
    if as_json:
        print_json(known)
        return
    for row in known:
        if row["id"] in cut:
            resume = f"bị ngắt, chạy tiếp / interrupted, resume: --resume {row['id']}"
            row["state"] = resume
        typer.echo("  ".join(str(value) for value in row.values() if value is not None))


@app.command()
def report(
    run: str, out: Out = Path("runs"), database: Database = None, *, as_json: AsJson = False
) -> None:
    """Vẽ lại báo cáo từ nhật ký / Draw a run's reports again, from the journal alone."""
    with journal_at(out, database) as journal:
        found = assessed(journal, run)
        actions = drawn(journal, found, out)
    show(found, out / run, as_json=as_json, actions=actions)


@app.command()
def cleanup(
    run: Annotated[str | None, typer.Argument(help="Một đợt, hoặc tất cả / or all")] = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Dọn hồ sơ diễn tập còn sót, có chứng minh / Sweep up what synthetic records remain."""
    url = journal_url(out, url=database or "")
    with journal_at(out, database) as journal:
        found = [known_run(journal, run)] if run else list(journal.runs())
        try:
            with trial_lock(url):
                swept = finished(sweep_runs(journal, found, CHECKS, _complain))
        except LockHeld as problem:
            raise refused(both(problem.says), EXIT_LOCKED) from problem
        for one in found:
            if one.finished and swept[one.id].created:
                judged_again(journal, one, out)
    show_swept(swept, as_json=as_json)
    if any(synthetic.left for synthetic in swept.values()):
        raise typer.Exit(EXIT_LEFT)


def _complain(run: Run, problem: OSError) -> None:
    typer.echo(visible(f"{run.id}: {problem}"), err=True)
