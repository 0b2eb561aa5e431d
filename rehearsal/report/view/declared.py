"""What do the units report of themselves, beside what was measured and what is required?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rehearsal.model import (
    AREAS,
    BLOCS,
    AreaState,
    Assessment,
    Contradiction,
    Finding,
    HandedIn,
    Handing,
    Outcome,
    SharedProposal,
    Standing,
    StatusReport,
    Text,
    Verdict,
)
from rehearsal.model.questions import AREA_NAMES, STATUS, Question, plain_questions
from rehearsal.report.clock import Clock, number, same
from rehearsal.report.safe import visible
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places
from rehearsal.report.words import BLOCS as BLOC_NAMES
from rehearsal.report.words import GROUPS

LINE = "bridge.line"
_WAYS = (("line_up_mbit", "up"), ("line_down_mbit", "down"))
_HANDINGS = {
    Handing.IN_TIME: Mark("pass", Text("Đã nộp đúng hạn", "Handed in in time")),
    Handing.LATE: Mark("warn", Text("Nộp muộn", "Handed in late")),
    Handing.MISSING: Mark("unknown", Text("Chưa nộp", "Not handed in")),
}
_STATES = {
    AreaState.READY: Mark("pass", Text("sẵn sàng", "ready")),
    AreaState.PARTLY: Mark("warn", Text("một phần", "partly")),
    AreaState.NOT_READY: Mark("warn", Text("chưa sẵn sàng", "not ready")),
    None: Mark("unknown", Text("không khai", "left open")),
}
_WORKS = {
    True: Text("dùng được", "works"),
    False: Text("không dùng được", "does not work"),
    None: Text("chưa thử", "not tried"),
}
_OPEN = Text("không khai", "left open")
_CONTRADICTS = Mark("warn", Text("Trái với số đo", "Contradicts"))
_ARROWS = {"line_up_mbit": "↑", "line_down_mbit": "↓"}
# Which answer each finding of the report's own check is about.
_ABOUT = {
    "no_focal_person": "focal_name",
    "supplier_staff_short": "suppliers_present",
    "floor_area_small": "floor_m2",
    "director_not_vice_chair": "director_is_vice_chair",
    "no_full_time_deputy": "full_time_deputies",
    "civil_servants_short": "civil_servants",
}


@dataclass(frozen=True, slots=True)
class Clash:
    """One contradiction: whose, what was said, what was seen, what to do."""

    who: Link
    says: Text
    do: Text


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What units propose together."""

    text: str
    units: tuple[Link, ...]
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalGroup:
    """Proposals of one group of Dispatch 111, the most widespread first."""

    name: Text
    proposals: tuple[ProposalView, ...]


@dataclass(frozen=True, slots=True)
class HandingCount:
    """How many reports came so, and whose."""

    mark: Mark
    count: int
    who: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CityReports:
    """All reports together, for the committee."""

    due: Text
    total: int
    counts: tuple[HandingCount, ...]
    clashes: tuple[Clash, ...]
    groups: tuple[ProposalGroup, ...]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One answer beside what was measured; `mark` where something is to be said of it."""

    asks: Text
    declared: Text
    measured: Text
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area, and how far each bloc says it is with it."""

    area: Text
    states: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class OwnReport:
    """One unit's own report; `left_open` are the questions that it did not answer."""

    mark: Mark
    due: Text
    who: Text | None
    focal: str
    blocs: tuple[Text, ...]
    areas: tuple[AreaRow, ...]
    rows: tuple[ReportRow, ...]
    left_open: tuple[Text, ...]
    clashes: tuple[Clash, ...]
    proposals: tuple[tuple[Text, str], ...]
    notes: tuple[str, ...]
    unjudged: tuple[Text, ...]


def city_reports(assessment: Assessment, places: Places, clock: Clock) -> CityReports | None:
    """Return what the city's page says of them; None where nobody was asked."""
    reports = assessment.reports
    if reports.due is None:
        return None
    return CityReports(
        due=clock.moment(reports.due),
        total=len(reports.units),
        counts=tuple(_counts(reports.units, places)),
        clashes=tuple(_clash(one, places) for one in assessment.contradictions),
        groups=tuple(_groups(reports.proposals, places)),
    )


def _counts(units: Iterable[HandedIn], places: Places) -> Iterator[HandingCount]:
    """Who reported in time is no news: only how many."""
    handed = list(units)
    for handing, mark in _HANDINGS.items():
        who = [one.slug for one in handed if one.handing is handing]
        links = () if handing is Handing.IN_TIME else tuple(places.link(slug) for slug in who)
        yield HandingCount(mark, len(who), links)


def _clash(one: Contradiction, places: Places) -> Clash:
    return Clash(places.link(one.unit), one.says, one.do)


def _groups(proposals: Iterable[SharedProposal], places: Places) -> Iterator[ProposalGroup]:
    for group, members in groupby(proposals, key=lambda one: one.group):
        views = (
            ProposalView(one.text, tuple(map(places.link, one.units)), one.wordings)
            for one in members
        )
        yield ProposalGroup(GROUPS[group], tuple(views))


