"""How long was each stage to last, and each unit to be measured, and how long was it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from rehearsal.comparison.side import Side
from rehearsal.model import Measurement, StageTime, Standing
from rehearsal.model.comparison import OwnerTiming, StageTiming, Timing
from rehearsal.plan import AT_MOST, AT_ONCE, RUSH, RUSH_LEAD_EACH_S, RUSH_LEAD_S, Plan

WAYS = 2  # a line is loaded up, then down


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order set beforehand: seconds for one check of a stage, and when to start."""

    each_s: Mapping[str, float]
    due: datetime | None

    def lasts_s(self, stage: str, plan: Plan) -> float | None:
        """What a stage takes if nothing is late; None where no time was set."""
        each_s = self.each_s.get(stage)
        items = [item for piece in plan.of(stage) for item in piece.checks if not item.is_held]
        if each_s is None or not items:
            return None
        if stage == RUSH:
            return RUSH_LEAD_S + RUSH_LEAD_EACH_S * len({i.target.id for i in items}) + each_s
        return ceil(len(items) / AT_MOST.get(stage, len(items))) * each_s


def ordered_of(parameters: Mapping[str, object]) -> Ordered:
    """What a run's parameters set; a run of long ago may not say."""
    told = {
        AT_ONCE: _seconds(parameters.get("hold_s")),
        "media": _seconds(parameters.get("media_s")),
        "lines": WAYS * _seconds(parameters.get("line_s")),
        RUSH: _seconds(parameters.get("surge_s")),
    }
    return Ordered({stage: s for stage, s in told.items() if s}, _moment(parameters.get("at")))


def timing_of(side: Side) -> Timing:
    """Planned against actual times of one trial."""
    found = side.assessment
    ordered = ordered_of(found.run.parameters)
    begun: defaultdict[str, list[StageTime]] = defaultdict(list)
    for stage in sorted(found.stages, key=lambda stage: stage.began):
        begun[stage.stage].append(stage)
    lengths_s = {
        item.check_id: ordered.each_s[piece.stage]
        for piece in side.plan.pieces
        if piece.stage in ordered.each_s
        for item in piece.checks
    }
    late_s = _late(side)
    owners = sorted(side.standings())
    return Timing(
        found.run.id,
        tuple(_stage(name, times, ordered, side.plan) for name, times in begun.items()),
        tuple(
            _owner(name, one, _on_the_day(side, one), lengths_s, late_s.get(name))
            for name, one in owners
        ),
    )


def _stage(name: str, times: Sequence[StageTime], ordered: Ordered, plan: Plan) -> StageTiming:
    """A stage; while it waits for the moment that was ordered it does not last."""
    due = ordered.due if name in {AT_ONCE, RUSH} else None
    lasted = [_lasted_s(one, due) for one in times]
    ended = [one.ended for one in times if one.ended is not None]
    return StageTiming(
        stage=name,
        planned_s=ordered.lasts_s(name, plan),
        due=due,
        began=times[0].began,
        ended=times[-1].ended,
        took_s=sum(one for one in lasted if one is not None) if ended else None,
        beginnings=len(times),
        problem=times[-1].problem,
    )


def _lasted_s(one: StageTime, due: datetime | None) -> float | None:
    if one.ended is None:
        return None
    began = one.began if due is None else max(one.began, min(due, one.ended))
    return (one.ended - began).total_seconds()


def _late(side: Side) -> Mapping[str, float]:
    call = side.assessment.roll_call
    if call is None:
        return {}
    return {
        one.slug: one.started_s - one.due_s
        for one in call.attendance
        if one.started_s is not None
    }


def _on_the_day(side: Side, standing: Standing) -> list[Measurement[object]]:
    """What was measured in the trial itself; a recheck is no part of its plan."""
    history, finished = side.assessment.history, side.assessment.run.finished
    told = [(v, history.get((v.check_id, v.target.id), ())[:1]) for v in standing.verdicts]
    first = [was[0].verdict if was and was[0].round == 0 else v for v, was in told]
    seen = [v.measurement for v in first if v.measurement is not None]
    return [m for m in seen if finished is None or m.started_at <= finished]


def _owner(
    name: str,
    standing: Standing,
    seen: Sequence[Measurement[object]],
    lengths_s: Mapping[str, float],
    late_s: float | None,
) -> OwnerTiming:
    timed = [m for m in seen if m.check_id in lengths_s]
    spans = [(m.started_at, m.started_at + timedelta(seconds=m.elapsed_s)) for m in seen]
    return OwnerTiming(
        owner=name,
        first=min((began for began, _ in spans), default=None),
        last=max((ended for _, ended in spans), default=None),
        planned=len(standing.verdicts),
        measured=len(seen),
        planned_s=sum(lengths_s[m.check_id] for m in timed) if timed else None,
        took_s=sum(m.elapsed_s for m in timed) if timed else None,
        late_s=late_s,
    )


def _seconds(found: object) -> float:
    """A number of seconds; anything else was not set."""
    return float(found) if isinstance(found, int | float) else 0.0


def _moment(found: object) -> datetime | None:
    return datetime.fromisoformat(found) if isinstance(found, str) else None
