"""Does the kernel, which knows nothing of our link, tell the same of loss and of rate?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.net_lab.impairment import Way
from tests.net_lab.lab import lab
from tests.net_lab.link import links
from tests.net_lab.places import Place, Worker, said
from tests.net_lab.witness import losing, passing, throttled

ORDER = {"count": 400, "every_ms": 4, "size": 272}  # 300 bytes with headers: 600 kbit/s
LOSS, RATE_KBIT, QUEUE_MS = 0.1, 300, 200


@dataclass(frozen=True)
class Line:
    """Two places, between which datagrams go."""

    near: Place
    far: Place
    worker: Worker
    port: int

    def send(self, *, alone: bool) -> None:
        """Begin; `alone` means that nothing but the datagrams is sent."""
        where = {"host": self.far.address, "port": self.port}
        self.worker.tell({**ORDER, **where, "alone": alone})


def line(stack: ExitStack, near: Place, far: Place) -> Line:
    """An echo at one end and a worker at the other."""
    echo = stack.enter_context(far.python("tests.net_lab.echo", far.address))
    worker = stack.enter_context(near.worker("tests.net_lab.pinging"))
    return Line(near, far, worker, said(echo))


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Any]]:
    """What came of the datagrams on two lines of ours and two of the kernel's, used at once."""
    with ExitStack() as stack:
        (lossy,), (slow,) = stack.enter_context(links()), stack.enter_context(links())
        lossy_lab, slow_lab = stack.enter_context(lab()), stack.enter_context(lab())
        lines = {
            "lossy": line(stack, lossy.probe, lossy.bridge),
            "slow": line(stack, slow.probe, slow.bridge),
            "lossy by the kernel": line(stack, lossy_lab.centre, lossy_lab.city),
            "slow by the kernel": line(stack, slow_lab.centre, slow_lab.city),
        }
        counters = {
            "sent": stack.enter_context(passing(lossy.probe, "output")),
            "came": stack.enter_context(passing(lossy.bridge, "input")),
            "lost by the kernel": stack.enter_context(losing(lossy_lab.city, LOSS)),
        }
        stack.enter_context(throttled(slow_lab.centre, slow_lab.line, RATE_KBIT, QUEUE_MS))
        lossy.set(up=Way(loss=LOSS, burst=2))
        slow.set(up=Way(rate_kbit=RATE_KBIT, queue_ms=QUEUE_MS))
        for name, each in lines.items():
            each.send(alone=name == "lossy")
        heard = {name: each.worker.heard() for name, each in lines.items()}
        counted = {name: count() for name, count in counters.items()}
        yield {**heard, **counted, "lost": lossy.counts()["up"].lost}


def test_the_link_loses_what_it_says(told: dict[str, Any]):
    """Packets into the link minus packets out of it: nftables counts the link's own losses."""
    assert told["sent"] == ORDER["count"]
    assert told["sent"] - told["came"] == told["lost"] > 0
    assert told["came"] == len(told["lossy"]["heard"])


def test_loss_by_the_kernel(told: dict[str, Any]):
    """Where nftables loses by itself, our probes miss as many as it counts."""
    found, lost = told["lossy by the kernel"], told["lost by the kernel"]

    assert lost == ORDER["count"] - len(found["arrived"])
    assert lost / ORDER["count"] == pytest.approx(LOSS, abs=0.06)
    assert len(found["heard"]) == len(found["arrived"])


def test_rate_by_the_kernel(told: dict[str, Any]):
    """`tbf` and the link slow the same load down to the same."""
    ours, kernel = told["slow"], told["slow by the kernel"]

    assert len(ours["arrived"]) == pytest.approx(len(kernel["arrived"]), rel=0.15)
    assert _worst_ms(ours) == pytest.approx(_worst_ms(kernel), abs=80)


def _worst_ms(found: dict[str, Any]) -> float:
    return max(one["rtt_ms"] for one in found["heard"])
