"""What becomes of media at a real Janus, asked from inside a namespace?

A worker: an order names what to do, the bridge's URL, rooms and relays; the answer tells.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from checks.bridge_media import CHECK
from rehearsal.check import Circumstances
from rehearsal.model import Account, Bridge, Relay, Target, TargetKind
from rehearsal.net import janus
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.janus import Participant
from rehearsal.net.media.peer import Peer, ground
from rehearsal.net.media.voice import Camera, Voice
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped, begin_trail

SECRET = "SOUNDING_SECRET"  # the environment variable that every account refers to
HEARD_S = 3.0


def account(user: str | None) -> Account | None:
    """Whose secret stands in the environment."""
    return Account(user, f"env:{SECRET}") if user else None


def target(order: dict[str, Any]) -> Target:
    """The bridge as the inventory has it."""
    relays = tuple(Relay(url, account(order["user"])) for url in order.get("relays", ()))
    os.environ[SECRET] = order.get("secret", "")
    return Target(
        "unit/bridge",
        *("unit", "Unit", TargetKind.BRIDGE, order["url"], "janus"),
        room=order.get("room"),
        bridge=Bridge(account=account(order.get("identity")), relays=relays),
    )


def door(order: dict[str, Any]) -> Door:
    """The way out to the bridge alone."""
    return Door(
        resolver=Resolver([]),
        tls=context([]),
        hosts=frozenset([str(urlsplit(order["url"]).hostname)]),
        deadlines=Deadlines(ice_s=order.get("ice_s", 10.0), media_s=order.get("media_s", 4.0)),
    )


async def sound(order: dict[str, Any]) -> dict[str, Any]:
    """What comes back of our sound, and what the check finds in that."""
    to = target(order)
    seen = await janus.sound(door(order), to)
    limits = CHECK.standard
    around = Circumstances(to, datetime.now(UTC), date(2025, 7, 1))
    return {**asdict(seen), "findings": [f.code for f in CHECK.judge(seen, limits, around)]}


async def crowd(order: dict[str, Any]) -> dict[str, Any]:
    """Three enter; two publish, of whom one speaks; the third hears both by one connection."""
    out, to = door(order), target(order)
    async with AsyncExitStack() as stack:
        people = [await _entered(stack, out, to, order, name) for name in ("a", "b", "c")]
        here = await ground(out, to, people[0].round_trip_s, None)
        voices = [Voice(1, is_speaking=True), Voice(2, frames=3, is_speaking=False)]
        for person, voice in zip(people, voices, strict=False):
            peer = await stack.enter_async_context(Peer(here, [voice, Camera(voice.sender)]))
            await person.publish(peer)
        feeds = [person.own_id for person in people[:2]]
        heard = await people[2].subscribe(feeds, here)
        stack.push_async_callback(heard.peer.close)
        await people[2].stay(asyncio.get_running_loop().time() + HEARD_S)
        now_ns = time.monotonic_ns()
        found = {
            "feeds": feeds,
            "speakers": {str(k): sorted(who) for k, who in heard.speakers().items()},
            "quiet": asdict(heard.peer.ear.of(2, now_ns)),
            "loud": asdict(heard.peer.ear.of(1, now_ns)),
            "listed": await people[2].listed(order["room"]),
            "is_up": heard.said.is_up,
        }
        for person in people:
            await person.leave()
        return found


async def enter(order: dict[str, Any]) -> dict[str, Any]:
    """Enter as often as asked, all staying; each publishes where that is asked too."""
    out, to = door(order), target(order)
    async with AsyncExitStack() as stack:
        for number in range(order["times"]):
            person = await _entered(stack, out, to, order, f"p{number}")
            if order.get("publishes"):
                here = await ground(out, to, person.round_trip_s, None)
                peer = await stack.enter_async_context(Peer(here, [Voice(number)]))
                await person.publish(peer)
    return {"entered": order["times"]}


async def gone(order: dict[str, Any]) -> dict[str, Any]:
    """Subscribe to somebody who is not there."""
    out, to = door(order), target(order)
    async with AsyncExitStack() as stack:
        person = await _entered(stack, out, to, order, "a")
        here = await ground(out, to, person.round_trip_s, None)
        await person.subscribe([4711], here)
    return {}


async def _entered(
    stack: AsyncExitStack, out: Door, to: Target, order: dict[str, Any], name: str
) -> Participant:
    person = await janus.arrive(out, to)
    await stack.enter_async_context(person.socket)
    await person.enter(order["room"], name)
    return person


DEEDS: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "sound": sound,
    "crowd": crowd,
    "enter": enter,
    "gone": gone,
}


async def obey(order: dict[str, Any]) -> dict[str, Any]:
    """Do it; a failure is told by step and kind, and what of ours is still there after."""
    tasks = asyncio.all_tasks()
    begin_trail()
    try:
        told = await DEEDS[order["do"]](order)
    except Stopped as ended:
        told = {"failure": f"{ended.failure.step}/{ended.failure.kind}"}
        told["detail"] = ended.failure.detail
    await asyncio.sleep(0)
    return {**told, "left": [str(task) for task in asyncio.all_tasks() - tasks]}


if __name__ == "__main__":
    Voice(0).prepare()
    Camera(0).prepare()
    for line in sys.stdin:
        print(json.dumps(asyncio.run(obey(json.loads(line))), default=str), flush=True)
