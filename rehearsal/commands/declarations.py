"""How do people hand in what they declare?"""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

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
    SHEET_MAX_BYTES,
    SYSTEMS,
    TEMPLATES,
    SheetError,
    Taken,
    asked_units,
    roll_call_sheet,
    systems_sheet,
    systems_template,
    take_all,
)
from rehearsal.ending import refused
from rehearsal.journal import Journal, plain_mapping
from rehearsal.model import Declaration, Unit
from rehearsal.order import EXIT_INVENTORY, EXIT_USAGE
from rehearsal.past import inventory_now
from rehearsal.readiness.reported import DUE
from rehearsal.report.safe import visible

app = typer.Typer(no_args_is_help=True, help="Điều đơn vị khai / Declarations.")
OPERATOR = "rehearse"  # who sets the time for the reports: a post, no person


class Format(enum.StrEnum):
    """In which sort of file a unit reports."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


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
        found, actions = judged_again(journal, known_run(journal, run), out)
    show(found, out / run, as_json=as_json, actions=actions)


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
        found, actions = judged_again(journal, known_run(journal, run), out)
    show(found, out / run, as_json=as_json, actions=actions)


@app.command("template")
def declare_template(
    out: Annotated[Path, typer.Option(help="Tệp hoặc thư mục sẽ ghi / what to write")],
    inventory: InventoryFile = Path("bridges.yaml"),
    file_format: Annotated[
        Format | None,
        typer.Option("--format", help="Mẫu báo cáo tình trạng / the status report"),
    ] = None,
    unit: Annotated[str, typer.Option(help="hai-an; không ghi: mọi đơn vị / all")] = "",
) -> None:
    """Bảng trống để đơn vị khai / The sheet for `declare systems`, or a status report."""
    found, faults = inventories.examine(inventory)
    if found is None:
        show_faults(faults, as_json=False)
        raise typer.Exit(EXIT_INVENTORY)
    if file_format is not None:
        _write_reports(out, found.units, file_format, unit)
        return
    asked = [target for target in found.targets() if CHECKS[SYSTEMS].covers(target)]
    with told_of(out):
        out.write_bytes(systems_template(found.units, asked))
    typer.echo(f"{out}: {len(asked)} dòng / rows")


def _write_reports(out: Path, units: Sequence[Unit], file_format: Format, slug: str) -> None:
    """One unit's template into a file, or everybody's into a folder."""
    make = TEMPLATES[file_format]
    wanted = [unit for unit in units if slug in {"", unit.slug}]
    if not wanted:
        raise refused(f"--unit {slug}: không có trong danh mục / not listed", EXIT_USAGE)
    with told_of(out):
        if slug:
            out.write_bytes(make(wanted[0]))
        else:
            out.mkdir(parents=True, exist_ok=True)
            for unit in wanted:
                (out / f"{unit.slug}.{file_format}").write_bytes(make(unit))
    typer.echo(f"{out}: {len(wanted)} mẫu / templates")


@app.command("import")
def declare_import(
    run: str,
    files: Annotated[list[Path], typer.Argument(help="XLSX, CSV, JSON")],
    due: Annotated[str, typer.Option(help='"2025-06-20 17:00": hạn nộp / due')] = "",
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Nhập báo cáo tình trạng của đơn vị / The units' own status reports, any format."""
    now = datetime.now(UTC)
    with journal_at(out, database) as journal:
        known = known_run(journal, run)
        city = inventory_now(journal, known)
        zone = city.city.timezone
        said = _due(due, zone, now)
        taken = take_all(_contents(files), asked_units(city.units, zone, now))
        said += _new(journal, run, taken, as_json=as_json)
        journal.declare(run, said)
        found, actions = judged_again(journal, known, out)
    show(found, out / run, as_json=as_json, actions=actions)
    if any(one.faults for one in taken):
        raise typer.Exit(EXIT_INVENTORY)


def _contents(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    """What is in the files; who cannot be read is said before anything is taken."""
    found = []
    for file in files:
        with told_of(file), file.open("rb") as handed:
            found.append((file.name, handed.read(SHEET_MAX_BYTES + 1)))
    return found


def _due(text: str, zone: str, now: datetime) -> list[Declaration]:
    """When reports are due, as the committee sets it; the latest setting counts."""
    if not text:
        return []
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f'--due {text!r}: "2025-06-20 17:00"') from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return [Declaration(DUE, "city", OPERATOR, now, {"due": aware.isoformat()})]


def _new(
    journal: Journal, run: str, taken: Sequence[Taken], *, as_json: bool
) -> list[Declaration]:
    """What was not handed in before, word for word; each file is told of, taken or not."""
    before = {_fingerprint(one) for one in journal.declarations(run)}
    fresh: list[Declaration] = []
    for one in taken:
        if one.faults:
            typer.echo(visible(f"{one.file}: không nhận / not taken"), err=True)
            typer.echo(visible(str(SheetError(one.faults))), err=True)
            continue
        new = [said for said in one.said if _fingerprint(said) not in before]
        units = ", ".join(d.target_id.partition("/")[0] for d in one.said)
        told = "đã nhận / taken" if new else "đã có từ trước / known already"
        typer.echo(visible(f"{one.file}: {told}: {units}"), err=as_json)
        fresh += new
    return fresh


def _fingerprint(said: Declaration) -> str:
    """What two declarations that say the same have in common."""
    return json.dumps(
        plain_mapping(said) | {"said_at": said.said_at.timestamp()}, sort_keys=True
    )
