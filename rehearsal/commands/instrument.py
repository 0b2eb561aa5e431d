"""How is the instrument itself proven, and served?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from checks import CHECKS
from flows.launch import serve as serve_deployments
from flows.server import ServerLostError
from rehearsal.commands.answers import (
    EXIT_BUG,
    print_json,
    tried_row,
)
from rehearsal.commands.arguments import (
    AsJson,
    Database,
    InventoryFile,
)
from rehearsal.ending import finished, refused
from rehearsal.options import moment_of
from rehearsal.order import EXIT_INVENTORY
from rehearsal.report.safe import visible
from rehearsal.selftest import selftest as try_everything
from twin.__main__ import main as twin_main

app = typer.Typer()


@app.command()
def selftest(*, as_json: AsJson = False) -> None:
    """Công cụ tự chứng minh trên thành phố mô phỏng / The instrument proves itself."""
    tried = finished(try_everything(CHECKS))
    failed = [one for one in tried if not one.holds]
    if as_json:
        print_json([tried_row(one) for one in tried])
    else:
        for one in failed:
            typer.echo(visible(one.told))
        typer.echo(f"{len(tried) - len(failed)}/{len(tried)} đúng / right")
    if failed:
        raise typer.Exit(EXIT_BUG)


@app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],  # the twin explains its own options
    }
)
def twin(context: typer.Context) -> None:
    """Chạy riêng thành phố mô phỏng / Run the twin city alone (--faults lists its faults)."""
    raise typer.Exit(twin_main(context.args) or 0)


@app.command()
def serve(  # noqa: PLR0917 - the options of the command
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 4200,
    home: Annotated[Path, typer.Option(help="Dữ liệu của Prefect")] = Path("runs/.prefect"),
    at: Annotated[str, typer.Option(help='"2025-06-20 07:30"')] = "",
    inventory: InventoryFile = Path("bridges.yaml"),
    database: Database = None,
) -> None:
    """Máy chủ Prefect với đợt diễn tập / A Prefect server with the trial's deployment."""
    moment = moment_of(at, inventory) if at else None
    try:
        finished(serve_deployments(host, port, home, database=database, at=moment))
    except ServerLostError as problem:
        raise refused(str(problem), EXIT_INVENTORY) from problem
