"""Which line does each unit, hub and shared system get on the city's page?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Cause, Hub, Light, Outcome, Standing, Target, Text, Unit, Verdict
from rehearsal.report.clock import same
from rehearsal.report.order import folded, vietnamese_key
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.names import kind_of
from rehearsal.report.view.places import Link, Places
from rehearsal.report.wording import Wording

TROUBLES_MAX = 2  # a few words; the unit's own page says the rest
LIGHTS_WORST_FIRST = (Light.RED, Light.YELLOW, Light.GREY, Light.GREEN)


@dataclass(frozen=True, slots=True)
class Row:
    """One owner; `find` is the folded text in which the page's search looks."""

    link: Link
    about: tuple[Text, ...]
    mark: Mark
    troubles: tuple[Text, ...]
    more: int
    find: str


@dataclass(frozen=True, slots=True)
class RowGroup:
    """All rows of one readiness; green ones are closed."""

    id: str
    mark: Mark
    rows: tuple[Row, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Knows the words that a row needs."""

    wording: Wording
    places: Places
    causes: Mapping[str, Cause]
    provinces: Mapping[str, str]

    def groups(self, standings: Sequence[Standing]) -> tuple[RowGroup, ...]:
        """Return the rows by readiness, the worst first; empty groups are left out."""
        by_light = {
            light: [s for s in standings if s.light is light] for light in LIGHTS_WORST_FIRST
        }
        return tuple(self._group(light, of) for light, of in by_light.items() if of)

    def rows(self, standings: Iterable[Standing]) -> tuple[Row, ...]:
        """Return one row each, those with most failures first, then by name."""
        ranked = sorted(standings, key=lambda s: (-_failures(s), vietnamese_key(s.owner.name)))
        return tuple(self._row(standing) for standing in ranked)

    def _group(self, light: Light, standings: Sequence[Standing]) -> RowGroup:
        mark = marks.of_light(light)
        return RowGroup(light.value, mark, self.rows(standings), light is not Light.GREEN)

    def _row(self, standing: Standing) -> Row:
        owner = standing.owner
        troubles = self._troubles(standing)
        about = self._about(owner)
        said = (same(owner.name), *about, *troubles)
        return Row(
            link=self._link(owner),
            about=about,
            mark=marks.of_light(standing.light),
            troubles=troubles[:TROUBLES_MAX],
            more=max(len(troubles) - TROUBLES_MAX, 0),
            find=folded(" ".join(word for text in said for word in (text.vi, text.en))),
        )

    def _link(self, owner: Unit | Hub | Target) -> Link:
        return self.places.link(owner.id if isinstance(owner, Target) else owner.slug)

    def _about(self, owner: Unit | Hub | Target) -> tuple[Text, ...]:
        """Return what tells units of one name apart; a hub's name says it all."""
        if not isinstance(owner, Unit):
            return ()
        province = self.provinces.get(owner.former_province, owner.former_province)
        return kind_of(owner), same(province), same(owner.code)

    def _troubles(self, standing: Standing) -> tuple[Text, ...]:
        """Return what is wrong: the causes, or what the checks themselves say."""
        told = [self.causes[c].says for c in standing.causes if c in self.causes]
        if told:
            return tuple(told)
        open_ = [v for v in standing.verdicts if v.outcome is not Outcome.PASS and v.findings]
        bad = [verdict for verdict in open_ if not verdict.is_undeclared]
        bad.sort(key=lambda verdict: -verdict.outcome)
        return tuple(dict.fromkeys(self._said(verdict) for verdict in bad))

    def _said(self, verdict: Verdict) -> Text:
        gravest = max(verdict.findings, key=lambda finding: finding.outcome)
        return self.wording.says(verdict.check_id, gravest)


def _failures(standing: Standing) -> int:
    return sum(verdict.outcome is Outcome.FAIL for verdict in standing.verdicts)
