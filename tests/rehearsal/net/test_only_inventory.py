"""Can a peer or a name server lead the prober to a host that nobody ordered?"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from checks import CHECKS
from rehearsal.model import Step, Target
from rehearsal.net import dns
from rehearsal.observe import Watch
from rehearsal.run import measure
from tests.rehearsal.net.conftest import HOST, REBOUND, Street

# Ways to write the canary's address, or to hide it behind a name of ours.
LURES = (
    "http://127.0.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.0x1:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://127.1:{port}/",
    "http://localhost:{port}/",
    "http://elsewhere.example:{port}/",
    f"http://{HOST}@127.0.0.1:{{port}}/",
    f"http://{HOST}:80@127.0.0.1:{{port}}/",
    f"http://127.0.0.1:{{port}}\\@{HOST}/",
    f"http://{HOST}.elsewhere.example:{{port}}/",
    f"http://{HOST}.:{{port}}/",
    "http://１２７.0.0.1:{port}/",
    "http://127.0.0.1%2f:{port}/",
    "//127.0.0.1:{port}/",
    "\\\\127.0.0.1:{port}\\",
    "http:/\\127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "http://[127.0.0.1]:{port}/",
    "http://[::1%25lo]:{port}/",
)


@contextlib.contextmanager
def canary(address: str = "127.0.0.1", port: int = 0) -> Iterator[socket.socket]:
    """Somebody who must never be called; nobody accepts, but the queue remembers."""
    with socket.create_server((address, port)) as listening:
        listening.settimeout(0)
        yield listening


def _calls(listening: socket.socket) -> int:
    found = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()
            found += 1
    return found


async def _kind(peers: Street, target: Target) -> tuple[Step, str]:
    async with Watch() as watch:
        measured = await measure(
            CHECKS["system.reach"], target, peers.door(), watch, vantage="test"
        )
    assert measured.failure is not None
    return measured.failure.step, measured.failure.kind


@pytest.mark.parametrize("lure", LURES)
async def test_a_redirect_leads_nowhere_else(
    peers: Street, target: Callable[[str], Target], lure: str
):
    """However its address is written, the canary hears nothing."""
    with canary() as listening:
        to = lure.format(port=listening.getsockname()[1])
        step, kind = await _kind(
            peers, target(peers.url("redirect-as-asked", path=f"/{quote(to, safe='')}"))
        )

        assert _calls(listening) == 0
    assert step is not Step.OBSERVE, kind


async def test_a_second_look_goes_where_the_first_one_went(
    peers: Street, target: Callable[[str], Target]
):
    """A name that has another address by then does not lead the second look astray."""
    with canary("127.0.0.2", peers.ports["hello-closed"]) as listening:
        url = peers.url("hello-closed", scheme="https", host=REBOUND)
        told = await _kind(peers, target(url))

        assert _calls(listening) == 0
    assert told == (Step.TLS_HANDSHAKE, "handshake_closed")


async def test_a_host_outside_the_inventory_is_our_own_bug(
    peers: Street, target: Callable[[str], Target]
):
    """A check that asks for another host is refused before a packet is sent."""
    with canary() as listening:
        url = f"http://elsewhere.example:{listening.getsockname()[1]}/"
        told = await _kind(peers, target(url))

        assert _calls(listening) == 0
    assert told == (Step.OBSERVE, "bug_in_rehearsal")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.9.9.9"])
def test_a_public_name_never_means_ourselves(address: str):
    """Behind real name servers, a name that leads to the prober itself is bogus."""
    assert dns.bogus_reason(address, allow_loopback=False) == "loopback"


async def test_no_proxy_of_the_environment(
    peers: Street, target: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch
):
    """What the environment calls a proxy never hears of a target."""
    with canary() as listening:
        proxy = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy)
        async with Watch() as watch:
            page = target(peers.url("good-page"))
            measured = await measure(
                CHECKS["system.reach"], page, peers.door(), watch, vantage="test"
            )

        assert _calls(listening) == 0
    assert measured.failure is None


async def test_a_redirect_keeps_no_cookie(peers: Street, target: Callable[[str], Target]):
    """What one page sets, the next one is not told."""
    async with Watch() as watch:
        page = target(peers.url("cookie-then-page"))
        measured = await measure(
            CHECKS["system.reach"], page, peers.door(), watch, vantage="test"
        )

    assert measured.failure is None
