"""How are our requests and the other side's answers moved while somebody waits for them?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from rehearsal.model import Step
from rehearsal.net.sip.agent import Agent
from rehearsal.net.sip.channel import Channel
from rehearsal.net.sip.client import unheard
from rehearsal.net.sip.message import Request, Response
from rehearsal.net.trail import Stopped, stop

NOISE = 1024  # messages while one thing is awaited; nobody honest sends more


@dataclass(slots=True)
class Phone:
    """An agent on its channel. Nothing moves unless somebody waits: it has no task."""

    channel: Channel
    agent: Agent

    def now(self) -> float:
        """The clock of the agent's timers: the event loop's."""
        return asyncio.get_running_loop().time()

    async def ask(self, request: Request) -> Response:
        """The final answer to any request but INVITE; Stopped when timer F strikes."""
        client = self.agent.start(request, self.now(), unheard)
        await self.until(lambda: client.final is not None or client.is_over)
        if client.final is None:
            raise stop(Step.SIGNALLING, "signalling_timeout", f"no answer to {request.method}")
        return client.final

    async def until(self, is_done: Callable[[], bool], ends_at: float | None = None) -> None:
        """Send and hear until something has happened, or until that moment."""
        heard = 0
        self.flush()
        while not is_done() and (ends_at is None or self.now() < ends_at):
            heard += await self._turn(ends_at)
            if heard > NOISE:
                told = f"{NOISE} messages without the one that was awaited"
                raise stop(Step.SIGNALLING, "malformed_message", told)

    def flush(self) -> None:
        """Send what the agent has to say."""
        while self.agent.out:
            self.channel.send(self.agent.out.popleft())

    async def wind_up(self, is_done: Callable[[], bool], within_s: float) -> None:
        """Like `until`, for a farewell: no longer than that, and nobody minds how it ends."""
        with suppress(Stopped, TimeoutError):
            async with asyncio.timeout(within_s):
                await self.until(is_done)

    async def _turn(self, ends_at: float | None) -> bool:
        """Wait for one message or one timer; whether it was a message."""
        times = [at for at in (self.agent.next_at, ends_at) if at is not None]
        try:
            async with asyncio.timeout_at(min(times, default=None)):
                message = await self.channel.receive()
        except TimeoutError:
            self.agent.tick(self.now())
            return False
        finally:
            self.flush()
        self.agent.hear(message, self.now())
        self.flush()
        return True
