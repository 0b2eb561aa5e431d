"""How is a run asked again, after some of it was mended?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehearsal.commands.answers import journal_at, last_trial
from rehearsal.commands.arguments import (
    AsJson,
    Database,
    NoPrefect,
    Only,
    Out,
    Quiet,
    Server,
    Twin,
    Units,
)
from rehearsal.commands.trials import carry_out
from rehearsal.options import listed
from rehearsal.order import Order
from rehearsal.plan import RECHECK

LAST = "last"

app = typer.Typer()


@app.command(RECHECK)
def recheck(  # noqa: PLR0917 - the options of the command
    run: Annotated[str, typer.Argument(help=f"RUN, {LAST}: đợt cuối / the latest trial")],
    units: Units = "",
    only: Only = "",
    twin: Twin = None,
    inventory: Annotated[
        Path | None, typer.Option(help="danh mục đã sửa / mended: bridges.yaml")
    ] = None,
    server: Server = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    no_prefect: NoPrefect = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Đo lại những gì chưa đạt, bị chặn, chưa rõ / Measure again what is not well yet."""
    if run == LAST:
        with journal_at(out, database) as journal:
            run = last_trial(journal)
    order = Order(
        phase=RECHECK,
        inventory=str(inventory or ""),
        twin=twin,
        units=listed(units),
        only=listed(only),
        out=str(out),
        database=database,
        recheck=run,
    )
    carry_out(order, server, no_prefect=no_prefect, as_json=as_json, quiet=quiet)
