"""Did that fail there, or was it our own line that was down for a moment?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from rehearsal.model import Failure, Step
from rehearsal.net.load import Gate
from rehearsal.net.pulse import Pulse, may_be_offline


def by_own_line(gate: Gate, pulse: Pulse) -> Callable[[Failure, float], Awaitable[Failure]]:
    """What takes back the blame for a failure while nobody at all answered us.

    A line that is cut looks from here like a city that is down, and so does a cut of some
    seconds when it is over: that is unknown. While it lasts, those who accepted a connection
    before are asked for another one: whoever still does so is reached by our line.
    """
    clock = asyncio.get_running_loop().time

    async def doubted(failure: Failure, since_s: float) -> Failure:
        if not may_be_offline(failure) or not gate.was_silent(since_s, clock()):
            return failure
        if gate.is_silent(clock()) and await pulse.is_alive():
            return failure
        told = "nobody answered us for a while, whomever we asked"
        return Failure(Step.OBSERVE, "observer_offline", told)

    return doubted
