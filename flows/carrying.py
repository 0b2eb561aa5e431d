"""How does a trial look to Prefect? One flow, one task per piece of its work.

Prefect shows, schedules and cancels; the journal remembers. No result is persisted by
Prefect and nothing is cached or retried there: `retries=` would send a probe again and
hide the very fault that it was sent to find; a check's own attempts are all recorded.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from prefect import task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from checks import CHECKS
from flows.environment import DATABASE
from flows.form import Asked
from flows.tether import die_with
from rehearsal.model import Run, Text
from rehearsal.opening import open_trial
from rehearsal.wording import DECISIONS

Work = Callable[[], Awaitable[None]]
VERDICT = "{phase}-verdict"  # the artifact that tells a follower what came of a run
NO_VERDICT = Text("CHƯA CÓ KẾT LUẬN", "NO VERDICT")


@dataclass(frozen=True, slots=True)
class Beside:
    """A trial that is carried out beside the flow rather than in it.

    The flow gives its run's id and the context that makes tasks its own, and waits for
    what came of the trial. `on_sigterm` is who hears that signal, as before the flow.
    """

    on_sigterm: Any
    began: asyncio.Future[tuple[UUID, Context]] = field(default_factory=asyncio.Future)
    ended: asyncio.Future[Run] = field(default_factory=asyncio.Future)

    async def over(self) -> Run:
        """What came of it, once it has."""
        if self.on_sigterm is not None:  # the flow engine has just taken it over
            signal.signal(signal.SIGTERM, self.on_sigterm)
        self.began.set_result((UUID(flow_run.id), copy_context()))
        return await self.ended


beside: ContextVar[Beside] = ContextVar("beside")
_work: ContextVar[Work] = ContextVar("work")


async def carried_out(form: Asked) -> State[Any]:
    """The trial that a form orders, in the flow that calls this; or the one beside it.

    A no-go is a COMPLETED run, for the trial worked; only a crash of ours, or a wrong
    order, is FAILED.
    """
    if trial_beside := beside.get(None):
        return await told(await trial_beside.over(), form.phase)
    tie_to_runner()
    wanted = form.order(os.environ.get(DATABASE))
    async with open_trial(wanted, CHECKS) as trial:
        return await told(await trial.carry_out(as_task), form.phase)


async def as_task(name: str, work: Work) -> None:
    """Run a piece of work as a task of the flow in whose context this is."""
    _work.set(work)  # not a parameter: Prefect would walk, hash and record it
    await piece(name)


@task(task_run_name="{name}", retries=0, persist_result=False, cache_policy=NO_CACHE)
async def piece(name: str) -> None:  # noqa: ARG001  (the name is for Prefect's page)
    """One piece of a trial's work, such as `systems/hai-an`."""
    await _work.get()()


async def told(run: Run, phase: str) -> State[Any]:
    """The final state, its verdict in words; the same in fields is left as an artifact.

    `phase` names the form that was filled in, as whoever follows knows it.
    """
    await acreate_table_artifact([in_fields(run)], key=VERDICT.format(phase=phase))
    words = DECISIONS[run.verdict] if run.verdict else NO_VERDICT
    return Completed(message=f"{words.vi} / {words.en} · {run.id} · {run.reports_to}")


def in_fields(run: Run) -> dict[str, Any]:
    """What a follower elsewhere needs to know of the run; see `follow.py`."""
    return {
        "run": run.id,
        "phase": run.phase,
        "city": run.city,
        "state": run.state,
        "verdict": run.verdict and run.verdict.value,
        "reports_to": run.reports_to,
    }


def tie_to_runner() -> None:
    """End with `rehearse serve`, and leave Ctrl-C to it: it cancels this run cleanly."""
    if "PREFECT__FLOW_RUN_ID" not in os.environ:  # set by Prefect's runner alone
        return
    die_with(os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
