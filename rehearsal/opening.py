"""May a trial begin, and with what?"""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rehearsal import snapshot
from rehearsal.check import Check, Registry
from rehearsal.embedded import TwinFailed, twin_city
from rehearsal.inventory import InventoryError, load, select, with_network
from rehearsal.journal import (
    Journal,
    JournalError,
    LockHeld,
    UnknownRun,
    open_journal,
    trial_lock,
)
from rehearsal.model import Api, Inventory, Run, Target
from rehearsal.model.run import TWIN
from rehearsal.net.door import Deadlines
from rehearsal.net.load import Gate
from rehearsal.net.route import door_to
from rehearsal.net.secret import is_reference, reveal
from rehearsal.observe import Watch
from rehearsal.order import (
    EXIT_INVENTORY,
    EXIT_LOCKED,
    EXIT_USAGE,
    Order,
    Progress,
    TrialRefused,
    Unwatched,
)
from rehearsal.past import inventory_of, texts
from rehearsal.plan import Plan, line_budget, make_plan
from rehearsal.trial import Trial

_EXITS: Mapping[type[JournalError], int] = {LockHeld: EXIT_LOCKED, UnknownRun: EXIT_USAGE}
SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


def scenario_file(name: str) -> Path:
    """The file of a scenario, by its path or its name among ours (`june-20`)."""
    return Path(name) if name.endswith((".yaml", ".yml")) else SCENARIOS / f"{name}.yaml"


@asynccontextmanager
async def open_trial(
    order: Order, registry: Registry, progress: Progress | None = None
) -> AsyncIterator[Trial]:
    """A trial ready to be carried out; TrialRefused when it must not begin."""
    async with AsyncExitStack() as stack:
        try:
            trial = await _opened(order, registry, progress or Unwatched(), stack)
        except JournalError as problem:
            told = f"{problem.says.vi}\n{problem.says.en}"
            raise TrialRefused(told, _EXITS.get(type(problem), EXIT_INVENTORY)) from problem
        except (InventoryError, TwinFailed, OSError) as problem:
            raise TrialRefused(str(problem), EXIT_INVENTORY) from problem
        yield trial


async def _opened(
    order: Order, registry: Registry, progress: Progress, stack: AsyncExitStack
) -> Trial:
    _refuse_unknown_checks(order, registry)
    await asyncio.to_thread(Path(order.out).mkdir, parents=True, exist_ok=True)
    url = order.journal_url
    stack.enter_context(trial_lock(url))
    journal = stack.enter_context(open_journal(url))
    order, known_run = _taken_up(order, journal)
    inventory = await _reached(order, known_run, stack)
    _refuse_unknown_limits(inventory, order.phase, registry)
    plan = make_plan(inventory, registry, order.phase, order.only)
    _refuse_missing_secrets(plan, registry)
    run = known_run or _begun(order, inventory, journal)
    deadlines = Deadlines(media_s=order.media_s)
    door = door_to(inventory, deadlines=deadlines, marker=f"DIENTAP-{run.id}")
    gate = Gate(plan.loads.host, plan.loads.city)
    door = replace(door, line=line_budget(order.line_s), gate=gate)
    stack.callback(door.talks.close)
    watch = await stack.enter_async_context(Watch())
    gc.freeze()  # what is loaded now stays: scanning it again makes the event loop late
    progress.run_began(run, plan)
    return Trial(run.id, order, inventory, plan, registry, journal, door, watch, progress)


def refuse_unsound(order: Order, registry: Registry) -> None:
    """Raise TrialRefused for what is wrong at first sight, before anything is started."""
    _refuse_unknown_checks(order, registry)
    if order.resume is not None:
        return  # that run's own order counts, which the journal knows
    try:
        inventory = load(Path(order.inventory))
    except InventoryError as problem:
        raise TrialRefused(str(problem), EXIT_INVENTORY) from problem
    _narrowed(inventory, order.units)
    _refuse_unknown_limits(inventory, order.phase, registry)


def _refuse_unknown_checks(order: Order, registry: Registry) -> None:
    unknown = sorted(set(order.only) - set(registry))
    if unknown:
        known = ", ".join(registry)
        told = f"--only {', '.join(unknown)}: không có phép kiểm này / no such check"
        raise TrialRefused(f"{told}; {known}", EXIT_USAGE)


