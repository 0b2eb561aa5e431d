"""Which flow asks a run again? Its work is in the plan, its tasks in `carrying`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH

from flows.carrying import carried_out
from flows.form import Recheck
from rehearsal.plan import RECHECK

# the default; unnamed, the engine asks the server for it and blocks the event loop
UNUSED = Path(PREFECT_LOCAL_STORAGE_PATH.value())


@flow(
    name=RECHECK,
    retries=0,
    persist_result=False,
    result_storage=UNUSED,
    log_prints=False,
)
async def recheck(order: Recheck) -> State[Any]:
    """Đo lại những gì chưa đạt, bị chặn hoặc chưa rõ của một đợt diễn tập.

    Measures again what failed, was blocked or is unknown in a trial; or some units of it.
    """
    return await carried_out(order)
