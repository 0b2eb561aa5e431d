"""What of a run is measured again, and what is deliberately left alone?

By default what failed, was blocked or is unknown; of named units everything. A warning was
measured, and stays as it is unless its unit or its check is asked for. Beside it whatever a
measured check requires, and its hub where that stood in the way.

The roll call and the surge prove something only when all take part at once, so they are
asked again only where `--only` names them, and then of everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from rehearsal.check import Registry
from rehearsal.model import Assessment, Outcome, Target, Verdict
from rehearsal.plan import AT_ONCE, CLOSING, MEASURING, RUSH, STAGES, Piece, Plan, PlannedCheck
from rehearsal.readiness.rounds import is_same
from rehearsal.readiness.verdicts import Key

OPEN = frozenset({Outcome.FAIL, Outcome.BLOCKED, Outcome.UNKNOWN})
TOGETHER = frozenset({AT_ONCE, RUSH})


@dataclass(frozen=True, slots=True)
class Asking:
    """What a recheck will ask: its plan, its stages, and what it leaves alone.

    `not_asked` are checks that need everybody at once, `gone` the targets that the
    inventory has no more.
    """

    plan: Plan
    stages: tuple[str, ...]
    not_asked: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    """How it is decided; `known` are the verdicts so far, `moved` the targets elsewhere now."""

    registry: Registry
    known: Mapping[Key, Verdict]
    moved: Collection[str]
    units: Collection[str]
    only: Collection[str]

    def is_open(self, item: PlannedCheck) -> bool:
        """Whether it is named, or still to be mended, and an instrument can ask it at all."""
        check, target = self.registry[item.check_id], item.target
        if item.is_held or check.by_people:
            return False
        return target.owner in self.units if self.units else self._is_unwell(item)

    def is_wanted(self, item: PlannedCheck) -> bool:
        """Whether it is to be measured again for its own sake."""
        if self.only and item.check_id not in self.only:
            return False
        if self.registry[item.check_id].stage in TOGETHER:
            return bool(self.only) and not item.is_held
        return self.is_open(item)

    def is_left_alone(self, item: PlannedCheck) -> bool:
        """Whether it is open, and nobody asks, since that takes all."""
        if self.only or self.registry[item.check_id].stage not in TOGETHER:
            return False
        is_ours = not self.units or item.target.owner in self.units
        return is_ours and not item.is_held and self._is_unwell(item)

    def _is_unwell(self, item: PlannedCheck) -> bool:
        verdict = self.known.get((item.check_id, item.target.id))
        return verdict is None or verdict.outcome in OPEN or item.target.id in self.moved

    def below(self, key: Key) -> Iterator[Key]:
        """What has to be measured for it to mean anything: what it requires, and its hub."""
        check_id, target_id = key
        yield from ((required, target_id) for required in self.registry[check_id].requires)
        verdict = self.known.get(key)
        if verdict is not None and verdict.blocked_at is not None:
            yield check_id, verdict.blocked_at


def asked_again(
    found: Assessment,
    plan: Plan,
    registry: Registry,
    before: Collection[Target],
    *,
    units: Collection[str] = (),
    only: Collection[str] = (),
) -> Asking:
    """What to measure of a plan, after what was found; `before` are the targets known then."""
    once = {target.id: target for target in before}
    now = {item.target.id: item.target for item in plan.checks()}
    moved = {name for name, target in now.items() if not is_same(once.get(name), target)}
    choice = _Choice(registry, _verdicts(found), moved, units, only)
    chosen = _with_what_is_below(choice, plan)
    pieces = tuple(
        replace(piece, checks=kept)
        for piece in plan.pieces
        if (kept := tuple(i for i in piece.checks if (i.check_id, i.target.id) in chosen))
    )
    left = {item.check_id for item in plan.checks() if choice.is_left_alone(item)}
    asked = {target_id for _, target_id in _verdicts(found)}
    return Asking(
        plan=replace(plan, pieces=pieces),
        stages=_stages(found.run.phase, pieces),
        not_asked=tuple(sorted(left)),
        gone=tuple(sorted((asked & set(once)) - set(now))),
    )


def _verdicts(found: Assessment) -> dict[Key, Verdict]:
    standings = (*found.hubs, *found.units, *found.systems)
    return {(v.check_id, v.target.id): v for s in standings for v in s.verdicts}


def _with_what_is_below(choice: _Choice, plan: Plan) -> set[Key]:
    can = {(i.check_id, i.target.id) for i in plan.checks() if not i.is_held}
    chosen: set[Key] = set()
    waiting = [(i.check_id, i.target.id) for i in plan.checks() if choice.is_wanted(i)]
    while waiting:
        key = waiting.pop()
        if key not in chosen:
            chosen.add(key)
            waiting += [below for below in choice.below(key) if below in can]
    return chosen


def _stages(phase: str, pieces: Collection[Piece]) -> tuple[str, ...]:
    """Those that have something to do; the instrument proves itself before it measures."""
    needed = {piece.stage for piece in pieces}
    before = STAGES[phase][: STAGES[phase].index(_first(phase))] if pieces else ()
    return (
        *before,
        *(stage for stage in STAGES[phase] if stage in needed),
        *(stage for stage in STAGES[phase] if stage in CLOSING),
    )


def _first(phase: str) -> str:
    return next(stage for stage in STAGES[phase] if stage in MEASURING)
