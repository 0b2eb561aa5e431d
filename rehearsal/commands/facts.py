"""What happened after go-live, and did the last trial predict it?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from checks import CHECKS
from rehearsal.commands.answers import journal_at, known_run, print_json, told_of
from rehearsal.commands.arguments import AsJson, Database, Out
from rehearsal.commands.compared import print_calibration
from rehearsal.comparison import calibration, last_trial, start_of
from rehearsal.ending import refused
from rehearsal.happened import Since, later_facts
from rehearsal.journal import Journal
from rehearsal.model import Run
from rehearsal.order import EXIT_USAGE
from rehearsal.past import assessment_of, inventory_of
from rehearsal.report.compared import calibration_document

app = typer.Typer(no_args_is_help=True, help="Thực tế sau ngày vận hành / Later facts.")


@app.callback()
def facts() -> None:
    """Thực tế sau ngày vận hành / What happened after go-live."""


@app.command("import")
def facts_import(
    sheet: Annotated[Path, typer.Argument(help="CSV, XLSX: unit,light,at,said_by,note")],
    run: Annotated[str, typer.Option(help="Lần diễn tập đem so / the run that predicted")] = "",
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Nhập tình hình thật của các đơn vị, so với dự báo / How the units really fared."""
    with journal_at(out, database) as journal:
        predicting = known_run(journal, run) if run else _last(journal)
        with told_of(sheet):
            told = later_facts(sheet.read_bytes(), _since(predicting))
        journal.later.add(told)
        assessment = assessment_of(journal, predicting.id, CHECKS)
        found = calibration(assessment, journal.later.of(predicting.city))
    if as_json:
        print_json(calibration_document(found))
    else:
        typer.echo(f"{len(told)} dòng / rows; {predicting.id}")
        print_calibration(found, Console(soft_wrap=True))


def _last(journal: Journal) -> Run:
    """The last trial before go-live of the city that was tried last."""
    runs = journal.runs()
    for newest in runs:
        begins = start_of(inventory_of(newest).city)
        if found := last_trial(runs, newest.city, begins):
            return found
    told = "chưa có lần diễn tập nào trước ngày vận hành / no trial before go-live yet"
    raise refused(told, EXIT_USAGE)


def _since(run: Run) -> Since:
    city = inventory_of(run)
    return Since(
        city=run.city,
        units=city.units,
        begins=start_of(city.city),
        zone=city.city.timezone,
        now=datetime.now(UTC),
        is_twin=run.is_twin,
    )
