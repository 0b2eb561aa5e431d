"""Is a line of known width measured as it is, and its queue seen? Between two namespaces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.net_lab.lab import CITY_IP, Lab, lab
from tests.net_lab.places import said
from tests.servers.children import needed

MBIT = 3.0
# The bucket counts whole frames: 66 of 1514 bytes are Ethernet's, IP's and TCP's.
GOODPUT_MBIT = MBIT * 1448 / 1514
WINDOW_S = 5.0
QUEUE_S = 0.3  # of the bucket: what does not leave within it is dropped


def _narrow(found: Lab) -> None:
    """Both ends of the line get a token bucket, so that each way is as narrow."""
    needed("tc")
    for place in (found.centre, found.city):
        # Driven by loss, as most servers are: bbr keeps the queue short by itself.
        place.run("sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno")
        device = next(d for d in _devices(place) if d != "lo")
        place.run(
            *("tc", "qdisc", "add", "dev", device, "root", "tbf", "rate", f"{MBIT:g}mbit"),
            *("burst", "8kb", "latency", f"{QUEUE_S * 1000:g}ms"),
        )


def _devices(place: Any) -> list[str]:
    return [link["ifname"] for link in json.loads(place.run("ip", "-j", "link"))]


@contextmanager
def _serving(found: Lab) -> Iterator[str]:
    """An ndt7 server in the city that sends and takes as fast as the line lets it."""
    lines = json.dumps({"line": {}})
    with found.city.python("tests.servers.ndt7.serving", CITY_IP, lines) as child:
        yield f"ws://{CITY_IP}:{said(child)['line']}/ndt/v7"


@pytest.fixture(scope="module")
def carried() -> Iterator[dict[str, Any]]:
    """What the prober in the centre measures of it."""
    with lab() as found:
        _narrow(found)
        with (
            _serving(found) as url,
            found.centre.python("tests.servers.ndt7.measuring", url, str(WINDOW_S)) as child,
        ):
            yield said(child)


@pytest.mark.parametrize("way", ["up", "down"])
def test_its_rate_is_measured(carried: dict[str, Any], way: str):
    """3 Mbit/s of the kernel's bucket within ten per cent."""
    assert carried[way]["mbit"] == pytest.approx(GOODPUT_MBIT, rel=0.1)


@pytest.mark.parametrize("way", ["up", "down"])
def test_its_queue_is_seen(carried: dict[str, Any], way: str):
    """A quiet caller waits in the bucket's queue; without a load there is none."""
    flow = carried[way]

    assert flow["idle"]["p50_s"] < QUEUE_S / 5
    assert QUEUE_S / 3 < flow["loaded"]["p50_s"] < QUEUE_S * 1.5


def test_the_kernels_tell_what_was_lost(carried: dict[str, Any]):
    """A bucket drops what its queue does not hold; the sender's kernel counts it."""
    assert 0 < carried["up"]["retransmitted"] < 0.5
    assert 0 < carried["down"]["retransmitted"] < 0.5
