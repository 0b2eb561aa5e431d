"""Is the lab's line as bad as it was set to be, seen from both its ends?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pytest

from tests.net_lab.impairment import ALL_PORTS, Counts, Way
from tests.net_lab.link import BRIDGE_IP, Link, links
from tests.net_lab.places import said
from tests.servers.children import START_S

COUNT = 600
EVERY_MS = 4.0
CUT_S = 0.5
# What each line does; the lines are used at once, for a wait is a wait.
LINES: dict[str, dict[str, Way]] = {
    "delay": {"up": Way(delay_ms=75), "down": Way(delay_ms=75)},
    "jitter": {"up": Way(delay_ms=40, jitter_ms=10)},
    "loss_up": {"up": Way(loss=0.05)},
    "bursts_down": {"down": Way(loss=0.2, burst=4)},
    "reorder": {"up": Way(reorder=0.05)},
    "duplicate": {"down": Way(duplicate=0.05)},
    "slow": {"up": Way(rate_kbit=300, queue_ms=200)},
    "no_udp": {"up": Way(udp_closed=ALL_PORTS)},
    "low_ports": {"up": Way(udp_closed=(1, 1023))},
    "cut": {},
}
SIZES = {"slow": 272}  # 300 bytes with their headers: 600 kbit/s offered


@dataclass(frozen=True)
class Seen:
    """What came through a line, and what the link says of it."""

    rtts_ms: list[float]
    numbers: list[int]  # of those that came back, as they came
    arrived: list[int]  # of those that the far end saw, as it saw them
    gap_s: float  # the longest time in which nothing came back
    icmp: bool
    counts: dict[str, Counts]


def seen(told: dict[str, Any], counts: dict[str, Counts]) -> Seen:
    """What a worker and the link itself say."""
    heard = told["heard"]
    times_s = [one["at_s"] for one in heard]
    return Seen(
        rtts_ms=[one["rtt_ms"] for one in heard],
        numbers=[one["number"] for one in heard],
        arrived=told["arrived"],
        gap_s=max((later - before for before, later in pairwise(times_s)), default=0.0),
        icmp=told["icmp"],
        counts=counts,
    )


def order(port: int, name: str) -> dict[str, Any]:
    """What a worker has to send."""
    asked = {"host": BRIDGE_IP, "port": port, "count": COUNT, "every_ms": EVERY_MS}
    return {**asked, "size": SIZES.get(name, 100)}


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Seen]]:
    """All lines, probed at once; one of them is cut for half a second meanwhile."""
    with ExitStack() as stack:
        lines = dict(zip(LINES, stack.enter_context(links(len(LINES))), strict=True))
        bridge = lines["cut"].bridge
        port = said(stack.enter_context(bridge.python("tests.net_lab.echo", BRIDGE_IP)))
        workers = {
            name: stack.enter_context(link.probe.worker("tests.net_lab.pinging"))
            for name, link in lines.items()
        }
        for name, link in lines.items():
            link.set(**LINES[name])
            workers[name].tell(order(port, name))
        _cut(lines["cut"])
        heard = {name: worker.heard() for name, worker in workers.items()}
        yield {name: seen(heard[name], link.counts()) for name, link in lines.items()}


def _cut(link: Link) -> None:
    ends_at = time.monotonic() + START_S
    while link.counts()["up"].offered < COUNT / 4:
        assert time.monotonic() < ends_at, "nothing is sent"
        time.sleep(0.02)
    with link.impaired(up=Way(is_cut=True), down=Way(is_cut=True)):
        time.sleep(CUT_S)


def lost_runs(numbers: list[int]) -> list[int]:
    """The lengths of the runs of numbers that are missing."""
    there = set(numbers)
    gone = groupby(range(COUNT), key=lambda number: number not in there)
    return [len(list(run)) for is_gone, run in gone if is_gone]


def test_delay(told: dict[str, Seen]):
    """75 ms each way make a round trip of 150."""
    assert statistics.median(told["delay"].rtts_ms) == pytest.approx(150, abs=5)


def test_jitter(told: dict[str, Seen]):
    """The delays spread as set, and nothing overtakes."""
    line = told["jitter"]

    assert statistics.median(line.rtts_ms) == pytest.approx(55, abs=20)
    assert statistics.stdev(line.rtts_ms) > 2
    assert line.arrived == sorted(line.arrived)


def test_loss_one_way(told: dict[str, Seen]):
    """5 % are lost on the way up and none on the way down, by all three accounts."""
    line = told["loss_up"]

    assert 1 - len(line.arrived) / COUNT == pytest.approx(0.05, abs=0.02)
    assert len(line.numbers) == len(line.arrived)
    assert COUNT - len(line.arrived) <= line.counts["up"].lost
    assert line.counts["down"].lost == 0


def test_loss_in_bursts(told: dict[str, Seen]):
    """On the way down a fifth is lost, four together on average."""
    line = told["bursts_down"]
    runs = lost_runs(line.numbers)

    assert len(line.arrived) == COUNT
    assert sum(runs) / COUNT == pytest.approx(0.2, abs=0.06)
    assert sum(runs) / len(runs) == pytest.approx(4, abs=1)


def test_reordering(told: dict[str, Seen]):
    """5 % come out of order; none is lost."""
    line = told["reorder"]
    overtaken = sum(later < before for before, later in pairwise(line.arrived))

    assert sorted(line.arrived) == list(range(COUNT))
    assert overtaken / COUNT == pytest.approx(0.05, abs=0.025)


def test_duplicates(told: dict[str, Seen]):
    """5 % come back twice, in order."""
    line = told["duplicate"]

    assert set(line.numbers) == set(range(COUNT))
    assert len(line.numbers) / COUNT - 1 == pytest.approx(0.05, abs=0.025)


def test_a_slow_line(told: dict[str, Seen]):
    """At twice the rate, half is lost and the rest waits in a full queue."""
    line = told["slow"]

    assert len(line.arrived) / COUNT == pytest.approx(0.5, abs=0.1)
    assert max(line.rtts_ms) == pytest.approx(200, abs=60)
    assert line.counts["up"].overflowed > 0


def test_udp_blocked(told: dict[str, Seen]):
    """No datagram passes; TCP, which told us so, and ICMP do."""
    line = told["no_udp"]

    assert line.arrived == []
    assert line.counts["up"].blocked == COUNT
    assert line.icmp


def test_a_range_of_ports_blocked(told: dict[str, Seen]):
    """Other ports than the closed ones are not touched."""
    assert told["low_ports"].numbers == list(range(COUNT))


def test_a_cut_heals(told: dict[str, Seen]):
    """All that was sent meanwhile is gone, and the rest is there."""
    line = told["cut"]
    runs = lost_runs(line.numbers)

    assert len(runs) == 1
    assert line.gap_s == pytest.approx(CUT_S, abs=0.15)
    assert line.numbers[-1] == COUNT - 1


def test_the_link_is_punctual(told: dict[str, Seen]):
    """What the link adds by itself is far below what is measured with it."""
    for line in told.values():
        down = line.counts["down"]
        assert down.late_sum_ms <= 2.0 * max(1, down.delivered)
