"""Does the device at that address answer when it is called?"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.h323.message import (
    TPKT_HEAD_BYTES,
    Call,
    Told,
    length_of,
    read,
    release,
    setup,
)
from rehearsal.net.trail import Stopped, step, stop
from rehearsal.net.wire import TooMuch, Wire

NOISE = 64  # messages that decide nothing, or are of other calls, before the one that does
DECISION_S = 2.0  # how long a device that is at work on the call may take to decide
GRACE_S = 1.0  # how long the device may take to hang up after us
_REFERENCE_MAX = 0x7FFF  # Q.931 4.3: 15 bits, and 0 is everybody's
_ADDRESS = re.compile(r"h323:(?://)?(?:(?P<called>[^@]*)@)?(?P<place>[^;?/]+).*")
_DECISIVE = ("alerting", "connect", "release_complete")


@dataclass(frozen=True, slots=True)
class Answer:
    """How the device took the call: the message that decided, and how long it took.

    `cause` is a number of Q.850, `reason` a name of H.225.0; either may say why not.
    """

    message: str
    took_s: float
    cause: int | None = None
    reason: str | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether the device let the call fall."""
        return self.message == "release_complete"


async def call(door: Door, url: str, caller: str) -> Answer:
    """Call `h323:name@host:port`, and hang up as soon as the device has answered.

    Stopped on `connect`, or on `signalling` with `signalling_timeout` (nothing was said),
    `malformed_message` (no H.323) or `hung_up_on_setup`.
    """
    found = _ADDRESS.fullmatch(url)
    if found is None:
        raise ValueError(f"no H.323 address: {url[:200]!r}")
    opened = await door.connect(f"h323://{found['place']}")
    own = Call(
        1 + secrets.randbelow(_REFERENCE_MAX), secrets.token_bytes(16), secrets.token_bytes(16)
    )
    line = _Line(opened.wire, own)
    loop = asyncio.get_running_loop()
    async with _cleared(line):
        async with step(
            Step.SIGNALLING, door.deadlines.signalling_s, "signalling_timeout"
        ) as rung:
            began_s = loop.time()
            line.wire.write(setup(own, caller, found["called"] or None))
            told = await line.hear()
            rung.note(first=told.name)
        told = await _decided(line, told)
        return Answer(told.name, loop.time() - began_s, told.cause, told.reason)


@dataclass(slots=True)
class _Line:
    """The connection to the device, and what has arrived of its next packet."""

    wire: Wire
    own: Call
    received: bytearray = field(default_factory=bytearray)

    async def hear(self) -> Told:
        """The next message of our call; Stopped when it is none, or none can come."""
        for _ in range(NOISE):
            try:
                length = length_of(await self._first(TPKT_HEAD_BYTES))
                told = read(await self._first(length), self.own)
            except ValueError as problem:
                raise stop(Step.SIGNALLING, "malformed_message", problem) from problem
            del self.received[:length]
            if told is not None:
                return told
        raise stop(Step.SIGNALLING, "malformed_message", f"{NOISE} messages of other calls")

    async def _first(self, count: int) -> bytes:
        while len(self.received) < count:
            try:
                data = await self.wire.read()
            except (OSError, TooMuch) as problem:
                raise _hung_up(f"{type(problem).__name__}: {problem}") from problem
            if not data:
                raise _hung_up(f"the connection ended after {self.wire.received} bytes")
            self.received += data
        return bytes(self.received[:count])

    def release(self) -> None:
        """Say that the call is over; of a call that is over already this is ignored."""
        self.wire.write(release(self.own))

    async def until_hung_up(self) -> None:
        """Let the device take our last word in before we are gone."""
        with suppress(TimeoutError, OSError, TooMuch):
            async with asyncio.timeout(GRACE_S):
                while await self.wire.read():
                    pass


async def _decided(line: _Line, told: Told) -> Told:
    """The message that decides; or the last one that came, if a gateway is still busy."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DECISION_S):
            for _ in range(NOISE):
                if told.name in _DECISIVE:
                    break
                told = await line.hear()
    return told


@asynccontextmanager
async def _cleared(line: _Line) -> AsyncIterator[None]:
    """Whatever happens, the device hears that the call is over, and then we are gone."""
    try:
        yield
        line.release()
        await line.until_hung_up()
    except BaseException:
        line.release()
        raise
    finally:
        line.wire.abort()


def _hung_up(detail: str) -> Stopped:
    return stop(Step.SIGNALLING, "hung_up_on_setup", detail)
