"""Which flow does the test server serve? The product's, around a pretended trial.

Run as a program, it is that server: `pretend_flow.py HOME [AT]`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path


def main() -> None:
    home, *at = sys.argv[1:]
    when = datetime.fromisoformat(at[0]) if at else None
    served = launch.serve("127.0.0.1", 0, Path(home), at=when, entrypoints=[ENTRY])
    asyncio.run(served)


if __name__ == "__main__":
    from flows import launch  # Prefect must not be imported before its settings stand

    ENTRY = f"{__file__}:phase_one"
    main()
else:
    from prefect import flow

    from flows.carrying import as_task, tie_to_runner, told
    from flows.form import PhaseOne
    from tests.flows.pretend import PretendTrial

    @flow(name="phase-1")
    async def phase_one(order: PhaseOne):
        tie_to_runner()
        wanted = order.order()
        trial = PretendTrial(Path(wanted.out), wanted.hold_s)
        return await told(await trial.carry_out(as_task), order.phase)
