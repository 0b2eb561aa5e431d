"""How did the meeting as a whole go: who was in, when, and who was cut off?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rehearsal.model import Attendance, RollCall, Verdict

CHECK_ID = "bridge.roll_call"


def roll_call_of(verdicts: Iterable[Verdict], hold_s: float) -> RollCall | None:
    """The summary of one roll call; None when there was none."""
    asked = [v for v in verdicts if v.check_id == CHECK_ID]
    if not asked:
        return None
    attended = [_attendance(v) for v in asked]
    joined = [a.joined_s for a in attended if a.joined_s is not None]
    started = [a.started_s for a in attended if a.started_s is not None]
    return RollCall(
        expected=len(asked),
        joined=len(joined),
        start_skew_s=max(started) - min(started) if started else 0.0,
        all_in_s=max(joined) if len(joined) == len(asked) else None,
        peak_held=_peak(attended),
        hold_s=hold_s,
        attendance=tuple(attended),
    )


def _attendance(verdict: Verdict) -> Attendance:
    seen: Any = verdict.measurement.evidence if verdict.measurement else None
    if seen is None:
        return Attendance(verdict.target.owner, None, None, None)
    return Attendance(
        slug=verdict.target.owner,
        started_s=seen.started_s,
        joined_s=seen.joined_s,
        left_s=seen.left_s,
        drops=tuple((drop.at_s, drop.back_s) for drop in seen.drops),
    )


def _peak(attended: Iterable[Attendance]) -> int:
    """The most participants that were in at one moment."""
    changes: list[tuple[float, int]] = []
    for one in attended:
        if one.joined_s is None or one.left_s is None:
            continue
        changes += [(one.joined_s, 1), (one.left_s, -1)]
        for at_s, back_s in one.drops:
            changes += [(at_s, -1), (one.left_s if back_s is None else back_s, 1)]
    present = peak = 0
    for _, change in sorted(changes):
        present += change
        peak = max(peak, present)
    return peak


def hold_of(parameters: Mapping[str, object]) -> float:
    """How long the meeting was held, in seconds, as the run's parameters have it."""
    found = parameters.get("hold_s", 0.0)
    return float(found) if isinstance(found, int | float) else 0.0
