"""The clean-up engine: only what is ours is touched, and only proof closes an intent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from rehearsal.cleanup import Cleaner, Pace, Turns, Written, sweep
from rehearsal.journal import open_journal
from rehearsal.model import Intent, Network, Run, Step, Target, TargetKind
from rehearsal.net.door import Door
from rehearsal.net.ledger import Found
from rehearsal.net.route import door_by
from rehearsal.net.trail import stop
from tests.rehearsal.pretend import PLAIN

NOW = datetime.now(UTC)
QUICK = Pace(settle_s=0.02, backoff_s=0.005, deadline_s=5.0, unseen_s=0.05)
RUN = "phase-2-1"
OURS = "DIENTAP-phase-2-1-a"
TARGET = Target("hai-an/mail", "hai-an", "Thư", TargetKind.SYSTEM, "https://m.example/")


def intent(marker: str = OURS, record_id: str = "") -> Intent:
    """A record that we were about to make."""
    return Intent(RUN, marker, PLAIN.id, TARGET.id, "letters", NOW, record_id)


@dataclass
class Shelf:
    """A system with records, and ways in which such systems lie."""

    records: dict[str, str] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    askings_until_late: int = 0
    is_fuzzy: bool = False
    is_blind: bool = False
    keeps: int = 0
    refuses: int = 0
    wrong_ids: dict[str, str] = field(default_factory=dict)
    askings: int = 0
    removed: list[str] = field(default_factory=list)
    hides: bool = False
    others: tuple[Shelf, ...] = ()
    _hidden: set[str] = field(default_factory=set)

    def elsewhere(self) -> Sequence[Shelf]:
        return self.others

    async def find(self, marker: str) -> Sequence[Found]:
        self.askings += 1
        if self.refuses:
            self.refuses -= 1
            raise stop(Step.HTTP_EXCHANGE, "maintenance", "status 503")
        if self.askings > self.askings_until_late:
            self.records |= self.late
            self.late = {}
        if self.is_blind:
            return []
        shown = self.records.items()
        return [
            Found(self.wrong_ids.get(name, name), carried)
            for name, carried in shown
            if (self.is_fuzzy or carried == marker) and name not in self._hidden
        ]

    async def read(self, record_id: str) -> Found | None:
        carried = self.records.get(record_id)
        return None if carried is None else Found(record_id, carried)

    async def remove(self, found: Found) -> None:
        self.removed.append(found.id)
        if self.hides:
            self._hidden.add(found.id)
            return
        if self.keeps:
            self.keeps -= 1
            return
        del self.records[found.id]


async def test_what_is_found_is_taken_out_and_asked_for_again():
    """Gone is what two askings in a row do not show."""
    shelf = Shelf({"1": OURS})

    done = await sweep(shelf, intent(), QUICK)

    assert (done.is_gone, done.found, done.removed, shelf.records) == (True, 1, 1, {})
    assert shelf.askings == 3


async def test_nothing_sent_is_nothing_left():
    """A kill between writing down and sending leaves an intent, and no record."""
    done = await sweep(Shelf(), intent(), QUICK)

    assert (done.is_gone, done.found) == (True, 0)


async def test_strangers_are_never_touched():
    """A search that shows more than was asked for shows other people's records."""
    shelf = Shelf({"1": "", "2": OURS, "3": "DIENTAP-phase-2-1-ab"}, is_fuzzy=True)

    done = await sweep(shelf, intent(), QUICK)

    assert (done.is_gone, done.strangers, shelf.removed) == (True, 2, ["2"])


async def test_a_record_that_comes_late_is_found():
    """A queue stores it after the first asking: that is why it is asked for again."""
    shelf = Shelf(late={"1": OURS}, askings_until_late=1)

    done = await sweep(shelf, intent(), QUICK)

    assert (done.is_gone, done.removed, shelf.records) == (True, 1, {})


async def test_an_id_alone_is_never_enough():
    """The search gives a stranger's id for our record: what is read there decides."""
    shelf = Shelf({"1": OURS, "7": "somebody else"}, wrong_ids={"1": "7"})

    done = await sweep(shelf, intent(), QUICK)

    assert (done.is_gone, shelf.removed) == (False, [])
    assert "still shown" in done.problem


