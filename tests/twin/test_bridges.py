"""Does each fault of upgrades and conversations look on the wire as it is called?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    NegotiationError,
)

from tests.twin.calling import PATIENCE_S, ROOM, Twin, read_all
from tests.twin.talking import Guest

UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: janus-protocol\r\n"
)


@asynccontextmanager
async def meeting(city: Twin, fault: str, **options: Any) -> AsyncIterator[ClientConnection]:
    """A WebSocket to the bridge with that fault."""
    name = f"{fault}.bridge.example"
    async with connect(
        f"wss://{name}/janus",
        host=city.address(name),
        port=city.port(443),
        ssl=city.context(),
        subprotocols=["janus-protocol"],
        open_timeout=PATIENCE_S,
        close_timeout=0.2,
        **options,
    ) as socket:
        yield socket


APART = "wrong-room"  # healthy, but nobody else's guests sit in its room


async def test_a_healthy_bridge_is_joined_and_left(city: Twin):
    """Join, be listed under one's name, leave, destroy."""
    async with meeting(city, APART) as socket:
        guest = await Guest.arrive(socket)
        joined = await guest.ask_plugin(
            request="join", ptype="publisher", room=ROOM, display="An"
        )
        listed = await guest.ask_plugin(request="listparticipants", room=ROOM)
        left = await guest.ask_plugin(request="leave")
        gone = await guest.ask(janus="destroy")

    assert joined["videoroom"] == "joined"
    assert listed["participants"] == [{"id": joined["id"], "display": "An", "publisher": False}]
    assert left["leaving"] == "ok"
    assert gone["janus"] == "success"


async def test_a_guest_that_hangs_up_is_no_longer_listed(city: Twin):
    """The session ends with the connection, and the others are told."""
    async with meeting(city, APART) as socket:
        guest = await Guest.arrive(socket)
        await guest.ask_plugin(request="join", ptype="publisher", room=ROOM)
        async with meeting(city, APART) as second:
            other = await Guest.arrive(second)
            await other.ask_plugin(request="join", ptype="publisher", room=ROOM, id=7)
        news = [json.loads(await socket.recv())["plugindata"]["data"] for _ in range(3)]
        listed = await guest.ask_plugin(request="listparticipants", room=ROOM)

    assert news[-1] == {"videoroom": "event", "room": ROOM, "leaving": 7}
    assert len(listed["participants"]) == 1


async def silence(socket: ClientConnection) -> AsyncIterator[None]:
    """Pass over every message; the end of the connection breaks out."""
    while True:
        await socket.recv()
    yield


UPGRADES = {
    "upgrade-refused": (InvalidStatus, "403"),
    "upgrade-not-found": (InvalidStatus, "404"),
    "upgrade-plain-200": (InvalidStatus, "200"),
    "wrong-accept": (InvalidHandshake, "Sec-WebSocket-Accept"),
    "wrong-subprotocol": (NegotiationError, "chat"),
}


@pytest.mark.parametrize("fault", UPGRADES)
async def test_an_upgrade_fails_for_its_own_reason(city: Twin, fault: str):
    """`websockets` names what was wrong with the answer."""
    kind, reason = UPGRADES[fault]

    with pytest.raises(kind, match=reason):
        async with meeting(city, fault):
            pass


async def test_a_bridge_without_subprotocol_opens_all_the_same(city: Twin):
    """It is for the caller to notice that nothing was chosen."""
    async with meeting(city, "no-subprotocol") as socket:
        assert socket.subprotocol is None


async def test_another_subprotocol_is_answered_as_by_janus(city: Twin):
    """The library of Janus closes without an answer."""
    name = "none.bridge.example"

    with pytest.raises(InvalidHandshake) as caught:
        await connect(
            f"wss://{name}/janus",
            host=city.address(name),
            port=city.port(443),
            ssl=city.context(),
            subprotocols=["chat"],
        )

    assert not isinstance(caught.value, InvalidStatus)


ANSWERS = {
    "no-such-room": {"error_code": 426, "error": f"No such room ({ROOM})"},
    "room-full": {"error_code": 432},
    "join-denied": {"error_code": 433},
}


@pytest.mark.parametrize("fault", ANSWERS)
async def test_a_refusal_has_the_plugins_code(city: Twin, fault: str):
    """The join is acknowledged and refused by an event, as by Janus."""
    async with meeting(city, fault) as socket:
        guest = await Guest.arrive(socket)
        answer = await guest.ask_plugin(request="join", ptype="publisher", room=ROOM)

    assert ANSWERS[fault].items() <= answer.items()


