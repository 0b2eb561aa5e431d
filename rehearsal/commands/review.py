"""How are both trials reviewed together, before the city goes live?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from checks import CHECKS
from rehearsal.commands.answers import EXITS, journal_at, show
from rehearsal.commands.arguments import AsJson, Database, Out
from rehearsal.ending import refused
from rehearsal.model.run import REVIEW
from rehearsal.order import TrialRefused
from rehearsal.reviewing import begin, carry_out, trials_for

app = typer.Typer()


@app.command(REVIEW)
def review(
    phase_1: Annotated[
        str | None, typer.Option("--phase-1", help="RUN; mặc định: đợt cuối / the last one")
    ] = None,
    phase_2: Annotated[
        str | None, typer.Option("--phase-2", help="RUN; mặc định: đợt cuối / the last one")
    ] = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Rà soát cả hai đợt, kiến nghị / Review both trials and advise on go-live."""
    with journal_at(out, database) as journal:
        try:
            trials = trials_for(journal, {"phase-1": phase_1, "phase-2": phase_2})
        except TrialRefused as problem:
            raise refused(str(problem), problem.exit_code) from problem
        run = begin(journal, trials, out, CHECKS)
        found, actions = carry_out(journal, run, CHECKS)
    show(found, out / run.id, as_json=as_json, actions=actions)
    raise typer.Exit(EXITS[found.decision])