async def test_the_id_of_a_reply_may_be_wrong():
    """What the system called it belongs to somebody else: it stays, and ours goes."""
    shelf = Shelf({"1": OURS, "7": "somebody else"})

    done = await sweep(shelf, intent(record_id="7"), QUICK)

    assert (done.is_gone, shelf.records) == (True, {"7": "somebody else"})


async def test_a_search_that_finds_nothing_is_found_out():
    """What the system gave an id is looked up by it as well."""
    shelf = Shelf({"1": OURS}, is_blind=True)

    done = await sweep(shelf, intent(record_id="1"), QUICK)

    assert (done.is_gone, shelf.records) == (True, {})


@pytest.mark.parametrize(("keeps", "is_gone"), [(2, True), (99, False)])
async def test_a_removal_is_not_believed(keeps: int, is_gone):
    """The system says that it is removed, and keeps it."""
    shelf = Shelf({"1": OURS}, keeps=keeps)

    done = await sweep(shelf, intent(), QUICK)

    assert done.is_gone is is_gone
    assert bool(done.problem) is not is_gone


@pytest.mark.parametrize(("refuses", "is_gone"), [(3, True), (99, False)])
async def test_a_system_that_refuses_is_asked_again(refuses: int, is_gone):
    """Nothing is proven by a 503."""
    done = await sweep(Shelf({"1": OURS}, refuses=refuses), intent(), QUICK)

    assert done.is_gone is is_gone
    assert ("maintenance" in done.problem) is not is_gone


async def test_what_only_leaves_the_index_is_found_out():
    """A soft removal: the search shows nothing any more, and the record is still there."""
    shelf = Shelf({"1": OURS}, hides=True)

    done = await sweep(shelf, intent(), QUICK)

    assert (done.is_gone, shelf.records) == (False, {"1": OURS})
    assert "still shown: 1" in done.problem


async def test_what_nobody_ever_saw_may_still_come():
    """A queue commits it long after two empty askings: it must first be old enough."""
    shelf = Shelf(late={"1": OURS}, askings_until_late=2)
    young = replace(intent(), at=datetime.now(UTC))

    done = await sweep(shelf, young, replace(QUICK, unseen_s=0.3))

    assert (done.is_gone, done.removed, shelf.records) == (True, 1, {})


async def test_a_record_that_lost_its_marker_is_neither_touched_nor_gone():
    """The system said that this is ours, and it carries nothing: somebody has to look."""
    shelf = Shelf({"1": ""})

    done = await sweep(shelf, intent(record_id="1"), QUICK)

    assert (done.is_gone, shelf.removed) == (False, [])
    assert "no marker" in done.problem


async def test_a_record_that_came_to_somebody_else_is_found_there():
    """The system said that it took it, and shows nothing: the others are asked."""
    astray, home = Shelf({"9": OURS, "8": ""}), Shelf()
    home.others = (Shelf(), astray)

    done = await sweep(home, intent(record_id="9"), QUICK)

    assert (done.is_gone, astray.records) == (True, {"8": ""})


@pytest.mark.parametrize(("keeps", "is_gone"), [(2, True), (99, False)])
async def test_a_removal_elsewhere_is_not_believed_either(keeps, is_gone):
    """Who got our record by mistake says that it is removed, and is asked again."""
    astray, home = Shelf({"9": OURS}, keeps=keeps), Shelf()
    home.others = (astray,)

    done = await sweep(home, intent(record_id="9"), QUICK)

    assert (done.is_gone, bool(astray.records)) == (is_gone, not is_gone)


async def test_the_right_id_is_written_down_before_it_is_needed():
    """Killed after the removal, the next sweep must not take the wrong id for ours."""
    shelf, corrected = Shelf({"1": OURS, "7": ""}), []

    async def correct(marker: str, record_id: str) -> None:
        corrected.append((marker, record_id, shelf.removed.copy()))

    done = await sweep(shelf, intent(record_id="7"), QUICK, correct=correct)

    assert done.is_gone
    assert corrected == [(OURS, "1", [])]


async def test_a_system_that_hangs_holds_nobody_up():
    """Its intents stay open, and say so."""

    class Hangs(Shelf):
        async def find(self, marker: str) -> Sequence[Found]:
            await asyncio.sleep(60)
            return await super().find(marker)

    turns, hasty = Turns(), replace(QUICK, deadline_s=0.05)
    several = [sweep(Hangs(), intent(f"{OURS}{number}"), hasty, turns) for number in range(99)]
    done = await asyncio.wait_for(asyncio.gather(*several), 3.0)

    assert not any(one.is_gone for one in done)
    assert all("step_timeout" in one.problem for one in done)


