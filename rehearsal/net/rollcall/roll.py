"""Who was called upon when, and who was heard then? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.net.rollcall.evidence import Turn
from rehearsal.net.rollcall.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Roll:
    """`spoken` has for each slot whose feed brought whose speaking voice, by slug.

    The centre, number 0 and whoever has no slot, may speak at any time.
    """

    schedule: Schedule
    numbers: Mapping[str, int]
    spoken: tuple[tuple[tuple[str, str], ...], ...]

    def turn_of(self, slug: str) -> Turn | None:
        """When that one was called upon, and what was heard then."""
        number = self.numbers[slug]
        slot, index = self.schedule.slot_of(number), self.schedule.index_of(number)
        if slot is None or index is None or index >= len(self.spoken):
            return None
        heard = self.spoken[index]
        called = self._called(index)
        others = {owner for owner, voice in heard if owner not in called or owner != voice}
        return Turn(
            began_s=slot.began_s,
            lasts_s=slot.speech_s,
            heard=(slug, slug) in heard,
            others=tuple(sorted(others - {slug})),
        )

    def disturbed_by(self, slug: str) -> tuple[str, ...]:
        """In whose turns this one's own voice was heard, though it was not called."""
        disturbed: set[str] = set()
        for index, heard in enumerate(self.spoken):
            called = self._called(index)
            if slug not in called and (slug, slug) in heard:
                disturbed |= called
        return tuple(sorted(disturbed))

    def _called(self, index: int) -> set[str]:
        return {
            slug
            for slug, number in self.numbers.items()
            if number and self.schedule.index_of(number) == index
        }
