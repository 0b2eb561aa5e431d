"""What do both trials say together, and what has happened between them?

A review is a run of its own in the journal: it keeps which trials it is about, and how
often each had been asked again by then, so that it can be drawn again.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rehearsal import snapshot
from rehearsal.check import Registry
from rehearsal.comparison import calibration, compare, side_of
from rehearsal.console import both
from rehearsal.journal import Journal, UnknownRun
from rehearsal.model import Assessment, Light, Run, Text
from rehearsal.model.action import Action
from rehearsal.model.comparison import Calibration, Comparison
from rehearsal.model.review import Moment, Review
from rehearsal.model.run import PHASES, REVIEW
from rehearsal.order import EXIT_USAGE, TrialRefused
from rehearsal.past import (
    actions_at,
    assessment_of,
    city_name,
    inventory_now,
    of_its_city,
    reviewed,
    texts,
    wording_of,
)
from rehearsal.report import write_comparison, write_reports
from rehearsal.report.view.comparison import comparison_page

JUDGE, REPORT = "judge", "reports"


def trials_for(journal: Journal, wanted: Mapping[str, str | None]) -> list[Run]:
    """The trial of each phase that a review is about: the one named, or the last whole one.

    TrialRefused, with every reason, when there is none, or when they do not belong together.
    """
    problems: list[Text] = []
    found = [
        run
        for phase in PHASES
        if (run := _named(journal, phase, wanted.get(phase), problems)) is not None
    ]
    if not found and not problems:
        problems.append(_NO_TRIAL)
    if len({(run.city, city_name(run)) for run in found}) > 1:
        problems.append(_TWO_CITIES)
    if problems:
        raise TrialRefused("\n".join(both(one) for one in problems), EXIT_USAGE)
    return found


def _named(journal: Journal, phase: str, name: str | None, problems: list[Text]) -> Run | None:
    if name is None:
        whole = (run for run in journal.runs() if run.phase == phase and _is_whole(run))
        return next(whole, None)
    try:
        run = journal.run(name)
    except UnknownRun as problem:
        problems.append(problem.says)
        return None
    if run.phase != phase or not _is_whole(run):
        vi, en = f"{_A_WHOLE_TRIAL.vi} {phase}", f"{_A_WHOLE_TRIAL.en} {phase}"
        problems.append(Text(f"{name}: {vi}", f"{name}: {en}"))
        return None
    return run


def _is_whole(run: Run) -> bool:
    """Whether it tried the whole city, to its end."""
    return run.state == "finished" and not run.is_narrowed


def begin(journal: Journal, trials: Sequence[Run], out: Path, registry: Registry) -> Run:
    """Write down that a review begins, and what it is about."""
    now = datetime.now(UTC)
    last = trials[-1]
    inventory = inventory_now(journal, last)
    local = now.astimezone(ZoneInfo(inventory.city.timezone))
    run_id = f"{REVIEW}-{local:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    first = assessment_of(journal, trials[0].id, registry)
    rounds = {run.id: len(journal.rechecks.of(run.id)) for run in trials}
    run = Run(
        id=run_id,
        phase=REVIEW,
        city=last.city,
        started=now,
        reports_to=str(out / run_id),
        parameters={
            **{name: last.parameters[name] for name in _KEPT if name in last.parameters},
            "hold_s": trials[0].parameters.get("hold_s"),
            "trials": [[name, last_round] for name, last_round in rounds.items()],
            "reports_due": first.reports.due.isoformat() if first.reports.due else None,
            "missing": [phase for phase in PHASES if phase not in {t.phase for t in trials}],
            "inventory_snapshot": snapshot.to_plain(inventory),
        },
    )
    history = [one.id for one in of_its_city(journal, run)]
    run = replace(run, parameters={**run.parameters, "history": history})
    journal.begin(run)
    return run


def carry_out(
    journal: Journal, run: Run, registry: Registry
) -> tuple[Assessment, tuple[Action, ...]]:
    """Judge, end the review and write its reports; gives the actions in them as well."""
    journal.stage_began(run.id, JUDGE, datetime.now(UTC))
    found = assessment_of(journal, run.id, registry)
    now = datetime.now(UTC)
    journal.stage_ended(run.id, JUDGE, now)
    journal.finish(run.id, at=now, state="finished", verdict=found.decision)
    found = replace(found, run=journal.run(run.id))
    journal.stage_began(run.id, REPORT, now)
    actions = write_review(journal, found, registry, Path(run.reports_to).parent)
    journal.stage_ended(run.id, REPORT, datetime.now(UTC))
    return found, actions


def write_review(
    journal: Journal, found: Assessment, registry: Registry, out: Path
) -> tuple[Action, ...]:
    """Draw the reports of a review, from the journal alone; gives the actions in them.

    Each trial is judged once after each of its rounds, which takes seconds in a big city.
    """
    told = [
        assessment_of(journal, name, registry, up_to_round=number)
        for name, last in reviewed(found.run).items()
        for number in range(last + 1)
    ]
    trials = [one for one in told if one.round == reviewed(found.run)[one.run.id]]
    review = Review(
        moments=tuple(sorted(map(_moment, told), key=lambda moment: moment.at)),
        missing=texts(found.run.parameters.get("missing")),
        comparison=_compared(journal, trials, registry, out),
        calibration=_calibrated(journal, found),
    )
    actions = actions_at(journal, found.run.id, registry, told)
    wording = wording_of(journal, found.run.id, registry)
    write_reports(found, wording, out / found.run.id, actions, review)
    return actions


def _moment(found: Assessment) -> Moment:
    again = found.rechecks[-1] if found.rechecks else None
    return Moment(
        at=again.at if again else found.run.started,
        run_id=found.run.id,
        phase=found.run.phase,
        round=found.round,
        decision=found.decision,
        lights=_counted(found),
        asked=again.asked if again else found.planned,
        measured=again.measured if again else found.measured,
        created=found.synthetic.created,
        left=found.synthetic.left,
        doubt=again.doubt if again else "",
    )


def _counted(found: Assessment) -> Mapping[Light, int]:
    lights = Counter(standing.light for standing in found.units)
    return {light: lights[light] for light in Light}


def _compared(
    journal: Journal, trials: Sequence[Assessment], registry: Registry, out: Path
) -> Comparison | None:
    """What changed from one to the other; its page is drawn in the newer one's folder."""
    if len(trials) < len(PHASES):
        return None
    older, newer = trials
    found = compare(
        *(side_of(one, inventory_now(journal, one.run), registry) for one in (older, newer))
    )
    wording = wording_of(journal, newer.run.id, registry)
    write_comparison(comparison_page(found, older, newer, wording), out / newer.run.id)
    return found


def _calibrated(journal: Journal, found: Assessment) -> Calibration | None:
    facts = journal.later.of(found.run.city)
    return calibration(found, facts) if facts else None


_KEPT = ("inventory", "twin", "go_live", "criteria", "criteria_snapshot")
_NO_TRIAL = Text(
    "chưa có đợt diễn tập nào của cả thành phố đã xong: hãy chạy phase-1, phase-2 trước",
    "no trial of the whole city has ended yet: run phase-1 and phase-2 first",
)
_TWO_CITIES = Text(
    "hai đợt diễn tập không cùng một thành phố, hoặc một thật một mô phỏng",
    "the two trials are not of one city, or one is real and the other a twin's",
)
_A_WHOLE_TRIAL = Text(
    "cần một đợt đã xong của cả thành phố, giai đoạn", "it must be an ended whole trial of"
)
