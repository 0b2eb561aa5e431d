"""How did the meeting as a whole go: who was in, when, and who was cut off?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rehearsal.model import Attendance, Joins, Outcome, RollCall, Verdict

CHECK_ID = "bridge.roll_call"


def roll_call_of(verdicts: Iterable[Verdict], hold_s: float) -> RollCall | None:
    """The summary of one roll call; None when there was none."""
    asked = [v for v in verdicts if v.check_id == CHECK_ID]
    if not asked:
        return None
    attended = [_attendance(v) for v in asked]
    joined = [a.joined_s for a in attended if a.joined_s is not None]
    late = [a.started_s - a.due_s for a in attended if a.started_s is not None]
    return RollCall(
        expected=len(asked),
        joined=len(joined),
        start_skew_s=max(late) - min(late) if late else 0.0,
        all_in_s=max(joined) if len(joined) == len(asked) else None,
        peak_held=_peak(attended),
        hold_s=hold_s,
        attendance=tuple(attended),
        joins=tuple(_joins(attended)),
        with_sound=sum(1 for a in attended if a.hears is not None or a.heard is not None),
        hear=sum(1 for a in attended if a.hears),
        heard=sum(1 for a in attended if a.heard),
        silences=tuple(span for v in asked for span in _silences(_evidence(v))),
    )


def _joins(attended: Iterable[Attendance]) -> Iterator[Joins]:
    """Second by second, so that a join storm shows: late ones wait longer than early ones."""
    took: dict[int, list[float]] = {}
    for one in attended:
        if one.joined_s is not None and one.started_s is not None:
            took.setdefault(int(one.joined_s), []).append(one.joined_s - one.started_s)
    for second, lasted in sorted(took.items()):
        yield Joins(second, len(lasted), _p95(lasted))


def _p95(values: Iterable[float]) -> float:
    """The smallest value that 95 of 100 do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def _evidence(verdict: Verdict) -> Any:
    return verdict.measurement.evidence if verdict.measurement else None


def _attendance(verdict: Verdict) -> Attendance:
    seen = _evidence(verdict)
    if seen is None:
        is_known = verdict.outcome is not Outcome.UNKNOWN
        return Attendance(verdict.target.owner, None, None, None, is_known=is_known)
    return Attendance(
        slug=verdict.target.owner,
        started_s=seen.started_s,
        joined_s=seen.joined_s,
        left_s=seen.left_s,
        drops=tuple((drop.at_s, drop.back_s) for drop in seen.drops),
        due_s=seen.due_s,
        **_sound(getattr(seen, "sound", None)),
    )


def _silences(seen: Any) -> Iterator[tuple[float, float]]:
    """What most lost together: it stands in the centre's evidence alone."""
    for gap in getattr(getattr(seen, "sound", None), "shared_gaps", ()):
        yield gap.at_s, gap.lasts_s


def _sound(sound: Any) -> dict[str, Any]:
    """Who heard whom, and where the centre lost this participant's sound."""
    if sound is None:
        return {}
    there, here = sound.heard_by_centre, sound.hears_centre
    return {
        "hears": here and here.first_s is not None,
        "heard": there and there.first_s is not None,
        "gaps": tuple((gap.at_s, gap.lasts_s) for gap in (there.gaps if there else ())),
    }


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
