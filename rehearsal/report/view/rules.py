"""Which rules decided, whose rules are they, and who signed for those that are not met?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from rehearsal.model import Assessment, Decision, Rule, Text
from rehearsal.model.decision import Score, Waiver, WaiverHeld, WaiverState
from rehearsal.report.clock import Clock, day_text, same
from rehearsal.report.safe import anchor
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places

SUBJECTS_MAX = 6  # a rule's row stays a row; the causes below list every unit
WAIVED = Mark("warn", Text("Miễn trừ có ký", "Waived by signature"))
_STATES = {
    WaiverState.EXPIRED: Text("Hết hạn, không còn hiệu lực", "Expired, without effect"),
    WaiverState.WITHDRAWN: Text("Đã rút lại, không có hiệu lực", "Withdrawn, without effect"),
    WaiverState.LATER: Text(
        "Ký sau khi đợt này đã kết luận, không tính vào",
        "Signed after the verdict: not counted",
    ),
}
_USED = Mark("warn", Text("Có hiệu lực", "In force"))
_UNUSED = Text(
    "Có hiệu lực, kết luận không dựa vào", "In force, but the verdict does not rest on it"
)
_EVERYBODY = Link(Text("Tất cả", "All of them"))


@dataclass(frozen=True, slots=True)
class RuleView:
    """One condition of go-live; `id` is that of its line on the page."""

    mark: Mark
    says: Text
    detail: Text
    is_mandatory: bool
    subjects: tuple[Link, ...]
    more: int
    id: str = ""
    decides: bool = False
    sources: tuple[Text, ...] = ()
    own_choice: Text | None = None
    waivers: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverView:
    """One signature, as every report shows it; `id` is that of its line on the page."""

    id: str
    number: int
    mark: Mark
    rule: Link
    subject: Link
    signed_by: str
    role: str
    reason: str
    signed: Text
    until: Text


@dataclass(frozen=True, slots=True)
class Ruling:
    """What decided, each a link to its line; how much is ready by weight; who signed."""

    deciding: tuple[Link, ...]
    score: Text | None
    lights_from: tuple[Text, ...]
    criteria: str
    waivers: tuple[WaiverView, ...]


def rule_views(assessment: Assessment, places: Places) -> tuple[RuleView, ...]:
    """The rules, unmet ones first."""
    return tuple(
        _rule(rule, places, assessment.decided_by) for rule in _worst_first(assessment.rules)
    )


def ruling(assessment: Assessment, places: Places, clock: Clock) -> Ruling:
    """What the city's page tells of the decision."""
    known = {rule.id: rule for rule in assessment.rules}
    return Ruling(
        deciding=tuple(
            Link(known[name].says, f"#{_line(name)}")
            for name in assessment.decided_by
            if name in known
        ),
        score=_score(assessment.score),
        lights_from=assessment.lights_from,
        criteria=assessment.criteria_digest,
        waivers=_waivers(assessment.waivers, assessment, places, clock, ""),
    )


def waivers_about(
    slug: str, assessment: Assessment, places: Places, clock: Clock, home: str
) -> tuple[WaiverView, ...]:
    """The signatures that concern one unit or hub; the city's page is at `home`."""
    touched = {r.id for r in assessment.rules if slug in (*r.subjects, *r.undecided)}
    mine = [held for held in assessment.waivers if _concerns(held.waiver, slug, touched)]
    return _waivers(mine, assessment, places, clock, home)


def sentence(assessment: Assessment) -> Text:
    """In one sentence, how the mandatory rules came out."""
    mandatory = [rule for rule in assessment.rules if rule.is_mandatory]
    rest = [rule for rule in mandatory if not _is_waived(rule)]
    failed = sum(rule.holds is False for rule in rest)
    open_ = sum(rule.holds is None for rule in rest)
    waived = len(mandatory) - len(rest)
    total = len(mandatory)
    told = [
        (failed, f"{failed} chưa đạt", f"{failed} not met"),
        (open_, f"{open_} chưa kết luận được", f"{open_} could not be decided"),
        (waived, f"{waived} được miễn trừ có ký", f"{waived} waived by signature"),
    ]
    vi = ", ".join(words for count, words, _ in told if count)
    en = ", ".join(words for count, _, words in told if count)
    if vi:
        return Text(
            f"Trong {total} điều kiện bắt buộc: {vi}.", f"Of {total} mandatory rules: {en}."
        )
    return _all_met(assessment.decision, total)


