"""What does the page of one unit or hub say?"""

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rehearsal.model import Assessment, Hub, Outcome, Run, Standing, Target, Text, Unit, Verdict
from rehearsal.model.action import Action
from rehearsal.report.view import marks
from rehearsal.report.view.actions import ActionsView, actions_view
from rehearsal.report.view.card import Card, Reader
from rehearsal.report.view.causes import CauseView, causes
from rehearsal.report.view.declared import OwnReport, own_report
from rehearsal.report.view.frame import Frame, city_clock, frame
from rehearsal.report.view.history import EarlierView, earlier_results
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.names import kind_of, province_names
from rehearsal.report.view.places import CITY_PAGE, Places, from_unit
from rehearsal.report.view.rules import WaiverView, waivers_about
from rehearsal.report.wording import Wording
from rehearsal.report.words import OUTCOMES, STANDINGS

USUAL_FOLDER = "runs"  # what `--out` is, unless somebody says otherwise


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks ended so."""

    mark: Mark
    count: int


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """A whole page of a unit or a hub."""

    frame: Frame
    name: str
    slug: str
    code: str
    kind: Text
    province: str
    mark: Mark
    sentence: Text
    tallies: tuple[Tally, ...]
    causes: tuple[CauseView, ...]
    cards: tuple[Card, ...]
    again: str
    earlier: tuple[EarlierView, ...] = ()
    actions: ActionsView | None = None
    report: OwnReport | None = None
    waivers: tuple[WaiverView, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnerPages:
    """Draws one page after the other from the same assessment."""

    assessment: Assessment
    frame: Frame
    places: Places
    reader: Reader
    provinces: dict[str, str]
    causes: tuple[CauseView, ...]
    actions: tuple[Action, ...] = ()

    def page(self, standing: Standing) -> OwnerPage:
        """Return the page of a unit or a hub; shared systems have none."""
        owner = standing.owner
        assert not isinstance(owner, Target), "a shared system stands on the city's page"
        return OwnerPage(
            frame=self.frame,
            name=owner.name,
            slug=owner.slug,
            code=owner.code if isinstance(owner, Unit) else "",
            kind=kind_of(owner),
            province=self._province(owner),
            mark=marks.of_light(standing.light),
            sentence=STANDINGS[standing.light],
            tallies=tallies(standing.verdicts),
            causes=self._causes(standing),
            cards=self.reader.cards(owner.targets, standing.verdicts),
            again=_again(self.assessment.run, owner.slug),
            earlier=self._earlier(standing),
            actions=self._actions(owner.slug),
            report=own_report(self.assessment, standing, self.places, self.reader.clock),
            waivers=self._waivers(owner.slug),
        )

    def _waivers(self, slug: str) -> tuple[WaiverView, ...]:
        return waivers_about(
            slug, self.assessment, self.places, self.reader.clock, self.frame.home
        )

    def _actions(self, slug: str) -> ActionsView | None:
        mine = [action for action in self.actions if slug in action.units]
        return actions_view(mine, self.reader.clock)

    def _earlier(self, standing: Standing) -> tuple[EarlierView, ...]:
        return earlier_results(self.assessment, standing, self.reader.wording, self.places)

    def _causes(self, standing: Standing) -> tuple[CauseView, ...]:
        wanted = {self.places.link(cause_id) for cause_id in standing.causes}
        return tuple(view for view in self.causes if view.link in wanted)

    def _province(self, owner: Unit | Hub) -> str:
        if isinstance(owner, Hub):
            return ""
        return self.provinces.get(owner.former_province, owner.former_province)


def owner_pages(
    assessment: Assessment, wording: Wording, actions: Sequence[Action] = ()
) -> OwnerPages:
    """Prepare what all owners' pages share."""
    places = from_unit(assessment)
    return OwnerPages(
        assessment,
        frame(assessment, f"../{CITY_PAGE}"),
        places,
        Reader(wording, city_clock(assessment), places),
        province_names(assessment),
        causes(assessment, places),
        tuple(actions),
    )


def tallies(verdicts: Sequence[Verdict]) -> tuple[Tally, ...]:
    """Count outcomes, the worst first; a placeholder's checks count as not measured."""
    outcomes = Counter(Outcome.UNKNOWN if v.target.placeholder else v.outcome for v in verdicts)
    ranked = sorted(OUTCOMES, reverse=True)
    return tuple(Tally(marks.of_outcome(o), outcomes[o]) for o in ranked if outcomes[o])


def _again(run: Run, slug: str) -> str:
    """The command that measures one owner again, as a further round of the same run."""
    twin = run.parameters.get("twin")
    route = f" --twin {shlex.quote(str(twin))}" if twin else " --twin" if run.is_twin else ""
    folder = str(PurePath(run.reports_to).parent) if run.reports_to else USUAL_FOLDER
    where = "" if folder in {USUAL_FOLDER, "."} else f" --out {shlex.quote(folder)}"
    return f".venv/bin/rehearse recheck {run.id} --units {slug}{route}{where}"