async def test_every_intent_is_closed_by_its_own_check(tmp_path):
    """The journal knows what is left; what nobody knows how to look for stays open."""
    shelf = Shelf()
    check = replace(PLAIN, stores={"letters": lambda _target, _door: shelf})
    with open_journal(f"sqlite:///{tmp_path}/journal.db") as journal:
        journal.begin(Run(RUN, "phase-2", "twin", NOW))
        ledger = Written(journal.intents, RUN, f"DIENTAP-{RUN}", check.id)
        for number in range(3):
            marker = await ledger.intend(TARGET, "letters")
            shelf.records[str(number)] = marker
            await ledger.acknowledge(marker, str(number))
        await ledger.intend(TARGET, "parcels")
        door = door_by(Network(), [])
        cleaner = Cleaner(journal.intents, {check.id: check}, {TARGET.id: TARGET}, door, QUICK)

        left = await cleaner.clean(RUN)

        assert [remnant.intent.store for remnant in left] == ["parcels"]
        assert left[0].last is not None
        assert "parcels" in left[0].last.problem
        assert journal.intents.created(RUN) == 4
        assert shelf.records == {}


@pytest.mark.parametrize("shows", [False, True])
async def test_a_blind_search_proves_nothing_of_a_lost_reply(tmp_path, shows):
    """What only its id showed tells that the search is blind, now and to the next clean-up."""
    shelf = Shelf(is_blind=True)
    check = replace(PLAIN, stores={"letters": lambda _target, _door: shelf})
    with open_journal(f"sqlite:///{tmp_path}/journal.db") as journal:
        journal.begin(Run(RUN, "phase-2", "twin", NOW))
        ledger = Written(journal.intents, RUN, f"DIENTAP-{RUN}", check.id)
        lost = shelf.records["8"] = await ledger.intend(TARGET, "letters")
        known = shelf.records["9"] = await ledger.intend(TARGET, "letters")
        await ledger.acknowledge(known, "9")
        door = door_by(Network(), [])
        cleaner = Cleaner(journal.intents, {check.id: check}, {TARGET.id: TARGET}, door, QUICK)
        for _ in range(2):  # the second time nothing that has an id is left to be seen
            left = await cleaner.clean(RUN)

            assert [one.intent.marker for one in left] == [lost]
            assert left[0].last is not None
            assert "search is blind: 9" in left[0].last.problem

        shelf.is_blind = not shows

        assert bool(await cleaner.clean(RUN)) is not shows
        assert bool(shelf.records) is not shows


async def test_a_bug_of_ours_keeps_no_other_record_from_being_swept(tmp_path):
    """It is told in the end, when everything else is clean."""
    shelf = Shelf()

    def broken(_target: Target, _door: Door) -> Shelf:
        raise ZeroDivisionError

    stores = {"letters": lambda _target, _door: shelf, "parcels": broken}
    check = replace(PLAIN, stores=stores)
    with open_journal(f"sqlite:///{tmp_path}/journal.db") as journal:
        journal.begin(Run(RUN, "phase-2", "twin", NOW))
        ledger = Written(journal.intents, RUN, f"DIENTAP-{RUN}", check.id)
        await ledger.intend(TARGET, "parcels")
        shelf.records["1"] = await ledger.intend(TARGET, "letters")
        door, targets = door_by(Network(), []), {TARGET.id: TARGET}

        with pytest.raises(ZeroDivisionError):
            await Cleaner(journal.intents, {check.id: check}, targets, door, QUICK).clean(RUN)

        assert [left.intent.store for left in journal.intents.remnants(RUN)] == ["parcels"]
        assert shelf.records == {}


async def test_an_intent_is_on_disk_before_its_marker_is_known(tmp_path):
    """Whoever has a marker to send can be killed at once."""
    url = f"sqlite:///{tmp_path}/journal.db"
    with open_journal(url) as journal, open_journal(url) as other:
        journal.begin(Run(RUN, "phase-2", "twin", NOW))
        ledger = Written(journal.intents, RUN, f"DIENTAP-{RUN}", PLAIN.id)

        marker = await ledger.intend(TARGET, "letters")

        assert [remnant.intent.marker for remnant in other.intents.remnants()] == [marker]
        assert marker.startswith(f"DIENTAP-{RUN}-")
