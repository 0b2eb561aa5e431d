"""What stands for a trial where only its orchestration is tested?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from rehearsal.model import Decision, Run

PIECES = 5


class PretendTrial:
    """Five pieces of `hold_s` each; stopped early, it writes down what was done."""

    run_id = "run-1"

    def __init__(self, out: Path, hold_s: float) -> None:
        self.out, self.hold_s = out, hold_s
        self.done: list[str] = []
        self.stages: list[str] = []

    async def stage(self, name: str) -> None:
        self.stages.append(name)

    async def carry_out(self, spawn=None) -> Run:
        try:
            await asyncio.gather(*(self._piece(f"systems/{i}", spawn) for i in range(PIECES)))
        except asyncio.CancelledError:
            await self._report("stopped")
            raise
        return await self._report("finished", Decision.NO_GO)

    async def _piece(self, name, spawn) -> None:
        async def work() -> None:
            await asyncio.sleep(self.hold_s)
            self.done.append(name)

        await (spawn(name, work) if spawn else work())

    async def _report(self, state: str, verdict: Decision | None = None) -> Run:
        await asyncio.sleep(0.2)  # reports take their time, even after a stop
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "state").write_text(state)
        started = datetime.now(UTC)
        return Run(
            self.run_id,
            "phase-1",
            "twin",
            started,
            state=state,
            verdict=verdict,
            reports_to=str(self.out),
        )
