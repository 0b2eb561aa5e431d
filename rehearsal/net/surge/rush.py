"""How is everything sent at its own moment, however long the others take?

Open loop: a slow system makes nobody come later. What each took counts from the moment at
which it was meant to set out, so that who waits behind another is not forgotten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from rehearsal.model import Failure
from rehearsal.net.surge.outcome import Sent
from rehearsal.net.trail import Stopped, brief_trail

Send = Callable[[int], Awaitable[Failure | None]]
Doubt = Callable[[Failure, float], Awaitable[Failure]]
"""Given a failure and since when it was under way: the failure, or one of ours instead."""


async def rush(
    moments: Sequence[float],
    begins_s: float | None,
    send: Send,
    doubt: Doubt | None = None,
) -> list[Sent]:
    """Send each at its moment after `begins_s` (the event loop's clock); wait for all.

    `send` is given the number of what it sends; what it gives back, or is Stopped by, is
    how that failed. `doubt` is asked of each failure whether it may be ours.
    """
    clock = asyncio.get_running_loop().time
    start_s = clock() if begins_s is None else begins_s
    async with asyncio.TaskGroup() as group:
        tasks = []
        for number, after_s in enumerate(moments):
            await asyncio.sleep(max(0.0, start_s + after_s - clock()))
            tasks.append(group.create_task(_sent(start_s + after_s, number, send, doubt)))
    return [task.result() for task in tasks]


async def _sent(intended_s: float, number: int, send: Send, doubt: Doubt | None) -> Sent:
    clock = asyncio.get_running_loop().time
    trail, began_s = brief_trail(), clock()
    try:
        failure = await send(number)
    except Stopped as ended:
        failure = ended.failure
    took_s = clock() - intended_s
    if failure is not None and doubt is not None:
        failure = await doubt(failure, began_s)
    return Sent(took_s, began_s - intended_s, trail.held_up_s, failure)
