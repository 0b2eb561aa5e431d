"""How does a trial of this process show in Prefect, without depending on it?

The trial leads and the flow run follows beside it: a piece of work becomes a task in
the flow's context, and whatever becomes of Prefect, the piece is done once.
"""

from __future__ import annotations

import asyncio
import inspect
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.carrying import Beside, Work, as_task, beside
from flows.form import FORMS, parameters
from flows.patience import until
from flows.phase_one import phase_one
from flows.phase_two import phase_two
from flows.recheck import recheck
from flows.server import ServerLostError
from rehearsal.model import Run
from rehearsal.order import Order
from rehearsal.plan import RECHECK

DRAIN_WITHIN_S = 10.0  # tuned, the recorder is done half a second after 116 tasks
ABANDON_WITHIN_S = 3.0  # for the server to write it down
FLOWS: Mapping[str, Any] = {"phase-1": phase_one, "phase-2": phase_two, RECHECK: recheck}
LOST = (httpx.HTTPError, PrefectException, OSError, RuntimeError)


@dataclass(slots=True)
class Once:
    """A piece of work, and how far it came."""

    work: Work
    has_begun: bool = False
    has_ended: bool = False

    async def __call__(self) -> None:
        """Do it."""
        self.has_begun = True
        await self.work()
        self.has_ended = True


@dataclass(slots=True)
class Orchestra:
    """A flow run beside a trial. `pieces` counts the task runs begun."""

    url: str
    trial: Beside
    flow: asyncio.Task[object]
    pieces: int = 0

    async def spawn(self, name: str, work: Work) -> None:
        """Do a piece of work as a task; if Prefect fails before it begins, without."""
        _, context = self.trial.began.result()
        self.pieces += 1
        once = Once(work)
        try:
            await asyncio.create_task(as_task(name, once), context=context.copy())
        except LOST:
            if once.has_begun and not once.has_ended:
                raise  # its own
            if not once.has_begun:
                await work()

    async def end(self, run: Run) -> None:
        """Tell the flow what came of the trial; return once the server has it all."""
        self.trial.ended.set_result(run)
        try:
            async with asyncio.timeout(DRAIN_WITHIN_S):
                await self.flow
            with _reported_to(self.url):
                await self._drained()
        except LOST as problem:
            raise ServerLostError(str(problem) or type(problem).__name__) from problem

    async def _drained(self) -> None:
        sent = EventsWorker.drain_all(timeout=DRAIN_WITHIN_S, at_exit=False)
        if inspect.isawaitable(sent):  # always, within an event loop
            await sent
        flow_run_id, _ = self.trial.began.result()
        async with get_client() as client:
            await until(partial(recorded, client, flow_run_id, self.pieces), DRAIN_WITHIN_S)

    async def abandon(self) -> None:
        """End the flow run as crashed: the trial was stopped, or Prefect is lost."""
        self.flow.cancel()
        await asyncio.wait([self.flow], timeout=ABANDON_WITHIN_S)


async def begun(order: Order, url: str) -> Orchestra:
    """Begin a flow run at `url` (an API); ServerLostError when it does not come to it."""
    trial = Beside(signal.getsignal(signal.SIGTERM))
    running = asyncio.create_task(_flow(trial, order, url))
    either: list[asyncio.Future[Any]] = [running, trial.began]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        raise ServerLostError(str(running.exception())) from running.exception()
    return Orchestra(url, trial, running)


async def _flow(trial: Beside, order: Order, url: str) -> None:
    beside.set(trial)
    with _reported_to(url):
        # the order has been checked already, and a command may name files anywhere
        unchecked: Any = FLOWS[order.phase].with_options(validate_parameters=False)
        await unchecked(FORMS[order.phase].model_construct(**parameters(order)))


async def recorded(client: PrefectClient, flow_run_id: UUID, pieces: int) -> bool:
    """Whether so many task runs have ended; only the last is asked for, 200 are the most."""
    ended = TaskRunFilterStateType(any_=sorted(TERMINAL_STATES))
    last = await client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id])),
        task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=ended)),
        offset=max(pieces - 1, 0),
        limit=1,
    )
    return bool(last) or not pieces


@contextmanager
def _reported_to(url: str) -> Iterator[None]:
    """Within this block Prefect's client speaks to `url`, and gives up on it quickly.

    The default worker tries each event eleven times: two minutes at exit, once the
    server is dead.
    """
    EventsWorker.set_client_override(PrefectEventsClient, api_url=url, reconnection_attempts=1)
    is_known = PREFECT_API_URL.value() == url  # making all settings anew takes 0.2 s
    with nullcontext() if is_known else temporary_settings({PREFECT_API_URL: url}):
        yield
