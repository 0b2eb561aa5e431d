"""Which flow is a Phase 2 trial? Its work is in the plan, its tasks in `carrying`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH

from flows.carrying import carried_out
from flows.form import PhaseTwo

WHOLE_CITY = PhaseTwo()
# the default; unnamed, the engine asks the server for it and blocks the event loop
UNUSED = Path(PREFECT_LOCAL_STORAGE_PATH.value())


@flow(
    name="phase-2",
    retries=0,
    persist_result=False,
    result_storage=UNUSED,
    log_prints=False,
)
async def phase_two(order: PhaseTwo = WHOLE_CITY) -> State[Any]:
    """Diễn tập giai đoạn 2: thủ tục, phản ánh 1022, văn bản, giờ cao điểm, rồi dọn sạch.

    A Phase 2 trial: procedures, the hotline, documents, the opening hour; nothing stays.
    """
    return await carried_out(order)
