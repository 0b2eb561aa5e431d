"""What may be said of a run? Everything a report shows, from the journal's facts alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from rehearsal.check import Registry
from rehearsal.model import (
    Assessment,
    Decision,
    Declaration,
    Hub,
    Inventory,
    Measurement,
    Round,
    Run,
    StageTime,
    Standing,
    Synthetic,
    Target,
    Unit,
    Verdict,
)
from rehearsal.model.decision import Criteria
from rehearsal.model.intent import NOTHING_CREATED
from rehearsal.model.run import phases_of
from rehearsal.plan import Plan
from rehearsal.readiness.causes import find_causes, with_causes
from rehearsal.readiness.contradictions import contradictions_of
from rehearsal.readiness.judging import AS_SHIPPED, Judging, ruled_on
from rehearsal.readiness.lights import light_by
from rehearsal.readiness.mended import after_mending
from rehearsal.readiness.reported import report_items, reports_of, with_reports
from rehearsal.readiness.roll_call import hold_of, roll_call_of
from rehearsal.readiness.rounds import Clocks, Judge, judged, planned_then
from rehearsal.readiness.verdicts import Key, judge, judge_all


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
    rounds: Sequence[Round] = (),
    judging: Judging = AS_SHIPPED,
) -> Assessment:
    """Verdicts, causes, readiness and decision of a run, whatever order it was measured in.

    `rounds` are all of them, the trial itself first: they stand in for `measurements`.
    """
    once, said = Round(0, run.started, tuple(measurements), inventory), tuple(said)
    found = judged(rounds or (once,), _judge(run, plan, registry, said), registry)
    reports = reports_of(run, inventory, said, registry, _go_live(run, inventory))
    own = partial(_own, run=run, inventory=inventory, registry=registry)
    verdicts = after_mending(found.verdicts, judging.mended, registry, own)
    policy, limits = judging.policy(run, inventory.city), inventory.limits_in(run.phase)
    by_owner = _by_owner(verdicts)
    taking_part = with_reports(_asked(inventory, registry, run.phase), reports)
    units = [_standing(u, by_owner.get(u.slug, ()), policy) for u in taking_part]
    hubs = [_standing(h, by_owner.get(h.slug, ()), policy) for h in inventory.hubs]
    systems = [_standing(s, _of_target(verdicts, s), policy) for s in inventory.systems]
    causes = find_causes([*hubs, *systems, *units], inventory, registry)
    told = Assessment(
        run=run,
        city=replace(inventory.city, go_live=_go_live(run, inventory)),
        decision=Decision.INCONCLUSIVE,  # until its rules are asked
        rules=(),
        units=with_causes(units, causes),
        hubs=with_causes(hubs, causes),
        systems=with_causes(systems, causes),
        causes=causes,
        roll_call=roll_call_of(verdicts, hold_of(run.parameters)),
        stages=tuple(stages),
        inventory_digest=inventory.digest,
        planned=len(plan.checks()),
        measured=found.measured,
        synthetic=synthetic,
        history=found.history,
        reports=reports,
        contradictions=contradictions_of(reports, units, registry, limits),
    )
    return ruled_on(told, judging, is_whole=_is_whole(run))


def _asked(inventory: Inventory, registry: Registry, phase: str) -> Iterator[Unit]:
    """The units, each without what only other phases ask."""
    left_out = _left_out(inventory, registry, phase)
    for unit in inventory.units:
        yield replace(unit, targets=_but(unit.targets, left_out))


def _judge(run: Run, plan: Plan, registry: Registry, said: Sequence[Declaration]) -> Judge:
    """What is planned now, judged by what was measured, said and in force in a round."""
    declared = {(d.check_id, d.target_id): d for d in sorted(said, key=_said_at)}

    def judge(
        one: Round, measured: Mapping[Key, Measurement[Any]], clocks: Clocks
    ) -> tuple[Verdict, ...]:
        reported = report_items(one.inventory.units, said, registry)
        return judge_all(
            [*planned_then(plan, one.inventory, registry), *reported],
            measured,
            registry,
            go_live=_go_live(run, one.inventory),
            limits=one.inventory.limits_in(run.phase),
            declared=declared,
            hubs={u.slug: f"{u.hub}/bridge" for u in one.inventory.units if u.hub},
            clocks=clocks,
        )

    return judge


def _said_at(declaration: Declaration) -> datetime:
    return declaration.said_at


def _is_whole(run: Run) -> bool:
    return not (run.is_narrowed or run.parameters.get("missing"))


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
    asked_now = phases_of(phase)
    found = []
    for target in inventory.targets():
        asking = [check for check in registry.values() if check.covers(target)]
        if asking and all(check.phases.isdisjoint(asked_now) for check in asking):
            found.append(target.id)
    return frozenset(found)


def _but(targets: Sequence[Target], left_out: Collection[str]) -> tuple[Target, ...]:
    return tuple(target for target in targets if target.id not in left_out)


def _standing(
    owner: Unit | Hub | Target, verdicts: Sequence[Verdict], policy: Criteria
) -> Standing:
    return Standing(owner, light_by(owner, verdicts, policy), tuple(verdicts))


def _own(verdict: Verdict, *, run: Run, inventory: Inventory, registry: Registry) -> Verdict:
    """What its own measurement says, whatever blocks it."""
    if verdict.measurement is None:
        return verdict
    return judge(
        registry[verdict.check_id],
        verdict.measurement,
        verdict.target,
        go_live=_go_live(run, inventory),
        limits=inventory.limits_in(run.phase).get(verdict.check_id),
    )