def _all_met(decision: Decision, total: int) -> Text:
    if not total:
        return Text(
            "Không có điều kiện nào đang có hiệu lực.", "No rule is in force on this day."
        )
    if decision is Decision.GO:
        return Text(
            f"Cả {total} điều kiện bắt buộc đều đạt.", f"All {total} mandatory rules are met."
        )
    return Text(
        f"{total} điều kiện bắt buộc đều đạt; vẫn còn việc phải xử lý.",
        f"All {total} mandatory rules are met; some work remains.",
    )


def _worst_first(rules: Iterable[Rule]) -> list[Rule]:
    rank = {False: 0, None: 1, True: 2}
    return sorted(rules, key=lambda rule: (not rule.is_mandatory, rank[rule.holds]))


def _rule(rule: Rule, places: Places, deciding: Sequence[str]) -> RuleView:
    named = dict.fromkeys((*rule.subjects, *rule.undecided))
    links = tuple(places.link(subject) for subject in named)
    mark = marks.of_rule(holds=rule.holds, is_mandatory=rule.is_mandatory)
    return RuleView(
        mark=WAIVED if _is_waived(rule) else mark,
        says=rule.says,
        detail=rule.detail,
        is_mandatory=rule.is_mandatory,
        subjects=links[:SUBJECTS_MAX],
        more=max(len(links) - SUBJECTS_MAX, 0),
        id=_line(rule.id),
        decides=rule.id in deciding,
        sources=rule.sources,
        own_choice=rule.own_choice,
        waivers=tuple(Link(same(f"#{n}"), f"#{_waiver_line(n)}") for n in rule.waived_by),
    )


def _is_waived(rule: Rule) -> bool:
    return bool(rule.waived_by) and rule.is_covered and rule.holds is not True


def _waivers(
    found: Iterable[WaiverHeld],
    assessment: Assessment,
    places: Places,
    clock: Clock,
    home: str,
) -> tuple[WaiverView, ...]:
    says = {rule.id: rule.says for rule in assessment.rules}
    return tuple(
        _waiver(held, says.get(held.waiver.rule), places, clock, home) for held in found
    )


def _waiver(
    held: WaiverHeld, says: Text | None, places: Places, clock: Clock, home: str
) -> WaiverView:
    waiver = held.waiver
    href = f"{home}#{_line(waiver.rule)}" if says else None
    return WaiverView(
        id=_waiver_line(waiver.id),
        number=waiver.id,
        mark=_state(held),
        rule=Link(says or same(waiver.rule), href),
        subject=places.link(waiver.subject) if waiver.subject else _EVERYBODY,
        signed_by=waiver.signed_by,
        role=waiver.role,
        reason=waiver.reason,
        signed=clock.moment(waiver.at),
        until=_until(waiver, clock.zone),
    )


def _until(waiver: Waiver, zone: tzinfo) -> Text:
    day = day_text(waiver.last_day(zone))
    return Text(f"hết ngày {day.vi}", f"the end of {day.en}")


def _state(held: WaiverHeld) -> Mark:
    if held.state in _STATES:
        return Mark("unknown", _STATES[held.state])
    return _USED if held.is_used else Mark("unknown", _UNUSED)


def _concerns(waiver: Waiver, slug: str, touched: set[str]) -> bool:
    if not waiver.subject:
        return waiver.rule in touched
    return waiver.subject.partition("/")[0] == slug


def _score(score: Score | None) -> Text | None:
    if score is None:
        return None
    low, high = f"{score.low_percent:.1f}", f"{score.high_percent:.1f}"
    told = low if low == high else f"{low}–{high}"
    return Text(f"{told.replace('.', ',')} %", f"{told} %")


def _line(name: str) -> str:
    return anchor("rule", name)


def _waiver_line(number: int) -> str:
    return anchor("waiver", str(number))
