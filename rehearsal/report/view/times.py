"""When was each stage and each unit measured, and when should it have been?"""

from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.model import Text
from rehearsal.model.comparison import OwnerTiming, StageTiming, Timing
from rehearsal.report.clock import Clock, number, same, span
from rehearsal.report.safe import visible
from rehearsal.report.view.places import Link, Places
from rehearsal.report.words import STAGES, worded

OWNERS_SHOWN = 20  # those furthest from their plan; the JSON has all
_NOTHING = same("–")
_NOT_SET = Text("không định trước", "not set")
_NOT_ENDED = Text("chưa xong", "not finished")


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of one trial against its plan."""

    name: Text
    planned: Text
    took: Text
    began: str
    note: Text | None
    problem: str


@dataclass(frozen=True, slots=True)
class OwnerTimeRow:
    """One owner of one trial: from when to when, how many checks, how long."""

    link: Link
    first: str
    last: str
    checks: str
    planned: Text
    took: Text
    late: Text


@dataclass(frozen=True, slots=True)
class TrialTimes:
    """The times of one trial; `more` owners are not shown."""

    phase: Text
    run_id: str
    stages: tuple[StageRow, ...]
    owners: tuple[OwnerTimeRow, ...]
    more: int
    incomplete: int


def trial_times(
    timings: Sequence[Timing], phases: Sequence[Text], places: Places, clock: Clock
) -> tuple[TrialTimes, ...]:
    """Return the times of each trial, the owners furthest from their plan first."""
    return tuple(
        _times(timing, phase, places, clock)
        for timing, phase in zip(timings, phases, strict=True)
    )


def _times(timing: Timing, phase: Text, places: Places, clock: Clock) -> TrialTimes:
    ranked = sorted(
        timing.owners, key=lambda owner: (-_missed(owner), -_off_s(owner), owner.owner)
    )
    return TrialTimes(
        phase=phase,
        run_id=timing.run_id,
        stages=tuple(_stage(stage, clock) for stage in timing.stages),
        owners=tuple(_owner(owner, places, clock) for owner in ranked[:OWNERS_SHOWN]),
        more=max(0, len(ranked) - OWNERS_SHOWN),
        incomplete=sum(_missed(owner) > 0 for owner in ranked),
    )


def _missed(owner: OwnerTiming) -> int:
    return owner.planned - owner.measured


def _off_s(owner: OwnerTiming) -> float:
    """How far an owner was from its plan, in seconds."""
    longer_s = abs((owner.took_s or 0.0) - (owner.planned_s or 0.0))
    return max(longer_s, abs(owner.late_s or 0.0))


def _stage(stage: StageTiming, clock: Clock) -> StageRow:
    return StageRow(
        name=worded(STAGES, stage.stage),
        planned=_NOT_SET if stage.planned_s is None else span(stage.planned_s),
        took=_NOT_ENDED if stage.took_s is None else span(stage.took_s),
        began=clock.time(stage.began),
        note=_note(stage, clock),
        problem=visible(stage.problem),
    )


def _note(stage: StageTiming, clock: Clock) -> Text | None:
    told = []
    if stage.due is not None:
        due = clock.time(stage.due)
        told.append(Text(f"hẹn {due}", f"due at {due}"))
    if stage.beginnings > 1:
        times = number(stage.beginnings)
        told.append(Text(f"chạy {times.vi} lần", f"begun {times.en} times"))
    if not told:
        return None
    return Text("; ".join(text.vi for text in told), "; ".join(text.en for text in told))


def _owner(owner: OwnerTiming, places: Places, clock: Clock) -> OwnerTimeRow:
    return OwnerTimeRow(
        link=places.link(owner.owner),
        first=clock.time(owner.first) if owner.first else "–",
        last=clock.time(owner.last) if owner.last else "–",
        checks=f"{owner.measured}/{owner.planned}",
        planned=_NOTHING if owner.planned_s is None else span(owner.planned_s),
        took=_NOTHING if owner.took_s is None else span(owner.took_s),
        late=_NOTHING if owner.late_s is None else span(max(0.0, owner.late_s)),
    )
