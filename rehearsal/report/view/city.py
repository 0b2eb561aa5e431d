"""What does the page of the whole city say?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rehearsal.model import Assessment, StageTime, Synthetic, Target, Text
from rehearsal.model.action import Action
from rehearsal.model.review import Review
from rehearsal.report.clock import Clock, number, same, span
from rehearsal.report.safe import visible
from rehearsal.report.view import marks
from rehearsal.report.view.actions import ActionsView, actions_view
from rehearsal.report.view.calibration import CalibrationView, calibration_view
from rehearsal.report.view.card import Card, Reader, with_unit
from rehearsal.report.view.causes import CauseView, causes, first_to_mend
from rehearsal.report.view.declared import CityReports, city_reports
from rehearsal.report.view.frame import Frame, city_clock, frame
from rehearsal.report.view.gaps import Gap, gaps
from rehearsal.report.view.history import (
    EarlierView,
    RecheckView,
    earlier_results,
    rechecks,
)
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.names import province_names
from rehearsal.report.view.places import Places, from_city
from rehearsal.report.view.review import ReviewView, review_view
from rehearsal.report.view.roll_call import RollCallView, roll_call
from rehearsal.report.view.rows import LIGHTS_WORST_FIRST, Row, RowGroup, RowMaker
from rehearsal.report.view.rules import RuleView, Ruling, rule_views, ruling, sentence
from rehearsal.report.view.tiles import TileMap, tile_map
from rehearsal.report.wording import Wording
from rehearsal.report.words import STAGES, worded

REMNANTS_SHOWN = 200  # a page stays below a megabyte


@dataclass(frozen=True, slots=True)
class Count:
    """How many units stand so; `x` and `width` draw its share of the bar, in percent."""

    id: str
    mark: Mark
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class StageView:
    """When a stage ran, and what went wrong in it on our side."""

    name: Text
    began: str
    ended: str
    elapsed: Text
    problem: str


@dataclass(frozen=True, slots=True)
class LimitView:
    """One threshold with its reason."""

    check: Text
    name: str
    value: Text
    why: Text


@dataclass(frozen=True, slots=True)
class RemnantView:
    """A record that is not proven gone: whose, its marker, and why it is not."""

    name: str
    target: str
    marker: str
    problem: str


@dataclass(frozen=True, slots=True)
class CityPage:
    """The whole page, in reading order."""

    frame: Frame
    mark: Mark
    sentence: Text
    coverage: Text
    rules: tuple[RuleView, ...]
    counts: tuple[Count, ...]
    total: int
    causes: tuple[CauseView, ...]
    first: Text | None
    roll_call: RollCallView | None
    map: TileMap
    groups: tuple[RowGroup, ...]
    hubs: tuple[Row, ...]
    systems: tuple[Card, ...]
    gaps: tuple[Gap, ...]
    stages: tuple[StageView, ...]
    limits: tuple[LimitView, ...]
    vantages: tuple[str, ...]
    resumes: int
    synthetic: Text
    zone: str
    remnants: tuple[RemnantView, ...]
    more_remnants: int
    rechecks: tuple[RecheckView, ...] = ()
    earlier: tuple[EarlierView, ...] = ()
    actions: ActionsView | None = None
    reports: CityReports | None = None
    ruling: Ruling | None = None
    review: ReviewView | None = None
    calibration: CalibrationView | None = None


def city_page(
    assessment: Assessment,
    wording: Wording,
    actions: Sequence[Action] = (),
    review: Review | None = None,
) -> CityPage:
    """Return the page of the city."""
    places = from_city(assessment)
    clock = city_clock(assessment)
    rows = RowMaker(
        wording,
        places,
        {cause.id: cause for cause in assessment.causes},
        province_names(assessment),
    )
    return CityPage(
        frame=frame(assessment, ""),
        mark=marks.of_decision(assessment.decision),
        sentence=sentence(assessment),
        coverage=_coverage(assessment),
        rules=rule_views(assessment, places),
        counts=_counts(assessment),
        total=len(assessment.units),
        causes=causes(assessment, places),
        first=first_to_mend(assessment),
        roll_call=roll_call(assessment, places),
        map=tile_map(assessment, places),
        groups=rows.groups(assessment.units),
        hubs=rows.rows(assessment.hubs),
        systems=_systems(assessment, Reader(wording, clock, places)),
        gaps=gaps(assessment, wording, places),
        stages=tuple(_stage(stage, clock) for stage in assessment.stages),
        limits=tuple(_limits(assessment, wording)),
        vantages=_vantages(assessment),
        resumes=assessment.run.resumes,
        synthetic=_synthetic(assessment.synthetic),
        zone=assessment.city.timezone,
        remnants=tuple(_remnants(assessment)),
        more_remnants=max(0, assessment.synthetic.left - REMNANTS_SHOWN),
        rechecks=rechecks(assessment, wording),
        earlier=tuple(_earlier(assessment, wording, places)),
        actions=actions_view(actions, clock),
        reports=city_reports(assessment, places, clock),
        ruling=ruling(assessment, places, clock),
        review=review_view(review, assessment, clock) if review else None,
        calibration=_calibration(review, places, clock),
    )


def _calibration(review: Review | None, places: Places, clock: Clock) -> CalibrationView | None:
    found = review.calibration if review else None
    return calibration_view(found, places, clock) if found else None


def _earlier(assessment: Assessment, wording: Wording, places: Places) -> Iterator[EarlierView]:
    """Of the shared systems: they have no page of their own."""
    for system in assessment.systems:
        yield from earlier_results(assessment, system, wording, places)


def _coverage(assessment: Assessment) -> Text:
    measured, planned = number(assessment.measured), number(assessment.planned)
    return Text(
        f"Đã đo {measured.vi} trong {planned.vi} phép thử theo kế hoạch.",
        f"{measured.en} of {planned.en} planned checks were measured.",
    )


def _counts(assessment: Assessment) -> tuple[Count, ...]:
    lights = Counter(standing.light for standing in assessment.units)
    total = max(len(assessment.units), 1)
    before = 0
    counts = []
    for light in LIGHTS_WORST_FIRST:
        x, width = _percent(before, total), _percent(lights[light], total)
        counts.append(Count(light.value, marks.of_light(light), lights[light], x, width))
        before += lights[light]
    return tuple(counts)


def _percent(part: int, total: int) -> float:
    return round(100 * part / total, 2)


def _systems(assessment: Assessment, reader: Reader) -> tuple[Card, ...]:
    worst_first = {light: rank for rank, light in enumerate(LIGHTS_WORST_FIRST)}
    standings = sorted(assessment.systems, key=lambda standing: worst_first[standing.light])
    return tuple(
        card
        for standing in standings
        for card in reader.cards(_own_target(standing.owner), standing.verdicts)
    )


def _own_target(owner: object) -> tuple[Target, ...]:
    return (owner,) if isinstance(owner, Target) else ()


def _stage(stage: StageTime, clock: Clock) -> StageView:
    ended = clock.time(stage.ended) if stage.ended else "–"
    lasted = span((stage.ended - stage.began).total_seconds()) if stage.ended else same("–")
    name = worded(STAGES, stage.stage)
    return StageView(name, clock.time(stage.began), ended, lasted, stage.problem)


def _limits(assessment: Assessment, wording: Wording) -> Iterable[LimitView]:
    standings = (*assessment.hubs, *assessment.units, *assessment.systems)
    checks = dict.fromkeys(v.check_id for standing in standings for v in standing.verdicts)
    for check_id in sorted(checks):
        for name, (value, unit, why) in wording.limits(check_id).items():
            yield LimitView(wording.asks(check_id), name, with_unit(value, unit), why)


def _synthetic(records: Synthetic) -> Text:
    made, gone, left = map(number, (records.created, records.cleaned, records.left))
    return Text(
        f"tạo {made.vi}, đã dọn {gone.vi}, còn lại {left.vi}",
        f"{made.en} created, {gone.en} cleaned, {left.en} left",
    )


def _remnants(assessment: Assessment) -> Iterable[RemnantView]:
    owners = (*assessment.units, *assessment.hubs)
    names = {s.owner.slug: s.owner.name for s in owners if not isinstance(s.owner, Target)}
    by_target = sorted(assessment.synthetic.remnants, key=lambda one: one.intent.target_id)
    for one in by_target[:REMNANTS_SHOWN]:
        target = one.intent.target_id
        problem = visible(one.last.problem) if one.last else ""
        name = names.get(target.partition("/")[0], "")
        yield RemnantView(name, target, one.intent.marker, problem)


def _vantages(assessment: Assessment) -> tuple[str, ...]:
    standings = (*assessment.hubs, *assessment.units, *assessment.systems)
    seen = {
        verdict.measurement.vantage
        for standing in standings
        for verdict in standing.verdicts
        if verdict.measurement is not None
    }
    return tuple(sorted(seen))
