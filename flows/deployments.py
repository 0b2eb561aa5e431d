"""How is a trial ordered, scheduled and cancelled from Prefect's page or API?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
    State,
    StateType,
)
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import RRule, Schedule
from prefect.states import Crashed

from flows.form import LOCAL
from flows.patience import until

NAME = "rehearsal"
STARTS_WITHIN_S = 30.0
# a second trial would meet the lock of the first: it is cancelled at once, and says so
ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


@asynccontextmanager
async def served(
    *deployments: RunnerDeployment,
) -> AsyncIterator[asyncio.Task[None]]:
    """Within this block the deployments' runs are started, each in its own process.

    Yields the task that does so. At the end, runs under way are cancelled cleanly;
    schedules stay as they are, for the next time.
    """
    runner = Runner(name=NAME, pause_on_shutdown=False)
    for deployment in deployments:
        await _forget_the_dead(await runner.aadd_deployment(deployment))
    serving = asyncio.create_task(runner.start())
    try:
        await until(partial(_begun, runner, serving), STARTS_WITHIN_S)
        yield serving
    finally:
        if runner.started:
            await runner.astop()
        await serving


async def _begun(runner: Runner, serving: asyncio.Task[None]) -> bool:
    return runner.started or serving.done()


def rehearsal(entrypoint: str, at: datetime | None = None) -> RunnerDeployment:
    """The deployment `<phase>/rehearsal` of a flow, with a run on the date `at`, if any."""
    return RunnerDeployment.from_entrypoint(
        entrypoint, NAME, schedules=_once(at), concurrency_limit=ALONE
    )


def _once(at: datetime | None) -> Sequence[Schedule] | None:
    """None leaves alone what the committee has scheduled from the page."""
    if at is None:
        return None
    start = (at if at.tzinfo is None else at.astimezone(LOCAL)).strftime("%Y%m%dT%H%M%S")
    rule = f"DTSTART:{start}\nRRULE:FREQ=DAILY;COUNT=1"
    return [RRule(rule, timezone=LOCAL.key, slug=f"at-{start.lower()}")]


async def _forget_the_dead(deployment_id: UUID) -> None:
    """Runs that a kill left `Running` hold the only slot; nobody else runs them."""
    theirs = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment_id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNDER_WAY)),
    )
    ended: State[None] = Crashed(message="Máy chủ đã ngừng đột ngột / The server was killed")
    async with get_client() as client:
        for dead in await client.read_flow_runs(flow_run_filter=theirs):
            await client.set_flow_run_state(dead.id, ended, force=True)
