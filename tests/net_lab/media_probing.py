"""What does a check say of this bridge, asked from inside a namespace?

A crew: an order has the check's id, the bridge's URL and room, its relays, its name server
and authority, and the seconds of media; the answer has what was found.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from checks import CHECKS
from rehearsal.check import Circumstances
from rehearsal.model import Account, Bridge, Measurement, Relay, Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.media.voice import Camera, Voice
from rehearsal.net.tls import context
from rehearsal.observe import Watch, settle
from rehearsal.run import measure
from tests.net_lab.crew import man

SECRET = "LAB_TURN_SECRET"  # the environment variable that the relay's account refers to


def relay(order: dict[str, str]) -> Relay:
    """A relay as the inventory has it."""
    os.environ[SECRET] = order["secret"]
    return Relay(order["url"], Account(order["user"], f"env:{SECRET}"))


def target(order: dict[str, Any]) -> Target:
    """The bridge as the inventory has it."""
    relays = tuple(relay(found) for found in order.get("relays", ()))
    return Target(
        "unit/bridge",
        *("unit", "Unit", TargetKind.BRIDGE, order["url"], order.get("protocol", "janus")),
        room=order.get("room"),
        bridge=Bridge(relays=relays),
    )


def door(order: dict[str, Any]) -> Door:
    """The way out, to the bridge and its relays alone."""
    relays = [found["url"].split(":")[1] for found in order.get("relays", ())]
    nameserver, trust = order.get("nameserver"), order.get("trust")
    return Door(
        resolver=Resolver([NameServer("127.0.0.1", nameserver)] if nameserver else []),
        tls=context([trust] if trust else []),
        hosts=frozenset([str(urlsplit(order["url"]).hostname), *relays]),
        deadlines=Deadlines(ice_s=order["ice_s"], media_s=order["media_s"]),
    )


async def obey(order: dict[str, Any]) -> dict[str, Any]:
    """One measurement of one check, and the judge's opinion of it."""
    async with Watch() as watch:
        return await told(order["check"], target(order), door(order), watch)


async def told(check_id: str, asked: Target, out: Door, watch: Watch) -> dict[str, Any]:
    """The same, where several share a door."""
    check = CHECKS[check_id]
    measured = await measure(check, asked, out, watch, vantage="lab")
    found = {}
    if measured.evidence is not None:
        limits = check.standard
        around = Circumstances(asked, datetime.now(UTC), date(2025, 7, 1))
        found = {f.code: dict(f.values) for f in check.judge(measured.evidence, limits, around)}
    return {**_told(measured), "findings": found}


def _told(measured: Measurement[Any]) -> dict[str, Any]:
    return {
        "evidence": asdict(measured.evidence) if measured.evidence is not None else None,
        "failure": asdict(measured.failure) if measured.failure else None,
        "observer": asdict(measured.observer),
        "attempts": len(measured.attempts),
        "elapsed_s": measured.elapsed_s,
    }


if __name__ == "__main__":
    Voice(0).prepare()
    Camera(0).prepare()
    settle()
    man(json.loads(sys.argv[1]), lambda order: asyncio.run(obey(order)))
