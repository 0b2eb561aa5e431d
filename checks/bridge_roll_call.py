"""When all connect at once, is this bridge in, and does it stay to the end?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net import janus
from rehearsal.net.door import Door
from rehearsal.net.meeting import Meeting
from rehearsal.net.trail import Stopped, set_off_late, stop

# 116 handshakes at one barrier are half a second of work for one core; nothing here is
# judged by its duration, and a step's own deadline is three times as long as this.
LAG_MAX_S = 1.5
RETURN_S = 0.5  # a person presses "join again" about this soon
RETURN_WITHIN_S = 10.0  # longer away, and the meeting has gone on without them


@dataclass(frozen=True, slots=True)
class Drop:
    """A connection lost in the meeting; seconds after the barrier."""

    at_s: float
    why: str
    back_s: float | None


@dataclass(frozen=True, slots=True)
class Attended:
    """One bridge's roll call; every time is in seconds after the barrier."""

    started_s: float
    joined_s: float
    left_s: float
    present_at_join: int
    drops: tuple[Drop, ...]


async def probe(target: Target, door: Door) -> Attended:
    """Set off at the barrier, join, and hold until the meeting ends."""
    meeting = door.meeting
    if meeting is None:
        raise ValueError("a roll call needs a meeting")
    started_s = await meeting.opening()
    set_off_late(started_s)
    participant = await _join(target, door)
    joined_s = meeting.elapsed_s()
    drops: list[Drop] = []
    try:
        present = await participant.listed(target.room or 0)
        while (lost := await _hold(participant, meeting)) is not None:
            at_s = meeting.elapsed_s()
            participant.socket.opened.stream.abort()
            await _refuse_own_cut(participant, door)
            back = await _come_back(target, door)
            drops.append(Drop(at_s, lost, meeting.elapsed_s() if back else None))
            if back is None:
                break
            participant = back
    finally:
        participant.socket.opened.stream.abort()
    return Attended(started_s, joined_s, meeting.elapsed_s(), len(present), tuple(drops))


async def _join(target: Target, door: Door) -> janus.Participant:
    participant = await janus.arrive(door, target.url)
    try:
        await participant.enter(target.room or 0, f"{door.marker}-{target.owner}")
    except BaseException:
        participant.socket.opened.stream.abort()
        raise
    return participant


async def _hold(participant: janus.Participant, meeting: Meeting) -> str | None:
    """Stay to the end and leave; or why the connection broke before."""
    try:
        await participant.stay(meeting.closes_at)
        await participant.leave()
    except Stopped as ended:
        return f"{ended.failure.step}/{ended.failure.kind}"
    return None


async def _refuse_own_cut(participant: janus.Participant, door: Door) -> None:
    """When others that had just answered are gone as well, the cut was on our line."""
    address, _ = participant.socket.opened.wire.peer
    if await door.pulse.is_alive((address,)) is False:
        raise stop(Step.OBSERVE, "observer_offline", "cut off together with others")


async def _come_back(target: Target, door: Door) -> janus.Participant | None:
    """Join again, as people do; also past the meeting's end, for that proves the line."""
    loop = asyncio.get_running_loop()
    until = loop.time() + RETURN_WITHIN_S
    while loop.time() < until:
        await asyncio.sleep(RETURN_S)
        with suppress(Stopped):
            return await _join(target, door)
    return None


def judge(
    seen: Attended, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """Who is cut off and comes back disturbs; who stays away is absent."""
    del limits, around
    for drop in seen.drops:
        values = {"at_s": round(drop.at_s, 1), "why": drop.why}
        if drop.back_s is None:
            yield CHECK.found("dropped_for_good", **values)
        else:
            away_s = round(drop.back_s - drop.at_s, 1)
            yield CHECK.found("dropped_and_returned", away_s=away_s, **values)


CHECK = Check(
    id="bridge.roll_call",
    asks=Text(
        vi="Khi tất cả cùng kết nối, điểm cầu có vào được và ở lại đến hết không?",
        en="When all connect at once, is the bridge in, and does it stay to the end?",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    schemes=frozenset({"wss", "ws"}),
    stage="roll_call",
    evidence=Attended,
    probe=probe,
    judge=judge,
    deadline_s=45.0,
    holds=True,
    lag_max_s=LAG_MAX_S,
    requires=("bridge.reach", "bridge.certificate", "bridge.signalling"),
    limits={},
    findings={
        "dropped_and_returned": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Mất kết nối ở giây {at_s} ({why}), {away_s} giây sau vào lại được.",
                en="Cut off after {at_s} s ({why}), back {away_s} s later.",
            ),
            do=Text(
                vi="Kiểm tra độ ổn định của đường truyền và thiết bị trung gian.",
                en="Check how steady the line and the devices on it are.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "dropped_for_good": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Mất kết nối ở giây {at_s} ({why}) và không vào lại được.",
                en="Cut off after {at_s} s ({why}), and never back.",
            ),
            do=Text(
                vi="Kiểm tra máy chủ cầu truyền hình và đường truyền; chạy lại điểm danh.",
                en="Check the conference server and the line; repeat the roll call.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("drops-mid-meeting", expect="dropped_and_returned"),
        Example("drops-for-good", expect="dropped_for_good"),
    ),
)
