"""How do people hand in what they declare?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from checks import CHECKS
from rehearsal import inventory as inventories
from rehearsal.commands.answers import (
    asked_of_people,
    journal_at,
    judged_again,
    known_run,
    show,
    show_faults,
    told_of,
)
from rehearsal.commands.arguments import (
    AsJson,
    Database,
    InventoryFile,
    Out,
)
from rehearsal.declaring import (
    ROLL_CALL,
    SYSTEMS,
    roll_call_sheet,
    systems_sheet,
    systems_template,
)
from rehearsal.order import EXIT_INVENTORY

app = typer.Typer(no_args_is_help=True, help="Điều đơn vị khai / Declarations.")


@app.command("roll-call")
def declare_roll_call(
    run: str,
    sheet: Annotated[Path, typer.Argument(help="CSV: unit,hears_centre,heard_by_centre,...")],
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Nhập điểm danh bằng người, vẽ lại báo cáo / What people heard where no probe can go."""
    with journal_at(out, database) as journal:
        asked, zone = asked_of_people(journal, run, ROLL_CALL)
        units = [target.owner for target in asked]
        with told_of(sheet):
            journal.declare(run, roll_call_sheet(sheet.read_bytes(), units, zone))
        found = judged_again(journal, known_run(journal, run), out)
    show(found, out / run, as_json=as_json)


@app.command("systems")
def declare_systems(
    run: str,
    sheet: Annotated[Path, typer.Argument(help="CSV: unit,system,works,said_by,said_at,...")],
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Nhập lời khai về hệ thống không có giao thức công khai / What people say of the rest."""
    with journal_at(out, database) as journal:
        asked, zone = asked_of_people(journal, run, SYSTEMS)
        with told_of(sheet):
            journal.declare(run, systems_sheet(sheet.read_bytes(), asked, zone))
        found = judged_again(journal, known_run(journal, run), out)
    show(found, out / run, as_json=as_json)


@app.command("template")
def declare_template(
    out: Annotated[Path, typer.Option(help="Tệp CSV sẽ ghi / the CSV to write")],
    inventory: InventoryFile = Path("bridges.yaml"),
) -> None:
    """Bảng trống để đơn vị khai / The sheet to fill in for `declare systems`."""
    found, faults = inventories.examine(inventory)
    if found is None:
        show_faults(faults, as_json=False)
        raise typer.Exit(EXIT_INVENTORY)
    asked = [target for target in found.targets() if CHECKS[SYSTEMS].covers(target)]
    with told_of(out):
        out.write_bytes(systems_template(found.units, asked))
    typer.echo(f"{out}: {len(asked)} dòng / rows")
