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
from typing import Any, NamedTuple
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
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.load import Gate
from rehearsal.net.route import door_to
from rehearsal.net.secret import is_reference, reveal
from rehearsal.observe import Watch
from rehearsal.order import (
    EXIT_INVENTORY,
    EXIT_LEFT,
    EXIT_LOCKED,
    EXIT_USAGE,
    Order,
    Progress,
    TrialRefused,
    Unwatched,
)
from rehearsal.past import assessment_of, inventory_now, inventory_of, texts
from rehearsal.plan import STAGES, Plan, line_budget, make_plan
from rehearsal.policy import chosen, refuse_expired
from rehearsal.rechecking import TOGETHER, Asking, asked_again
from rehearsal.trial import Trial

# what `recheck --twin` alone means: a day on which some faults of the trial are mended
LATER = "later"
LATER_DAYS = {"phase-1": "june-23", "phase-2": "healthy"}
_EXITS: Mapping[type[JournalError], int] = {LockHeld: EXIT_LOCKED, UnknownRun: EXIT_USAGE}
SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


class Ready(NamedTuple):
    """What a trial or a recheck begins with; `run` is None where it is a new one."""

    order: Order
    inventory: Inventory
    run: Run | None
    asking: Asking


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
    ready = _of_recheck if order.recheck else _of_trial
    order, inventory, known_run, asking = await ready(order, registry, journal, stack)
    _refuse_unknown_limits(inventory, order.phase, registry)
    _refuse_missing_secrets(asking.plan, registry)
    run = known_run or _begun(order, inventory, registry, journal)
    number = _begun_again(order, inventory, asking, journal) if order.recheck else 0
    door = _door(order, inventory, run)
    stack.callback(door.talks.close)
    watch = await stack.enter_async_context(Watch())
    gc.freeze()  # what is loaded now stays: scanning it again makes the event loop late
    progress.run_began(run, asking.plan)
    about = run.id, order, inventory, asking.plan, registry, journal, door, watch, progress
    return Trial(*about, stages=asking.stages, round_no=number)


def _door(order: Order, inventory: Inventory, run: Run) -> Door:
    deadlines = Deadlines(media_s=order.media_s)
    door = door_to(inventory, deadlines=deadlines, marker=f"DIENTAP-{run.id}")
    gate = Gate(inventory.loads.host, inventory.loads.city)
    return replace(door, line=line_budget(order.line_s), gate=gate)


async def _of_trial(
    order: Order, registry: Registry, journal: Journal, stack: AsyncExitStack
) -> Ready:
    order, known_run = _taken_up(order, journal)
    inventory = await _reached(order, known_run, stack)
    plan = make_plan(inventory, registry, order.phase, order.only)
    return Ready(order, inventory, known_run, Asking(plan, STAGES[order.phase]))


async def _of_recheck(
    order: Order, registry: Registry, journal: Journal, stack: AsyncExitStack
) -> Ready:
    """What is to be asked again of a run, by its own inventory or by another."""
    run = journal.run(str(order.recheck))
    _refuse_recheck(order, run, journal, registry)
    before = inventory_now(journal, run)
    again = replace(
        _as_first(order, run),
        inventory=order.inventory,
        twin=_scenario(order, run),
        units=order.units,
        only=order.only,
    )
    inventory = await _reached_again(again, run, before, stack)
    _narrowed(inventory, order.units)  # TrialRefused for a name that nobody has
    found = assessment_of(journal, run.id, registry)
    plan = make_plan(inventory, registry, run.phase, texts(run.parameters.get("only")))
    once = before.targets()
    asking = asked_again(found, plan, registry, once, units=order.units, only=order.only)
    return Ready(again, inventory, run, asking)


