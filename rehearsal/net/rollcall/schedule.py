"""Who sets off when, who is called upon when, and who sends at full rate when? Pure."""

from __future__ import annotations

from dataclasses import dataclass

SETTLE_S = 2.5  # from the last one's start until everybody's sound may pass
SPEECH_MIN_S = 0.24  # four packets: three are heard even if one is lost
SPEECH_MAX_S = 2.0  # "present, and we hear you well" takes about that long
PAUSE_S = 0.16  # a third of a second one way is bad; this much later is the next one's turn
END_S = 0.3  # the last one's words arrive before the meeting closes
FULL_RATE = 6  # so many send 50 packets a second: an eighth of what 116 send otherwise
FULL_RATE_S = 2.0


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment of the roll call, in seconds after the barrier, for whom it calls upon.

    Whoever is called speaks for `speech_s` from `began_s`; what is heard until `ends_s`
    counts as theirs.
    """

    began_s: float
    speech_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """The meeting of `count` participants, each of whom has a number from 0 on.

    `joins_per_s` paces the join storm; 0 lets all set off at once.
    """

    count: int
    hold_s: float
    joins_per_s: float = 0.0

    def due_s(self, number: int) -> float:
        """When that participant sets off."""
        return number / self.joins_per_s if self.joins_per_s else 0.0

    @property
    def turns_begin_s(self) -> float:
        """When the first one is called upon."""
        return self.due_s(max(0, self.count - 1)) + SETTLE_S

    @property
    def slots(self) -> int:
        """How many moments there are; none when the meeting is too short to call anybody."""
        room_s = self.hold_s - END_S - self.turns_begin_s
        return max(0, min(self.count, int(room_s / (SPEECH_MIN_S + PAUSE_S))))

    def slot(self, index: int) -> Slot:
        """The moment of that index."""
        room_s = self.hold_s - END_S - self.turns_begin_s
        each_s = min(room_s / self.slots, SPEECH_MAX_S + PAUSE_S)
        began_s = self.turns_begin_s + index * each_s
        return Slot(began_s, each_s - PAUSE_S, began_s + each_s)

    def index_of(self, number: int) -> int | None:
        """In which moment that one is called upon; several share one when time is short.

        Whoever sets off last is called last: nobody's sound has less time to come through.
        """
        return number * self.slots // self.count if self.slots else None

    def slot_of(self, number: int) -> Slot | None:
        """When that one is called upon, if there is time for it."""
        index = self.index_of(number)
        return None if index is None else self.slot(index)

    def is_full_rate(self, number: int, at_s: float) -> bool:
        """Whether that one sends 20 ms packets now: a few at a time, everybody in the end."""
        first = int(max(0.0, at_s) / FULL_RATE_S) * FULL_RATE
        return (number - first) % max(1, self.count) < FULL_RATE
