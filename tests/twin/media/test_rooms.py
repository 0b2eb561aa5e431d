"""Do those who meet in a room hear each other? aiortc is the judge."""

from __future__ import annotations

from contextlib import AsyncExitStack

from tests.twin.calling import ROOM, Twin
from tests.twin.singing import Song, singer, until
from tests.twin.talking import PLUGIN


def data_of(event: dict) -> dict:
    """What the plugin said."""
    return event["plugindata"]["data"]


async def test_one_hears_the_other_across_two_bridges(city: Twin):
    """A sings at her bridge, B hears her at his: the rooms of one number are one meeting."""
    async with (
        singer(city, "none", PLUGIN) as an,
        singer(city, "gzip-page", PLUGIN) as binh,
    ):
        number = await an.publish("An", Song(b"an"))
        (ear,) = await binh.listen(number)
        await until(lambda: len(ear.heard) > 25)

    assert len(ear.heard) > 25
    assert {word[:2] for word in ear.words} == {b"an"}
    assert ear.numbers == list(range(ear.numbers[0], ear.numbers[0] + len(ear.numbers)))


async def test_those_inside_are_told_who_can_be_heard(city: Twin):
    """The first by an event, the second in the list that she finds on joining."""
    async with (
        singer(city, "none", PLUGIN) as an,
        singer(city, "gzip-page", PLUGIN) as binh,
        singer(city, "chunked-page", PLUGIN) as chi,
    ):
        join = {"request": "join", "ptype": "publisher", "room": ROOM}
        await an.ask(**join)
        number = await binh.publish("Bình", Song())
        joined = data_of(await chi.ask(**join, display="Chi"))
        await until(lambda: an.told("event"))
        news = data_of(an.told("event")[0])

    stream = {"type": "audio", "mindex": 0, "mid": "0", "codec": "opus"}
    told = {"id": number, "display": "Bình", "audio_codec": "opus", "streams": [stream]}
    assert news == {"videoroom": "event", "room": ROOM, "publishers": [told]}
    heard = {**told, "streams": [{**stream, "talking": False}], "talking": False}
    assert joined["publishers"] == [heard]


async def test_one_connection_hears_twenty(city: Twin):
    """A listener gets each feed in a section of its own, and mixes none up."""
    async with AsyncExitStack() as stack:
        singers = [
            await stack.enter_async_context(singer(city, "none", PLUGIN)) for _ in range(20)
        ]
        chi = await stack.enter_async_context(singer(city, "gzip-page", PLUGIN))
        numbers = [
            await person.publish(f"{n}", Song(bytes([n]), every_s=0.1))
            for n, person in enumerate(singers)
        ]
        ears = await chi.listen(*numbers)
        await until(lambda: all(len(ear.heard) > 5 for ear in ears))

    assert [{word[0] for word in ear.words} for ear in ears] == [{n} for n in range(20)]


async def test_more_can_be_heard_later(city: Twin):
    """`subscribe` adds a feed to the same connection by another offer; both are heard."""
    async with (
        singer(city, "none", PLUGIN) as an,
        singer(city, "none", PLUGIN) as binh,
        singer(city, "gzip-page", PLUGIN) as chi,
    ):
        first = await an.publish("An", Song(b"an"))
        second = await binh.publish("Bình", Song(b"bi"))
        await chi.listen(first)
        event = await chi.ask(request="subscribe", streams=[{"feed": second}])
        await chi.answer(event)
        one, other = chi.ears()
        one.heard.clear()
        await until(lambda: len(one.heard) > 5 and len(other.heard) > 5)

    assert data_of(event)["videoroom"] == "updated"
    assert {word[:2] for word in one.words} == {b"an"}
    assert {word[:2] for word in other.words} == {b"bi"}


async def test_whoever_stops_is_heard_no_more(city: Twin):
    """`unpublish`: the listener gets an offer in which that section is inactive."""
    async with (
        singer(city, "none", PLUGIN) as an,
        singer(city, "gzip-page", PLUGIN) as chi,
    ):
        (ear,) = await chi.listen(await an.publish("An", Song()))
        await until(lambda: ear.heard)
        stopped = data_of(await an.ask(request="unpublish"))
        await until(lambda: chi.told("event") and an.told("hangup"))
        news = chi.told("event")[-1]

    assert stopped["unpublished"] == "ok"
    assert data_of(news)["videoroom"] == "updated"
    assert not data_of(news)["streams"][0]["active"]
    assert "a=inactive" in news["jsep"]["sdp"]
    assert [hangup["reason"] for hangup in an.told("hangup")] == ["Close PC"]


async def test_silence_of_a_second_is_told(city: Twin):
    """`media` with `receiving` true, then false when nothing comes any more."""
    async with singer(city, "none", PLUGIN) as an:
        song = Song()
        await an.publish("An", song)
        await until(lambda: an.told("media"))
        song.stop()
        await until(lambda: len(an.told("media")) > 1)
        flows = [message["receiving"] for message in an.told("media")]

    assert flows == [True, False]


async def test_a_closed_connection_is_told_to_its_owner_and_to_the_others(city: Twin):
    """A goodbye of DTLS is a `hangup` here, and `unpublished` there."""
    async with (
        singer(city, "none", PLUGIN) as an,
        singer(city, "gzip-page", PLUGIN) as binh,
    ):
        await binh.ask(request="join", ptype="publisher", room=ROOM)
        number = await an.publish("An", Song())
        await until(lambda: an.told("webrtcup"))
        await an.pc.close()
        await until(lambda: an.told("hangup") and len(binh.told("event")) > 1)

    assert an.told("hangup")[0]["reason"] == "DTLS alert"
    assert data_of(binh.told("event")[-1])["unpublished"] == number


async def test_an_account_is_used_once(city: Twin):
    """Two bridges with one account: the second is refused with 436."""
    join = {"request": "join", "ptype": "publisher", "room": ROOM}
    async with (
        singer(city, "account-shared", PLUGIN) as an,
        singer(city, "account-shared", PLUGIN) as binh,
    ):
        first, second = [data_of(await person.ask(**join)) for person in (an, binh)]

    assert first["videoroom"] == "joined"
    assert second["error_code"] == 436
    assert second["error"] == f"User ID {first['id']} already exists"


async def test_a_wrong_room_is_empty(city: Twin):
    """The join is like any other, but nobody of the meeting is there."""
    async with (
        singer(city, "none", PLUGIN) as an,
        singer(city, "wrong-room", PLUGIN) as binh,
    ):
        await an.publish("An", Song())
        joined = data_of(await binh.ask(request="join", ptype="publisher", room=ROOM))
        listed = data_of(await an.ask(request="listparticipants", room=ROOM))

    assert joined["room"] == ROOM
    assert joined["publishers"] == []
    assert joined["id"] not in [person["id"] for person in listed["participants"]]


async def test_a_locked_room_asks_for_its_pin(city: Twin):
    """429 without one, 433 with a wrong one, as by Janus."""
    join = {"request": "join", "ptype": "publisher", "room": ROOM}
    async with singer(city, "room-locked", PLUGIN) as an:
        without = data_of(await an.ask(**join))
        await an.attach(PLUGIN)
        wrong = data_of(await an.ask(**join, pin="1234"))

    assert (without["error_code"], without["error"]) == (429, "Missing mandatory element (pin)")
    assert (wrong["error_code"], wrong["error"]) == (433, "Unauthorized (wrong pin)")
