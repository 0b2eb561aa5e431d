"""Are the clean-up's records found, taken out and proven gone, whatever the centre does?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rehearsal.cleanup import Pace, sweep
from rehearsal.model import Intent
from rehearsal.net.center import dossiers_of, payments_of, procedures_of
from rehearsal.net.center.desk import desk_of
from rehearsal.net.center.journey import at_home, draft_of
from rehearsal.net.trail import Stopped
from tests.rehearsal.net.center.conftest import Centers
from tests.twin.center.serving import stored, strangers

BRISK = Pace(settle_s=0.1, backoff_s=0.02)
PATIENT = replace(BRISK, settle_s=1.6)  # longer than the index lags


async def handed_in(centers: Centers, slug: str) -> tuple[Intent, object]:
    """A dossier of ours at that unit, and the store that it is in."""
    target = centers.target(slug)
    door, book = centers.door()
    procedure = (await procedures_of(target, door)).procedures[0]
    marker = await book.intend(target, "dossiers")
    told = await desk_of(target, door).hand_in(draft_of(procedure, at_home(target), marker))
    now = datetime.now(UTC)
    intent = Intent("r1", marker, "center.dossier", target.id, "dossiers", now, told.id)
    return intent, dossiers_of(target, door)


def left(centers: Centers, intent: Intent) -> int:
    """How many records carry the marker, by the city's own account."""
    return len(stored(centers.city, "dossiers", f"marker = '{intent.marker}'"))


@pytest.mark.parametrize(
    ("slug", "pace"),
    [
        ("mot", BRISK),
        ("fuzzy", BRISK),
        ("reluctant", BRISK),
        ("empty", BRISK),
        ("late", PATIENT),
    ],
)
async def test_what_can_be_taken_out_is(centers: Centers, slug: str, pace: Pace):
    """Nothing of ours is left, and every citizen's record is."""
    intent, store = await handed_in(centers, slug)
    there = strangers(centers.city)
    done = await sweep(store, intent, pace)

    assert done.is_gone, done.problem
    assert done.removed == 1
    assert left(centers, intent) == 0
    assert strangers(centers.city) == there


@pytest.mark.parametrize("slug", ["keeps", "denied"])
async def test_what_is_kept_is_not_called_gone(centers: Centers, slug: str):
    """A 204, or a 404, is no proof: the search still shows it."""
    intent, store = await handed_in(centers, slug)
    done = await sweep(store, intent, replace(BRISK, rounds=3))

    assert not done.is_gone
    assert left(centers, intent) == 1


async def test_what_has_changed_since_is_left_alone(centers: Centers):
    """The entity tag read before goes with the removal."""
    intent, store = await handed_in(centers, "mot")
    before = await store.read(intent.record_id)
    door, _ = centers.door()
    await desk_of(centers.target("mot"), door).move(intent.record_id, "receive")
    with pytest.raises(Stopped, match="cleanup/step_rejected: status 412"):
        await store.remove(before)

    assert left(centers, intent) == 1
    await store.remove(await store.read(intent.record_id))
    assert left(centers, intent) == 0


async def test_a_record_without_a_tag_is_not_removed(centers: Centers):
    """Nobody could say that it is still what was read."""
    intent, store = await handed_in(centers, "mot")
    found = await store.find(intent.marker)

    assert [(one.id, one.version) for one in found] == [(intent.record_id, "")]
    with pytest.raises(Stopped, match="no entity tag"):
        await store.remove(found[0])
    assert left(centers, intent) == 1


async def test_a_payment_is_found_and_taken_out_by_its_own_marker(centers: Centers):
    """Not by that of its dossier."""
    intent, _ = await handed_in(centers, "mot")
    door, book = centers.door()
    target = centers.target("mot")
    marker = await book.intend(target, "payments")
    paid = await desk_of(target, door).pay(marker, "nonce-1", intent.record_id, 5000)
    store = payments_of(target, door)

    assert await store.find(intent.marker) == []
    assert [one.id for one in await store.find(marker)] == [paid.id]
    await store.remove(await store.read(paid.id))
    assert await store.read(paid.id) is None
    assert stored(centers.city, "payments", f"marker = '{marker}'") == []
