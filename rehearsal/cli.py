"""What can be asked of `rehearse`, and how does it answer? (Exit codes are a contract.)"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from checks import CHECKS
from flows.launch import run_on_server, run_with_prefect, run_without_prefect
from flows.launch import serve as serve_deployments
from flows.server import ServerLostError
from rehearsal import inventory as inventories
from rehearsal.answers import (
    EXIT_BUG,
    EXIT_LEFT,
    asked_of_people,
    assessed,
    journal_at,
    known_run,
    print_json,
    run_row,
    show,
    show_faults,
    show_swept,
    tell,
    tell_cut,
    told_of,
    tried_row,
)
from rehearsal.console import LiveProgress, both
from rehearsal.declaring import (
    ROLL_CALL,
    SYSTEMS,
    roll_call_sheet,
    systems_sheet,
    systems_template,
)
from rehearsal.ending import Cut, finished, refused
from rehearsal.journal import URL_VARIABLE, Journal, LockHeld, journal_url, trial_lock
from rehearsal.model import Assessment, Run, Synthetic
from rehearsal.options import DOSSIERS_MAX, listed, moment_of, seconds
from rehearsal.order import EXIT_INVENTORY, EXIT_LOCKED, Order
from rehearsal.past import assessment_of, interrupted, wording_of
from rehearsal.report import write_reports
from rehearsal.report.safe import visible
from rehearsal.selftest import selftest as try_everything
from rehearsal.sweeping import sweep_run
from rehearsal.wirefaults import wire_faults
from twin.__main__ import main as twin_main

OWN_SCENARIOS = {"phase-1": "june-20", "phase-2": "june-25"}  # what `--twin` alone means

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
Twin = Annotated[
    str | None, typer.Option(help="Thành phố mô phỏng, kịch bản / twin city, scenario")
]
Units = Annotated[str, typer.Option(help="hai-an,thuy-nguyen")]
Only = Annotated[str, typer.Option(help="bridge.reach,...")]
At = Annotated[str, typer.Option(help='"2025-06-20 07:30", giờ thành phố')]
Resume = Annotated[str | None, typer.Option(help="RUN")]
Server = Annotated[str | None, typer.Option(envvar="PREFECT_API_URL", help="API của Prefect")]
NoPrefect = Annotated[bool, typer.Option("--no-prefect")]
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
            filled.append(OWN_SCENARIOS.get(arguments[0], ""))
    return filled


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
        at=moment_of(at, inventory) if at else None,
        out=str(out),
        database=database,
        resume=resume,
    )
    _carry_out(order, server, no_prefect=no_prefect, as_json=as_json, quiet=quiet)


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
        at=moment_of(at, inventory) if at else None,
        out=str(out),
        database=database,
        resume=resume,
    )
    _carry_out(order, server, no_prefect=no_prefect, as_json=as_json, quiet=quiet)


def _carry_out(
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
                swept = {one.id: finished(_swept(journal, one)) for one in found}
        except LockHeld as problem:
            raise refused(both(problem.says), EXIT_LOCKED) from problem
        for one in found:
            if one.finished and swept[one.id].created:
                _judged_again(journal, one, out)
    show_swept(swept, as_json=as_json)
    if any(synthetic.left for synthetic in swept.values()):
        raise typer.Exit(EXIT_LEFT)


async def _swept(journal: Journal, run: Run) -> Synthetic:
    before = journal.intents.of(run.id)
    if not before.left:
        return before
    try:
        return await sweep_run(journal, run, CHECKS, lambda _: None)
    except OSError as problem:
        typer.echo(visible(f"{run.id}: {problem}"), err=True)
        return before


def _judged_again(journal: Journal, run: Run, out: Path) -> Assessment:
    """A verdict that waited for the clean-up, or for what people say, and its reports."""
    found = assessment_of(journal, run.id, CHECKS)
    if run.finished:
        journal.finish(run.id, at=run.finished, state=run.state, verdict=found.decision)
    write_reports(found, wording_of(journal, run.id, CHECKS), out / run.id)
    return found


@app.command()
def report(
    run: str, out: Out = Path("runs"), database: Database = None, *, as_json: AsJson = False
) -> None:
    """Vẽ lại báo cáo từ nhật ký / Draw a run's reports again, from the journal alone."""
    with journal_at(out, database) as journal:
        found = assessed(journal, run)
        write_reports(found, wording_of(journal, run, CHECKS), out / run)
    show(found, out / run, as_json=as_json)


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
    with journal_at(out, database) as journal:
        asked, zone = asked_of_people(journal, run, ROLL_CALL)
        units = [target.owner for target in asked]
        with told_of(sheet):
            journal.declare(run, roll_call_sheet(sheet.read_bytes(), units, zone))
        found = _judged_again(journal, known_run(journal, run), out)
    show(found, out / run, as_json=as_json)


@declare_app.command("systems")
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
        found = _judged_again(journal, known_run(journal, run), out)
    show(found, out / run, as_json=as_json)


@declare_app.command("template")
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


@inventory_app.command("check")
def inventory_check(
    file: Annotated[Path | None, typer.Argument()] = None,
    inventory: Annotated[Path | None, typer.Option(help="như FILE / as FILE")] = None,
    *,
    network: Annotated[
        bool, typer.Option(help="Cả tên miền và chứng thư / on the wire")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra danh mục, báo mọi lỗi cùng lúc / Every fault of the inventory at once."""
    if file and inventory and file != inventory:
        raise typer.BadParameter(f"{file}, --inventory {inventory}: chỉ một tệp / one file")
    file = file or inventory or Path("bridges.yaml")
    found, faults = inventories.examine(file)
    if network and found is not None:
        faults = (*faults, *finished(wire_faults(found, file)))
    show_faults(faults, as_json=as_json)
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
        raise refused(f"{out}: {problem.strerror}", EXIT_INVENTORY) from problem
    typer.echo(f"{out}: {units}")