async def test_a_missing_plugin_cannot_be_attached(city: Twin):
    """Error 460, in Janus' words."""
    async with meeting(city, "plugin-missing") as socket:
        guest = Guest(socket)
        guest.session = (await guest.ask(janus="create"))["data"]["id"]
        answer = await guest.ask(janus="attach", plugin="janus.plugin.videoroom")

    assert answer["error"] == {"code": 460, "reason": "No such plugin 'janus.plugin.videoroom'"}


async def test_an_unlisted_guest_is_in_the_room(city: Twin):
    """The join works; the list is empty."""
    async with meeting(city, "not-listed") as socket:
        guest = await Guest.arrive(socket)
        joined = await guest.ask_plugin(request="join", ptype="publisher", room=ROOM)
        listed = await guest.ask_plugin(request="listparticipants", room=ROOM)

    assert joined["videoroom"] == "joined"
    assert listed["participants"] == []


async def test_a_mute_bridge_says_nothing(city: Twin):
    """The upgrade holds; no answer comes."""
    async with meeting(city, "signalling-mute") as socket:
        await socket.send('{"janus": "info", "transaction": "1"}')

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.recv(), 0.3)


async def test_a_mute_join_is_only_acknowledged(city: Twin):
    """The ack comes, the event does not."""
    async with meeting(city, "signalling-mute-join") as socket:
        guest = await Guest.arrive(socket)
        await guest.send_plugin(request="join", ptype="publisher", room=ROOM)

        assert json.loads(await socket.recv())["janus"] == "ack"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.recv(), 0.3)


async def test_a_malformed_message_is_no_json(city: Twin):
    """A text frame that cannot be parsed."""
    async with meeting(city, "malformed-message") as socket:
        await socket.send('{"janus": "create", "transaction": "1"}')

        with pytest.raises(json.JSONDecodeError):
            json.loads(await socket.recv())


async def test_an_oversized_message_is_4_mb(city: Twin):
    """Valid JSON, longer than any cap."""
    async with meeting(city, "oversized-message", max_size=8 << 20) as socket:
        await socket.send('{"janus": "create", "transaction": "1"}')

        assert len(await socket.recv()) > 4 << 20


@pytest.mark.parametrize(("fault", "code"), [("closed-1011", 1011), ("closed-abruptly", 1006)])
async def test_a_conversation_ends_with_its_code(city: Twin, fault: str, code: int):
    """A close frame with 1011, or none at all."""
    async with meeting(city, fault) as socket:
        await socket.send('{"janus": "create", "transaction": "1"}')
        with pytest.raises(ConnectionClosed) as caught:
            await anext(silence(socket))

    assert (caught.value.rcvd.code if caught.value.rcvd else 1006) == code


async def test_a_slow_bridge_takes_a_second_for_each_answer(city: Twin):
    """The right answers, late."""
    clock = asyncio.get_running_loop().time
    async with meeting(city, "slow-signalling") as socket:
        began_s = clock()
        await Guest(socket).ask(janus="info")

        assert clock() - began_s >= 1.0


def test_pings_do_not_end(city: Twin):
    """A raw reader gets more than 300 kB, ping frame after ping frame."""
    name = "ping-flood.bridge.example"
    with city.secure(name) as line:
        line.sendall(f"GET /janus HTTP/1.1\r\nHost: {name}\r\n{UPGRADE}\r\n".encode())
        frames = read_all(line, limit=300_000).partition(b"\r\n\r\n")[2]

    assert frames[:127] == frames[127:254] == b"\x89\x7d" + b"0" * 125


async def test_a_dropped_guest_can_come_back_once(city: Twin):
    """The first meeting is cut after 2 s without a word; the next one lasts."""
    async with meeting(city, "drops-mid-meeting") as socket:
        guest = await Guest.arrive(socket)
        await guest.ask_plugin(request="join", ptype="publisher", room=ROOM)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(anext(silence(socket)), PATIENCE_S)
    async with meeting(city, "drops-mid-meeting") as socket:
        guest = await Guest.arrive(socket)
        await guest.ask_plugin(request="join", ptype="publisher", room=ROOM)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(silence(socket)), 2.3)


async def test_a_guest_dropped_for_good_stays_out(city: Twin):
    """After the cut the upgrade is refused with 503."""
    async with meeting(city, "drops-for-good") as socket:
        guest = await Guest.arrive(socket)
        await guest.ask_plugin(request="join", ptype="publisher", room=ROOM)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(anext(silence(socket)), PATIENCE_S)

    with pytest.raises(InvalidStatus, match="503"):
        async with meeting(city, "drops-for-good"):
            pass
