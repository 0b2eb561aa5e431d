"""Is a line measured as it is, at no more cost than allowed, whatever its server does?"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from rehearsal.check import LAG_MAX_S
from rehearsal.model import Failure
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.ndt7 import kernel
from rehearsal.net.ndt7.budget import Budget, Way
from rehearsal.net.ndt7.course import Course
from rehearsal.net.ndt7.flow import SLACK_BYTES, Flow, flow
from rehearsal.net.ndt7.said import Said
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped
from rehearsal.net.wire import Wire
from rehearsal.observe import Watch
from tests.servers.children import our_server
from tests.servers.ndt7.rude import RUDE
from tests.twin.calling import read_all

HOST = "127.0.0.1"
LOAD_S = 3.0
LATE_S = 0.05  # the check's own limit: above it nothing is said of a line
SMALL = Budget(seconds=LOAD_S, bytes=500_000)
LINES: dict[str, dict[str, float]] = {
    "wide": {"up": 20, "down": 20},
    "narrow": {"up": 1, "down": 1},
    "lopsided": {"up": 2, "down": 8},
    "long-queue": {"up": 8, "down": 8, "queue_s": 0.4},
    "stalling": {"up": 8, "down": 8, "pause_s": 1.5},
    "far": {"up": 8, "down": 8, "rtt_s": 0.15},
    "ends-early": {"up": 8, "down": 8, "lasts_s": 1.5},
    "ends-at-once": {"up": 8, "down": 8, "lasts_s": 0.2},
}
Seen = Flow | Failure


def door_to_loopback(step_s: float = 5.0) -> Door:
    """A door that leads to servers of our own."""
    deadlines = Deadlines(upgrade_s=step_s)
    return Door(Resolver([]), context(), frozenset({HOST}), deadlines=deadlines)


async def seen(port: int, way: Way, budget: Budget) -> Seen:
    """What one direction of the line at that port carried, or why nothing is known."""
    try:
        return await flow(door_to_loopback(), f"ws://{HOST}:{port}/ndt/v7", way, budget)
    except Stopped as ended:
        return ended.failure


@dataclass(frozen=True)
class Tried:
    """Every line both ways, by its name and way."""

    found: Mapping[tuple[str, Way], Seen]

    def flow(self, name: str, way: Way) -> Flow:
        """What it carried."""
        carried = self.found[name, way]
        assert isinstance(carried, Flow), carried
        return carried


async def _all(ports: Mapping[str, int], budget: Budget) -> dict[tuple[str, Way], Seen]:
    asked = [(name, way) for name in ports for way in Way]
    found = await asyncio.gather(*(seen(ports[name], way, budget) for name, way in asked))
    return dict(zip(asked, found, strict=True))


@pytest.fixture(scope="module")
def lines() -> Iterator[Mapping[str, int]]:
    """At which port each of the lines is."""
    with our_server("tests.servers.ndt7.serving", HOST, json.dumps(LINES)) as ports:
        yield ports


@pytest.fixture(scope="module")
def tried(lines: Mapping[str, int]) -> Tried:
    """All lines at once, each way; once more by themselves those that doubt themselves."""
    budget = Budget(seconds=LOAD_S)
    found = asyncio.run(_all(lines, budget))
    for name, way in [key for key, one in found.items() if _was_late(one)]:
        found[name, way] = asyncio.run(seen(lines[name], way, budget))
    return Tried(found)


def _was_late(one: Seen) -> bool:
    return isinstance(one, Flow) and one.own_late_s > LATE_S


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("name", ["wide", "narrow", "lopsided", "far"])
def test_the_rate_is_that_of_the_line(tried: Tried, name: str, way: Way):
    """Each way by itself, seen from the unit: `up` is what it sends."""
    assert tried.flow(name, way).mbit == pytest.approx(LINES[name][way], rel=0.2)


@pytest.mark.parametrize("way", list(Way))
def test_time_ends_a_load_that_the_bytes_do_not(tried: Tried, way: Way):
    """No longer than it is allowed."""
    carried = tried.flow("wide", way)

    assert carried.ended == "time"
    assert carried.lasted_s == pytest.approx(LOAD_S, abs=0.5)


@pytest.mark.parametrize("way", list(Way))
async def test_bytes_end_a_load_before_its_time(lines: Mapping[str, int], way: Way):
    """No more than it is allowed, and what is on its way."""
    carried = await seen(lines["wide"], way, SMALL)

    assert isinstance(carried, Flow)
    assert carried.ended == "bytes"
    assert carried.lasted_s < LOAD_S
    assert SMALL.bytes * 0.9 < carried.moved_bytes < SMALL.bytes + SLACK_BYTES


def test_a_queue_is_felt_by_a_quiet_caller(tried: Tried):
    """0.4 s more while the uplink is loaded, and only then."""
    up, down = tried.flow("long-queue", Way.UP), tried.flow("long-queue", Way.DOWN)

    assert up.added_s == pytest.approx(0.4, abs=0.1)
    assert tried.flow("wide", Way.UP).added_s == pytest.approx(0.0, abs=0.1)
    assert down.idle is not None


def test_distance_is_no_queue(tried: Tried):
    """A line of 150 ms takes as long when it is loaded."""
    carried = tried.flow("far", Way.UP)

    assert carried.idle is not None
    assert carried.idle.p50_s == pytest.approx(0.15, abs=0.05)
    assert carried.added_s == pytest.approx(0.0, abs=0.1)


def test_a_stall_is_seen(tried: Tried):
    """One and a half seconds without a byte, in the direction that has it."""
    assert tried.flow("stalling", Way.UP).longest_stall_s == pytest.approx(1.5, abs=0.4)
    assert tried.flow("wide", Way.UP).longest_stall_s < 0.8


@pytest.mark.parametrize("way", list(Way))
def test_the_senders_kernel_is_quoted(tried: Tried, way: Way):
    """The least round trip, and what had to be sent again; on the loopback next to nothing."""
    carried = tried.flow("wide", way)

    assert carried.min_rtt_s is not None
    assert carried.retransmitted is not None
    assert 0 < carried.min_rtt_s < 0.1
    assert 0 <= carried.retransmitted < 0.2


@pytest.mark.parametrize("way", list(Way))
def test_a_server_may_end_early(tried: Tried, way: Way):
    """The protocol lets it, "at any time and during any test": what came before counts."""
    carried = tried.flow("ends-early", way)

    assert carried.ended == "closed_1000"
    assert carried.mbit == pytest.approx(8, rel=0.3)


@pytest.mark.parametrize("way", list(Way))
def test_what_ends_at_once_says_nothing(tried: Tried, way: Way):
    """A fifth of a second is slow start; it is no measurement, and no verdict."""
    ended = tried.found["ends-at-once", way]

    assert isinstance(ended, Failure)
    assert (ended.step, ended.kind) == ("media", "transfer_broken")


async def test_our_own_slowness_is_told(lines: Mapping[str, int]):
    """Who computes beside the measurement finds it in the measurement."""

    async def hog() -> None:
        while True:
            ends_s = time.thread_time() + 0.25
            while time.thread_time() < ends_s:
                pass
            await asyncio.sleep(0.01)

    hogging = asyncio.create_task(hog())
    carried = await seen(lines["narrow"], Way.UP, Budget(seconds=1.5))
    hogging.cancel()

    assert isinstance(carried, Flow)
    assert carried.own_late_s > LATE_S


@pytest.fixture(scope="module")
def rude_ports() -> Iterator[Mapping[str, int]]:
    """At which port each of the rude servers is."""
    with our_server("tests.servers.ndt7.rude") as ports:
        yield ports


@pytest.fixture(scope="module")
def rude(rude_ports: Mapping[str, int]) -> Mapping[tuple[str, Way], Seen]:
    """What becomes of a test at each of them."""
    return asyncio.run(_all(rude_ports, SMALL))


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("name", sorted(set(RUDE) - {"babbles", "endless-message"}))
def test_a_rude_server_ends_its_own_test(
    rude: Mapping[tuple[str, Way], Seen], name: str, way: Way
):
    """A flood, a frame of a terabyte, noise, an early end: a failure of the line's server."""
    found = rude[name, way]

    assert isinstance(found, Failure)
    assert found.step == "media"
    assert found.kind in {"transfer_broken", "transfer_silent"}


