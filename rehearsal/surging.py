"""What does a surge say of a system, whatever was sent to it? Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from rehearsal.net.surge import Surged

Opinion = tuple[Literal["fails", "slow", "unproven"], Mapping[str, object]]


def opinions(seen: Surged, limits: Mapping[str, float]) -> Iterator[Opinion]:
    """What failed there failed; how long it took is believed only if we were in time.

    `limits`: `failed` (a ratio), `p95` and `late` (seconds). Each opinion has its values.
    """
    is_failing = seen.failed_share > limits["failed"]
    if is_failing:
        yield "fails", {"failed": seen.failing, "of": seen.sent, "why": seen.kinds}
    limit_s = limits["p95"]
    is_late = seen.late_s > limits["late"]
    if seen.answered.p95_s > limit_s and not is_late:
        yield "slow", {"took_s": round(seen.answered.p95_s, 1), "limit_s": limit_s}
    elif is_late or seen.waited.p95_s > limit_s or (seen.withheld and not is_failing):
        held_s = seen.waited.p95_s - seen.answered.p95_s
        yield (
            "unproven",
            {
                "late_s": round(seen.late_s, 1),
                "held_s": round(max(0.0, held_s), 1),
                "withheld": sum(seen.withheld.values()),
                "why": ", ".join(sorted(seen.withheld)) or "-",
            },
        )
