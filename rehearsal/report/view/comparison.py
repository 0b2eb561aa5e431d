"""What does the page say that holds one trial against another?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rehearsal.model import Assessment, Light, Outcome, Rule, Run, Step, Text
from rehearsal.model.comparison import (
    CauseChange,
    CauseMovement,
    Comparison,
    LimitChange,
    Movement,
    Note,
    OnlyIn,
    OwnerChange,
    RuleChange,
)
from rehearsal.report.clock import Clock, number, same
from rehearsal.report.movements import (
    CAUSE_MOVEMENTS,
    CAUSE_TONES,
    CAUTIONS,
    MOVEMENTS,
    RULE_MOVEMENTS,
    TONES,
)
from rehearsal.report.safe import visible
from rehearsal.report.view import marks
from rehearsal.report.view.causes import causes
from rehearsal.report.view.changes import OPEN, ChangeGroup, change_groups
from rehearsal.report.view.frame import Frame, city_clock, frame
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places, from_city
from rehearsal.report.view.times import TrialTimes, trial_times
from rehearsal.report.wording import Wording
from rehearsal.report.words import PHASES, worded

K = TypeVar("K", Outcome, Light)
SHOWN_MAX = 200  # of one list: a page stays below a megabyte; the JSON has all
_HEADLINES = (
    *(Movement.FIXED, Movement.PROVEN, Movement.NEWLY_FAILING, Movement.STILL_FAILING),
    *(Movement.BECAME_UNKNOWN, Movement.NOT_COMPARABLE, Movement.ADDED, Movement.REMOVED),
)
_ALWAYS_TOLD = frozenset({*_HEADLINES[:1], *_HEADLINES[2:5]})  # a zero is an answer too
_LIGHTS = (Light.GREEN, Light.YELLOW, Light.GREY, Light.RED)
_UNCHANGED = Movement.STILL_PASSING


@dataclass(frozen=True, slots=True)
class TrialView:
    """One of the two trials; `href` leads to its own page."""

    id: str
    phase: Text
    began: Text
    mark: Mark
    href: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks moved so."""

    mark: Mark
    count: int


