"""How does one take part who only signs in and holds the connection, without sound?"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from rehearsal.model import Step, Target
from rehearsal.net import conference
from rehearsal.net.conference import Participant
from rehearsal.net.door import Door
from rehearsal.net.meeting import Meeting
from rehearsal.net.rollcall.evidence import Attended, Drop
from rehearsal.net.trail import Stopped, addresses_tried, set_off_late, stop

RETURN_S = 0.5  # a person presses "join again" about this soon
RETURN_WITHIN_S = 10.0  # longer away, and the meeting has gone on without them


async def signed_in(target: Target, door: Door, meeting: Meeting) -> Attended:
    """Set off at the barrier, join, and hold until the meeting ends; without sound."""
    started_s = await meeting.opening()
    set_off_late(started_s)
    participant = await _join(target, door)
    joined_s = meeting.elapsed_s()
    drops: list[Drop] = []
    try:
        present = await participant.listed(target.room or 0)
        while (lost := await _hold(participant, meeting)) is not None:
            at_s = meeting.elapsed_s()
            participant.abort()
            await _refuse_own_cut(door)
            back = await _come_back(target, door)
            drops.append(Drop(at_s, lost, meeting.elapsed_s() if back else None))
            if back is None:
                break
            participant = back
    finally:
        participant.abort()
    left_s = meeting.elapsed_s()
    return Attended(started_s, joined_s, left_s, len(present or ()), tuple(drops))


async def _join(target: Target, door: Door) -> Participant:
    participant = await conference.arrive(door, target)
    try:
        await participant.enter(target.room or 0, f"{door.marker}-{target.owner}")
    except BaseException:
        participant.abort()
        raise
    return participant


async def _hold(participant: Participant, meeting: Meeting) -> str | None:
    """Stay to the end and leave; or why the connection broke before."""
    left_s = meeting.hold_s - meeting.elapsed_s()
    try:
        await participant.stay(asyncio.get_running_loop().time() + left_s)
        await participant.leave()
    except Stopped as ended:
        return f"{ended.failure.step}/{ended.failure.kind}"
    return None


async def _refuse_own_cut(door: Door) -> None:
    """When others that had just answered are gone as well, the cut was on our line."""
    if await door.pulse.is_alive(addresses_tried()) is False:
        raise stop(Step.OBSERVE, "observer_offline", "cut off together with others")


async def _come_back(target: Target, door: Door) -> Participant | None:
    """Join again, as people do; also past the meeting's end, for that proves the line."""
    loop = asyncio.get_running_loop()
    until = loop.time() + RETURN_WITHIN_S
    while loop.time() < until:
        await asyncio.sleep(RETURN_S)
        with suppress(Stopped):
            return await _join(target, door)
    return None
