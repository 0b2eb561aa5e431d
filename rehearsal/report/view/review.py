"""What does the committee's page tell of both trials together?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rehearsal.model import Assessment, Decision, Text
from rehearsal.model.comparison import Comparison, Movement
from rehearsal.model.review import Moment, Review
from rehearsal.report.clock import Clock, day_text, number
from rehearsal.report.movements import MOVEMENTS, TONES
from rehearsal.report.safe import page_name
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import CITY_PAGE
from rehearsal.report.view.rows import LIGHTS_WORST_FIRST
from rehearsal.report.words import PHASES, worded

# What a committee asks first: is it mended, is it worse, what is left?
_TOLD = (
    *(Movement.FIXED, Movement.PROVEN, Movement.FREED, Movement.IMPROVED),
    *(Movement.NEWLY_FAILING, Movement.NEWLY_BLOCKED, Movement.NEWLY_WARNED),
    *(Movement.STILL_FAILING, Movement.STILL_BLOCKED, Movement.STILL_WARNED),
    *(Movement.BECAME_UNKNOWN, Movement.STILL_UNKNOWN, Movement.NOT_COMPARABLE),
)
_ADVICE = {
    Decision.GO: Text("vận hành", "go live"),
    Decision.CONDITIONAL: Text(
        "vận hành, nếu các việc dưới đây có người chịu trách nhiệm và thời hạn",
        "go live, if everything below has its owner and its date",
    ),
    Decision.NO_GO: Text(
        "chưa vận hành, cho tới khi các điều kiện chưa đạt dưới đây đã đạt",
        "do not go live until the unmet conditions below are met",
    ),
    Decision.INCONCLUSIVE: Text(
        "chưa quyết định được: phải đo lại những gì còn chưa rõ",
        "no decision can be taken yet: measure again what is still unknown",
    ),
}


@dataclass(frozen=True, slots=True)
class MomentView:
    """One line of the story: when, what it was, what came of it."""

    when: Text
    what: Text
    href: str
    mark: Mark
    lights: tuple[int, ...]
    measured: Text
    records: Text
    doubt: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """So many checks that moved so from the first trial to the second."""

    mark: Mark
    count: int


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The story, what changed, and what is advised; `heads` stand over the lights."""

    advice: Text
    heads: tuple[Mark, ...]
    moments: tuple[MomentView, ...]
    missing: tuple[Text, ...]
    changes: tuple[ChangeView, ...]
    compared: str


def review_view(review: Review, assessment: Assessment, clock: Clock) -> ReviewView:
    """Return what the page says of a review, beside how the city stands after it."""
    return ReviewView(
        advice=_advice(assessment),
        heads=tuple(marks.of_light(light) for light in LIGHTS_WORST_FIRST),
        moments=tuple(_moments(review.moments, clock)),
        missing=tuple(worded(PHASES, phase) for phase in review.missing),
        changes=tuple(_changes(review.comparison)),
        compared=_page_of(review.comparison),
    )


def _advice(assessment: Assessment) -> Text:
    day, advised = day_text(assessment.city.go_live), _ADVICE[assessment.decision]
    return Text(
        f"Kiến nghị cho ngày {day.vi}: {advised.vi}.", f"Advice for {day.en}: {advised.en}."
    )


def _moments(moments: Iterable[Moment], clock: Clock) -> Iterator[MomentView]:
    for one in moments:
        measured, asked = number(one.measured), number(one.asked)
        yield MomentView(
            when=clock.moment(one.at),
            what=_what(one),
            href=_beside(one.run_id, CITY_PAGE),
            mark=marks.of_decision(one.decision),
            lights=tuple(one.lights.get(light, 0) for light in LIGHTS_WORST_FIRST),
            measured=Text(f"{measured.vi}/{asked.vi}", f"{measured.en}/{asked.en}"),
            records=_records(one),
            doubt=one.doubt,
        )


def _what(one: Moment) -> Text:
    phase = worded(PHASES, one.phase)
    if not one.round:
        return phase
    return Text(
        f"Đo lại lần {one.round} ({phase.vi.lower()})",
        f"Measured again, {one.round} ({phase.en.lower()})",
    )


def _records(one: Moment) -> Text:
    if not one.created:
        return Text("không tạo", "none created")
    made, left = number(one.created), number(one.left)
    return Text(f"tạo {made.vi}, còn {left.vi}", f"{made.en} created, {left.en} left")


def _changes(comparison: Comparison | None) -> Iterator[ChangeView]:
    if comparison is None:
        return
    for movement in _TOLD:
        if count := comparison.counts.get(movement, 0):
            tone = TONES.get(movement, "unknown")
            yield ChangeView(Mark(tone, MOVEMENTS[movement]), count)


def _page_of(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    return _beside(comparison.newer.id, page_name(f"compare-{comparison.older.id}"))


def _beside(run_id: str, page: str) -> str:
    """The page of another run, whose folder lies beside the review's."""
    return f"../{page_name(run_id).removesuffix('.html')}/{page}"
