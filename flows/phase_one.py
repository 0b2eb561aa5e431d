"""Which flow is a Phase 1 trial? Its work is in the plan, its tasks in `carrying`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH

from flows.carrying import carried_out
from flows.form import PhaseOne

WHOLE_CITY = PhaseOne()
# the default; unnamed, the engine asks the server for it and blocks the event loop
UNUSED = Path(PREFECT_LOCAL_STORAGE_PATH.value())


@flow(
    name="phase-1",
    retries=0,
    persist_result=False,
    result_storage=UNUSED,
    log_prints=False,
)
async def phase_one(order: PhaseOne = WHOLE_CITY) -> State[Any]:
    """Diễn tập giai đoạn 1: 116 điểm cầu, tổng đài 1022, các hệ thống.

    A Phase 1 trial: every bridge, the hotline, the systems.
    """
    return await carried_out(order)
