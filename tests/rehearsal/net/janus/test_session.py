"""Is what a gateway says of media heeded, and nonsense survived? Over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets import Subprotocol
from websockets.asyncio.server import ServerConnection, serve

from rehearsal.net.dns import Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.janus.session import HANDLES_MAX, SUBPROTOCOL, Session, begin
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped

HANDLE = 77
Replies = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]


def obliging(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Grants whatever is asked for."""
    number = HANDLE if message["janus"] == "attach" else 5
    yield {"janus": "success", "data": {"id": number}}


@asynccontextmanager
async def talking(replies: Replies, *, deadline_s: float = 5.0):
    """A session with a gateway that answers so; each reply bears the request's number."""

    async def gateway(guest: ServerConnection) -> None:
        async for text in guest:
            message = json.loads(text)
            for reply in replies(message):
                told = {"transaction": message["transaction"], **reply}
                await guest.send(json.dumps(told))

    async with serve(
        gateway, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]
    ) as server:
        port = server.sockets[0].getsockname()[1]
        deadlines = Deadlines(signalling_s=deadline_s)
        door = Door(Resolver([]), context([]), frozenset({"127.0.0.1"}), deadlines=deadlines)
        session = await begin(door, f"ws://127.0.0.1:{port}/")
        async with session.socket:
            yield session


async def attached(session: Session):
    await session.create()
    return await session.attach("janus.plugin.echotest")


def told(**event: object) -> dict[str, Any]:
    """What the gateway says by itself."""
    return {"transaction": None, "sender": HANDLE, **event}


async def test_what_is_said_of_media_is_kept():
    """Whether it comes, whether it is up, how often it was slow, and why it ended."""

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if message["janus"] == "message":
            yield told(janus="webrtcup")
            yield told(janus="media", type="audio", receiving=True)
            yield told(janus="media", type="video", receiving=True)
            yield told(janus="media", type="video", receiving=False)
            yield told(janus="slowlink", media="audio", uplink=True, lost=9)
            yield told(janus="slowlink", media="audio", uplink=False, lost=9)
            yield told(janus="hangup", reason="ICE failed")
            yield {"janus": "ack"}
            yield {"janus": "event", "plugindata": {"data": {"result": "ok"}}}
        else:
            yield from obliging(message)

    async with talking(replies) as session:
        handle = await attached(session)
        data = await handle.ask({"audio": True})

    assert data == {"result": "ok"}
    assert handle.said.is_up
    assert handle.said.receiving == {"audio": True, "video": False}
    assert (handle.said.slow_up, handle.said.slow_down) == (1, 1)
    assert handle.said.hung_up == "ICE failed"


@pytest.mark.parametrize(
    "event",
    [
        {"janus": "media", "type": "audio"},
        {"janus": "media", "type": ["audio"], "receiving": True},
        {"janus": "media", "type": "audio", "receiving": "yes"},
        {"janus": "slowlink"},
        {"janus": "webrtcup", "sender": "77"},
        {"janus": "webrtcup", "sender": {"id": 77}},
        {"janus": "webrtcup", "sender": 78},
        {"janus": "nonsense"},
    ],
)
async def test_nonsense_about_media_is_no_news(event: dict[str, Any]):
    """Of other handles, of other types, of nothing."""

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield {**told(), **event}
        yield from obliging(message)

    async with talking(replies) as session:
        handle = await attached(session)
        await session.attach("janus.plugin.echotest")

    assert not handle.said.is_up
    assert not any(handle.said.receiving.values())
    assert (handle.said.slow_up, handle.said.slow_down, handle.said.hung_up) == (0, 0, None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (426, "no_such_room"),
        (428, "no_such_feed"),
        (429, "join_denied"),
        (432, "room_full"),
        (433, "join_denied"),
        (436, "account_in_use"),
        (499, "signalling_error"),
        ("426", "signalling_error"),
        (None, "signalling_error"),
    ],
)
async def test_why_a_request_is_refused(code: object, kind: str):
    """By the plugin's own codes (janus_videoroom.c)."""

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if message["janus"] == "message":
            data = {"error_code": code, "error": "no"}
            yield {"janus": "event", "plugindata": {"data": data}}
        else:
            yield from obliging(message)

    async with talking(replies) as session:
        handle = await attached(session)
        with pytest.raises(Stopped) as caught:
            await handle.ask({"request": "join"})

    assert (caught.value.failure.step, caught.value.failure.kind) == ("signalling", kind)


