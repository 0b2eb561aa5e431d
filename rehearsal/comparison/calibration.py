"""Did what a trial predicted come true?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from rehearsal.comparison.side import called
from rehearsal.model import Assessment, City, Light, Run
from rehearsal.model.comparison import Calibration, LaterFact, Miss, Share

TRIALS = frozenset({"phase-1", "phase-2"})
HAPPENED = (Light.GREEN, Light.YELLOW, Light.RED)  # nobody tells of a grey unit
_RANK = {Light.GREEN: 0, Light.YELLOW: 1, Light.RED: 2}


def last_trial(runs: Iterable[Run], city: str, go_live: datetime) -> Run | None:
    """The trial whose lights are the prediction: the last one finished before go-live.

    `city` is a run's city: a name, or `twin`.
    """
    asked = [
        run
        for run in runs
        if run.city == city
        and run.phase in TRIALS
        and run.finished is not None
        and run.state == "finished"
        and run.started < go_live
    ]
    return max(asked, key=lambda run: (run.started, run.id), default=None)


def start_of(city: City) -> datetime:
    """The first moment of the day of go-live, by the city's clock."""
    midnight = datetime.min.time()
    return datetime.combine(city.go_live, midnight, tzinfo=ZoneInfo(city.timezone))


def counting(facts: Iterable[LaterFact]) -> Mapping[str, LaterFact]:
    """Of several facts about a unit the first that happened counts: it meets the prediction.

    Of several about one moment the one said last, which mends the others.
    """
    found: dict[str, LaterFact] = {}
    last_said = sorted(facts, key=lambda f: (f.said_at, f.light, f.note), reverse=True)
    for fact in sorted(last_said, key=lambda f: f.at):
        found.setdefault(fact.unit, fact)
    return dict(sorted(found.items()))


def calibration(assessment: Assessment, facts: Iterable[LaterFact]) -> Calibration:
    """The lights of a trial against what is told since; nothing is guessed from no facts.

    Facts of another city and of before go-live say nothing of this prediction.
    """
    since = start_of(assessment.city)
    own = (f for f in facts if f.city == assessment.run.city and f.at >= since)
    told = counting(own)
    units = {called(standing): standing for standing in assessment.units}
    met = [(units[name], fact) for name, fact in told.items() if name in units]
    table = Counter((standing.light, fact.light) for standing, fact in met)
    misses = [
        Miss(fact.unit, standing.owner.name, standing.light, fact)
        for standing, fact in met
        if standing.light is not Light.GREY and standing.light is not fact.light
    ]
    return Calibration(
        run_id=assessment.run.id,
        go_live=assessment.city.go_live,
        facts=len(met),
        table={(a, b): table[a, b] for a in Light for b in HAPPENED},
        red_came_true=_share(table, Light.RED),
        green_stayed=_share(table, Light.GREEN),
        rosier=tuple(m for m in misses if _RANK[m.predicted] < _RANK[m.fact.light]),
        gloomier=tuple(m for m in misses if _RANK[m.predicted] > _RANK[m.fact.light]),
        silent=tuple(sorted(units.keys() - told.keys())),
        strangers=tuple(sorted(told.keys() - units.keys())),
    )


def _share(table: Mapping[tuple[Light, Light], int], light: Light) -> Share:
    return Share(table.get((light, light), 0), sum(table.get((light, b), 0) for b in HAPPENED))
