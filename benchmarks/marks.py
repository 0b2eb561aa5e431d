"""How many of the planted causes are found, and how many of those found were planted?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.cities import SEEN_MIN, Fault, Town
from rehearsal.model import Cause, Level

SAME = 0.8  # found and planted strike the same targets, but for a few


@dataclass(frozen=True, slots=True)
class Marks:
    """Counts over some cities. `lone` counts targets with a trouble of their own."""

    planted: int = 0
    recalled: int = 0
    found: int = 0
    true: int = 0
    lone: int = 0
    lone_found: int = 0

    def __add__(self, other: Marks) -> Marks:
        """Both together."""
        return Marks(
            self.planted + other.planted,
            self.recalled + other.recalled,
            self.found + other.found,
            self.true + other.true,
            self.lone + other.lone,
            self.lone_found + other.lone_found,
        )

    @property
    def precision(self) -> float:
        """How many of the shared causes that were found are there."""
        return self.true / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """How many of the planted causes were found."""
        return self.recalled / self.planted if self.planted else 1.0


def marks(town: Town, causes: Sequence[Cause]) -> Marks:
    """What was planted and shows, against what is said to be shared by several targets.

    What our own instrument spoilt blames nobody, and is counted on neither side.
    """
    shown = [fault for fault in town.faults if len(fault.shows) >= SEEN_MIN]
    shared = [c for c in causes if len(c.targets) > 1 and c.level is not Level.OBSERVER]
    alone = {c.targets[0]: c.kind for c in causes if len(c.targets) == 1}
    return Marks(
        planted=len(shown),
        recalled=sum(any(_is(f, cause, town.faults) for cause in shared) for f in shown),
        found=len(shared),
        true=sum(any(_is(f, cause, town.faults) for f in town.faults) for cause in shared),
        lone=len(town.lone),
        lone_found=sum(alone.get(target) == kind for target, kind in town.lone.items()),
    )


def _is(fault: Fault, cause: Cause, others: Sequence[Fault]) -> bool:
    """Whether a cause is that fault: the same kind at the same targets.

    Where another fault of that kind strikes too, a target may be told of either.
    """
    if (fault.step, fault.kind) != (cause.step, cause.kind):
        return False
    alike = (f.shows for f in others if f is not fault and f.kind == fault.kind)
    either = frozenset[str]().union(*alike) & fault.shows
    told = set(cause.targets) | either
    return len(fault.shows & told) >= SAME * len(fault.shows | told) and bool(
        set(cause.targets) & fault.shows
    )
