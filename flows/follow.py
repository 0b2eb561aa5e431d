"""How is a trial ordered from a server elsewhere, and followed to its verdict?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling, Scheduled

from flows.carrying import VERDICT
from flows.form import parameters
from rehearsal.model import Decision, Run, Text
from rehearsal.order import EXIT_INVENTORY, Order, TrialRefused

DEPLOYMENT = "{phase}/rehearsal"
LOOK_EVERY_S = 1.0
WITHOUT_ANSWER_S = 60.0  # a server that restarts is back within it
REFUSED = EXIT_INVENTORY
Say = Callable[[Text], None]
# Prefect says RuntimeError when it does not reach the server at first
UNREACHABLE = (httpx.TransportError, RuntimeError, TimeoutError)
STAYS = Text(
    "Không theo dõi nữa; đợt diễn tập vẫn theo lịch trên máy chủ",
    "Following no more; the trial stays scheduled on the server",
)
CANCELLED = Text(
    "Đã yêu cầu máy chủ dừng đợt diễn tập; báo cáo phần đã đo nằm ở đó",
    "The server was asked to stop the trial; what it measured is reported there",
)


async def followed(url: str, order: Order, say: Say) -> Run:
    """Order a trial at `url` (a Prefect API), follow it, and say what came of it.

    TrialRefused when the server cannot be reached, serves no such deployment, refuses
    the order, or the run ends without a verdict. If this is cancelled, so is the run,
    unless it is still waiting for its date.
    """
    with temporary_settings({PREFECT_API_URL: url}):
        try:
            async with get_client() as client:
                return await _followed(client, order, say)
        except UNREACHABLE as problem:
            raise TrialRefused(f"{url}: {problem}", REFUSED) from problem


async def _followed(client: PrefectClient, order: Order, say: Say) -> Run:
    run = await _ordered(client, order)
    try:
        run = await _over(client, run, say)
    except asyncio.CancelledError:
        await _let_go(client, run, say)
        raise
    return await _outcome(client, run, order.phase)


async def _ordered(client: PrefectClient, order: Order) -> FlowRun:
    wanted = DEPLOYMENT.format(phase=order.phase)
    try:
        deployment = await client.read_deployment_by_name(wanted)
        return await client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"order": parameters(order)},
            state=Scheduled(scheduled_time=order.at),
        )
    except ObjectNotFound as problem:
        raise TrialRefused(f"{client.api_url}: no {wanted}", REFUSED) from problem
    except PrefectHTTPStatusError as problem:  # 409, 422: it says which field is wrong
        raise TrialRefused(problem.response.text, REFUSED) from problem


async def _over(client: PrefectClient, run: FlowRun, say: Say) -> FlowRun:
    """The run at its end; every change of its state is told once."""
    told = ""
    while not (run.state and run.state.is_final()):
        if run.state and run.state.name != told:
            told = run.state.name or ""
            say(Text(f"{run.name}: {told}", f"{run.name}: {told}"))
        await asyncio.sleep(LOOK_EVERY_S)
        run = await _looked_up(client, run.id)
    return run


async def _looked_up(client: PrefectClient, run_id: UUID) -> FlowRun:
    async with asyncio.timeout(WITHOUT_ANSWER_S):
        while True:
            with suppress(httpx.TransportError):
                return await client.read_flow_run(run_id)
            await asyncio.sleep(LOOK_EVERY_S)


async def _let_go(client: PrefectClient, run: FlowRun, say: Say) -> None:
    run = await client.read_flow_run(run.id)
    if run.state and run.state.is_scheduled():
        say(STAYS)
        return
    say(CANCELLED)
    await client.set_flow_run_state(run.id, Cancelling())


async def _outcome(client: PrefectClient, run: FlowRun, phase: str) -> Run:
    """From the artifact that the flow left; none is left by a run that crashed."""
    left = await client.read_artifacts(
        artifact_filter=ArtifactFilter(
            flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]),
            key=ArtifactFilterKey(any_=[VERDICT.format(phase=phase)]),
        )
    )
    if not left:
        said = run.state and f"{run.state.name}: {run.state.message}"
        raise TrialRefused(f"{run.name}: {said}", REFUSED)
    return _read(json.loads(str(left[0].data))[0], run)


def _read(fields: dict[str, Any], run: FlowRun) -> Run:
    return Run(
        id=fields["run"],
        phase=fields["phase"],
        city=fields["city"],
        started=run.start_time or run.created or datetime.now(UTC),
        finished=run.end_time,
        state=fields["state"],
        verdict=fields["verdict"] and Decision(fields["verdict"]),
        reports_to=fields["reports_to"],
    )
