"""Who shares what with whom, and who passed where others failed?"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Step, Unit, Verdict
from rehearsal.readiness.causes.symptoms import Fate, Symptom
from rehearsal.readiness.causes.traits import SYSTEM, TRAITS, VANTAGE, Term, Terms, traits_of

Places = dict[str, int]
"""For each target's id, the place of the verdict that speaks for it."""
_LADDER = {step: rank for rank, step in enumerate(Step) if step is not Step.OBSERVE}


class Ground:
    """Every verdict with its traits. Sets of verdicts are bits of one large number."""

    def __init__(self, verdicts: Sequence[Verdict], units: Mapping[str, Unit]) -> None:
        """Note what each verdict shares with others; `units` by slug.

        `traits` are those that tell some from others, or that are a whole by themselves.
        """
        self.verdicts = verdicts
        known = [traits_of(verdict, units) for verdict in verdicts]
        self._places: dict[Term, list[int]] = {}
        for place, terms in enumerate(known):
            for term in terms:
                self._places.setdefault(term, []).append(place)
        self._values = dict.fromkeys(TRAITS, 0)
        for name, _ in self._places:
            self._values[name] += 1
        tell = {n for n, count in self._values.items() if count > 1 or n in {SYSTEM, VANTAGE}}
        self.traits = [tuple(term for term in terms if term[0] in tell) for terms in known]
        self._bits: dict[Term, int] = {}
        self._passed, self._answered = _healthy(verdicts)

    def mask(self, terms: Terms) -> int:
        """The verdicts that have all of these traits."""
        found = -1
        for term in terms:
            if term not in self._bits:
                self._bits[term] = self.bits(self._places.get(term, ()))
            found &= self._bits[term]
        return found

    def bits(self, places: Iterable[int]) -> int:
        """These verdicts as bits."""
        held = bytearray(len(self.verdicts) // 8 + 1)
        for place in places:
            held[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(held, "little")

    def compares(self, terms: Terms) -> bool:
        """Whether anybody has another value of these traits, so that they can be judged."""
        return any(self._values[name] > 1 for name, _ in terms)

    def doubt(self, terms: Terms) -> float:
        """How unlikely it is, in nats, that a fault lies in just these of all values."""
        return sum(math.log(self._values[name]) + TRAITS[name].doubt for name, _ in terms)

    def passing(self, fate: Fate, members: Sequence[Symptom]) -> Places:
        """The targets that were asked the same, and did not fail alike."""
        failing = {symptom.verdict.target.id for symptom in members}
        asked = dict.fromkeys(symptom.verdict.check_id for symptom in members)
        found: Places = {}
        for check_id in asked:
            found = self._answered.get(check_id, {}) | found
        if fate.step is not None:
            found = self._passed.get(fate.step, {}) | found
        return {target: place for target, place in found.items() if target not in failing}


def _healthy(
    verdicts: Sequence[Verdict],
) -> tuple[dict[Step, Places], dict[str, Places]]:
    """Which targets got past a step, and which answered a check, however badly."""
    passed: dict[Step, Places] = {}
    answered: dict[str, Places] = {}
    for place, verdict in enumerate(verdicts):
        target = verdict.target.id
        for step in _steps_passed(verdict):
            passed.setdefault(step, {}).setdefault(target, place)
        seen = verdict.measurement
        has_answered = verdict.declared or (seen and seen.failure is None)
        if has_answered and verdict.blocked_by is None:
            answered.setdefault(verdict.check_id, {})[target] = place
    return passed, answered


def _steps_passed(verdict: Verdict) -> Collection[Step]:
    """The steps that held; of a failure, also every step below the one that it names.

    Whatever gave evidence was found and reached.
    """
    seen = verdict.measurement
    if seen is None:
        return ()
    rungs = seen.attempts[-1].rungs if seen.attempts else ()
    held = {rung.step for rung in rungs if rung.held}
    if seen.failure is None:
        return held | {Step.RESOLVE, Step.CONNECT}
    if seen.failure.step not in _LADDER:
        return held
    ended = _LADDER[seen.failure.step]
    return {s for s, rank in _LADDER.items() if rank < ended} | (held - {seen.failure.step})


@dataclass(frozen=True, slots=True)
class Question:
    """Why do these fail alike, and those not? Both as bits, and by target."""

    ground: Ground
    fails: int
    passes: int
    failing: Places
    passing: Places

    def share(self, terms: Terms) -> tuple[int, int]:
        """How many of those with these traits fail, and how many pass."""
        mask = self.ground.mask(terms)
        return (mask & self.fails).bit_count(), (mask & self.passes).bit_count()


def question(ground: Ground, fate: Fate, members: Sequence[Symptom]) -> Question:
    """What is to be explained; a target that several checks blame counts once."""
    failing: Places = {}
    for symptom in members:
        failing.setdefault(symptom.verdict.target.id, symptom.place)
    passing = ground.passing(fate, members)
    return Question(
        ground,
        ground.bits(failing.values()),
        ground.bits(passing.values()),
        failing,
        passing,
    )
