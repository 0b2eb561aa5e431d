"""Who was called upon when, and who was heard then? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rehearsal.net.rollcall.evidence import Turn
from rehearsal.net.rollcall.schedule import Schedule


@dataclass(frozen=True)
class Roll:
    """`spoken` has for each slot whose feed brought whose speaking voice, by slug.

    Number 0 is the centre's, which is not called and may speak at any time.
    """

    schedule: Schedule
    numbers: Mapping[str, int]
    spoken: tuple[tuple[tuple[str, str], ...], ...]

    def turn_of(self, slug: str) -> Turn | None:
        """When that one was called upon, and what was heard then."""
        slot = self.schedule.slot_of(self.numbers[slug])
        index = self.schedule.index_of(self.numbers[slug])
        if slot is None or index is None or index >= len(self.spoken):
            return None
        heard, called = self._heard[index], self._called[index]
        others = {owner for owner, voice in heard if owner not in called or owner != voice}
        return Turn(
            began_s=slot.began_s,
            lasts_s=slot.speech_s,
            heard=(slug, slug) in heard,
            others=tuple(sorted(others - {slug})),
        )

    def disturbed_by(self, slug: str) -> tuple[str, ...]:
        """In whose turns this one's own voice was heard, though it was not called."""
        return tuple(sorted(self._disturbed.get(slug, ())))

    @cached_property
    def _heard(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """By slot; a line makes no voice early: before its turn it was counted late by us."""
        index_of = {s: self.schedule.index_of(n) or 0 for s, n in self.numbers.items()}
        return tuple(
            tuple((owner, voice) for owner, voice in heard if index_of[voice] <= index)
            for index, heard in enumerate(self.spoken)
        )

    @cached_property
    def _called(self) -> tuple[set[str], ...]:
        called: tuple[set[str], ...] = tuple(set() for _ in range(self.schedule.slots))
        for slug, number in self.numbers.items():
            index = self.schedule.index_of(number)
            if number and index is not None:
                called[index].add(slug)
        return called

    @cached_property
    def _disturbed(self) -> Mapping[str, set[str]]:
        disturbed: dict[str, set[str]] = {}
        for heard, called in zip(self._heard, self._called, strict=False):
            for owner, voice in heard:
                if owner == voice and owner not in called:
                    disturbed.setdefault(owner, set()).update(called)
        return disturbed
