"""Does a document travel to a real peer and back, and is it gone from there afterwards?"""

import asyncio
import base64
from dataclasses import replace

import pytest

from rehearsal.net.edxml.journey import travel
from rehearsal.net.edxml.reading import read_document
from rehearsal.net.edxml.store import PacketStore
from rehearsal.net.ledger import Unwritten
from rehearsal.net.talks import Talks
from rehearsal.net.trail import Stopped, begin_trail
from tests.servers.offices import offices

FAULTS = ["documents-forgotten", "documents-duplicated", "documents-wrong-number"]


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    """A healthy unit, and one for each of these faults."""
    with offices(tmp_path_factory.mktemp("offices"), FAULTS) as running:
        yield running


@pytest.fixture
async def city(peers):
    """The same, through a door of this test's own event loop."""
    door = replace(peers.door, talks=Talks())
    yield replace(peers, door=door)
    door.talks.close()


class Told(Unwritten):
    """A ledger that remembers what it was told, and in which order."""

    def __init__(self, city, fault="none"):
        self.city, self.fault, self.said = city, fault, []

    async def intend(self, target, store):
        marker = await super().intend(target, store)
        self.said.append(("intent", marker, len(self.city.stored(self.fault))))
        return marker

    async def acknowledge(self, marker, record_id):
        self.said.append(("acknowledged", marker, record_id))


async def travelled(city, fault="none"):
    ledger = Told(city, fault)
    begin_trail()
    return await travel(city.target(fault), replace(city.door, ledger=ledger)), ledger.said


async def swept(city, marker, fault="none"):
    store = PacketStore(city.target(fault), city.door)
    for found in await store.find(marker):
        seen = await store.read(found.id)
        await store.remove(seen)
    return await store.find(marker)


async def test_a_document_there_and_back(city):
    """What the unit's records hold is what was sent, and what it sent back is what was read."""
    seen, said = await travelled(city)
    sent, answer = [r for r in city.stored() if r["marker"] == said[0][1]]
    packet = read_document(base64.b64decode(sent["packet"]))

    assert seen.passed == ("sent", "01", "03", "04", "05", "06")
    assert seen.sent_digest == seen.stored_digest
    assert (seen.copies, packet.document_id) == (1, seen.document_id)
    assert (packet.sender, packet.receivers) == ("CITY.UB", ("10001.UB",))
    assert said[0][1] in packet.subject
    assert packet.attachments
    assert seen.acknowledged.document_id == seen.document_id
    assert seen.answered.answers == (seen.document_id,)
    assert (seen.answered.quotes_nonce, seen.answered.city_acknowledged) == (True, True)
    assert (answer["direction"], answer["city"]) == ("out", "03")


async def test_it_is_written_down_before_it_is_sent(city):
    """The intent comes while the unit holds nothing of it yet, the number after the reply."""
    before = len(city.stored())
    _, said = await travelled(city)

    assert [one[0] for one in said] == ["intent", "acknowledged"]
    assert said[0][2] == before
    assert said[1][2] in {record["id"] for record in city.stored()}


async def test_nothing_is_left(city):
    """The store finds both directions by the marker, and takes both out."""
    _, said = await travelled(city)
    others = [r for r in city.stored() if r["marker"] != said[0][1]]

    assert await swept(city, said[0][1]) == []
    assert city.stored() == others


async def test_every_copy_is_found(city):
    """A system that stores twice is cleaned twice."""
    seen, said = await travelled(city, "documents-duplicated")

    assert seen.copies == 2
    assert await swept(city, said[0][1], "documents-duplicated") == []
    assert city.stored("documents-duplicated") == []


async def test_what_has_changed_is_not_taken_out(city):
    """An old version is refused: it may have become another's record since."""
    _, said = await travelled(city)
    store = PacketStore(city.target(), city.door)
    found = (await store.find(said[0][1]))[0]

    for version in ('"another"', ""):
        with pytest.raises(Stopped):
            await store.remove(replace(found, version=version))
    assert found.id in {record["id"] for record in city.stored()}


async def test_a_record_that_nobody_has(city):
    """None: a number alone proves nothing."""
    store = PacketStore(city.target(), city.door)

    assert await store.read("p-0/../../x") is None
    assert await store.find("DIENTAP-nothing") == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("documents-forgotten", "not_stored"), ("documents-wrong-number", "wrong_record")],
)
async def test_a_lie_is_a_failure(city, fault, kind):
    """A 201 proves nothing; the number that came with it is written down all the same."""
    ledger = Told(city, fault)
    begin_trail()
    with pytest.raises(Stopped) as ended:
        await travel(city.target(fault), replace(city.door, ledger=ledger))

    assert ended.value.failure.kind == kind
    assert [one[0] for one in ledger.said] == ["intent", "acknowledged"]


async def test_many_at_once(city):
    """Forty documents to one unit do not get mixed up."""
    both = await asyncio.gather(*(travelled(city) for _ in range(40)))

    assert len({seen.document_id for seen, _ in both}) == 40
    assert {seen.copies for seen, _ in both} == {1}
    assert len({said[0][1] for _, said in both}) == 40
