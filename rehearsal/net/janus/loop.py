"""By which way do we hear ourselves at a Janus gateway: its EchoTest, or a room?

Directly first; where that fails, by each relay of the inventory in turn.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from rehearsal.model import Relay, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.janus.echo import echo
from rehearsal.net.janus.room import Participant, arrive
from rehearsal.net.janus.session import begin
from rehearsal.net.media.marker import SENDERS_MAX
from rehearsal.net.media.peer import Ground, Peer, ground
from rehearsal.net.media.relay import Way, find, knock
from rehearsal.net.media.sounding import HEAVY_SHARE, Loop, Sounded, listen
from rehearsal.net.media.voice import Camera, Voice
from rehearsal.net.trail import Stopped, stop
from rehearsal.net.websocket import WebSocket


async def sound(door: Door, target: Target) -> Sounded:
    """Send for as long as the door's deadlines say, and measure what comes back."""
    relays = target.bridge.relays if target.bridge else ()
    not_direct = ""
    for number, relay in enumerate((None, *relays)):
        try:
            return await _sound(door, target, relay, not_direct)
        except Stopped as ended:
            if ended.failure.step is not Step.ICE or number == len(relays):
                raise _with_direct(ended, not_direct) from ended
            not_direct = not_direct or f"{ended.failure.kind}: {ended.failure.detail}"[:200]
    raise AssertionError("the last way either sounds or stops")


async def _sound(door: Door, target: Target, relay: Relay | None, not_direct: str) -> Sounded:
    way = await find(door, relay) if relay else None
    if way:
        await knock(way, door.deadlines.ice_s)
    try:
        async with _by_echo(door, target, way) as loop:
            return await listen(loop, door.deadlines.media_s, door.together, not_direct)
    except Stopped as ended:
        if ended.failure.kind != "plugin_missing":
            raise
    async with _by_room(door, target, way) as loop:
        return await listen(loop, door.deadlines.media_s, door.together, not_direct)


@asynccontextmanager
async def _by_echo(door: Door, target: Target, way: Way | None) -> AsyncIterator[Loop]:
    session = await begin(door, target.url)
    async with session.socket, AsyncExitStack() as stack:
        await session.create()
        handle = await echo(session)
        here = await ground(door, target, session.round_trip_s, way)
        voice, camera = _sources()
        peer = await stack.enter_async_context(Peer(here, [voice, camera]))
        await handle.begin(peer)
        is_prompt = session.times_s["attach"] < HEAVY_SHARE * door.deadlines.media_s / 2
        mirror = handle if is_prompt else None  # who answers late is asked nothing in between
        at = _address(session.socket)
        yield Loop(voice, camera, peer, peer, session.stay, handle.said, at, mirror)
        await session.destroy()


@asynccontextmanager
async def _by_room(door: Door, target: Target, way: Way | None) -> AsyncIterator[Loop]:
    participant = await arrive(door, target)
    async with participant.socket, AsyncExitStack() as stack:
        await participant.enter(target.room or 0, f"{door.marker}-{target.owner}")
        here = await ground(door, target, participant.round_trip_s, way)
        voice, camera = _sources()
        mouth = await stack.enter_async_context(Peer(here, [voice, camera]))
        await participant.publish(mouth)
        ear = await _own(participant, here)
        stack.push_async_callback(ear.close)
        at = _address(participant.socket)
        yield Loop(voice, camera, mouth, ear, participant.stay, participant.said, at)
        await participant.leave()


async def _own(participant: Participant, here: Ground) -> Peer:
    if participant.own_id is None:
        raise stop(Step.SIGNALLING, "malformed_message", "the room gave us no id")
    return (await participant.subscribe([participant.own_id], here)).peer


def _address(socket: WebSocket) -> str:
    return socket.opened.wire.peer[0]


def _sources() -> tuple[Voice, Camera]:
    sender = secrets.randbelow(SENDERS_MAX)
    return Voice(sender), Camera(sender)


def _with_direct(ended: Stopped, not_direct: str) -> Stopped:
    """The last relay's failure, and beside it why one was needed at all."""
    if not not_direct:
        return ended
    failure = ended.failure
    return stop(failure.step, failure.kind, f"{failure.detail}; directly: {not_direct}"[:500])
