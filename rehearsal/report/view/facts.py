"""How is a value that a probe saw written for a person?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rehearsal.model import Observer, Text
from rehearsal.report.clock import Clock, number, same, span
from rehearsal.report.safe import excerpt
from rehearsal.report.words import ANSWERS, FACTS, OBSERVER, worded

FACT_MAX_BYTES = 600  # a fact is a line; a peer that sends more gets an excerpt
FACTS_MAX = 24  # a ladder's row, not a dump: the raw evidence stands below


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value as a page prints it; `is_raw` sets it apart as a peer's own words."""

    name: Text
    value: Text
    is_raw: bool


def facts(seen: Mapping[str, object], clock: Clock) -> tuple[Fact, ...]:
    """Return the first facts of a rung in the order in which they were noted."""
    told = list(seen.items())[:FACTS_MAX]
    return tuple(_fact(name, value, clock) for name, value in told if value not in (None, ""))


def observer_facts(observer: Observer) -> tuple[Fact, ...]:
    """Return the health of our own instrument during one measurement."""
    return tuple(
        Fact(words, _health(getattr(observer, name)), is_raw=False)
        for name, words in OBSERVER.items()
    )


def _health(value: float | bool | None) -> Text:  # noqa: FBT001 - an answer, not an option
    """Write a time, a count, or the answer of a witness."""
    if value is None or isinstance(value, bool):
        return ANSWERS[value]
    return span(value) if isinstance(value, float) else number(value)


def _fact(name: str, value: object, clock: Clock) -> Fact:
    label = worded(FACTS, excerpt(name, FACT_MAX_BYTES).text)
    if isinstance(value, str):
        return _from_text(label, value, clock)
    is_raw = not isinstance(value, int | float | datetime)
    return Fact(label, written(value, clock), is_raw)


def _from_text(label: Text, value: str, clock: Clock) -> Fact:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return Fact(label, written(value, clock), is_raw=True)
    if moment.tzinfo is None:
        return Fact(label, written(value, clock), is_raw=True)
    return Fact(label, _moment(moment, clock), is_raw=False)


def written(value: object, clock: Clock) -> Text:
    """Write a number in both languages, a moment in the city's time, the rest as it is."""
    if isinstance(value, datetime):
        return _moment(value, clock)
    if isinstance(value, int | float):
        return number(value)
    return same(excerpt(_line(value), FACT_MAX_BYTES).text)


def _moment(moment: datetime, clock: Clock) -> Text:
    try:
        return clock.moment(moment)
    except OverflowError:  # a peer's certificate may end in the year 9999
        return same(moment.isoformat())


def _line(value: object) -> str:
    if isinstance(value, Mapping):
        return " · ".join(f"{name}: {_line(item)}" for name, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return " · ".join(_line(item) for item in value)
    return str(value)