def _refuse_recheck(order: Order, run: Run, journal: Journal, registry: Registry) -> None:
    """What would mix things up that must stay apart, each with the way out."""
    if run.phase not in STAGES:
        told = "không đo gì, hãy đo lại các đợt của nó / measured nothing, recheck its trials"
        raise TrialRefused(f"{run.id}: {told}", EXIT_USAGE)
    if run.state == "running":
        told = "chưa chạy xong, hãy chạy tiếp / has not ended, resume it"
        raise TrialRefused(f"{run.id}: {told}: --resume {run.id}", EXIT_USAGE)
    if run.is_twin != (order.twin is not None):
        told = "đo trên thành phố mô phỏng: thêm / was on a twin city: add --twin [SCENARIO]"
        real = "đo trên hệ thống thật: bỏ / was on the real systems: leave out --twin"
        raise TrialRefused(f"{run.id}: {told if run.is_twin else real}", EXIT_USAGE)
    together = [name for name in order.only if registry[name].stage in TOGETHER]
    if together and order.units:
        told = "hỏi tất cả cùng lúc, không kèm / asks everybody at once, leave out --units"
        raise TrialRefused(f"--only {', '.join(together)}: {told}", EXIT_USAGE)
    if order.inventory and not run.is_twin and journal.intents.remnants(run.id):
        told = (
            "còn hồ sơ thử ở địa chỉ cũ; hãy dọn trước khi đổi danh mục"
            " / records are left at the old addresses; clean up before another inventory"
        )
        raise TrialRefused(f"{told}: rehearse cleanup {run.id}", EXIT_LEFT)


def _scenario(order: Order, run: Run) -> str | None:
    """`--twin` alone: some days after the trial of that phase, some of it is mended."""
    return LATER_DAYS[run.phase] if order.twin == LATER else order.twin


async def _reached_again(
    order: Order, run: Run, before: Inventory, stack: AsyncExitStack
) -> Inventory:
    """The inventory that was named, else the one that the run was last measured with."""
    file = Path(order.inventory or str(run.parameters["inventory"]))
    inventory = before
    if order.inventory:
        inventory = _as_part_of(before, await asyncio.to_thread(load, file))
    if order.twin is not None:
        scenario = scenario_file(order.twin) if order.twin else None
        town = await stack.enter_async_context(twin_city(file, scenario=scenario))
        inventory = with_network(inventory, town.network)
    return inventory


def _as_part_of(before: Inventory, now: Inventory) -> Inventory:
    """Today's inventory, of those who take part in the run, and with its go-live."""
    part = {hub.slug for hub in before.hubs} | {unit.slug for unit in before.units}
    kept = [hub.slug for hub in now.hubs if hub.slug in part]
    kept += [unit.slug for unit in now.units if unit.slug in part]
    city = replace(now.city, go_live=before.city.go_live)
    return select(replace(now, city=city), kept)


def refuse_unsound(order: Order, registry: Registry) -> None:
    """Raise TrialRefused for what is wrong at first sight, before anything is started."""
    _refuse_unknown_checks(order, registry)
    if order.resume or order.recheck:
        return  # that run's own order counts, which the journal knows
    try:
        inventory = load(Path(order.inventory))
    except InventoryError as problem:
        raise TrialRefused(str(problem), EXIT_INVENTORY) from problem
    _narrowed(inventory, order.units)
    _refuse_unknown_limits(inventory, order.phase, registry)
    criteria = chosen(order, registry)
    refuse_expired(criteria, order.phase, inventory.city, datetime.now(UTC))


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
    return _as_first(order, run), run


def _as_first(order: Order, run: Run) -> Order:
    """What was ordered the first time, under the reports' present place."""
    told = run.parameters
    return replace(
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


def _begun(order: Order, inventory: Inventory, registry: Registry, journal: Journal) -> Run:
    now = datetime.now(UTC)
    criteria = chosen(order, registry)
    refuse_expired(criteria, order.phase, inventory.city, now)
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
            "at": order.at.isoformat() if order.at else None,
            "go_live": inventory.city.go_live.isoformat(),
            "inventory_snapshot": snapshot.to_plain(inventory),
            "criteria": order.criteria,
            "criteria_snapshot": snapshot.criteria_to_plain(criteria),
        },
    )
    journal.begin(run)
    return run


def _begun_again(order: Order, inventory: Inventory, asking: Asking, journal: Journal) -> int:
    """Write down that a recheck begins, and give its round."""
    parameters: dict[str, object] = {
        "units": list(order.units),
        "only": list(order.only),
        "twin": order.twin,
        "asked": len(asking.plan.checks()),
        "not_asked": list(asking.not_asked),
        "gone": list(asking.gone),
    }
    if order.inventory:
        parameters["inventory"] = order.inventory
        parameters["inventory_snapshot"] = snapshot.to_plain(inventory)
    return journal.rechecks.begin(str(order.recheck), datetime.now(UTC), parameters).round