async def test_a_missing_plugin_is_told_from_other_errors():
    """460 of janus.h: then there may be another way."""

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if message["janus"] == "attach":
            yield {"janus": "error", "error": {"code": 460, "reason": "No such plugin"}}
        else:
            yield from obliging(message)

    async with talking(replies) as session:
        with pytest.raises(Stopped) as caught:
            await attached(session)

    assert caught.value.failure.kind == "plugin_missing"


@pytest.mark.parametrize("jsep", [None, 5, {}, {"sdp": None}, {"sdp": 7}])
async def test_a_description_that_is_none_is_doubted_later(jsep: object):
    """Whoever needs it says so; reading it raises nothing."""

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if message["janus"] == "message":
            yield {"janus": "event", "plugindata": {"data": {}}, "jsep": jsep}
        else:
            yield from obliging(message)

    async with talking(replies) as session:
        handle = await attached(session)
        _, description = await handle.negotiate({}, "offer", "v=0")

    assert description in (None, 7)


@pytest.mark.parametrize(("comes", "within_s"), [(True, 5.0), (False, 0.1)])
async def test_the_word_that_media_is_up_is_waited_for(within_s: float, *, comes: bool):
    """Not for ever: some gateways never say it."""

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from obliging(message)
        if message["janus"] == "attach" and comes:
            yield told(janus="webrtcup")

    async with talking(replies) as session:
        handle = await attached(session)
        await session.told_up(handle.said, within_s)

    assert handle.said.is_up is comes


async def test_a_session_that_the_gateway_ends_is_told():
    """While we stay, and nobody asks for anything."""

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from obliging(message)
        if message["janus"] == "attach":
            yield told(janus="timeout")

    async with talking(replies) as session:
        await attached(session)
        with pytest.raises(Stopped) as caught:
            await session.stay(asyncio.get_running_loop().time() + 5.0)

    assert caught.value.failure.kind == "session_ended"


async def test_the_round_trip_is_the_quickest_request():
    """Everything else was the gateway's own work."""
    async with talking(obliging) as session:
        await attached(session)

        assert session.round_trip_s == min(session.times_s.values()) > 0
        assert set(session.times_s) == {"upgrade", "create", "attach"}


async def test_handles_are_bounded():
    """A bug of ours must not fill a bridge."""
    numbers = iter(range(1, 1000))

    def replies(_message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield {"janus": "success", "data": {"id": next(numbers)}}

    async with talking(replies) as session:
        await session.create()
        for _ in range(HANDLES_MAX):
            await session.attach("janus.plugin.videoroom")
        with pytest.raises(ValueError, match=f"over {HANDLES_MAX} handles"):
            await session.attach("janus.plugin.videoroom")


async def test_a_handle_given_back_makes_room_and_ends_nothing():
    """The gateway says that it is gone; of any other handle that ends the session."""
    numbers = iter(range(1, 1000))

    def replies(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if message["janus"] == "detach":
            yield {"janus": "success"}
            yield {"janus": "detached", "sender": message["handle_id"]}
        elif message["janus"] == "message":
            yield {"janus": "detached", "sender": kept.number}
        elif message["janus"] != "keepalive":
            yield {"janus": "success", "data": {"id": next(numbers)}}

    async with talking(replies) as session:
        await session.create()
        for _ in range(2 * HANDLES_MAX):
            session.forget((await session.attach("janus.plugin.videoroom")).number)
        kept = await session.attach("janus.plugin.videoroom")
        loop = asyncio.get_running_loop()
        await session.stay(loop.time() + 0.1)

        session._send({"janus": "message"})
        with pytest.raises(Stopped, match="session_ended"):
            await session.stay(loop.time() + 5.0)
