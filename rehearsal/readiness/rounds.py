"""What counts, when some of a run was measured again? The latest round of each check. Pure.

No rule makes anything better than it was measured:
1. A check that was measured again has that result; the earlier one is history.
2. What passed before, while a check that it requires failed later, is BLOCKED by that.
3. What was BLOCKED, and is no longer, is UNKNOWN until it is measured itself.
4. What was measured at another address is not measured at this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rehearsal.check import Registry
from rehearsal.model import (
    Earlier,
    Failure,
    Finding,
    Inventory,
    Measurement,
    Outcome,
    Round,
    Step,
    Target,
    Verdict,
)
from rehearsal.plan import Plan, PlannedCheck
from rehearsal.readiness.clock import OwnClock, own_clock
from rehearsal.readiness.verdicts import Key, failed, is_blocking

NOT_AGAIN = "not_measured_again"
Clocks = Mapping[Key, OwnClock]
Judge = Callable[[Round, Mapping[Key, Measurement[Any]], Clocks], Sequence[Verdict]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts as they are now, what was said before, how much of it is measured."""

    verdicts: tuple[Verdict, ...]
    history: Mapping[Key, tuple[Earlier, ...]]
    measured: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """The latest measurement of a check, in which round, of which target, by which clock."""

    round: int
    measurement: Measurement[Any]
    target: Target | None
    clock: OwnClock


@dataclass(slots=True)
class _Telling:
    """What is said after each round, one after the other."""

    judge: Judge
    registry: Registry
    seen: dict[Key, _Seen] = field(default_factory=dict)
    now: dict[Key, Earlier] = field(default_factory=dict)
    history: dict[Key, list[Earlier]] = field(default_factory=dict)
    measured: int = 0

    def hear(self, one: Round) -> None:
        """Judge again with what this round has measured."""
        targets = {target.id: target for target in one.inventory.targets()}
        clock = own_clock(one.measurements, targets)
        for m in one.measurements:
            told = _Seen(one.number, m, targets.get(m.target_id), clock)
            self.seen[m.check_id, m.target_id] = told
        here = {k: s for k, s in self.seen.items() if is_same(s.target, targets.get(k[1]))}
        self.measured = len(here)
        measured = {key: each.measurement for key, each in here.items()}
        clocks = {key: each.clock for key, each in here.items()}
        plain = {(v.check_id, v.target.id): v for v in self.judge(one, measured, clocks)}
        self._say(one, {key: self._carried(key, plain, one.number) for key in plain})

    def _say(self, one: Round, verdicts: Mapping[Key, Verdict]) -> None:
        before, self.now = self.now, {}
        for key, verdict in verdicts.items():
            at = verdict.measurement.started_at if verdict.measurement else one.at
            told, was = Earlier(one.number, at, verdict), before.get(key)
            if was is None or _is_other(was.verdict, verdict):
                self.now[key] = told
                if was is not None and _says_something(was.verdict):
                    self.history.setdefault(key, []).append(was)
            else:
                self.now[key] = replace(was, verdict=verdict)

    def _carried(self, key: Key, plain: Mapping[Key, Verdict], number: int) -> Verdict:
        """What is to be said of a check, whether this round has measured it or not."""
        verdict, was = plain[key], self.now.get(key)
        is_fresh = key in self.seen and self.seen[key].round == number
        if was is None or is_fresh or verdict.declared is not None:
            return verdict
        if verdict.outcome is Outcome.BLOCKED:
            return verdict
        if below := self._failed_since(key, plain):
            return Verdict(verdict.check_id, verdict.target, (), verdict.measurement, below)
        if was.verdict.outcome is Outcome.BLOCKED:
            waited = was.verdict.blocked_at or was.verdict.target.id
            return _not_again(verdict, f"{was.verdict.blocked_by} {waited}")
        is_stale = any(finding.code == NOT_AGAIN for finding in was.verdict.findings)
        return replace(was.verdict, target=verdict.target) if is_stale else verdict

    def _failed_since(self, key: Key, plain: Mapping[Key, Verdict]) -> str | None:
        """The check below it that was measured later, and fails."""
        own = self.seen[key].round if key in self.seen else -1
        for required in self.registry[key[0]].requires:
            below = self.seen.get((required, key[1]))
            verdict = plain.get((required, key[1]))
            if below and verdict and below.round > own and is_blocking(verdict):
                return required
        return None


def judged(rounds: Sequence[Round], judge: Judge, registry: Registry) -> Judged:
    """Go through the rounds in their order; `judge` holds the opinion on what is measured."""
    telling = _Telling(judge, registry)
    for one in rounds:
        telling.hear(one)
    told = tuple(now.verdict for now in telling.now.values())
    history = {key: tuple(each) for key, each in telling.history.items()}
    return Judged(told, history, telling.measured)


def planned_then(plan: Plan, then: Inventory, registry: Registry) -> list[PlannedCheck]:
    """What is planned, put to its targets as an inventory of another day knew them."""
    targets = {target.id: target for target in then.targets()}
    return [_then(item, targets.get(item.target.id), registry) for item in plan.checks()]


def _then(item: PlannedCheck, target: Target | None, registry: Registry) -> PlannedCheck:
    if target is None or target is item.target or target == item.target:
        return item
    return PlannedCheck(item.check_id, target, registry[item.check_id].is_held(target))


def is_same(before: Target | None, now: Target | None) -> bool:
    """Whether what was measured there is still what is asked: address, room, expectation.

    Where either is unknown, nobody can say that it changed.
    """
    if before is None or now is None or before is now:
        return True
    return _place(before) == _place(now)


def _place(target: Target) -> Target:
    """The target without what is for people, and without whether a route led to it."""
    api = target.api and replace(target.api, placeholder=False)
    return replace(target, name="", bloc=None, supplier="", placeholder=False, api=api)


def _is_other(before: Verdict, after: Verdict) -> bool:
    return before.measurement is not after.measurement or before.outcome is not after.outcome


def _says_something(verdict: Verdict) -> bool:
    """What was never reached has no earlier result."""
    return verdict.measurement is not None or verdict.blocked_by is not None


def _not_again(verdict: Verdict, waited_for: str) -> Verdict:
    """Its old failure says nothing any more, and nothing new is known."""
    finding: Finding = failed(Failure(Step.OBSERVE, NOT_AGAIN, waited_for))
    return Verdict(verdict.check_id, verdict.target, (finding,))
