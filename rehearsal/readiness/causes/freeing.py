"""How many units turn green when a cause is mended, and in which order are they mended?"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from rehearsal.model import Cause, Finding, Light, Outcome, Standing, Unit, Verdict
from rehearsal.readiness.causes.symptoms import Trouble

Weight = tuple[bool, int, int, int, int, str, tuple[str, ...]]


def in_order(
    causes: Sequence[Cause],
    red: Collection[int],
    standings: Sequence[Standing],
    following: Collection[Trouble],
) -> tuple[Cause, ...]:
    """First what makes red, then what frees most units beside what is mended already.

    `red` are the places of causes that make units red. Equals follow by what they free
    alone, then by how many they touch, then by name.
    """
    queue = _Queue(causes, red, troubles_by_unit(standings, following))
    return tuple(replace(cause, id=f"c{n}") for n, cause in enumerate(queue.mended(), 1))


class _Queue:
    """Mends one cause after the other, and counts who is free then."""

    def __init__(
        self,
        causes: Sequence[Cause],
        red: Collection[int],
        troubles: Mapping[str, set[Trouble]],
    ) -> None:
        self._red = frozenset(red)
        self._cures: dict[Trouble, set[int]] = {}
        for place, cause in enumerate(causes):
            for target in cause.targets:
                self._cures.setdefault((target, cause.kind), set()).add(place)
        self._left = {unit: set(own) for unit, own in troubles.items() if own}
        self._having: dict[Trouble, list[str]] = {}
        for unit, own in self._left.items():
            for trouble in own:
                self._having.setdefault(trouble, []).append(unit)
        self._gains: Counter[int] = Counter()
        for own in self._left.values():
            self._gains.update(self._closing(own))
        self._causes = [replace(c, frees=self._gains[n]) for n, c in enumerate(causes)]
        self._heap = [(self._weight(place), place) for place in range(len(causes))]
        heapq.heapify(self._heap)

    def _closing(self, troubles: Iterable[Trouble]) -> set[int]:
        """The causes of which each would end all of these troubles."""
        return set.intersection(*(self._cures.get(trouble, set()) for trouble in troubles))

    def _weight(self, place: int) -> Weight:
        cause = self._causes[place]
        return (
            place not in self._red,
            -self._gains[place],
            -cause.frees,
            -len(cause.units),
            -len(cause.targets),
            cause.kind,
            cause.targets,
        )

    def mended(self) -> Iterable[Cause]:
        """The causes in the order in which to mend them."""
        freed = 0
        done: set[int] = set()
        while self._heap:
            weight, place = heapq.heappop(self._heap)
            if place in done or weight != self._weight(place):
                continue
            done.add(place)
            freed += self._gains[place]
            self._mend(place)
            yield replace(self._causes[place], frees_with_above=freed)

    def _mend(self, place: int) -> None:
        """Take its troubles from the units; what is closer to freeing somebody moves up."""
        cause = self._causes[place]
        ended = {(target, cause.kind) for target in cause.targets}
        touched = {unit for trouble in ended for unit in self._having.get(trouble, ())}
        for unit in sorted(touched & self._left.keys()):
            before = self._closing(self._left[unit])
            self._left[unit] -= ended
            after = self._closing(self._left[unit]) if self._left[unit] else set()
            self._gains.subtract(before - after)
            self._gains.update(after - before)
            if not self._left[unit]:
                del self._left[unit]
            for other in before ^ after:
                heapq.heappush(self._heap, (self._weight(other), other))


def troubles_by_unit(
    standings: Sequence[Standing], following: Collection[Trouble]
) -> dict[str, set[Trouble]]:
    """What keeps each unit from being green, its hub's troubles included."""
    above = {(v.check_id, v.target.id): v for s in standings for v in s.verdicts}
    return {
        s.owner.slug: _troubles(s, above).difference(following)
        for s in standings
        if isinstance(s.owner, Unit)
    }


def _troubles(standing: Standing, above: Mapping[tuple[str, str], Verdict]) -> set[Trouble]:
    if standing.light is Light.GREEN:
        return set()
    blaming = [
        _root(above[v.check_id, v.blocked_at], above) if v.blocked_at else v
        for v in standing.verdicts
        if (v.blocked_by is None or v.blocked_at) and not v.is_undeclared
    ]
    return {
        (verdict.target.id, finding.code)
        for verdict in blaming
        for finding in verdict.findings or (Finding("never_measured", Outcome.UNKNOWN),)
        if finding.outcome is not Outcome.PASS and verdict.outcome is not Outcome.PASS
    }


def _root(verdict: Verdict, above: Mapping[tuple[str, str], Verdict]) -> Verdict:
    """Where a hub itself is blocked: what blocks it is the trouble."""
    while verdict.blocked_by is not None and verdict.blocked_at is None:
        verdict = above[verdict.blocked_by, verdict.target.id]
    return verdict