@pytest.mark.parametrize("name", ["babbles", "endless-message"])
def test_an_odd_server_costs_its_budget_and_no_more(
    rude: Mapping[tuple[str, Way], Seen], name: str
):
    """Measurements that are none are passed over; a message without end ends with the bytes."""
    carried = rude[name, Way.UP]

    assert isinstance(carried, Flow)
    assert carried.ended == "bytes"
    assert carried.moved_bytes < SMALL.bytes + SLACK_BYTES


@pytest.mark.parametrize("name", ["tiny-frames", "pings"])
async def test_a_flood_does_not_hold_up_the_event_loop(
    rude_ports: Mapping[str, int], name: str
):
    """Thousands of frames in the first bytes, and others are still served in time."""
    async with Watch() as watch:
        began_s = time.perf_counter()
        await seen(rude_ports[name], Way.UP, SMALL)

        assert watch.worst_lag_s(began_s) < LAG_MAX_S


@pytest.mark.parametrize("slow_mbit", [0.0, 1.0])
def test_slow_start_does_not_count(slow_mbit: float):
    """A line that takes a while to get going is as wide as it is then."""
    wide_mbit = 8.0
    course = Course()
    count = 0.0
    for number in range(100):
        course.note(number * 0.05, int(count))
        count += (slow_mbit if number < 30 else wide_mbit) * 1e6 / 8 * 0.05

    assert course.mbit() == pytest.approx(wide_mbit, rel=0.02)


