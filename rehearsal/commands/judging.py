"""What if a trial were judged otherwise, and who signs for a rule that is not met?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from checks import CHECKS
from rehearsal import inventory as inventories
from rehearsal.commands import supposed
from rehearsal.commands.answers import EXITS, assessed, journal_at, print_json, told_of
from rehearsal.commands.arguments import AsJson, CriteriaFile, Database, InventoryFile, Out
from rehearsal.console import both
from rehearsal.criteria import CriteriaError, beside, load, load_limits, shipped
from rehearsal.ending import refused
from rehearsal.inventory import InventoryError
from rehearsal.journal import Journal
from rehearsal.journal.waivers import NoSuchWaiver
from rehearsal.model import Assessment, Inventory, Text
from rehearsal.model.decision import Criteria, Waiver, WaiverState
from rehearsal.model.run import phases_of
from rehearsal.options import listed
from rehearsal.order import EXIT_INVENTORY, EXIT_USAGE, TrialRefused
from rehearsal.past import assessment_of, criteria_of, inventory_now
from rehearsal.policy import refuse_expired
from rehearsal.report.safe import visible
from rehearsal.signing import Asked, NotSigned, signature
from rehearsal.supposing import Supposing

app = typer.Typer()
STATES = {
    WaiverState.IN_FORCE: Text("có hiệu lực", "in force"),
    WaiverState.EXPIRED: Text("hết hạn", "expired"),
    WaiverState.WITHDRAWN: Text("đã rút", "withdrawn"),
    WaiverState.LATER: Text("ký sau", "signed later"),
}


@app.command()
def judge(  # noqa: PLR0917 - the options of the command
    run: str,
    limits: Annotated[
        Path | None, typer.Option(help="YAML: phép thử / check: {giới hạn / limit: số}")
    ] = None,
    criteria: CriteriaFile = None,
    without: Annotated[list[str] | None, typer.Option(help="Bỏ điều kiện / leave out")] = None,
    mended: Annotated[list[str] | None, typer.Option(help="c1: giả sử đã sửa / mended")] = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    later: Annotated[
        bool, typer.Option("--later-waivers", help="Cả miễn trừ ký sau / signed since, too")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Nếu xét khác đi thì sao? Không ghi gì / What if it were judged otherwise?"""
    with journal_at(out, database) as journal:
        before = assessed(journal, run)
        supposing = Supposing(
            limits=_limits(limits, before.run.phase),
            criteria=_criteria(criteria, before) if criteria else None,
            without=frozenset(_names(without)),
            mended=_troubles(_names(mended), before),
            counts_later=later,
        )
        _refuse_unknown_rules(supposing, criteria_of(journal, before.run) or shipped())
        after = assessment_of(journal, run, CHECKS, supposing=supposing)
    if as_json:
        asked = {"without": _names(without), "mended": _names(mended), "later_waivers": later}
        asked |= {"limits": supposing.limits, "criteria": str(criteria) if criteria else None}
        print_json(supposed.as_json(before, after, asked))
    else:
        supposed.tell(before, after)
    raise typer.Exit(EXITS[after.decision])


def _names(given: Sequence[str] | None) -> list[str]:
    return [name for one in given or () for name in listed(one)]


def _limits(file: Path | None, phase: str) -> dict[str, dict[str, float]]:
    if file is None:
        return {}
    asked = set(phases_of(phase))
    known = {c.id: c.limits for c in CHECKS.values() if asked & c.phases}
    with told_of(file):
        try:
            found = load_limits(file, phase, known)
        except InventoryError as problem:
            raise refused(str(problem), EXIT_INVENTORY) from problem
    return {check_id: dict(changed) for check_id, changed in found.items()}


def _criteria(file: Path, before: Assessment) -> Criteria:
    try:
        found = load(file, CHECKS)
        refuse_expired(found, before.run.phase, before.city, before.run.started)
    except CriteriaError as problem:
        raise refused(str(problem), EXIT_INVENTORY) from problem
    except TrialRefused as problem:
        raise refused(str(problem), problem.exit_code) from problem
    return found


def _troubles(names: Sequence[str], before: Assessment) -> frozenset[tuple[str, str]]:
    """What the causes of these names are told by; exit 2 for all that there are not."""
    known = {cause.id: cause for cause in before.causes}
    if unknown := [name for name in names if name not in known]:
        told = f"--mended {', '.join(unknown)}: không có nguyên nhân này / no such cause"
        raise refused(f"{told}; {', '.join(known) or '–'}", EXIT_USAGE)
    return frozenset((t, known[name].kind) for name in names for t in known[name].targets)


def _refuse_unknown_rules(supposing: Supposing, own: Criteria) -> None:
    known = [rule.id for rule in (supposing.criteria or own).rules]
    if unknown := sorted(supposing.without - set(known)):
        told = f"--without {', '.join(unknown)}: không có điều kiện này / no such rule"
        raise refused(f"{told}; {', '.join(known)}", EXIT_USAGE)


