"""Which flow reviews both trials? It measures nothing: the journal has all that it needs."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH

from checks import CHECKS
from flows.carrying import tie_to_runner, told
from flows.environment import DATABASE
from flows.form import Review
from rehearsal.journal import journal_url, open_journal
from rehearsal.model import Run
from rehearsal.model.run import PHASES, REVIEW
from rehearsal.reviewing import begin, carry_out, trials_for

# the default; unnamed, the engine asks the server for it and blocks the event loop
UNUSED = Path(PREFECT_LOCAL_STORAGE_PATH.value())


@flow(
    name=REVIEW,
    retries=0,
    persist_result=False,
    result_storage=UNUSED,
    log_prints=False,
)
async def review(order: Review) -> State[Any]:
    """Rà soát cả hai đợt diễn tập và kiến nghị cho ngày vận hành chính thức.

    Reviews both trials with their rechecks, and advises on go-live.
    """
    tie_to_runner()
    return await told(await reviewed(order), REVIEW)


@task(name=REVIEW, retries=0, persist_result=False, cache_policy=NO_CACHE)
async def reviewed(order: Review) -> Run:
    """The whole of it, beside the event loop: judging a big city takes seconds."""
    return await asyncio.to_thread(_reviewed, order)


def _reviewed(order: Review) -> Run:
    out = Path(order.out)
    wanted = dict(zip(PHASES, (order.phase_1, order.phase_2), strict=True))
    with open_journal(journal_url(out, url=os.environ.get(DATABASE) or "")) as journal:
        run = begin(journal, trials_for(journal, wanted), out, CHECKS)
        carry_out(journal, run, CHECKS)
        return journal.run(run.id)