def test_a_stall_at_the_end_is_a_stall():
    """Nothing came any more: whoever looks only between bytes does not see it."""
    course = Course()
    for at_s, count in ((0.0, 0), (0.5, 1000), (1.0, 2000), (1.5, 2000), (3.0, 2000)):
        course.note(at_s, count)

    assert course.longest_stall_s() == 2.0


def test_a_course_of_one_moment_has_no_rate():
    """Two looks at the same time divide by nothing."""
    course = Course()
    course.note(1.0, 0)
    course.note(1.0, 8000)

    assert course.mbit() == 0.0


def test_the_last_word_of_the_server_counts():
    """Each measurement sums up those before it; fields that are missing change nothing."""
    said = Said()
    said.hear(b'{"TCPInfo": {"MinRTT": 9000, "BytesSent": 100, "BytesRetrans": 1}}')
    said.hear(b'{"TCPInfo": {"BytesSent": 200, "BytesRetrans": 10}, "Extra": 1}')
    said.hear(b'{"TCPInfo": {"ElapsedTime": 200, "RWndLimited": 50}}')

    assert said == Said(min_rtt_s=0.009, retransmitted=0.05, held_back=0.25)


@pytest.mark.parametrize(
    "text",
    [b"", b"null", b"[]", b'{"TCPInfo": 1}', b'{"TCPInfo": {"MinRTT": -1}}', b" " * 100_000],
)
def test_what_is_no_measurement_is_passed_over(text: bytes):
    """The protocol allows to ignore all textual messages, the more so what is no JSON."""
    said = Said()
    said.hear(text)

    assert said == Said()


def test_our_kernel_counts_what_is_confirmed():
    """Every byte of a connection over the loopback; nothing of a closed one."""
    with socket.create_server((HOST, 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
        with ours, theirs:
            ours.sendall(b"x" * 10_000)
            theirs.recv(10_000, socket.MSG_WAITALL)
            told = kernel.ask(ours)
        assert kernel.ask(ours) is None

    assert told is not None
    assert told.acked_bytes in {10_000, 10_001}  # a kernel may count the SYN
    assert told.sent_bytes == 10_000
    assert told.retransmitted_bytes == 0


async def test_a_reset_line_is_not_drained():
    """What our kernel still holds for a slow peer is thrown away, not sent behind us."""
    with socket.create_server((HOST, 0)) as server:
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(
            lambda: Wire(1000, server.getsockname()), *server.getsockname()
        )
        theirs, _ = server.accept()
        with theirs:
            wire.write(b"x" * 8_000_000)
            wire.reset()
            await asyncio.sleep(0)
            with pytest.raises(OSError, match="gone"):
                await wire.drained()
            with pytest.raises(ConnectionResetError):
                read_all(theirs)
