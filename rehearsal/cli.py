"""What can be asked of `rehearse`, and how does it answer? (Exit codes are a contract.)"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from checks import CHECKS
from flows.launch import run_on_server, run_with_prefect, run_without_prefect
from flows.launch import serve as serve_deployments
from flows.server import ServerLostError
from rehearsal import inventory as inventories
from rehearsal.console import LiveProgress, both, print_summary
from rehearsal.declaring import CHECK_ID, SheetError, roll_call_sheet
from rehearsal.inventory import Fault, InventoryError
from rehearsal.journal import (
    URL_VARIABLE,
    Journal,
    JournalError,
    UnknownRun,
    journal_url,
    open_journal,
)
from rehearsal.model import Assessment, Decision, Run
from rehearsal.order import EXIT_INVENTORY, EXIT_USAGE, Order, TrialRefused
from rehearsal.past import assessment_of, inventory_of, wording_of
from rehearsal.report import results_document, write_reports
from rehearsal.report.safe import visible
from rehearsal.selftest import Tried
from rehearsal.selftest import selftest as try_everything
from rehearsal.wirefaults import wire_faults
from twin.__main__ import main as twin_main

T = TypeVar("T")
EXIT_STOPPED = 12
EXIT_BUG = 70
EXITS = {
    Decision.GO: 0,
    Decision.CONDITIONAL: 0,
    Decision.NO_GO: 10,
    Decision.INCONCLUSIVE: 11,
}
OWN_SCENARIO = "june-20"  # what `--twin` alone means in Phase 1
HOLD = re.compile(r"(\d{1,5}(?:\.\d+)?)\s*(s|m|h)?")
SECONDS = {None: 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
HOLD_MAX_S = 4 * 3600.0

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Diễn tập trước ngày vận hành / Rehearses a city's go-live.",
)
declare_app = typer.Typer(no_args_is_help=True, help="Điều đơn vị khai / Declarations.")
inventory_app = typer.Typer(no_args_is_help=True, help="Danh mục điểm cầu / The inventory.")
app.add_typer(inventory_app, name="inventory")
app.add_typer(declare_app, name="declare")

Out = Annotated[Path, typer.Option(help="Thư mục báo cáo và nhật ký / reports and journal")]
Database = Annotated[
    str | None,
    typer.Option(envvar=URL_VARIABLE, help="URL của nhật ký / the journal's URL"),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON ra stdout / JSON on stdout")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Không hiện tiến độ / no progress")]
InventoryFile = Annotated[Path, typer.Option("--inventory", help="bridges.yaml")]


def main() -> None:
    """Entry point of the command."""
    sys.argv[1:] = with_own_scenario(sys.argv[1:])
    app()


def with_own_scenario(arguments: list[str]) -> list[str]:
    """`--twin` may stand alone: then the phase's own scenario is meant."""
    filled: list[str] = []
    for here, after in zip(arguments, [*arguments, "--"][1:], strict=True):
        filled.append(here)
        if here == "--twin" and after.startswith("-"):
            filled.append(OWN_SCENARIO)
    return filled