@dataclass(frozen=True, slots=True)
class NoteView:
    """A caution, and what each trial had; both are empty where there is nothing to add."""

    says: Text
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A condition of go-live then and now; a mark is None where a trial did not have it."""

    says: Text
    older: Mark | None
    newer: Mark | None
    became: Text


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A cause then and now, with what became of those whom it hit."""

    mark: Mark
    says: Link
    kind: str
    scopes: tuple[Text, ...]
    older: int
    newer: int
    told: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """How those fared in the newer trial that stood so in the older one."""

    mark: Mark
    cells: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """A transition matrix: down the older trial, across the newer one."""

    heads: tuple[Mark, ...]
    rows: tuple[MatrixRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """A unit, hub or shared system whose light or checks changed."""

    link: Link
    older: Mark | None
    newer: Mark | None
    told: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class OwnerGroup:
    """All that moved alike; `more` are not shown."""

    mark: Mark
    rows: tuple[OwnerRow, ...]
    count: int
    more: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit then and now."""

    asks: Text
    check_id: str
    name: str
    older: Text
    newer: Text


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A target's address then and now."""

    link: Link
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class OnlyRow:
    """A check that one trial alone asks, with what it found."""

    asks: Text
    check_id: str
    where: Text
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """The whole page, in reading order; `frame` is the newer trial's."""

    frame: Frame
    older: TrialView
    newer: TrialView
    sentence: Text
    tallies: tuple[Tally, ...]
    notes: tuple[NoteView, ...]
    rules: tuple[RuleRow, ...]
    causes: tuple[CauseRow, ...]
    checks: Matrix
    lights: Matrix
    owners: tuple[OwnerGroup, ...]
    changes: tuple[ChangeGroup, ...]
    limits: tuple[LimitRow, ...]
    addresses: tuple[AddressRow, ...]
    more_addresses: int
    only: tuple[OnlyRow, ...]
    times: tuple[TrialTimes, ...]


def comparison_page(
    found: Comparison, older: Assessment, newer: Assessment, wording: Wording
) -> ComparisonPage:
    """Return the page; the assessments give it names and links, and are the trials' own."""
    places, clock = _places(older, newer), city_clock(newer)
    trials = (
        _trial(found.older, older, f"../{found.older.id}/index.html", clock),
        _trial(found.newer, newer, "index.html", clock),
    )
    return ComparisonPage(
        frame=frame(newer, "index.html"),
        older=trials[0],
        newer=trials[1],
        sentence=_sentence(found),
        tallies=tuple(_tallies(found.counts)),
        notes=tuple(_note(note) for note in found.notes),
        rules=tuple(_rule(change) for change in found.rules),
        causes=_causes(found.causes, older, newer, places),
        checks=_matrix(found.matrix, tuple(Outcome), marks.of_outcome),
        lights=_matrix(found.lights, _LIGHTS, marks.of_light),
        owners=tuple(_owner_groups(found.owners, places)),
        changes=change_groups(found.rows, wording, places),
        limits=tuple(_limit(change, wording) for change in found.limits),
        addresses=tuple(
            AddressRow(places.link(c.target_id), visible(c.older), visible(c.newer))
            for c in found.addresses[:SHOWN_MAX]
        ),
        more_addresses=max(0, len(found.addresses) - SHOWN_MAX),
        only=tuple(_only(one, trials, wording) for one in found.only_in),
        times=trial_times(found.timings, (trials[0].phase, trials[1].phase), places, clock),
    )


def _places(older: Assessment, newer: Assessment) -> Places:
    """Return where the newer trial's pages are; what only the older knew has a name alone."""
    before = {name: Link(link.words) for name, link in from_city(older).links.items()}
    return Places({**before, **from_city(newer).links})


def _trial(run: Run, found: Assessment, href: str, clock: Clock) -> TrialView:
    mark = marks.of_decision(found.decision)
    return TrialView(run.id, worded(PHASES, run.phase), clock.moment(run.started), mark, href)


def _sentence(found: Comparison) -> Text:
    compared = sum(found.matrix.values())
    aside = sum(found.counts.values()) - compared
    both, rest = number(compared), number(aside)
    return Text(
        f"So sánh được {both.vi} phép thử mà cả hai lần đều hỏi theo cùng ngưỡng; "
        f"{rest.vi} phép thử khác không so sánh được.",
        f"{both.en} checks that both trials asked by the same limits can be compared; "
        f"{rest.en} others cannot.",
    )


def mark_of(movement: Movement) -> Mark:
    """Return the shape and word of what became of a check or an owner."""
    return Mark(TONES.get(movement, "unknown"), MOVEMENTS[movement])


def _tallies(counts: Mapping[Movement, int]) -> Iterable[Tally]:
    for movement in _HEADLINES:
        count = counts.get(movement, 0)
        if count or movement in _ALWAYS_TOLD:
            yield Tally(mark_of(movement), count)


def _note(note: Note) -> NoteView:
    is_same = note.older == note.newer
    told = ("", "") if is_same else (visible(note.older), visible(note.newer))
    return NoteView(CAUTIONS[note.caution], *told)


def _rule(change: RuleChange) -> RuleRow:
    return RuleRow(
        change.shown.says,
        _rule_mark(change.older),
        _rule_mark(change.newer),
        RULE_MOVEMENTS[change.movement],
    )


def _rule_mark(rule: Rule | None) -> Mark | None:
    if rule is None:
        return None
    return marks.of_rule(holds=rule.holds, is_mandatory=rule.is_mandatory)


def _causes(
    changes: Iterable[CauseChange], older: Assessment, newer: Assessment, places: Places
) -> tuple[CauseRow, ...]:
    told = [
        {cause.id: view.scopes for cause, view in zip(one.causes, views, strict=True)}
        for one in (older, newer)
        for views in [causes(one, places)]
    ]
    return tuple(
        _cause(change, places, told[change.newer is not None][change.shown.id])
        for change in changes
    )


def _cause(change: CauseChange, places: Places, scopes: tuple[Text, ...]) -> CauseRow:
    """Return a row; what was our own fault is nobody's failure, then or now."""
    cause = change.shown
    is_ours = cause.step is Step.OBSERVE
    tone = "unknown" if is_ours else CAUSE_TONES.get(change.movement, "unknown")
    here = places.link(cause.id) if change.newer else Link(cause.says)
    return CauseRow(
        mark=Mark(tone, CAUSE_MOVEMENTS[change.movement]),
        says=Link(cause.says, here.href),
        kind=cause.kind,
        scopes=scopes,
        older=len(change.older.units) if change.older else 0,
        newer=len(change.newer.units) if change.newer else 0,
        told=tuple(_cause_told(change)),
    )


def _cause_told(change: CauseChange) -> Iterable[Text]:
    if change.older and change.newer:
        was, is_ = set(change.older.units), set(change.newer.units)
        told = len(was & is_), len(was - is_), len(is_ - was)
        yield Text(
            "{} đơn vị vẫn còn, {} không còn, {} mới".format(*told),
            "{} units still, {} no longer, {} new".format(*told),
        )
    elif change.rows and change.movement is not CauseMovement.ONLY_NEWER:
        listed = [(marks.of_outcome(o).word, count) for o, count in change.rows.items()]
        vi = ", ".join(f"{word.vi} {count}" for word, count in listed)
        en = ", ".join(f"{word.en} {count}" for word, count in listed)
        yield Text(f"ở lần kia các phép thử ấy: {vi}", f"in the other trial: {en}")


def _matrix(
    found: Mapping[tuple[K, K], int], kinds: Sequence[K], mark: Callable[[K], Mark]
) -> Matrix:
    rows = []
    for before in kinds:
        cells = tuple(found.get((before, after), 0) for after in kinds)
        rows.append(MatrixRow(mark(before), cells, sum(cells)))
    heads = tuple(mark(after) for after in kinds)
    return Matrix(heads, tuple(rows), sum(row.total for row in rows))


def _owner_groups(owners: Iterable[OwnerChange], places: Places) -> Iterable[OwnerGroup]:
    by_movement: dict[Movement, list[OwnerChange]] = {}
    for change in owners:
        by_movement.setdefault(change.movement, []).append(change)
    for movement in MOVEMENTS:
        told = by_movement.get(movement, [])
        if told and movement is not _UNCHANGED:
            rows = tuple(_owner(change, places) for change in told[:SHOWN_MAX])
            more, is_open = len(told) - len(rows), movement in OPEN
            yield OwnerGroup(mark_of(movement), rows, len(told), more, is_open)


def _owner(change: OwnerChange, places: Places) -> OwnerRow:
    link = places.link(change.slug)
    told = [
        Text(f"{count} {MOVEMENTS[m].vi.lower()}", f"{count} {MOVEMENTS[m].en.lower()}")
        for m, count in change.rows.items()
    ]
    return OwnerRow(
        link=link,
        older=marks.of_light(change.older) if change.older else None,
        newer=marks.of_light(change.newer) if change.newer else None,
        told=tuple(told),
    )


def _limit(change: LimitChange, wording: Wording) -> LimitRow:
    return LimitRow(
        wording.asks(change.check_id),
        change.check_id,
        change.name,
        same("–") if change.older is None else number(change.older),
        same("–") if change.newer is None else number(change.newer),
    )


def _only(one: OnlyIn, trials: tuple[TrialView, TrialView], wording: Wording) -> OnlyRow:
    trial = trials[0] if one.movement is Movement.ONLY_OLDER else trials[1]
    tallies = tuple(Tally(marks.of_outcome(o), count) for o, count in one.outcomes.items())
    return OnlyRow(wording.asks(one.check_id), one.check_id, trial.phase, tallies)
