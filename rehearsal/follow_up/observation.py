"""What did one trial, or one round of rechecks, see of what must be followed up?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from rehearsal.model import (
    Assessment,
    Cause,
    Failure,
    Measurement,
    Outcome,
    Run,
    Standing,
    Step,
    Target,
    Verdict,
)
from rehearsal.model.action import Pair

Asked = tuple[str, str]
"""A check's id and a target's."""
_NO_PLACES: Mapping[str, Place] = MappingProxyType({})
_NONE_HELD: Mapping[Asked, frozenset[Step]] = MappingProxyType({})
_NO_STEP: frozenset[Step] = frozenset()
_UNTOLD = frozenset({""})  # no check of that name: a pair that nobody told is never passed


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a target is, and who delivers it."""

    key: str
    owner: str
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen at one time. A recheck mends; only a whole trial proves.

    `told` names the checks that told each pair, `sound` each check and target where the
    measurement gave an answer that nobody doubts: whatever it did not tell is not there.
    `held` names the steps that went well where a later one failed.
    """

    at: datetime
    label: str
    is_recheck: bool
    causes: tuple[Cause, ...]
    told: Mapping[Pair, frozenset[str]]
    sound: frozenset[Asked]
    held: Mapping[Asked, frozenset[Step]] = field(default_factory=lambda: _NONE_HELD)
    places: Mapping[str, Place] = field(default_factory=lambda: _NO_PLACES)

    def pairs_of(self, cause: Cause) -> dict[Pair, frozenset[str]]:
        """The pairs of a cause, in order, each with the checks that told it."""
        pairs = ((target, cause.kind) for target in sorted(set(cause.targets)))
        return {pair: self.told.get(pair, _UNTOLD) for pair in pairs}

    def passes(self, check: str, target: str, step: Step | None) -> bool:
        """Whether what failed there on that step, or without one, is seen to be well."""
        asked = check, target
        return asked in self.sound or step in self.held.get(asked, _NO_STEP)


def observation_of(assessment: Assessment) -> Observation:
    """What the latest round of a run saw: its last recheck, or the trial itself.

    A run of some units or checks only is a recheck. What a recheck did not measure itself
    is no news, and what an instrument says that did not prove itself mends nothing.
    """
    again = assessment.rechecks[-1] if assessment.rechecks else None
    since = again.at if again else None
    run = assessment.run
    standings = (*assessment.hubs, *assessment.units, *assessment.systems)
    verdicts = [v for s in standings for v in s.verdicts if _is_news(v, since)]
    told = _told(verdicts)
    is_proven = not again.doubt if again else _is_proven(assessment)
    return Observation(
        at=again.at if again else _known_at(verdicts, run),
        label=f"{run.id} #{again.round}" if again else run.id,
        is_recheck=bool(again) or run.is_narrowed,
        causes=assessment.causes if since is None else _seen_again(assessment.causes, told),
        told=told,
        sound=_sound(verdicts) if is_proven else frozenset(),
        held=_held(verdicts) if is_proven else _NONE_HELD,
        places=_places(standings, assessment.causes),
    )


def _is_news(verdict: Verdict, since: datetime | None) -> bool:
    measured = verdict.measurement
    return since is None or (measured is not None and measured.started_at >= since)


def _known_at(verdicts: Iterable[Verdict], run: Run) -> datetime:
    """When the last of it was seen: a deadline runs from when somebody could know."""
    seen = (v.measurement.started_at for v in verdicts if v.measurement)
    return max(seen, default=run.started)


def _seen_again(causes: Iterable[Cause], told: Mapping[Pair, object]) -> tuple[Cause, ...]:
    """The causes with only those targets that this round has told."""
    cut = (
        replace(cause, targets=tuple(t for t in cause.targets if (t, cause.kind) in told))
        for cause in causes
    )
    return tuple(cause for cause in cut if cause.targets)


def _places(standings: Iterable[Standing], causes: Iterable[Cause]) -> Mapping[str, Place]:
    wanted = {target for cause in causes for target in cause.targets}
    return {
        target.id: Place(target.key, name, target.supplier)
        for standing in standings
        for target, name in _targets(standing)
        if target.id in wanted
    }


def _told(verdicts: Iterable[Verdict]) -> Mapping[Pair, frozenset[str]]:
    found: dict[Pair, set[str]] = {}
    for verdict in verdicts:
        for finding in verdict.findings:
            if finding.outcome is not Outcome.PASS and verdict.blocked_by is None:
                pair = verdict.target.id, finding.code
                found.setdefault(pair, set()).add(verdict.check_id)
    return {pair: frozenset(checks) for pair, checks in found.items()}


def _sound(verdicts: Iterable[Verdict]) -> frozenset[Asked]:
    return frozenset((v.check_id, v.target.id) for v in verdicts if _is_sound(v))


def _is_sound(verdict: Verdict) -> bool:
    """Blocked, never reached, failed or in doubt: none of these says that all is well."""
    measured = verdict.measurement
    has_answer = verdict.declared or (measured and measured.failure is None)
    has_doubt = any(f.outcome is Outcome.UNKNOWN for f in verdict.findings)
    return bool(has_answer) and verdict.blocked_by is None and not has_doubt


def _held(verdicts: Iterable[Verdict]) -> Mapping[Asked, frozenset[Step]]:
    """Who has passed the connection and fails on the certificate has mended the connection."""
    return {
        (v.check_id, v.target.id): _steps_held(v.measurement, v.measurement.failure)
        for v in verdicts
        if v.measurement and v.measurement.failure and v.blocked_by is None
    }


def _steps_held(measured: Measurement[object], failure: Failure) -> frozenset[Step]:
    rungs = [rung for attempt in measured.attempts[-1:] for rung in attempt.rungs]
    broken = {failure.step, *(rung.step for rung in rungs if not rung.held)}
    ours = {Step.OBSERVE} if failure.step is not Step.OBSERVE else set()
    return frozenset({rung.step for rung in rungs} | ours) - broken


def _is_proven(assessment: Assessment) -> bool:
    """Whether the instrument proved itself; where no such rule is told, nobody doubts it."""
    holds = {rule.id: rule.holds for rule in assessment.rules}
    return holds.get("instrument_proven", True) is True


def _targets(standing: Standing) -> Iterable[tuple[Target, str]]:
    owner = standing.owner
    if isinstance(owner, Target):
        return ((owner, owner.name),)
    return ((target, owner.name) for target in owner.targets)
