"""Does a dossier go its whole way, and is whatever is wrong with it told?"""

from __future__ import annotations

import pytest

from rehearsal.model import Step
from rehearsal.net.center import (
    ENDS_ONLY,
    Care,
    Journey,
    Passed,
    Procedure,
    Route,
    at_home,
    journey,
    procedures_of,
    raise_shared,
)
from rehearsal.net.trail import Stopped, begin_trail
from tests.rehearsal.net.center.conftest import Centers
from tests.twin.center.serving import stored, strangers

STEPS = ("submit", "receive", "process", "sign", "pay", "return", "look_up")


async def one(centers: Centers, door, slug: str = "mot", fee: int = 5000) -> Procedure:
    """Some procedure with that fee."""
    catalogue = await procedures_of(centers.target(slug), door)
    return next(p for p in catalogue.procedures if p.fee == fee)


@pytest.mark.parametrize("fee", [5000, 0], ids=["with-a-fee", "free-of-charge"])
async def test_a_dossier_goes_its_whole_way(centers: Centers, fee: int):
    """Seven steps, each timed; at the end the city's own records say that it was returned."""
    door, book = centers.door()
    gone = await journey(
        door, await one(centers, door, fee=fee), at_home(centers.target("mot"))
    )
    marker = book.intended[0][0]
    kept = stored(centers.city, "dossiers", f"marker = '{marker}'")

    assert gone.flaw is None, gone.flaw
    assert tuple(passed.step for passed in gone.passed) == STEPS
    assert all(passed.took_s > 0 for passed in gone.passed)
    assert [one["state"] for one in kept] == ["returned"]
    assert [store for _, _, store in book.intended] == ["dossiers", *["payments"] * bool(fee)]
    assert book.known[marker] == kept[0]["id"]


async def test_it_is_given_back_at_a_third_unit(centers: Centers):
    """Received for the second unit's citizen, and fetched at the third."""
    door, book = centers.door()
    units = [centers.target(slug) for slug in ("mot", "hai", "ba")]
    route = Route(units[0], units[1].code, units[2])
    gone = await journey(door, await one(centers, door), route)
    kept = stored(centers.city, "dossiers", f"marker = '{book.intended[0][0]}'")[0]
    codes = kept["receiving_unit"], kept["applicant"]["unit"], kept["returning_unit"]

    assert gone.flaw is None, gone.flaw
    assert codes == tuple(unit.code for unit in units)
    assert kept["state"] == "returned"


async def test_a_load_is_spared_the_readings_between(centers: Centers):
    """Nine requests where only a dossier's ends are read; it is proven all the same."""
    door, _ = centers.door()
    procedure = await one(centers, door)
    trail = begin_trail()
    gone = await journey(door, procedure, at_home(centers.target("mot")), ENDS_ONLY)
    asked = [rung for rung in trail.rungs if rung.step is Step.HTTP_EXCHANGE]

    assert gone.flaw is None, gone.flaw
    assert len(asked) == 9


async def test_a_lost_reply_is_resolved_and_told(centers: Centers):
    """The dossier is found by its marker and goes on; that its reply was lost is no pass."""
    door, book = centers.door()
    target = centers.target("cut")
    gone = await journey(door, await one(centers, door), at_home(target))
    kept = stored(centers.city, "dossiers", f"marker = '{book.intended[0][0]}'")

    assert gone.trouble is None
    assert gone.flaw.kind == "reply_lost"
    assert gone.flawed_at == "submit"
    assert [one["state"] for one in kept] == ["returned"]


async def test_a_strangers_dossier_is_not_touched(centers: Centers):
    """A reply with a citizen's id ends the journey before anything is done to that dossier."""
    door, _ = centers.door()
    before = stored(centers.city, "dossiers", "marker = ''")
    gone = await journey(door, await one(centers, door), at_home(centers.target("other-id")))

    assert gone.trouble.kind == "wrong_record"
    assert gone.stopped_at == "submit"
    assert stored(centers.city, "dossiers", "marker = ''") == before


async def test_a_misdelivery_names_who_got_it(centers: Centers):
    """The unit that was to give it back has it not; all others are asked."""
    door, _ = centers.door("elsewhere", "mot", "hai", "bon")
    route = Route(
        centers.target("elsewhere"), centers.target("mot").code, centers.target("hai")
    )
    gone = await journey(door, await one(centers, door), route)

    assert gone.trouble.kind == "wrong_unit"
    assert gone.landed == centers.target("bon").code
    assert gone.stopped_at == "return"
    assert gone.stopped_by == centers.target("elsewhere").code


async def test_a_state_that_does_not_change_is_stale(centers: Centers):
    """What the reply promised is not what is read."""
    door, _ = centers.door()
    gone = await journey(door, await one(centers, door), at_home(centers.target("stale")))

    assert gone.trouble.kind == "stale_record"
    assert gone.stopped_at == "receive"
    assert [passed.step for passed in gone.passed] == ["submit"]


@pytest.mark.parametrize(
    ("slug", "copies", "others"), [("mot", 1, 0), ("fuzzy", 1, 3), ("empty", 0, 0)]
)
async def test_what_a_search_shows_is_kept(
    centers: Centers, slug: str, copies: int, others: int
):
    """Ours, how often, and how many of other people."""
    door, _ = centers.door()
    procedure, route = await one(centers, door), at_home(centers.target(slug))
    gone = await journey(door, procedure, route, Care(searches=True))

    assert gone.flaw is None
    assert (gone.searched.copies, gone.searched.strangers) == (copies, others)
    assert (gone.searched.after_s is None) is (copies == 0)


async def test_an_index_that_lags_is_waited_for(centers: Centers):
    """It is found in the end, and how long that took is said."""
    door, _ = centers.door()
    procedure, route = await one(centers, door), at_home(centers.target("late"))
    gone = await journey(door, procedure, route, Care(searches=True))

    assert gone.searched.copies == 1
    assert gone.searched.after_s > 1.0


async def test_nothing_here_touched_a_citizens_record(centers: Centers):
    """After all of the above every unit has its citizens' records."""
    assert len(strangers(centers.city)) == 4 * len(centers.inventory.units)


def went(*learned: str) -> Journey:
    """A journey whose only step was learned so."""
    return Journey("f", "F", "1", tuple(Passed("submit", 0.1, how) for how in learned))


def test_what_fails_everywhere_is_the_systems_failure():
    """One kind in all fields is raised; a sound field, or another kind, keeps it a field's."""
    raise_shared([went("reply"), went("reply_lost")])
    raise_shared([went("reply_lost"), went("stored_despite_error")])
    with pytest.raises(Stopped, match="transaction/reply_lost"):
        raise_shared([went("reply_lost"), went("reply_lost")])
