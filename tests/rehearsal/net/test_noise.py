"""Does any nonsense make the prober fall over, or pass?"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from checks import CHECKS
from rehearsal.model import Measurement, Target
from rehearsal.observe import Watch
from rehearsal.run import measure
from tests.rehearsal.net.conftest import NONSENSE, Street

AT_ONCE = 16
Targets = Callable[[str], Target]


async def _all(door: Any, targets: Sequence[Target]) -> list[Measurement[Any]]:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(target: Target) -> Measurement[Any]:
        check = CHECKS["bridge.signalling" if target.url.startswith("ws") else "system.reach"]
        async with slots:
            return await measure(check, target, door, watch, vantage="test")

    async with Watch() as watch:
        return list(await asyncio.gather(*(one(target) for target in targets)))


def _kinds(found: Sequence[Measurement[Any]]) -> Counter[str]:
    return Counter(f"{m.failure.step}/{m.failure.kind}" if m.failure else "pass" for m in found)


def _holds(kinds: Counter[str]) -> None:
    assert kinds["pass"] == 0, kinds
    assert not [kind for kind in kinds if kind.startswith("observe/")], kinds


async def test_pages(peers: Street, target: Targets):
    """700 answers that are nearly HTTP: each has a failure, and none is ours."""
    urls = [peers.url("noise-page", path=f"/{seed}") for seed in range(700)]

    _holds(_kinds(await _all(peers.door(), [target(url) for url in urls])))


async def test_upgrades_and_messages(peers: Street, target: Targets):
    """600 answers that are nearly a WebSocket or nearly Janus."""
    urls = [
        peers.url(peer, scheme="ws", path=f"/{seed}")
        for peer in ("noise-upgrade", "noise-socket")
        for seed in range(300)
    ]

    _holds(_kinds(await _all(peers.door(step_s=0.5), [target(url) for url in urls])))


async def test_handshakes(peers: Street, target: Targets):
    """300 answers to a ClientHello that are nearly TLS."""
    found = await _all(
        peers.door(step_s=0.5),
        [target(peers.url("noise-handshake", scheme="https"))] * 300,
    )

    _holds(_kinds(found))


async def test_name_servers(peers: Street, target: Targets):
    """400 answers that are nearly DNS, before a page without its marker."""
    urls = [peers.url("page-default", host=host) for host in NONSENSE]

    _holds(_kinds(await _all(peers.door(), [target(url) for url in urls])))
