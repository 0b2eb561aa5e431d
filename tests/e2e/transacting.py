"""A trial's transactions and its clean-up, and nothing else: for tests that kill it."""

from __future__ import annotations

import asyncio
import sys

from checks import CHECKS
from rehearsal.opening import open_trial
from rehearsal.order import Order

STAGES = ("transactions", "cleanup")


async def transact(inventory: str, out: str, only: str) -> None:
    """Carry out these two stages of a Phase 2 trial."""
    order = Order(phase="phase-2", inventory=inventory, out=out, only=(only,))
    async with open_trial(order, CHECKS) as trial:
        trial.stages = STAGES
        await trial.carry_out()


if __name__ == "__main__":
    asyncio.run(transact(*sys.argv[1:]))
