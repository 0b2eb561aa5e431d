"""What is still to be done, and how do people work on it in their own spreadsheets?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from checks import CHECKS
from rehearsal.commands.answers import (
    assessed,
    drawn,
    journal_at,
    known_run,
    print_json,
    told_of,
)
from rehearsal.commands.arguments import AsJson, Database, Out
from rehearsal.console import both
from rehearsal.ending import refused
from rehearsal.follow_up import not_closed
from rehearsal.follow_up.reading import SAID_BY_MAX_CHARS, reader_of
from rehearsal.follow_up.sheet import STATES, csv_sheet, moment_text, tidy, xlsx_sheet
from rehearsal.journal import Journal, JournalError
from rehearsal.model import Run
from rehearsal.model.action import Action, Clear
from rehearsal.order import EXIT_INVENTORY, EXIT_USAGE
from rehearsal.past import actions_at, inventory_of
from rehearsal.report.document import action_documents
from rehearsal.report.safe import visible

SUFFIXES = (".csv", ".xlsx")
OfRun = Annotated[str | None, typer.Option("--run", help="Sau đợt nào / after which run")]
Folder = Annotated[Path, typer.Option("--runs", help="Thư mục nhật ký / folder of the journal")]
app = typer.Typer(help="Việc phải làm / Follow-up actions.")


@app.callback(invoke_without_command=True)
def actions(
    context: typer.Context,
    run: OfRun = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    only_open: Annotated[
        bool, typer.Option("--open", help="Chưa khép lại / not closed")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Việc phải làm và tới đâu rồi / What must be done, and how far it is."""
    if context.invoked_subcommand is not None:
        if run or only_open or as_json or out != Path("runs"):
            after = f"actions {context.invoked_subcommand} …"
            raise refused(f"Đặt tùy chọn sau / options belong after: {after}", EXIT_USAGE)
        return
    with journal_at(out, database) as journal:
        known = _run(journal, run)
        found = actions_at(journal, known.id, CHECKS)
        zone = inventory_of(known).city.timezone
    shown = not_closed(found) if only_open else found
    if as_json:
        print_json(action_documents(shown))
        return
    for action in shown:
        typer.echo(visible(_line(action, zone)))
    typer.echo(_counted(shown))


@app.command("export")
def export_actions(
    out: Annotated[Path, typer.Option(help="Tệp sẽ ghi / the file to write: F.csv, F.xlsx")],
    run: OfRun = None,
    runs: Folder = Path("runs"),
    database: Database = None,
) -> None:
    """Xuất bảng việc để mọi người điền / The sheet of actions for people to fill in."""
    is_workbook = _is_workbook(out)
    with journal_at(runs, database) as journal:
        known = _run(journal, run)
        found = actions_at(journal, known.id, CHECKS)
        zone = inventory_of(known).city.timezone
    sheet = xlsx_sheet(found, zone) if is_workbook else csv_sheet(found, zone)
    with told_of(out):
        out.write_bytes(sheet)
    typer.echo(f"{out}: {len(found)} việc / actions")


@app.command("import")
def import_actions(
    sheet: Annotated[Path, typer.Argument(help="F.csv, F.xlsx")],
    said_by: Annotated[str, typer.Option(help="Ai ghi / who writes this")],
    run: OfRun = None,
    runs: Folder = Path("runs"),
    database: Database = None,
) -> None:
    """Nhập lại bảng việc, mọi lỗi báo cùng lúc / Take the sheet back, every fault at once."""
    name = tidy(said_by)
    if not 0 < len(name) <= SAID_BY_MAX_CHARS:
        raise refused("--said-by: họ tên người ghi / the name of who writes", EXIT_USAGE)
    is_workbook = _is_workbook(sheet)
    with journal_at(runs, database) as journal:
        known = _run(journal, run)
        with told_of(sheet):
            changed = _noted(journal, known, sheet.read_bytes(), name, is_workbook=is_workbook)
        drawn(journal, assessed(journal, known.id), runs)
    typer.echo(f"{sheet}: {changed} ô đã đổi / cells changed")


def _noted(
    journal: Journal, run: Run, content: bytes, said_by: str, *, is_workbook: bool
) -> int:
    """Write the changed cells down, unless somebody else has written meanwhile."""
    known = len(journal.actions.events())
    found = actions_at(journal, run.id, CHECKS)
    zone = inventory_of(run).city.timezone
    reader = reader_of(found, zone, said_by=said_by, at=datetime.now(UTC))
    events = reader.changes(content, is_workbook=is_workbook)
    try:
        journal.actions.note(events, known=known)
    except JournalError as problem:
        raise refused(both(problem.says), EXIT_INVENTORY) from problem
    return len(events)


def _run(journal: Journal, asked: str | None) -> Run:
    """The run that was named, or the newest one."""
    if asked is not None:
        return known_run(journal, asked)
    newest = next(iter(journal.runs()), None)
    if newest is None:
        raise refused("Chưa có lần diễn tập nào / there is no run yet", EXIT_USAGE)
    return newest


def _is_workbook(file: Path) -> bool:
    if file.suffix.lower() not in SUFFIXES:
        raise refused(f"{file}: cần / expected {', '.join(SUFFIXES)}", EXIT_USAGE)
    return file.suffix.lower() == ".xlsx"


def _line(action: Action, zone: str) -> str:
    """One action on one line: how far, how many it frees, what, who, by when."""
    who, due = action.cells[Clear.WHO].value, action.due
    told = (
        action.key,
        STATES[action.state].vi,
        f"+{action.frees}",
        f"còn {len(action.failing)}/{len(action.pairs)}",
        action.says.vi,
        who.vi if who else "(chưa rõ người)",
        moment_text(due, zone) if due else "(chưa rõ thời hạn)",
    )
    return "  ".join(told)


def _counted(actions: tuple[Action, ...]) -> str:
    unclear = sum(bool(action.missing) for action in actions)
    vi = (
        f"{len(actions)} việc, {len(not_closed(actions))} chưa khép lại, {unclear} chưa đủ 6 rõ"
    )
    en = f"{len(actions)} actions, {len(not_closed(actions))} not closed, {unclear} not clear"
    return f"{vi} / {en}"
