"""How does `rehearse` run a trial: beside Prefect here, on a server there, or without?

Prefect is imported late: its settings must stand before, and 1.3 s pass meanwhile.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from checks import CHECKS
from flows.environment import ALONE, BRIEF, DATABASE, of_client
from flows.server import PrefectServer, ServerLostError, prefect_server
from rehearsal.model import Run, Text
from rehearsal.opening import open_trial, refuse_unsound
from rehearsal.order import Order, Progress, directly

HOME = ".prefect"  # below the reports: Prefect's database and log
TRIALS = (  # of `rehearse serve`
    *("flows.phase_one.phase_one", "flows.phase_two.phase_two"),
    *("flows.recheck.recheck", "flows.review.review"),
)
READY_WITHIN_S = 60.0  # from its launch; a trial waits no longer for its orchestrator
Say = Callable[[Text], None]


def on_stderr(text: Text) -> None:
    """Say it where progress goes."""
    print(f"{text.vi} / {text.en}", file=sys.stderr)  # noqa: T201  (a person reads it)


async def run_without_prefect(order: Order, progress: Progress) -> Run:
    """The same plan, by plain asyncio; Prefect is not even imported."""
    async with open_trial(order, CHECKS, progress) as trial:
        return await trial.carry_out()


async def run_with_prefect(order: Order, progress: Progress, say: Say = on_stderr) -> Run:
    """Carry the trial out beside a Prefect server child of ours.

    The child starts as soon as the order is sound, beside the twin and the first stages.
    When it does not, or is lost on the way, `say` hears of it once, and the trial goes on.
    """
    await asyncio.to_thread(refuse_unsound, order, CHECKS)
    async with _prefect(order, say) as prefect, open_trial(order, CHECKS, progress) as trial:
        run = await trial.carry_out(prefect.spawn)
        await prefect.end(run)
        return run


async def run_on_server(
    url: str, order: Order, progress: Progress, say: Say = on_stderr
) -> Run:
    """Order a trial of the deployment of its phase at `url` (an API); follow it."""
    del progress  # it is measured there; its stages are not seen here
    os.environ.update({**of_client(Path(order.out) / HOME, url), **BRIEF})
    follow = await asyncio.to_thread(importlib.import_module, "flows.follow")
    run: Run = await follow.followed(url, order, say)
    return run


async def serve(
    host: str,
    port: int,
    home: Path,
    *,
    database: str | None = None,
    at: datetime | None = None,
    entrypoints: Sequence[str] = TRIALS,
) -> None:
    """Serve the trials until SIGTERM or SIGINT; print the address when it answers.

    `at` schedules one run of the first. At the end, runs under way are cancelled cleanly.
    ServerLostError when the server ends first.
    """
    async with prefect_server(home, host, port) as server:
        os.environ.update(of_client(home, server.url))
        if database:
            os.environ[DATABASE] = database
        deployments = await asyncio.to_thread(importlib.import_module, "flows.deployments")
        await server.ready()
        first, *others = entrypoints
        offered = [deployments.rehearsal(first, at), *map(deployments.rehearsal, others)]
        async with deployments.served(*offered) as serving:
            print(server.page, flush=True)  # noqa: T201  (the answer of `rehearse serve`)
            await _until_stopped(server, serving)


async def _until_stopped(server: PrefectServer, serving: asyncio.Task[None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    asked = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(server.process.wait())
    await asyncio.wait([asked, ended, serving], return_when=asyncio.FIRST_COMPLETED)
    if not asked.done():
        raise ServerLostError(f"ended by itself: {server.log}")


class Orchestra(Protocol):
    """What `flows.orchestra` begins; its module cannot be imported yet."""

    async def spawn(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do a piece of work as a task."""

    async def end(self, run: Run) -> None:
        """Tell what came of the trial."""

    async def abandon(self) -> None:
        """Give the flow run up."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Prefect on its way up: the first piece of work waits for it, or does without."""

    server: PrefectServer
    orchestra: asyncio.Task[Orchestra | None]
    say: Say

    async def spawn(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do a piece of work as a task, if there is a Prefect."""
        orchestra = await asyncio.shield(self.orchestra)
        await (orchestra.spawn if orchestra else directly)(name, work)

    async def end(self, run: Run) -> None:
        """Tell Prefect what came of the trial, if it is still there."""
        orchestra = await asyncio.shield(self.orchestra)
        if orchestra is None:
            return
        try:
            self.server.check()
            await orchestra.end(run)
        except ServerLostError as problem:
            self.say(_lost(problem))


@asynccontextmanager
async def _prefect(order: Order, say: Say) -> AsyncIterator[Coming]:
    home = Path(order.out) / HOME
    async with prefect_server(home, more=ALONE) as server:
        coming = asyncio.create_task(_orchestra(home, server, order, say))
        try:
            yield Coming(server, coming, say)
        finally:
            await _leave(coming)


async def _orchestra(
    home: Path, server: PrefectServer, order: Order, say: Say
) -> Orchestra | None:
    os.environ.update({**of_client(home, server.url), **BRIEF})
    try:
        orchestra: Any = await asyncio.to_thread(importlib.import_module, "flows.orchestra")
        await server.ready(READY_WITHIN_S)
        begun: Orchestra = await orchestra.begun(order, server.url)
    except (ServerLostError, ImportError) as problem:
        say(_lost(problem))
        return None
    return begun


async def _leave(coming: asyncio.Task[Orchestra | None]) -> None:
    """A trial that ended by itself has ended its flow run; any other is given up."""
    coming.cancel()
    await asyncio.wait([coming])
    if not coming.cancelled() and (orchestra := coming.result()):
        await orchestra.abandon()


def _lost(problem: Exception) -> Text:
    return Text(
        f"Prefect không chạy được, đợt diễn tập vẫn tiếp tục ({problem})",
        f"Prefect is lost, the trial goes on without it ({problem})",
    )
