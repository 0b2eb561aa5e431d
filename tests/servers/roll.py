"""Who calls the roll in a namespace? One order in, a word at the barrier, the account out."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from checks import CHECKS
from rehearsal.journal.plain import plain
from rehearsal.model import Measurement, Network, Target, TargetKind
from rehearsal.net.door import Door
from rehearsal.net.meeting import Meeting
from rehearsal.net.rollcall.assembly import Assembly
from rehearsal.net.rollcall.recipe import CENTRAL, recipe_of
from rehearsal.net.rollcall.tongue import Silent
from rehearsal.net.route import door_by
from rehearsal.observe import Watch
from rehearsal.readiness.verdicts import judge
from rehearsal.run import measure

CHECK = CHECKS["bridge.roll_call"]
GO_LIVE = date(2025, 7, 1)
BARRIER_S = 0.5


async def call(order: Mapping[str, Any]) -> dict[str, Any]:
    """What the check says of each, and what was told while the meeting lasted."""
    everybody = _targets(order["bridges"])
    hold_s = order["hold_s"]
    door = door_by(Network(), {str(urlsplit(target.url).hostname) for target in everybody})
    recipe = recipe_of(everybody, Network(), door, roles={CENTRAL: CENTRAL}, hold_s=hold_s)
    silent: list[Silent] = []
    program = (sys.executable, "-m", order["program"])
    async with Assembly(
        recipe, silent.append, crowd_max=order["crowd"], program=program
    ) as assembly:
        opens_at = time.monotonic() + BARRIER_S
        assembly.open(opens_at)
        _say("opened")
        held = replace(door, meeting=Meeting(opens_at, hold_s, assembly))
        told, *_ = await asyncio.gather(
            _measured(everybody, held), *(_stop(assembly, opens_at, *s) for s in order["stops"])
        )
    return {"told": told, "silent": [[s.at, s.of] for s in silent]}


def _targets(bridges: Mapping[str, Sequence[Any]]) -> list[Target]:
    return [
        Target(f"{slug}/bridge", slug, slug, TargetKind.BRIDGE, url, "janus", room=room)
        for slug, (url, room) in bridges.items()
    ]


async def _measured(targets: Sequence[Target], door: Door) -> dict[str, Any]:
    async with Watch() as watch:
        measured = await asyncio.gather(
            *(measure(CHECK, target, door, watch, vantage="lab") for target in targets)
        )
    return {t.owner: _told(t, m) for t, m in zip(targets, measured, strict=True)}


def _told(target: Target, measured: Measurement[Any]) -> dict[str, Any]:
    verdict = judge(CHECK, measured, target, go_live=GO_LIVE)
    return {
        "outcome": verdict.outcome.word,
        "codes": [finding.code for finding in verdict.findings],
        "findings": [
            {"code": f.code, "outcome": f.outcome.word, "values": plain(f.values)}
            for f in verdict.findings
        ],
        "failure": plain(measured.failure),
        "evidence": plain(measured.evidence),
        "steps": [rung.step for rung in measured.attempts[-1].rungs],
    }


async def _stop(
    assembly: Assembly, opens_at: float, number: int, at_s: float, lasts_s: float
) -> None:
    """Let one of our own processes stand still for a while."""
    await asyncio.sleep(opens_at + at_s - time.monotonic())
    pid = assembly.workers[number].child.pid
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(lasts_s)
    os.kill(pid, signal.SIGCONT)


def _say(words: object) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    _say(asyncio.run(call(json.loads(sys.stdin.readline()))))
