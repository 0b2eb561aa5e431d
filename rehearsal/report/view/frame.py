"""What stands around every page: whose trial, which run, when, on which city?"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rehearsal.model import Assessment, Run, Text
from rehearsal.report.clock import Clock, day_text
from rehearsal.report.words import PHASES, worded


@dataclass(frozen=True, slots=True)
class Frame:
    """The head and foot of a page."""

    city: str
    phase: Text
    is_twin: bool
    run_id: str
    started: Text
    finished: Text
    go_live: Text
    digest: str
    reports_to: str
    home: str


def frame(assessment: Assessment, home: str) -> Frame:
    """Return the frame of a page from which the city's page is at `home`."""
    run = assessment.run
    clock = city_clock(assessment)
    return Frame(
        city=assessment.city.name,
        phase=worded(PHASES, run.phase),
        is_twin=run.is_twin,
        run_id=run.id,
        started=clock.moment(run.started),
        finished=_finished(run, clock),
        go_live=day_text(assessment.city.go_live),
        digest=assessment.inventory_digest,
        reports_to=run.reports_to,
        home=home,
    )


def _finished(run: Run, clock: Clock) -> Text:
    if run.finished is None:
        return Text("chưa kết thúc", "not finished")
    return clock.moment(run.finished)


def city_clock(assessment: Assessment) -> Clock:
    """Return the clock on the city's wall."""
    return Clock(ZoneInfo(assessment.city.timezone))