def own_report(
    assessment: Assessment, standing: Standing, places: Places, clock: Clock
) -> OwnReport | None:
    """Return what a unit's page says of its report; None where it was not asked for one."""
    slug = getattr(standing.owner, "slug", "")
    handed = next((one for one in assessment.reports.units if one.slug == slug), None)
    due = assessment.reports.due
    if handed is None or due is None:
        return None
    report = handed.report
    clashes = [one for one in assessment.contradictions if one.unit == slug]
    rows = list(_rows(report, standing, clashes)) if report else []
    return OwnReport(
        mark=_HANDINGS[handed.handing],
        due=clock.moment(due),
        who=_who(handed, clock),
        focal=_focal(report) if report else "",
        blocs=tuple(BLOC_NAMES[bloc] for bloc in BLOCS),
        areas=tuple(_areas(report)) if report else (),
        rows=tuple(row for row in rows if not _is_open(row)),
        left_open=tuple(row.asks for row in rows if _is_open(row)),
        clashes=tuple(_clash(one, places) for one in clashes),
        proposals=tuple((GROUPS[p.group], p.text) for p in report.proposals) if report else (),
        notes=tuple(_notes(report)) if report else (),
        unjudged=handed.unjudged,
    )


def _who(handed: HandedIn, clock: Clock) -> Text | None:
    if handed.said_at is None:
        return None
    when, who = clock.moment(handed.said_at), visible(handed.said_by)
    more = handed.earlier
    earlier = (
        Text(f"; thay {more} báo cáo trước", f"; replaces {more} earlier") if more else None
    )
    told = Text(f"{who}, {when.vi}", f"{who}, {when.en}")
    return Text(told.vi + earlier.vi, told.en + earlier.en) if earlier else told


def _focal(report: StatusReport) -> str:
    return ", ".join(part for part in (report.focal_name, report.focal_post) if part)


def _notes(report: StatusReport) -> Iterator[str]:
    yield from (report.notes[bloc] for bloc in BLOCS if bloc in report.notes)
    if report.note:
        yield report.note


def _rows(
    report: StatusReport, standing: Standing, clashes: Sequence[Contradiction]
) -> Iterator[ReportRow]:
    """What was measured first, then what a rule asks for, then the rest."""
    clashing = {one.target for one in clashes}
    yield from _systems(report, standing, clashing)
    findings = {
        _ABOUT.get(f.code, ""): f
        for v in standing.verdicts
        if v.check_id == STATUS
        for f in v.findings
    }
    lines = dict(_lines(standing))
    for question in plain_questions():
        if question.code not in {"focal_name", "focal_post", "note"}:
            row = _answer(question, report, lines, findings.get(question.code))
            is_clash = _is_slower(question.code, clashes)
            yield replace(row, mark=_CONTRADICTS) if is_clash else row


def _is_slower(code: str, clashes: Iterable[Contradiction]) -> bool:
    """Whether a measurement of the line contradicts this very answer: each way is one."""
    arrow = _ARROWS.get(code)
    lines = (one for one in clashes if one.check_id == LINE)
    return arrow is not None and any(one.declared.vi.endswith(arrow) for one in lines)


def _answer(
    question: Question, report: StatusReport, lines: dict[str, Text], found: Finding | None
) -> ReportRow:
    value = getattr(report, question.code)
    measured = lines.get(question.code, same("–"))
    mark = marks.of_outcome(found.outcome) if found else None
    return ReportRow(question.asks, _written(value), measured, mark)


def _written(value: object) -> Text:
    if value is None or value == "":
        return _OPEN
    return number(value) if isinstance(value, int | float) else same(str(value))


def _lines(standing: Standing) -> Iterator[tuple[str, Text]]:
    """What the line carried, by the answer that it stands beside."""
    for verdict in standing.verdicts:
        seen = verdict.measurement.evidence if verdict.measurement else None
        if verdict.check_id == LINE and seen is not None:
            for code, way in _WAYS:
                mbit = getattr(seen, way).mbit
                yield code, number(float(f"{mbit:.2g}"))


def _systems(
    report: StatusReport, standing: Standing, clashing: Iterable[str]
) -> Iterator[ReportRow]:
    owner = standing.owner
    by_key: dict[str, list[Verdict]] = {}
    for verdict in standing.verdicts:
        by_key.setdefault(verdict.target.key, []).append(verdict)
    names = {t.key: t.name for t in getattr(owner, "targets", ())}
    for key, works in report.systems.items():
        seen = max((v.outcome for v in by_key.get(key, ())), default=Outcome.UNKNOWN)
        is_clash = any(v.target.id in set(clashing) for v in by_key.get(key, ()))
        mark = _CONTRADICTS if is_clash else None
        name = same(names.get(key, key))
        yield ReportRow(name, _WORKS[works], marks.of_outcome(seen).word, mark)


def _areas(report: StatusReport) -> Iterator[AreaRow]:
    for area in AREAS:
        states = (_STATES[report.areas.get(f"{bloc}.{area}")] for bloc in BLOCS)
        yield AreaRow(AREA_NAMES[area], tuple(states))


def _is_open(row: ReportRow) -> bool:
    """Neither answered nor measured: a row of dashes tells nobody anything."""
    return row.declared == _OPEN and row.measured == same("–") and row.mark is None
