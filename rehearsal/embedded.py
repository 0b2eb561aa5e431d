"""How is the twin city started in a process of its own, and how is it reached?"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rehearsal.model import Network
from rehearsal.net.secret import lent

READY_S = 60.0  # 116 certificates and 1,000 names take about a second; others share our cores
STOP_S = 5.0
LINE_BYTES = 8 * 1024 * 1024


class TwinFailed(RuntimeError):  # noqa: N818 - what happened, as the reader would say it
    """The twin city did not start; the message is its own."""


@dataclass(frozen=True, slots=True)
class TwinCity:
    """A running twin: the route to it, its go-live, its process id.

    `secrets` are its own, by the names in the environment that an inventory refers to.
    """

    network: Network
    go_live: date
    pid: int
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@asynccontextmanager
async def twin_city(
    inventory: Path, *, scenario: Path | None = None, assigned: Path | None = None
) -> AsyncIterator[TwinCity]:
    """Run a twin of that inventory until the block ends; it dies with us in any case.

    Until then its secrets stand in the environment in place of any real ones: those are
    not told to a twin, and it would not take them.
    """
    options = [*_option("--scenario", scenario), *_option("--assign", assigned)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "twin", "--inventory", str(inventory), *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=LINE_BYTES,
        start_new_session=True,  # a Ctrl-C is ours to answer; the twin follows us
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        city = _read(await _first_line(process))
        with lent(city.secrets):
            yield city
    finally:
        await _stop(process)


def _option(name: str, file: Path | None) -> Sequence[str]:
    return () if file is None else (name, str(file))


async def _first_line(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None or process.stderr is None:
        raise TwinFailed("the twin has no pipes")
    try:
        async with asyncio.timeout(READY_S):
            line = await process.stdout.readline()
    except TimeoutError:
        raise TwinFailed(f"the twin was not ready within {READY_S:.0f} s") from None
    if not line:
        told = (await process.stderr.read()).decode("utf-8", errors="replace")
        raise TwinFailed(told.strip()[-2000:] or "the twin ended without a word")
    return line


def _read(line: bytes) -> TwinCity:
    told: Mapping[str, object] = json.loads(line)
    network = told["network"]
    if not isinstance(network, dict):
        raise TwinFailed("the twin did not say how it is reached")
    return TwinCity(
        network=Network(
            nameservers=tuple(network["nameservers"]),
            trust=tuple(network["trust"]),
            ports={int(port): int(to) for port, to in network["ports"].items()},
        ),
        go_live=date.fromisoformat(str(told["go_live"])),
        pid=int(str(told["pid"])),
        secrets=_texts(told.get("secrets")),
    )


def _texts(found: object) -> Mapping[str, str]:
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
