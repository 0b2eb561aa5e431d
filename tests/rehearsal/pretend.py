"""Which trivial checks and cities stand in where only the spine itself is tested?"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

from rehearsal.check import Check, FindingSpec
from rehearsal.model import Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door

CITY = """\
version: 1
city:
  name: Hải Phòng
  timezone: Asia/Ho_Chi_Minh
  go_live: 2025-07-01
  expect: {units: 3, hubs: 1}
network: {nameservers: ["127.0.0.1:9"]}
defaults:
  bridge: {protocol: janus, url: "wss://{slug}.b.example/janus", room: 7}
  systems:
    mail: {bloc: government, url: "https://{slug}.mail.example/", expect: {contains: "{code}"}}
hubs:
  - {slug: central, name: Trung tâm, role: central}
units:
  - {code: "00001", slug: hai-an, name: Hải An, kind: ward, former_province: p, tile: [0, 0]}
  - {code: "00002", slug: an-lao, name: An Lão, kind: commune, former_province: p, tile: [0, 1]}
  - {code: "00003", slug: cat-hai, name: Cát Hải, kind: commune, former_province: q}
systems:
  hotline: {url: "https://1022.example/", expect: {status: 200, contains: ok}}
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Evidence that says how good it is."""

    grade: int


TEXT = Text("một câu", "a sentence")
Probe = Callable[[Target, Door], Awaitable[Seen]]


async def healthy(target: Target, door: Door) -> Seen:
    """A peer that is well."""
    del target, door
    await asyncio.sleep(0)
    return Seen(0)


def judge(seen, limits, around):
    """One finding above grade 0."""
    del limits, around
    return [PLAIN.found("poor", grade=seen.grade)] if seen.grade else []


PLAIN = Check(
    id="plain",
    asks=TEXT,
    kinds=frozenset({TargetKind.BRIDGE}),
    stage="bridges",
    evidence=Seen,
    probe=healthy,
    judge=judge,
    deadline_s=0.2,
    examples=(),
    findings={"poor": FindingSpec(Outcome.FAIL, TEXT, TEXT)},
    limits={},
)


def check(name: str, probe: Probe = healthy, **changes) -> Check[Seen]:
    """The trivial check under another name, with another probe."""
    return replace(PLAIN, id=name, probe=probe, **changes)


def registry(*checks: Check) -> dict[str, Check]:
    """These checks by their ids."""
    return {one.id: one for one in checks}


class PretendResolver:
    """A resolver of ours that answers, or does not."""

    def __init__(self, *, answers: bool | None = True) -> None:
        self.answers = answers

    async def is_answering(self) -> bool | None:
        return self.answers


class PretendPulse:
    """An uplink that is alive, or is not."""

    def __init__(self, *, alive: bool | None = None) -> None:
        self.alive = alive

    async def is_alive(self, apart_from=()) -> bool | None:
        del apart_from
        return self.alive


def door(*, answers: bool | None = True, alive: bool | None = None, **more) -> Door:
    """A door that no probe of these tests goes through."""
    return Door(
        resolver=PretendResolver(answers=answers),
        tls=ssl.create_default_context(),
        hosts=frozenset(),
        ports=MappingProxyType({}),
        pulse=PretendPulse(alive=alive),
        **more,
    )
