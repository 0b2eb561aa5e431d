"""Does a hostile peer end by its deadline, leave the memory alone, and hurt no neighbour?"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from checks import CHECKS
from rehearsal.model import Measurement, Target
from rehearsal.net.door import Door
from rehearsal.observe import Watch
from rehearsal.run import measure
from tests.rehearsal.net.conftest import Street
from tests.servers.children import ROOT

NEIGHBOURS = 115
AT_ONCE = 32  # as in a trial
STEP_S = 2.0
LOOKS_S = 2.5  # second looks, and a busy machine
SLOWER_AT_MOST = 3.0  # the neighbours' median, beside a hostile peer and beside a healthy one
GROWS_AT_MOST = 32 * 1024 * 1024  # measured: 8
HOSTILE_PAGES = (
    *("endless-headers", "endless-header", "endless-interim", "endless-body"),
    *("endless-chunks", "endless-chunk-extension", "endless-trailers", "gzip-bomb", "drips"),
    *("page-of-open-tags", "page-of-comments", "page-of-marked-sections", "tiny-chunks"),
)
HOSTILE_BRIDGES = (
    *("ws-endless-headers", "janus-pings", "janus-endless-message", "janus-chatter"),
    *("janus-endless-nothing", "janus-huge", "janus-huge-announced", "janus-deep"),
)
HOSTILE = [
    *((peer, "http") for peer in HOSTILE_PAGES),
    *((peer, "ws") for peer in HOSTILE_BRIDGES),
]
BOMBS = [("gzip-bomb", "http")] * 8
Targets = Callable[[str], Target]


async def _measured(door: Door, target: Target, watch: Watch) -> Measurement[Any]:
    check = CHECKS["bridge.signalling" if target.url.startswith("ws") else "system.reach"]
    return await measure(check, target, door, watch, vantage="test")


@pytest.mark.parametrize(("peer", "scheme"), HOSTILE)
async def test_it_ends_in_time(peers: Street, target: Targets, peer: str, scheme: str):
    """A failure of the peer's own, by its deadline, while the event loop stays quick."""
    async with Watch() as watch:
        url = peers.url(peer, scheme)
        measured = await _measured(peers.door(step_s=STEP_S), target(url), watch)

    assert measured.failure is not None
    assert measured.failure.step != "observe", measured.failure
    assert measured.elapsed_s < STEP_S + LOOKS_S


async def _median_s(peers: Street, target: Targets, odd: tuple[str, str]) -> float:
    """How long a healthy page takes beside that peer, in the median of 115."""
    slots = asyncio.Semaphore(AT_ONCE)
    good = target(peers.url("good-page"))
    door = peers.door(step_s=STEP_S)

    async def one(watch: Watch) -> Measurement[Any]:
        async with slots:
            return await _measured(door, good, watch)

    async with Watch() as watch, asyncio.TaskGroup() as group:
        peer, scheme = odd
        group.create_task(_measured(door, target(peers.url(peer, scheme)), watch))
        tasks = [group.create_task(one(watch)) for _ in range(NEIGHBOURS)]
    found = [task.result() for task in tasks]
    assert all(m.failure is None for m in found)
    return statistics.median(m.elapsed_s for m in found)


@pytest.mark.parametrize(
    "peer", ["gzip-bomb", "endless-body", "page-of-open-tags", "tiny-chunks"]
)
async def test_its_neighbours_are_as_quick_as_without_it(
    peers: Street, target: Targets, peer: str
):
    """One hostile page among 115: measured side by side, by turns, and compared as a ratio."""
    beside, without = [], []
    for _ in range(3):
        without.append(await _median_s(peers, target, ("good-page", "http")))
        beside.append(await _median_s(peers, target, (peer, "http")))

    assert min(beside) < SLOWER_AT_MOST * min(without)


def test_memory_stays_small(peers: Street):
    """Eight bombs, then all of them, eight at a time, in a process whose memory is watched."""
    about = {
        "names": peers.names,
        "healthy": peers.url("good-page"),
        "hostile": [peers.url(peer, scheme) for peer, scheme in (*BOMBS, *HOSTILE)],
    }
    command = [sys.executable, "-m", "tests.rehearsal.net.hostile", json.dumps(about)]
    told = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert int(told.stdout) < GROWS_AT_MOST