@app.command()
def waive(  # noqa: PLR0917 - the options of the command
    rule: Annotated[str, typer.Argument(help="units_ready")] = "",
    subject: Annotated[str, typer.Option(help="hai-an, hai-an/mail; trống / empty: all")] = "",
    signed_by: Annotated[str, typer.Option(help="Người ký / who signs")] = "",
    role: Annotated[str, typer.Option(help="Chức vụ / in which office")] = "",
    reason: Annotated[str, typer.Option(help="Vì sao / why")] = "",
    expires: Annotated[str, typer.Option(help="2025-06-30, hết ngày / to its end")] = "",
    withdraw: Annotated[int | None, typer.Option(help="Rút lại số / take back number")] = None,
    inventory: InventoryFile = Path("bridges.yaml"),
    criteria: CriteriaFile = None,
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ký miễn trừ một điều kiện, có hạn; không bao giờ thành xanh / Sign for a rule."""
    now = datetime.now(UTC)
    with journal_at(out, database) as journal:
        try:
            if withdraw is not None:
                _withdraw(journal, withdraw, rule, (signed_by, role, reason), now)
            else:
                asked = Asked(rule, subject, signed_by, role, reason, expires)
                policy = _policy(criteria, inventory)
                signed = signature(asked, policy, _city(inventory, journal), now)
                withdraw = journal.waivers.sign(signed)
        except NotSigned as problem:
            raise refused(str(problem), EXIT_USAGE) from problem
        except NoSuchWaiver as problem:
            raise refused(both(problem.says), EXIT_USAGE) from problem
        zone = _zone(inventory, journal)
        told = next(w for w in journal.waivers.all() if w.id == withdraw)
    _show([told], now, zone, as_json=as_json)


def _withdraw(
    journal: Journal, number: int, rule: str, who: tuple[str, str, str], now: datetime
) -> None:
    if rule:
        told = "--withdraw chỉ cần số của miễn trừ / takes the waiver's number alone"
        raise refused(f"{told}: {rule}", EXIT_USAGE)
    by, role, reason = who
    journal.waivers.withdraw(number, at=now, by=by, role=role, reason=reason)


@app.command()
def waivers(
    inventory: InventoryFile = Path("bridges.yaml"),
    out: Out = Path("runs"),
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ai đã ký miễn trừ điều kiện nào, tới ngày nào / Who signed for which rule, until when."""
    with journal_at(out, database) as journal:
        known, zone = journal.waivers.all(), _zone(inventory, journal)
    _show(known, datetime.now(UTC), zone, as_json=as_json)


def _show(known: Sequence[Waiver], now: datetime, zone: ZoneInfo, *, as_json: bool) -> None:
    if as_json:
        print_json([_row(waiver, now, zone) for waiver in known])
        return
    for waiver in known:
        state = both(STATES[waiver.state(now, now)])
        until = waiver.last_day(zone)
        what = f"{waiver.rule} {waiver.subject or '(tất cả / all)'}"
        told = f"#{waiver.id}  {what}  {state}, hết ngày / to the end of {until}"
        typer.echo(visible(f"{told}\n    {waiver.signed_by}, {waiver.role}: {waiver.reason}"))
    if not known:
        typer.echo("Chưa ai ký miễn trừ / nobody has signed a waiver")


def _row(waiver: Waiver, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    back = waiver.withdrawn_at
    return {
        "id": waiver.id,
        "rule": waiver.rule,
        "subject": waiver.subject,
        "state": waiver.state(now, now).value,
        "signed_at": waiver.at.isoformat(),
        "signed_by": waiver.signed_by,
        "role": waiver.role,
        "reason": waiver.reason,
        "last_day": waiver.last_day(zone).isoformat(),
        "expires": waiver.expires.isoformat(),
        "withdrawn_at": back.isoformat() if back else None,
        "withdrawn_by": waiver.withdrawn_by,
    }


def _policy(criteria: Path | None, inventory: Path) -> Criteria:
    try:
        return load(criteria or beside(inventory), CHECKS)
    except CriteriaError as problem:
        raise refused(str(problem), EXIT_INVENTORY) from problem


def _city(inventory: Path, journal: Journal) -> Inventory:
    """The inventory, or where there is no such file the one of the newest run."""
    if not inventory.exists() and (newest := journal.runs()[:1]):
        return inventory_now(journal, newest[0])
    try:
        return inventories.load(inventory)
    except InventoryError as problem:
        raise refused(str(problem), EXIT_INVENTORY) from problem


def _zone(inventory: Path, journal: Journal) -> ZoneInfo:
    if not inventory.exists() and not journal.runs():
        return ZoneInfo("UTC")
    return ZoneInfo(_city(inventory, journal).city.timezone)
