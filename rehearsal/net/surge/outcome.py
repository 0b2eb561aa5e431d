"""What came of a rush, in figures that hide no one who waited? Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Failure, Step


@dataclass(frozen=True, slots=True)
class Sent:
    """One that was sent: what it took from the moment at which it was meant to set out.

    `late_s` of that is how late we began, `held_s` how long our own bounds held it up.
    """

    took_s: float
    late_s: float
    held_s: float
    failure: Failure | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it failed by ourselves: then nothing is known of the system."""
        return self.failure is not None and self.failure.step is Step.OBSERVE


@dataclass(frozen=True, slots=True)
class Spread:
    """How long they took: half of them, 95 and 99 of a hundred, and the worst."""

    p50_s: float = 0.0
    p95_s: float = 0.0
    p99_s: float = 0.0
    worst_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Surged:
    """A target's share of the surge.

    `failed` and `withheld` are by kind: the first failed there, the others never went out,
    for our own bounds. `waited` is of those that were done, from the intended start;
    `answered` the same without what our own bounds held up; `took_s` each of them. `late_s`
    is how late we began at the worst.
    """

    sent: int
    done: int
    failed: Mapping[str, int]
    withheld: Mapping[str, int]
    waited: Spread
    answered: Spread
    late_s: float
    took_s: tuple[float, ...] = ()

    @property
    def failing(self) -> int:
        """How many failed there."""
        return sum(self.failed.values())

    @property
    def failed_share(self) -> float:
        """Of those of which anything is known, how many failed; 0 to 1."""
        known = self.done + self.failing
        return self.failing / known if known else 0.0

    @property
    def kinds(self) -> str:
        """How they failed, the commonest first."""
        return ", ".join(sorted(self.failed, key=lambda kind: -self.failed[kind]))


def summed(sent: Sequence[Sent]) -> Surged:
    """All of them in figures."""
    done = [one for one in sent if one.failure is None]
    ours, theirs = (
        Counter(one.failure.kind for one in sent if one.failure and one.is_ours is is_ours)
        for is_ours in (True, False)
    )
    return Surged(
        sent=len(sent),
        done=len(done),
        failed=dict(theirs),
        withheld=dict(ours),
        waited=_spread([one.took_s for one in done]),
        answered=_spread([one.took_s - one.held_s for one in done]),
        late_s=max((one.late_s for one in sent), default=0.0),
        took_s=tuple(round(one.took_s, 3) for one in done),
    )


def commonest(sent: Sequence[Sent]) -> Failure | None:
    """The failure to report when none came through: the first of the kind that most are."""
    failures = [one.failure for one in sent if one.failure is not None]
    if not failures or len(failures) < len(sent):
        return None
    theirs = [f for f in failures if f.step is not Step.OBSERVE] or failures
    kind, _ = Counter(failure.kind for failure in theirs).most_common(1)[0]
    return next(failure for failure in theirs if failure.kind == kind)


def _spread(took_s: Sequence[float]) -> Spread:
    """By the nearest rank: a value that was measured, and never one between two."""
    if not took_s:
        return Spread()
    ranked = sorted(took_s)
    at = (ranked[max(0, math.ceil(part * len(ranked)) - 1)] for part in (0.5, 0.95, 0.99, 1.0))
    return Spread(*at)
