"""Are our tickets taken out of a real hotline, proven gone, and nobody else's touched?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from rehearsal.cleanup import Pace, sweep
from rehearsal.model import Intent
from rehearsal.net.ledger import Found, new_marker
from rehearsal.net.open311.hotline import Hotline
from rehearsal.net.open311.store import STORE, TicketStore
from rehearsal.net.open311.ticket import draft
from rehearsal.net.trail import Stopped
from tests.rehearsal.net.open311.conftest import Ours
from tests.twin.hotline.serving import stored

HASTY = Pace(settle_s=2.0, rounds=6, backoff_s=0.05, deadline_s=20.0)


async def handed_in(ours: Ours, slug: str) -> Intent:
    """A ticket of ours, and what is written down of it."""
    target = ours.targets[f"{slug}/feedback"]
    marker = new_marker("DIENTAP-test")
    hotline = Hotline(target, ours.door)
    token, number = await hotline.create(draft(marker, target.code, "web", "individual"))
    while not number:
        await asyncio.sleep(0.05)
        number = await hotline.number(token)
    now = datetime.now(UTC)
    return Intent("test", marker, "hotline.routing", target.id, STORE, now, number)


def store(ours: Ours, slug: str) -> TicketStore:
    return TicketStore(ours.targets[f"{slug}/feedback"], ours.door)


def strangers(ours: Ours) -> list[dict]:
    return stored(ours.city, "marker = ''")


async def test_a_ticket_is_taken_out_and_proven_gone(sound: Ours):
    """The hotline's own records agree, and every citizen's ticket is still there."""
    before = strangers(sound)
    intent = await handed_in(sound, "mot")
    done = await sweep(store(sound, "mot"), intent, HASTY)

    assert (done.is_gone, done.found, done.removed, done.strangers) == (True, 1, 1, 0)
    assert stored(sound.city, f"marker = '{intent.marker}'") == []
    assert strangers(sound) == before
    assert len(before) == 6


async def test_what_the_hotline_keeps_is_not_called_gone(lapsing: Ours):
    """A 204 proves nothing: the ticket is found again."""
    intent = await handed_in(lapsing, "mot")
    done = await sweep(store(lapsing, "mot"), intent, HASTY)

    assert not done.is_gone
    assert intent.record_id in done.problem
    assert len(stored(lapsing.city, f"marker = '{intent.marker}'")) == 1


async def test_an_index_that_lags_hides_nothing(lapsing: Ours):
    """A search that finds nothing yet is asked again, and the number is looked up too."""
    intent = await handed_in(lapsing, "hai")
    done = await sweep(store(lapsing, "hai"), intent, HASTY)

    assert done.is_gone
    assert stored(lapsing.city, f"marker = '{intent.marker}'") == []


async def test_a_ticket_without_its_marker_is_not_called_gone(lapsing: Ours):
    """Its text was cut: it may not be touched, and it may not be forgotten."""
    intent = await handed_in(lapsing, "ba")
    done = await sweep(store(lapsing, "ba"), intent, HASTY)

    assert not done.is_gone
    assert "text_cut" in done.problem
    assert len(stored(lapsing.city, f"marker = '{intent.marker}'")) == 1


async def test_a_citizens_ticket_carries_no_marker(sound: Ours):
    """Whoever reads one is told so, and removes nothing."""
    found = await store(sound, "mot").read(strangers(sound)[0]["id"])

    assert found is not None
    assert found.marker == ""


async def test_what_is_not_there_is_none(sound: Ours):
    """The hotline's 404 is no failure."""
    assert await store(sound, "mot").read("HP1022-99999999") is None


@pytest.mark.parametrize("tag", ["", '"00000000"'], ids=["none", "old"])
async def test_what_may_have_changed_is_not_withdrawn(sound: Ours, tag: str):
    """Without the tag that was read, another's ticket could be struck."""
    intent = await handed_in(sound, "hai")
    with pytest.raises(Stopped):
        await store(sound, "hai").remove(Found(intent.record_id, intent.marker, tag))

    assert len(stored(sound.city, f"marker = '{intent.marker}'")) == 1