@app.command("phase-1")
def phase_1(  # noqa: PLR0917 - the options of the command
    inventory: InventoryFile = Path("bridges.yaml"),
    twin: Annotated[
        str | None, typer.Option(help="Thành phố mô phỏng, kịch bản / twin city, scenario")
    ] = None,
    units: Annotated[str, typer.Option(help="hai-an,thuy-nguyen")] = "",
    only: Annotated[str, typer.Option(help="bridge.reach,...")] = "",
    hold: Annotated[str, typer.Option(help="Giữ họp / hold: 60s, 2m, 45m")] = "60s",
    media: Annotated[str, typer.Option(help="Nghe mỗi điểm cầu / listen: 15s")] = "15s",
    line: Annotated[str, typer.Option(help="Tải mỗi đường truyền / load: 5s")] = "5s",
    at: Annotated[str, typer.Option(help='"2025-06-20 07:30", giờ thành phố')] = "",
    resume: Annotated[str | None, typer.Option(help="RUN")] = None,
    server: Annotated[
        str | None, typer.Option(envvar="PREFECT_API_URL", help="API của Prefect")
    ] = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    no_prefect: Annotated[bool, typer.Option("--no-prefect")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Diễn tập giai đoạn 1: 116 điểm cầu kết nối cùng lúc / Phase 1."""
    order = Order(
        phase="phase-1",
        inventory=str(inventory),
        twin=twin,
        units=_listed(units),
        only=_listed(only),
        hold_s=_seconds("--hold", hold),
        media_s=_seconds("--media", media),
        line_s=_seconds("--line", line),
        at=_moment(at, inventory) if at else None,
        out=str(out),
        database=database,
        resume=resume,
    )
    with LiveProgress(is_quiet=quiet) as progress:
        if no_prefect:
            run = _finished(run_without_prefect(order, progress))
        elif server:
            run = _finished(run_on_server(server, order, progress, progress.say))
        else:
            run = _finished(run_with_prefect(order, progress, progress.say))
    _tell(run, order, as_json=as_json)


@app.command()
def report(
    run: str, out: Out = Path("runs"), database: Database = None, *, as_json: AsJson = False
) -> None:
    """Vẽ lại báo cáo từ nhật ký / Draw a run's reports again, from the journal alone."""
    with _journal(out, database) as journal:
        found = _assessed(journal, run)
        write_reports(found, wording_of(journal, run, CHECKS), out / run)
    _show(found, as_json=as_json)


@declare_app.command("roll-call")
def declare_roll_call(
    run: str,
    sheet: Annotated[Path, typer.Argument(help="CSV: unit,hears_centre,heard_by_centre,...")],
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Nhập điểm danh bằng người, vẽ lại báo cáo / What people heard where no probe can go."""
    with _journal(out, database) as journal:
        city = inventory_of(_known(journal, run))
        asked = [t.owner for t in city.targets() if CHECKS[CHECK_ID].covers(t)]
        try:
            said = roll_call_sheet(sheet.read_bytes(), asked, city.city.timezone)
        except OSError as problem:
            raise _refused(f"{sheet}: {problem.strerror}", EXIT_INVENTORY) from problem
        except SheetError as problem:
            raise _refused(f"{sheet}:\n{problem}", EXIT_INVENTORY) from problem
        journal.declare(run, said)
        found = _assessed(journal, run)
        write_reports(found, wording_of(journal, run, CHECKS), out / run)
    _show(found, as_json=as_json)


@app.command()
def runs(
    out: Out = Path("runs"), database: Database = None, *, as_json: AsJson = False
) -> None:
    """Các lần diễn tập, mới nhất trước / The runs, newest first."""
    with _journal(out, database) as journal:
        known = [_row(run) for run in journal.runs()]
    if as_json:
        _print_json(known)
        return
    for row in known:
        typer.echo("  ".join(str(value) for value in row.values() if value is not None))


@app.command()
def selftest(*, as_json: AsJson = False) -> None:
    """Công cụ tự chứng minh trên thành phố mô phỏng / The instrument proves itself."""
    tried = _finished(try_everything(CHECKS))
    failed = [one for one in tried if not one.holds]
    if as_json:
        _print_json([_tried(one) for one in tried])
    else:
        for one in failed:
            typer.echo(f"{one.check_id}[{one.fault}]: {one.reported}, chờ đợi {one.expected}")
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
    moment = _moment(at, inventory) if at else None
    try:
        _finished(serve_deployments(host, port, home, database=database, at=moment))
    except ServerLostError as problem:
        raise _refused(str(problem), EXIT_INVENTORY) from problem


@inventory_app.command("check")
def inventory_check(
    file: Annotated[Path, typer.Argument()] = Path("bridges.yaml"),
    *,
    network: Annotated[
        bool, typer.Option(help="Cả tên miền và chứng thư / on the wire")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra danh mục, báo mọi lỗi cùng lúc / Every fault of the inventory at once."""
    found, faults = inventories.examine(file)
    if network and found is not None:
        faults = (*faults, *_finished(wire_faults(found, file)))
    _show_faults(faults, as_json=as_json)
    if faults or found is None:
        raise typer.Exit(EXIT_INVENTORY)
    if not as_json:
        count = sum(1 for t in found.targets() if t.key == "bridge")
        typer.echo(f"{file}: {count} điểm cầu, không có lỗi / bridges, no fault")
        held = sum(1 for target in found.targets() if target.placeholder)
        if held:
            typer.echo(f"{held} địa chỉ giữ chỗ sẽ không được đo / placeholders, not measured")


@inventory_app.command("generate")
def inventory_generate(
    units: Annotated[int, typer.Option(min=1, max=99_999)],
    out: Annotated[Path, typer.Option()],
    seed: Annotated[int, typer.Option()] = 0,
) -> None:
    """Sinh danh mục cỡ bất kỳ / An inventory of any size in the real shape."""
    try:
        out.write_text(inventories.generate(units, seed), encoding="utf-8")
    except OSError as problem:
        raise _refused(f"{out}: {problem.strerror}", EXIT_INVENTORY) from problem
    typer.echo(f"{out}: {units}")


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; a signal cancels the work, which cleans up, and is our exit code."""
    caught: list[int] = []

    async def guarded() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _interrupt, number, caught, task)
        return await work

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        if not caught:
            raise
        raise typer.Exit(128 + caught[0]) from None
    except TrialRefused as problem:
        raise _refused(str(problem), problem.exit_code) from problem
    except JournalError as problem:
        raise _refused(both(problem.says), EXIT_INVENTORY) from problem


def _interrupt(number: int, caught: list[int], task: asyncio.Task[Any] | None) -> None:
    """The first signal stops cleanly; the second one does not wait."""
    if caught:
        os._exit(128 + number)
    caught.append(number)
    typer.echo("Đang dừng và lập báo cáo phần đã đo / stopping, reporting", err=True)
    if task is not None:
        task.cancel()


def _tell(run: Run, order: Order, *, as_json: bool) -> None:
    with open_journal(order.journal_url) as journal:
        found = assessment_of(journal, run.id, CHECKS)
    _show(found, as_json=as_json)
    if run.state == "stopped":
        raise typer.Exit(EXIT_STOPPED)
    if found.decision is Decision.INCONCLUSIVE and _has_bug(found):
        raise _refused("Công cụ đo có lỗi / a bug of ours: bug_in_rehearsal", EXIT_BUG)
    raise typer.Exit(EXITS[found.decision])


def _has_bug(found: Assessment) -> bool:
    """Whether anything could not be measured for a fault of the tool itself."""
    verdicts = (v for s in (*found.units, *found.hubs, *found.systems) for v in s.verdicts)
    return any(f.code == "bug_in_rehearsal" for v in verdicts for f in v.findings)


def _show(found: Assessment, *, as_json: bool) -> None:
    if as_json:
        _print_json(results_document(found))
    else:
        print_summary(found, Console())


def _assessed(journal: Journal, run: str) -> Assessment:
    try:
        return assessment_of(journal, run, CHECKS)
    except UnknownRun as problem:
        raise _refused(both(problem.says), EXIT_USAGE) from problem


def _known(journal: Journal, run: str) -> Run:
    try:
        return journal.run(run)
    except UnknownRun as problem:
        raise _refused(both(problem.says), EXIT_USAGE) from problem


def _journal(out: Path, database: str | None) -> Journal:
    try:
        return open_journal(journal_url(out, url=database or ""))
    except JournalError as problem:
        raise _refused(both(problem.says), EXIT_INVENTORY) from problem


def _row(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "phase": run.phase,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "verdict": run.verdict.value if run.verdict else None,
        "state": run.state,
    }


def _tried(one: Tried) -> dict[str, object]:
    return {
        "check": one.check_id,
        "fault": one.fault,
        "expected": one.expected,
        "reported": list(one.reported),
        "holds": one.holds,
        "detail": one.detail,
    }


def _show_faults(faults: tuple[Fault, ...], *, as_json: bool) -> None:
    if as_json:
        _print_json([_fault(fault) for fault in faults])
        return
    for fault in faults:
        typer.echo(visible(f"{fault.says.vi}\n    {fault.says.en}"), err=True)


def _fault(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.file,
        "line": fault.line,
        "path": fault.path,
        "vi": fault.says.vi,
        "en": fault.says.en,
    }


def _refused(message: str, code: int) -> typer.Exit:
    typer.echo(visible(message), err=True)
    return typer.Exit(code)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _seconds(option: str, text: str) -> float:
    match = HOLD.fullmatch(text.strip())
    lasts_s = float(match[1]) * SECONDS[match[2]] if match else 0.0
    if not 1.0 <= lasts_s <= HOLD_MAX_S:
        raise typer.BadParameter(f"{option} {text!r}: 60s, 2m, 45m; 1s … 4h")
    return lasts_s


def _moment(text: str, inventory: Path) -> datetime:
    """A moment still to come, read in the city's own time."""
    try:
        city = inventories.load(inventory).city
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f'--at {text!r}: "2025-06-20 07:30"') from None
    except InventoryError as problem:
        raise _refused(str(problem), EXIT_INVENTORY) from problem
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(city.timezone))
    if moment <= datetime.now(UTC):
        raise typer.BadParameter(f"--at {text!r}: đã qua / is past")
    return moment
