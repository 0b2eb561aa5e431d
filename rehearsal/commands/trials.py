"""How is a trial started?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.launch import run_on_server, run_with_prefect, run_without_prefect
from rehearsal.commands.answers import (
    tell,
    tell_cut,
)
from rehearsal.commands.arguments import (
    AsJson,
    At,
    CriteriaFile,
    Database,
    InventoryFile,
    NoPrefect,
    Only,
    Out,
    Quiet,
    Resume,
    Server,
    Twin,
    Units,
)
from rehearsal.console import LiveProgress
from rehearsal.ending import Cut, finished
from rehearsal.options import DOSSIERS_MAX, listed, moment_of, seconds
from rehearsal.order import Order

app = typer.Typer()


@app.command("phase-1")
def phase_1(  # noqa: PLR0917 - the options of the command
    inventory: InventoryFile = Path("bridges.yaml"),
    twin: Twin = None,
    units: Units = "",
    only: Only = "",
    hold: Annotated[str, typer.Option(help="Giữ họp / hold: 60s, 2m, 45m")] = "60s",
    media: Annotated[str, typer.Option(help="Nghe mỗi điểm cầu / listen: 15s")] = "15s",
    line: Annotated[str, typer.Option(help="Tải mỗi đường truyền / load: 5s")] = "5s",
    at: At = "",
    criteria: CriteriaFile = None,
    resume: Resume = None,
    server: Server = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    no_prefect: NoPrefect = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Diễn tập giai đoạn 1: 116 điểm cầu kết nối cùng lúc / Phase 1."""
    order = Order(
        phase="phase-1",
        inventory=str(inventory),
        twin=twin,
        units=listed(units),
        only=listed(only),
        hold_s=seconds("--hold", hold),
        media_s=seconds("--media", media),
        line_s=seconds("--line", line),
        criteria=str(criteria) if criteria else None,
        at=moment_of(at, inventory) if at else None,
        out=str(out),
        database=database,
        resume=resume,
    )
    carry_out(order, server, no_prefect=no_prefect, as_json=as_json, quiet=quiet)


@app.command("phase-2")
def phase_2(  # noqa: PLR0917 - the options of the command
    inventory: InventoryFile = Path("bridges.yaml"),
    twin: Twin = None,
    units: Units = "",
    only: Only = "",
    dossiers: Annotated[
        int, typer.Option(min=1, max=DOSSIERS_MAX, help="Hồ sơ giờ cao điểm / of the surge")
    ] = 2_000,
    surge: Annotated[str, typer.Option(help="Nén giờ mở cửa còn / it lasts: 2m, 1h")] = "2m",
    at: At = "",
    criteria: CriteriaFile = None,
    resume: Resume = None,
    server: Server = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    no_prefect: NoPrefect = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Diễn tập giai đoạn 2: thủ tục, 1022, văn bản; không để lại hồ sơ nào / Phase 2."""
    order = Order(
        phase="phase-2",
        inventory=str(inventory),
        twin=twin,
        units=listed(units),
        only=listed(only),
        dossiers=dossiers,
        surge_s=seconds("--surge", surge),
        criteria=str(criteria) if criteria else None,
        at=moment_of(at, inventory) if at else None,
        out=str(out),
        database=database,
        resume=resume,
    )
    carry_out(order, server, no_prefect=no_prefect, as_json=as_json, quiet=quiet)


def carry_out(
    order: Order, server: str | None, *, no_prefect: bool, as_json: bool, quiet: bool
) -> None:
    """Carry a trial out where it was asked for, and tell what came of it."""
    progress = LiveProgress(is_quiet=quiet)
    try:
        with progress:
            if no_prefect:
                run = finished(run_without_prefect(order, progress))
            elif server:
                run = finished(run_on_server(server, order, progress, progress.say))
            else:
                run = finished(run_with_prefect(order, progress, progress.say))
    except Cut:
        if not server:  # there it goes on, or is reported
            tell_cut(progress.run, order, as_json=as_json)
        raise
    folder = Path(run.reports_to) if server else Path(order.out) / run.id
    tell(run, order, folder, as_json=as_json)