def _refuse_unknown_limits(inventory: Inventory, phase: str, registry: Registry) -> None:
    """A limit that nobody reads would be believed in all the same."""
    unknown = [
        f"limits.{phase}.{check_id}.{name}"
        for check_id, changed in inventory.limits.get(phase, {}).items()
        for name in changed
        if check_id not in registry or name not in registry[check_id].limits
    ]
    if unknown:
        known = [f"{c.id}.{name}" for c in registry.values() for name in c.limits]
        told = f"{', '.join(unknown)}: không có giới hạn này / no such limit"
        raise TrialRefused(f"{told}; {', '.join(known)}", EXIT_INVENTORY)


def _refuse_missing_secrets(plan: Plan, registry: Registry) -> None:
    """All that are missing at once: halfway through the trial nobody could add them."""
    told = {
        f"{item.target.id}: {problem}": None
        for item in plan.checks()
        if not item.is_held
        for reference in _references(registry[item.check_id], item.target)
        if (problem := _why_missing(reference))
    }
    if told:
        head = "thiếu mật khẩu mà danh mục dẫn tới / secrets that the inventory refers to:"
        raise TrialRefused("\n  ".join((head, *told)), EXIT_INVENTORY)


def _references(check: Check[Any], target: Target) -> Iterator[str]:
    if check.contracts is not None:
        yield from _references_of(target.api) if target.api else ()
    elif target.bridge is not None:
        accounts = (target.bridge.account, *(r.account for r in target.bridge.relays))
        yield from (a.secret for a in accounts if a is not None and a.secret)


def _references_of(api: Api) -> Iterator[str]:
    """Those of an interface; asked for only where a check goes through it."""
    if api.account is not None and api.account.secret:
        yield api.account.secret
    yield from (text for text in api.settings.values() if is_reference(text))


def _why_missing(reference: str) -> str:
    try:
        reveal(reference)
    except ValueError as problem:
        return str(problem)
    return ""


def _taken_up(order: Order, journal: Journal) -> tuple[Order, Run | None]:
    """On `--resume` the order of the first time counts, not today's."""
    if order.resume is None:
        return order, None
    run = journal.resume(order.resume, datetime.now(UTC))
    told = run.parameters
    same = replace(
        order,
        phase=run.phase,
        inventory=str(told["inventory"]),
        twin=None if told["twin"] is None else str(told["twin"]),
        units=texts(told["units"]),
        only=texts(told["only"]),
        hold_s=float(str(told["hold_s"])),
        media_s=float(str(told.get("media_s", order.media_s))),
        line_s=float(str(told.get("line_s", order.line_s))),
        dossiers=int(str(told.get("dossiers", order.dossiers))),
        surge_s=float(str(told.get("surge_s", order.surge_s))),
        at=None,
    )
    return same, run


async def _reached(order: Order, known_run: Run | None, stack: AsyncExitStack) -> Inventory:
    """The inventory, by its own route or the twin's, narrowed to what was ordered.

    A run that goes on keeps the inventory that it began with, whatever the file says now.
    """
    file = Path(order.inventory)
    inventory = inventory_of(known_run) if known_run else await asyncio.to_thread(load, file)
    if order.twin is not None:
        scenario = scenario_file(order.twin) if order.twin else None
        city = await stack.enter_async_context(twin_city(file, scenario=scenario))
        inventory = with_network(inventory, city.network)
        go_live = inventory.city.go_live if known_run else city.go_live
        inventory = replace(inventory, city=replace(inventory.city, go_live=go_live))
    return _narrowed(inventory, order.units)


def _narrowed(inventory: Inventory, units: Collection[str]) -> Inventory:
    """The units that were ordered, or all; TrialRefused when there is none of that name."""
    try:
        return select(inventory, units) if units else inventory
    except InventoryError as problem:
        raise TrialRefused(str(problem), EXIT_USAGE) from problem


def _begun(order: Order, inventory: Inventory, journal: Journal) -> Run:
    now = datetime.now(UTC)
    local = now.astimezone(ZoneInfo(inventory.city.timezone))
    run_id = f"{order.phase}-{local:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    run = Run(
        id=run_id,
        phase=order.phase,
        city=inventory.city.name if order.twin is None else TWIN,
        started=now,
        reports_to=str(Path(order.out) / run_id),
        parameters={
            "inventory": order.inventory,
            "twin": order.twin,
            "units": list(order.units),
            "only": list(order.only),
            "hold_s": order.hold_s,
            "media_s": order.media_s,
            "line_s": order.line_s,
            "dossiers": order.dossiers,
            "surge_s": order.surge_s,
            "go_live": inventory.city.go_live.isoformat(),
            "inventory_snapshot": snapshot.to_plain(inventory),
        },
    )
    journal.begin(run)
    return run
