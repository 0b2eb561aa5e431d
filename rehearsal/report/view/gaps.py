"""What was not measured, and why?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rehearsal.model import Assessment, Outcome, Target, Text, Verdict
from rehearsal.report.order import vietnamese_key
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places
from rehearsal.report.wording import Wording


@dataclass(frozen=True, slots=True)
class Gap:
    """Targets about which nothing can be said, for one reason."""

    mark: Mark
    asks: Text
    why: Text
    code: str
    where: tuple[Link, ...]


_SILENT = frozenset({Outcome.UNKNOWN, Outcome.BLOCKED})
_PLACEHOLDER = Gap(
    marks.PLACEHOLDER,
    Text("Mọi phép thử", "Every check"),
    Text(
        "danh mục chỉ có địa chỉ giữ chỗ, chưa có địa chỉ thật",
        "the inventory has only a placeholder, no real address",
    ),
    "",
    (),
)


def gaps(assessment: Assessment, wording: Wording, places: Places) -> tuple[Gap, ...]:
    """Return every hole in the picture, the widest first."""
    found: defaultdict[Gap, list[Link]] = defaultdict(list)
    for target in _placeholders(assessment):
        found[_PLACEHOLDER].append(places.link(target.id))
    for verdict in _verdicts(assessment):
        if not verdict.target.placeholder and verdict.outcome in _SILENT:
            found[_gap(verdict, wording)].append(places.link(verdict.target.id))
    views = [_with_places(gap, links) for gap, links in found.items()]
    return tuple(sorted(views, key=lambda gap: -len(gap.where)))


def _verdicts(assessment: Assessment) -> Iterable[Verdict]:
    for standing in (*assessment.hubs, *assessment.units, *assessment.systems):
        yield from standing.verdicts


def _placeholders(assessment: Assessment) -> Iterable[Target]:
    for standing in (*assessment.hubs, *assessment.units, *assessment.systems):
        owner = standing.owner
        targets = (owner,) if isinstance(owner, Target) else owner.targets
        yield from (target for target in targets if target.placeholder)


def _gap(verdict: Verdict, wording: Wording) -> Gap:
    mark = marks.of_outcome(verdict.outcome)
    asks = wording.asks(verdict.check_id)
    if verdict.blocked_by is not None:
        waits = wording.asks(verdict.blocked_by)
        why = Text(f"phép thử đi trước chưa đạt: {waits.vi}", f"waits for: {waits.en}")
        return Gap(mark, asks, why, verdict.blocked_by, ())
    if verdict.measurement is None or not verdict.findings:
        return Gap(mark, asks, Text("không kịp đo", "it was not reached"), "", ())
    gravest = max(verdict.findings, key=lambda finding: finding.outcome)
    return Gap(mark, asks, wording.says(verdict.check_id, gravest), gravest.code, ())


def _with_places(gap: Gap, links: list[Link]) -> Gap:
    ordered = sorted(links, key=lambda link: vietnamese_key(link.words.vi))
    return Gap(gap.mark, gap.asks, gap.why, gap.code, tuple(ordered))
