"""Who gets through by which channel? One ticket for each kind of applicant and channel."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rehearsal.model import Failure, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.open311.dialect import APPLICANTS, CHANNELS, JSON, XML
from rehearsal.net.open311.hotline import Hotline
from rehearsal.net.open311.journey import Journey, travel
from rehearsal.net.trail import Stopped, keep_brief, stop

# What a hotline may answer to a request in a format that it does not speak.
_NOT_SPOKEN = frozenset({"malformed_response", "step_rejected", "unexpected_status"})
UNITS = "feedback"  # the key under which units have their queues in the inventory
AT_HOTLINE = ("number", "queue")  # the steps before the unit's own


@dataclass(frozen=True, slots=True)
class Surveyed:
    """All journeys, at least one of which came through; `xml_problem` is empty if none."""

    xml_problem: str
    journeys: tuple[Journey, ...]

    def lost(self) -> tuple[Journey, ...]:
        """Those that ended at the hotline, before any unit could see them."""
        return tuple(one for one in self.journeys if one.ended_at in AT_HOTLINE)

    def behind(self) -> tuple[Journey, ...]:
        """Those that reached their unit and ended there."""
        return tuple(one for one in self.journeys if one.ended_at and one not in self.lost())

    def slowest(self, step: str) -> Journey | None:
        """Whose step took longest, of those that took it."""
        took = [one for one in self.journeys if step in one.took_s]
        return max(took, key=lambda one: one.took_s[step], default=None)


async def survey(target: Target, door: Door) -> Surveyed:
    """Send a ticket by every channel for every applicant, each to another unit.

    Stopped when none came through: then what most met is what is wrong.
    """
    keep_brief()
    hotline, xml_problem = await spoken(target, door)
    who = zip(_kinds(), _units(target, door), strict=True)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                travel(hotline, target, door, unit=unit, channel=channel, applicant=applicant)
            )
            for (channel, applicant), unit in who
        ]
    journeys = tuple(task.result() for task in tasks)
    failures = [one.failure for one in journeys if one.failure is not None]
    held = [failure for failure in failures if failure.step is Step.OBSERVE]
    if len(failures) == len(journeys) or (held and len(held) == len(failures)):
        raise Stopped(_commonest(held or failures))
    told = [j for j in journeys if j.failure is None or j.failure.step is not Step.OBSERVE]
    return Surveyed(xml_problem, tuple(told))


async def follow(target: Target, door: Door) -> Journey:
    """Send the unit one ticket by the web; Stopped when it does not come through."""
    keep_brief()
    hotline, _ = await spoken(target, door)
    who = {"unit": target.code, "channel": CHANNELS[0], "applicant": "individual"}
    journey = await travel(hotline, target, door, **who)
    if journey.failure is not None:
        raise Stopped(journey.failure)
    return journey


async def spoken(target: Target, door: Door) -> tuple[Hotline, str]:
    """The hotline in a format that it speaks, and what is wrong with its XML.

    XML is mandatory (GeoReport v2, "Format Support"), JSON is not.
    """
    problem = ""
    hotline = Hotline(target, door, XML)
    try:
        await _refuse_others(hotline)
    except Stopped as ended:
        if ended.failure.kind not in _NOT_SPOKEN:
            raise
        problem = ended.failure.detail or ended.failure.kind
        hotline = Hotline(target, door, JSON)
        await _refuse_others(hotline)
    asked_for = hotline.dialect.names["format"]
    return hotline if problem or asked_for == XML else Hotline(target, door, asked_for), problem


async def _refuse_others(hotline: Hotline) -> None:
    """Whose services are these? The city's own one must be among them."""
    wanted = hotline.dialect.names["service_code"]
    found = [hotline.dialect.value(row, "service") for row in await hotline.services()]
    if wanted not in found:
        why = f"no {wanted!r} among {', '.join(found[:5])}"
        raise stop(Step.TRANSACTION, "wrong_jurisdiction", why)


def _kinds() -> Iterator[tuple[str, str]]:
    return ((channel, applicant) for channel in CHANNELS for applicant in APPLICANTS)


def _units(target: Target, door: Door) -> Sequence[str]:
    """A unit for each ticket, spread over the city: one bad unit is then no bad channel."""
    count = len(CHANNELS) * len(APPLICANTS)
    codes = [unit.code for unit in door.peers.get(UNITS, ()) if unit.code]
    if target.code or not codes:
        return [target.code] * count
    return [codes[number * len(codes) // count] for number in range(count)]


def _commonest(failures: Sequence[Failure]) -> Failure:
    """The first of the kind that most of them are."""
    kind, _ = Counter(failure.kind for failure in failures).most_common(1)[0]
    return next(failure for failure in failures if failure.kind == kind)
