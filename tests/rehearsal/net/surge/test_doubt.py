"""A line of ours that is cut for a moment makes no centre red."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from rehearsal.model import Failure, Load, Step
from rehearsal.net import load
from rehearsal.net.load import Gate
from rehearsal.net.pulse import Pulse
from rehearsal.net.surge import by_own_line, rush, summed
from rehearsal.net.trail import Stopped, stop

MUCH = Load(per_s=1e6, at_once=100, in_all=10_000)
LATE = Failure(Step.HTTP_EXCHANGE, "response_timeout", "5 s")
REFUSED = Failure(Step.TRANSACTION, "step_rejected", "status 409")


@pytest.fixture
async def silence(monkeypatch):
    """A gate at which nobody has answered for a while."""
    monkeypatch.setattr(load, "SILENCE_S", 0.05)
    gate = Gate(MUCH, MUCH)
    await asyncio.gather(*(unheard(gate, host) for host in "abc"))
    return gate


async def unheard(gate: Gate, host: str) -> None:
    """One request that waits in vain."""
    with suppress(Stopped):
        async with gate.passing(host):
            await asyncio.sleep(0.06)
            raise stop(LATE.step, LATE.kind)


async def answered(gate: Gate) -> None:
    """One request that is answered."""
    async with gate.passing("d") as tell:
        tell(200)


async def listening():
    """Somebody who accepts a connection, and is known to the pulse."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    pulse = Pulse()
    pulse.beat("127.0.0.1", server.sockets[0].getsockname()[1])
    return server, pulse


async def test_while_nobody_answers_nobody_is_blamed(silence):
    """Neither they nor anybody else is reached: it may be our line."""
    told = await by_own_line(silence, Pulse())(LATE, 0.0)

    assert (told.step, told.kind) == (Step.OBSERVE, "observer_offline")


async def test_whoever_is_still_reached_proves_our_line(silence):
    """Connections are accepted and nothing is answered: that is their overload."""
    server, pulse = await listening()
    async with server:
        told = await by_own_line(silence, pulse)(LATE, 0.0)

    assert told == LATE


async def test_a_cut_that_is_over_proves_nothing(silence):
    """When we ask, all is well again: what failed in the cut is unknown."""
    await answered(silence)
    server, pulse = await listening()
    async with server:
        told = await by_own_line(silence, pulse)(LATE, 0.0)

    assert told.kind == "observer_offline"


async def test_what_was_answered_is_believed(silence):
    """A refusal has travelled our line."""
    assert await by_own_line(silence, Pulse())(REFUSED, 0.0) == REFUSED


async def test_what_set_out_after_the_cut_failed_there(silence):
    """Nobody else was silent since then."""
    await answered(silence)
    later_s = asyncio.get_running_loop().time()

    assert await by_own_line(silence, Pulse())(LATE, later_s) == LATE


async def test_a_rush_through_a_cut_withholds_what_it_lost(silence):
    """It is not known of them; nothing has failed there."""

    async def send(number: int) -> Failure | None:
        return LATE if number else None

    rushed = await rush([0.0, 0.0, 0.0], None, send, by_own_line(silence, Pulse()))

    seen = summed(rushed)
    assert (seen.done, seen.failing, dict(seen.withheld)) == (1, 0, {"observer_offline": 2})
