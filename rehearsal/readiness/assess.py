"""What may be said of a run? Everything a report shows, from the journal's facts alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from rehearsal.check import Registry
from rehearsal.model import (
    Assessment,
    Declaration,
    Hub,
    Inventory,
    Measurement,
    Outcome,
    Run,
    StageTime,
    Standing,
    Synthetic,
    Target,
    Unit,
    Verdict,
)
from rehearsal.model.intent import NOTHING_CREATED
from rehearsal.plan import Plan
from rehearsal.readiness.causes import find_causes, with_causes
from rehearsal.readiness.clock import own_clock
from rehearsal.readiness.gate import decide, light_of, rules_of
from rehearsal.readiness.roll_call import hold_of, roll_call_of
from rehearsal.readiness.verdicts import judge_all


def assess(
    run: Run,
    inventory: Inventory,
    plan: Plan,
    measurements: Iterable[Measurement[Any]],
    *,
    stages: Sequence[StageTime],
    registry: Registry,
    said: Iterable[Declaration] = (),
    synthetic: Synthetic = NOTHING_CREATED,
) -> Assessment:
    """Verdicts, causes, readiness and decision of a run, whatever order it was measured in."""
    measured = {(m.check_id, m.target_id): m for m in measurements}
    verdicts = judge_all(
        plan.checks(),
        measured,
        registry,
        go_live=_go_live(run, inventory),
        limits=inventory.limits.get(run.phase, {}),
        declared={(d.check_id, d.target_id): d for d in sorted(said, key=_said_at)},
        hubs={u.slug: f"{u.hub}/bridge" for u in inventory.units if u.hub},
        clock=own_clock(measured.values(), {t.id: t for t in inventory.targets()}),
    )
    by_owner = _by_owner(verdicts)
    left_out = _left_out(inventory, registry, run.phase)
    taking_part = (replace(u, targets=_but(u.targets, left_out)) for u in inventory.units)
    units = [_standing(unit, by_owner.get(unit.slug, ())) for unit in taking_part]
    hubs = [_standing(hub, by_owner.get(hub.slug, ())) for hub in inventory.hubs]
    systems = [_standing(s, _of_target(verdicts, s)) for s in inventory.systems]
    causes = find_causes([*hubs, *systems, *units], inventory, registry)
    left = synthetic.left if synthetic.created else None
    rules = rules_of(units, hubs, systems, stages, is_whole=_is_whole(run), left=left)
    return Assessment(
        run=run,
        city=replace(inventory.city, go_live=_go_live(run, inventory)),
        decision=decide(rules),
        rules=rules,
        units=tuple(with_causes(s, causes) for s in units),
        hubs=tuple(with_causes(s, causes) for s in hubs),
        systems=tuple(with_causes(s, causes) for s in systems),
        causes=causes,
        roll_call=roll_call_of(verdicts, hold_of(run.parameters)),
        stages=tuple(stages),
        inventory_digest=inventory.digest,
        planned=len(verdicts),
        measured=len(measured),
        synthetic=synthetic,
    )


def _said_at(declaration: Declaration) -> datetime:
    return declaration.said_at


def _is_whole(run: Run) -> bool:
    return not (run.parameters.get("units") or run.parameters.get("only"))


def _go_live(run: Run, inventory: Inventory) -> date:
    told = run.parameters.get("go_live")
    return date.fromisoformat(told) if isinstance(told, str) else inventory.city.go_live


def _by_owner(verdicts: Iterable[Verdict]) -> Mapping[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.target.owner, []).append(verdict)
    return found


def _of_target(verdicts: Iterable[Verdict], target: Target) -> list[Verdict]:
    return [v for v in verdicts if v.target.id == target.id]


def _left_out(inventory: Inventory, registry: Registry, phase: str) -> frozenset[str]:
    """The targets that only other phases ask: an old portal may be open on 20 June."""
    found = []
    for target in inventory.targets():
        asking = [check for check in registry.values() if check.covers(target)]
        if asking and not any(phase in check.phases for check in asking):
            found.append(target.id)
    return frozenset(found)


def _but(targets: Sequence[Target], left_out: Collection[str]) -> tuple[Target, ...]:
    return tuple(target for target in targets if target.id not in left_out)


def _standing(owner: Unit | Hub | Target, verdicts: Sequence[Verdict]) -> Standing:
    words = [v.outcome.word for v in verdicts if not v.is_undeclared]
    asked = {v.target.id for v in verdicts}
    if not isinstance(owner, Target) and any(t.id not in asked for t in owner.targets):
        words.append(Outcome.UNKNOWN.word)  # nobody asked it anything: that is no green
    return Standing(owner, light_of(words), tuple(verdicts))
