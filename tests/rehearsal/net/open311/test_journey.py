"""Is a ticket followed to its end, and written down before it is sent?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from rehearsal.model import Failure, Target
from rehearsal.net.ledger import new_marker
from rehearsal.net.open311.dialect import STEPS
from rehearsal.net.open311.hotline import Hotline
from rehearsal.net.open311.journey import travel
from rehearsal.net.open311.survey import follow, survey
from rehearsal.net.trail import Stopped
from tests.rehearsal.net.open311.conftest import Ours
from tests.twin.calling import Twin
from tests.twin.hotline.serving import stored

WHO = {"unit": "10001", "channel": "web", "applicant": "individual"}


@dataclass
class Witness:
    """Writes down, and looks whether anything has been sent already."""

    city: Twin
    is_broken: bool = False
    told: list[tuple[str, str]] = field(default_factory=list)
    stored_before: int = 0

    async def intend(self, target: Target, store: str) -> str:
        if self.is_broken:
            raise OSError("the disk is full")
        marker = new_marker("DIENTAP-test")
        self.stored_before += len(stored(self.city, f"marker = '{marker}'"))
        self.told.append((f"{target.id} {store}", marker))
        return marker

    async def acknowledge(self, marker: str, record_id: str) -> None:
        self.told.append((record_id, marker))


def observed(ours: Ours, **kind: bool) -> tuple[Ours, Witness]:
    """The same city, with a witness at its ledger."""
    witness = Witness(ours.city, **kind)
    return replace(ours, door=replace(ours.door, ledger=witness)), witness


async def test_every_step_is_taken_and_timed(sound: Ours):
    """Number, queue, acknowledged, answered, closed; each took some time."""
    target = sound.targets["mot/feedback"]
    journey = await travel(Hotline(target, sound.door), target, sound.door, **WHO)

    assert journey.failure is None
    assert tuple(journey.took_s) == STEPS
    assert all(took_s > 0 for took_s in journey.took_s.values())


async def test_a_ticket_is_written_down_before_it_is_sent(sound: Ours):
    """And its number as soon as there is one."""
    ours, witness = observed(sound)
    journey = await follow(ours.targets["mot/feedback"], ours.door)
    (what, marker), (number, again) = witness.told
    [record] = stored(ours.city, f"marker = '{marker}'")

    assert journey.unit == "10001"
    assert (what, witness.stored_before) == ("mot/feedback tickets", 0)
    assert (number, again) == (record["id"], marker)


async def test_what_cannot_be_written_down_is_not_sent(sound: Ours):
    """A full disk costs a rehearsal, and no citizen's queue anything."""
    ours, _ = observed(sound, is_broken=True)
    before = len(stored(ours.city))
    with pytest.raises(OSError, match="disk"):
        await follow(ours.targets["mot/feedback"], ours.door)

    assert len(stored(ours.city)) == before


async def test_the_survey_spreads_over_units_channels_and_senders(sound: Ours):
    """Nine tickets, each kind by each channel; the city's units share them."""
    ours, witness = observed(sound)
    seen = await survey(ours.targets["city/hotline"], ours.door)
    kinds = {(one.channel, one.applicant) for one in seen.journeys}

    assert len(kinds) == len(seen.journeys) == 9
    assert [one.failure for one in seen.journeys] == [None] * 9
    assert {one.unit for one in seen.journeys} == {"10001", "10002", "10003"}
    assert len(witness.told) == 18


async def test_a_failure_says_which_ticket_and_where(lapsing: Ours):
    """Channel, sender, unit and step stand before what was seen."""
    with pytest.raises(Stopped) as caught:
        await follow(lapsing.targets["ba/feedback"], lapsing.door)
    failure: Failure = caught.value.failure

    assert failure.kind == "text_cut"
    assert failure.detail.startswith("web/individual, 10003, queue: ")


async def test_a_unit_that_nobody_knows_is_refused(sound: Ours):
    """The hotline's own words are kept."""
    target = sound.targets["mot/feedback"]
    who = WHO | {"unit": "99999"}
    journey = await travel(Hotline(target, sound.door), target, sound.door, **who)

    assert (journey.ended_at, journey.failure.kind) == ("number", "step_rejected")
    assert "attribute[unit] was not found" in journey.failure.detail
