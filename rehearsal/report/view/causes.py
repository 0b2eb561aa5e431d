"""Why do units fail together, and which single repair frees most of them?"""

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.model import Assessment, Cause, Responsible, TargetKind, Text
from rehearsal.report.clock import number, same
from rehearsal.report.order import vietnamese_key
from rehearsal.report.safe import anchor, visible
from rehearsal.report.view.names import province_names, scope_texts
from rehearsal.report.view.places import Link, Places
from rehearsal.report.words import BLOCS, GROUPS, KINDS, LEVELS, SORTS, STEPS

FIRST = 3  # what one morning can mend


@dataclass(frozen=True, slots=True)
class CauseView:
    """One line of the city's page: what, where, how many, who, what to do."""

    id: str
    link: Link
    says: Text
    do: Text
    group: Text
    step: Text | None
    kind: str
    scopes: tuple[Text, ...]
    hits: int
    frees: int
    units: tuple[Link, ...]
    level: Text
    owner: Text | None
    frees_with_above: int
    confidence: Text
    evidence: tuple[Text, ...]
    against: tuple[Text, ...]
    disproof: Text | None


def causes(assessment: Assessment, places: Places) -> tuple[CauseView, ...]:
    """Return every cause, in the order in which to mend them."""
    names = _names(assessment, places)
    return tuple(_cause(cause, names, places) for cause in assessment.causes)


def _names(assessment: Assessment, places: Places) -> dict[str, Text]:
    """Return what a scope's values are called: targets, blocs, kinds, provinces."""
    targets = {name: link.words for name, link in places.links.items()}
    provinces = {slug: same(name) for slug, name in province_names(assessment).items()}
    return {**_systems(assessment), **SORTS, **targets, **BLOCS, **KINDS, **provinces}


def _systems(assessment: Assessment) -> dict[str, Text]:
    """Return what a system is called that many units have, each its own."""
    verdicts = (v for standing in assessment.units for v in standing.verdicts)
    mine = (v.target for v in verdicts if v.target.kind is TargetKind.SYSTEM)
    return {target.key: same(target.name) for target in mine}


def _cause(cause: Cause, names: Mapping[str, Text], places: Places) -> CauseView:
    links = [places.link(unit) for unit in cause.units]
    return CauseView(
        id=anchor("cause", cause.id),
        link=places.link(cause.id),
        says=cause.says,
        do=cause.do,
        group=GROUPS[cause.group],
        step=STEPS[cause.step] if cause.step else None,
        kind=cause.kind,
        scopes=scope_texts(cause.scope, names),
        hits=len(cause.units),
        frees=cause.frees,
        units=tuple(sorted(links, key=lambda link: vietnamese_key(link.words.vi))),
        level=LEVELS[cause.level],
        owner=_owner(cause.owner),
        frees_with_above=cause.frees_with_above,
        confidence=same(f"{cause.confidence:.0%}"),
        evidence=tuple(map(_seen, cause.evidence)),
        against=tuple(map(_seen, cause.against)),
        disproof=cause.disproof,
    )


def _owner(owner: Responsible | None) -> Text | None:
    """Return who mends it, by whose authority and within which time, as far as is known."""
    if owner is None:
        return None
    vi, en = [owner.who], [owner.who]
    if owner.authority:
        vi.append(f"thẩm quyền: {owner.authority}")
        en.append(f"authority: {owner.authority}")
    if owner.within_h is not None:
        hours = number(owner.within_h)
        vi.append(f"trong {hours.vi} giờ")
        en.append(f"within {hours.en} h")
    return Text("; ".join(vi), "; ".join(en))


def _seen(text: Text) -> Text:
    """Return a text that may quote what a peer said of itself."""
    return Text(visible(text.vi), visible(text.en))


def first_to_mend(assessment: Assessment) -> Text | None:
    """Return what the first few causes are worth; nothing where there are no more."""
    found = assessment.causes
    if len(found) <= FIRST:
        return None
    freed = found[FIRST - 1].frees_with_above
    return Text(
        f"Xử lý {FIRST} nguyên nhân đầu trong {len(found)}: {freed} đơn vị sẵn sàng.",
        f"Mend the first {FIRST} of {len(found)} causes: {freed} units become ready.",
    )
