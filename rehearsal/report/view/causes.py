"""Why do units fail together, and which single repair frees most of them?"""

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.model import Assessment, Cause, TargetKind, Text
from rehearsal.report.clock import same
from rehearsal.report.order import vietnamese_key
from rehearsal.report.safe import anchor
from rehearsal.report.view.names import province_names, scope_texts
from rehearsal.report.view.places import Link, Places
from rehearsal.report.words import BLOCS, GROUPS, KINDS, SORTS, STEPS


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
    )
