"""What does one direction of a line carry? A client of the ndt7 protocol.

Source: spec/ndt7-protocol.md of m-lab/ndt-server, version 0.11.0.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from rehearsal.model import Failure, Step
from rehearsal.net.door import Door
from rehearsal.net.ndt7.budget import Budget, Way
from rehearsal.net.ndt7.ear import Ear, Waits
from rehearsal.net.ndt7.transfer import Transfer, meanwhile
from rehearsal.net.trail import Stopped, step
from rehearsal.net.websocket import WebSocket, connect

SUBPROTOCOL = "net.measurementlab.ndt.v7"
MESSAGE_MAX = 1 << 24  # "such limit MUST NOT be smaller than 1 << 24 bytes"
SLACK_BYTES = 1 << 20  # what may arrive before we see that the budget is used up
EAR_BYTES = 1 << 18  # pongs, and measurements that nobody asked for
GRACE_S = 2.0  # beyond the budget: who is later than that is not measuring any more
_PATHS = {Way.UP: "download", Way.DOWN: "upload"}


@dataclass(frozen=True, slots=True)
class Flow:
    """What one direction carried, and how a quiet caller fared beside it.

    `mbit` is the goodput of the steady part, in Mbit/s. `idle` and `loaded` are None with
    too few answers. `min_rtt_s` and `retransmitted` (a share of the bytes sent) come from
    the sender's kernel, where it tells. `ended`: by `time`, by `bytes`, or what the server
    did. `own_cpu` is the share of the time in which our own thread computed, `own_late_s`
    how late it was on the average, `held_back` the share in which our receive window held
    the server back, by its own account.
    """

    mbit: float
    moved_bytes: int
    lasted_s: float
    longest_stall_s: float
    ended: str
    idle: Waits | None = None
    loaded: Waits | None = None
    min_rtt_s: float | None = None
    retransmitted: float | None = None
    own_cpu: float = 0.0
    own_late_s: float = 0.0
    held_back: float | None = None

    @property
    def added_s(self) -> float | None:
        """By how much the load lengthens a round trip; None where it is not known."""
        if self.idle is None or self.loaded is None:
            return None
        return max(0.0, self.loaded.p50_s - self.idle.p50_s)


async def flow(door: Door, url: str, way: Way, budget: Budget) -> Flow:
    """Load the line one way until the budget is used up; Stopped where nothing is learnt."""
    async with _connected(door, url, Way.DOWN, EAR_BYTES) as quiet:
        ear = Ear(quiet)
        async with meanwhile(ear.listen(), ear.ask()):
            idle = await ear.idle()
            async with _connected(door, url, way, budget.bytes) as loaded:
                transfer = Transfer(loaded, way, budget)
                limit_s = budget.seconds + GRACE_S
                async with step(Step.MEDIA, limit_s, "transfer_silent") as rung:
                    rung.note(way=way.value)
                    await transfer.carry()
            ended_s = transfer.course.ticks[-1][0]
            waits = await ear.loaded(transfer.course.steady_from_s(), ended_s)
            return _told(transfer, idle, waits)


@asynccontextmanager
async def _connected(
    door: Door, url: str, way: Way, may_receive: int
) -> AsyncIterator[WebSocket]:
    """A connection to one of the two tests; at the end it is dropped, never drained."""
    roomy = replace(door, caps=replace(door.caps, wire_bytes=may_receive + SLACK_BYTES))
    place = f"{url.rstrip('/')}/{_PATHS[way]}"
    try:
        socket = await connect(roomy, place, SUBPROTOCOL, message_bytes=MESSAGE_MAX)
    except Stopped as ended:
        raise Stopped(_of_a_line(ended.failure)) from ended
    try:
        yield socket
    finally:
        socket.opened.wire.reset()


def _of_a_line(failure: Failure) -> Failure:
    """A failure whose own words would speak of a meeting system."""
    if failure.kind == "wrong_subprotocol":
        return Failure(failure.step, "not_ndt7", failure.detail)
    if failure.step is Step.SIGNALLING:
        return Failure(Step.MEDIA, "transfer_broken", f"{failure.kind}: {failure.detail}")
    return failure


def _told(transfer: Transfer, idle: Waits | None, loaded: Waits | None) -> Flow:
    course, said, tcp = transfer.course, transfer.said, transfer.tcp
    min_rtt_s, retransmitted = said.min_rtt_s, said.retransmitted
    if tcp is not None:
        min_rtt_s = tcp.min_rtt_s
        retransmitted = tcp.retransmitted_bytes / max(1, tcp.sent_bytes)
    return Flow(
        mbit=course.mbit(),
        moved_bytes=course.moved,
        lasted_s=course.lasted_s,
        longest_stall_s=course.longest_stall_s(),
        ended=transfer.ended,
        idle=idle,
        loaded=loaded,
        min_rtt_s=min_rtt_s,
        retransmitted=retransmitted,
        own_cpu=transfer.own_cpu,
        own_late_s=course.mean_late_s(),
        held_back=said.held_back,
    )
