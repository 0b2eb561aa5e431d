"""What was said before, and when was what asked again?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rehearsal.model import Assessment, Earlier, Rechecked, Standing, Text, Verdict
from rehearsal.report.clock import Clock, number
from rehearsal.report.safe import visible
from rehearsal.report.view import marks
from rehearsal.report.view.frame import city_clock
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places
from rehearsal.report.wording import Wording

SHOWN_MAX = 12  # of the names in one row; all stand in results.json
_ALL_OPEN = Text("những gì chưa đạt, bị chặn, chưa rõ", "what failed, was blocked or unknown")
_TRIAL = Text("đợt diễn tập", "the trial")


@dataclass(frozen=True, slots=True)
class EarlierView:
    """An earlier result of one check: when, what, and what it is now."""

    target: Link
    asks: Text
    when: Text
    source: Text
    mark: Mark
    codes: tuple[str, ...]
    says: tuple[Text, ...]
    now: Mark


@dataclass(frozen=True, slots=True)
class RecheckView:
    """One recheck: when, of what, how much of it, and what was left alone."""

    number: int
    when: Text
    about: Text
    counted: Text
    left_alone: tuple[Text, ...]
    gone: tuple[str, ...]
    more_gone: int
    doubt: str


def earlier_results(
    assessment: Assessment, standing: Standing, wording: Wording, places: Places
) -> tuple[EarlierView, ...]:
    """Return what was said of a unit, hub or system before it was measured again."""
    clock = city_clock(assessment)
    return tuple(
        _earlier(verdict, one, wording, places, clock)
        for verdict in standing.verdicts
        for one in assessment.history.get((verdict.check_id, verdict.target.id), ())
    )


def _earlier(
    verdict: Verdict, one: Earlier, wording: Wording, places: Places, clock: Clock
) -> EarlierView:
    return EarlierView(
        target=places.link(verdict.target.id),
        asks=wording.asks(verdict.check_id),
        when=clock.moment(one.at),
        source=_source(one.round),
        mark=marks.of_outcome(one.verdict.outcome),
        codes=tuple(_codes(one.verdict)),
        says=tuple(wording.says(verdict.check_id, f) for f in one.verdict.findings),
        now=marks.of_outcome(verdict.outcome),
    )


def _source(round_no: int) -> Text:
    if not round_no:
        return _TRIAL
    return Text(f"đo lại lần {round_no}", f"recheck {round_no}")


def _codes(verdict: Verdict) -> Iterator[str]:
    if verdict.blocked_by is not None:
        yield verdict.blocked_by
    yield from (finding.code for finding in verdict.findings)


def rechecks(assessment: Assessment, wording: Wording) -> tuple[RecheckView, ...]:
    """Return when a run was asked again, the first time first."""
    clock = city_clock(assessment)
    return tuple(_recheck(one, wording, clock) for one in assessment.rechecks)


def _recheck(one: Rechecked, wording: Wording, clock: Clock) -> RecheckView:
    asked, measured = number(one.asked), number(one.measured)
    return RecheckView(
        number=one.round,
        when=clock.moment(one.at),
        about=_about(one),
        counted=Text(
            f"đã đo {measured.vi} trong {asked.vi} phép thử",
            f"{measured.en} of {asked.en} checks were measured",
        ),
        left_alone=tuple(wording.asks(check_id) for check_id in one.not_asked),
        gone=tuple(visible(name) for name in one.gone[:SHOWN_MAX]),
        more_gone=max(0, len(one.gone) - SHOWN_MAX),
        doubt=visible(one.doubt),
    )


def _about(one: Rechecked) -> Text:
    """Whose checks, and which; by default all that is open."""
    names = _names(one.units) + _names(one.only)
    told = " · ".join(names)
    file = f" · {one.inventory}" if one.inventory else ""
    if not told:
        return Text(visible(f"{_ALL_OPEN.vi}{file}"), visible(f"{_ALL_OPEN.en}{file}"))
    return Text(visible(f"{told}{file}"), visible(f"{told}{file}"))


def _names(given: Sequence[str]) -> list[str]:
    shown = list(_first(given))
    return [", ".join(shown)] if shown else []


def _first(given: Iterable[str]) -> Iterator[str]:
    for place, name in enumerate(given):
        if place == SHOWN_MAX:
            yield "…"
            return
        yield name
