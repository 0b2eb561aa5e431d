"""What are the owners, the former provinces and the scopes called?"""

from collections.abc import Mapping

from rehearsal.model import Assessment, Hub, Target, Text, Unit
from rehearsal.report.clock import same
from rehearsal.report.order import folded
from rehearsal.report.safe import visible
from rehearsal.report.words import KINDS, SCOPES, worded


def province_names(assessment: Assessment) -> dict[str, str]:
    """Return each former province's name, known from the city's own or from a unit's."""
    owners = [standing.owner.name for standing in assessment.units]
    known = {"-".join(folded(n).split()): n for n in (*owners, assessment.city.name)}
    slugs = {s.owner.former_province for s in assessment.units if isinstance(s.owner, Unit)}
    return {slug: known.get(slug, slug) for slug in slugs}


def kind_of(owner: Unit | Hub | Target) -> Text:
    """Return what sort of owner this is."""
    if isinstance(owner, Unit):
        return worded(KINDS, owner.kind)
    return worded(KINDS, owner.role if isinstance(owner, Hub) else "system")


def scope_texts(scope: Mapping[str, str], names: Mapping[str, Text]) -> tuple[Text, ...]:
    """Return where a cause reaches, one line for each restriction."""
    return tuple(_scope_text(name, value, names) for name, value in scope.items())


def _scope_text(name: str, value: str, names: Mapping[str, Text]) -> Text:
    label = worded(SCOPES, name)
    told = names.get(value) or same(visible(value))
    return Text(f"{label.vi}: {told.vi}", f"{label.en}: {told.en}")
