"""Is a real trunk measured as it is, and nothing left on it?

Debian's kamailio counts the lines, sipp greets and sends back what it hears. After each test
the switchboard itself is asked what it still holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from rehearsal.model import Api, Target, TargetKind
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped, begin_trail
from rehearsal.net.voice.ladder import Climb
from rehearsal.net.voice.number import Called, call_number
from rehearsal.net.voice.terms import Terms
from tests.rehearsal.net.waiting import until
from tests.servers.trunk import BUSY, ECHO, FULL, LINES, NUMBER, Trunk, trunk

SETTINGS = {
    "menu": "1",
    "echo": ECHO,
    "calls_max": "8",
    "calls_per_s": "5",
    "quiet_s": "0.4",
    "reaction_s": "1.5",
    "hold_s": "1",
}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trunk]:
    """One switchboard for all tests."""
    with trunk(tmp_path_factory.mktemp("trunk")) as found:
        yield found


@pytest.fixture(autouse=True)
async def _nothing_is_left(line: Trunk) -> AsyncIterator[None]:
    """However a test went, the switchboard holds no call in the end."""
    begin_trail()
    yield
    await until(lambda: line.calls == 0)


def door() -> Door:
    """A door to loopback alone."""
    hosts = frozenset({"localhost", "127.0.0.1"})
    deadlines = Deadlines(signalling_s=3.0)
    return Door(Resolver(), context(), hosts, deadlines=deadlines, marker="DIENTAP-servers")


def number(line: Trunk, user: str = NUMBER, transport: str = "udp", **more: str) -> Target:
    """A number of the trunk, as an inventory has it."""
    url = f"sip:{user}@localhost:{line.port};transport={transport}"
    api = Api("voice", url, settings={**SETTINGS, **more})
    page = "https://voice.example/"
    return Target("city/hotline-voice", "city", "1022", TargetKind.SYSTEM, page, api=api)


async def call(line: Trunk, **how: str) -> Called:
    """One whole call, and its ladder."""
    return await call_number(number(line, **how), door())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_trunk_of_three_lines(line: Trunk, transport: str):
    """Greeted, heard back, no menu behind the key, and the fourth call finds no line."""
    seen = await call(line, transport=transport)

    assert seen.menu.is_greeted
    assert seen.menu.dead_key == "1"
    assert seen.ring_s > 0
    assert seen.sound.audible > 15
    assert seen.echo is not None
    assert (seen.echo.is_ours, seen.echo.by) == (True, "marks")
    assert seen.ladder is not None
    assert (seen.ladder.up, seen.ladder.kind) == (LINES, "sip_486")
    assert seen.ladder.is_short


async def test_a_full_trunk_says_when_to_call_again(line: Trunk):
    """503 with Retry-After ends the ladder, and that is told."""
    target = number(line, FULL)

    ladder = await Climb(target, door(), Terms.of(SETTINGS)).climb()

    assert (ladder.up, ladder.kind, ladder.retry_after_s) == (LINES, "sip_503", 5)


async def test_never_more_than_the_plan_allows(line: Trunk):
    """Two calls are asked for, and the switchboard never holds more; all its lines are free."""
    target = number(line, calls_max="2", hold_s="2")
    climb = Climb(target, door(), Terms.of(target.api.settings))
    task = asyncio.create_task(climb.climb())
    await until(lambda: len(climb.up) == 2)
    during = line.calls

    ladder = await task

    assert during == 2
    assert (ladder.up, ladder.ended_by, climb.placed) == (2, "limit", 2)


async def test_a_busy_number(line: Trunk):
    """As the far end says it."""
    with pytest.raises(Stopped) as ended:
        await call(line, user=BUSY)

    assert ended.value.failure.kind == "sip_486"


async def test_a_stopped_ladder_leaves_no_call(line: Trunk):
    """When we have stopped, the switchboard holds nothing: its own count is asked at once."""
    target = number(line, calls_max="3", hold_s="30")
    climb = Climb(target, door(), Terms.of(target.api.settings))
    task = asyncio.create_task(climb.climb())
    await until(lambda: len(climb.up) == 2)
    during = line.calls

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert (during, line.calls) == (2, 0)
