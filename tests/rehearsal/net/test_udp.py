"""Do datagrams arrive, and is it told when they cannot? Real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from rehearsal.model import Step
from rehearsal.net import udp
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Door
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped, begin_trail
from tests.rehearsal.net.waiting import until
from tests.servers.children import free_ports


def door(**changes) -> Door:
    return Door(Resolver(), context(), frozenset({"localhost", "::1"}), **changes)


@pytest.fixture
def other() -> Iterator[socket.socket]:
    """Somebody on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5.0)
        yield sock


async def test_datagrams_go_both_ways(other: socket.socket):
    """Whole, in their order, with where they came from."""
    ours = await udp.datagrams(door(), "localhost", other.getsockname()[1])

    ours.send(b"one")
    data, back = other.recvfrom(100)
    for answer in (b"two", b"three", b""):
        other.sendto(answer, back)
    heard = [await ours.receive() for _ in range(3)]
    ours.abort()

    assert data == b"one"
    assert [one.data for one in heard] == [b"two", b"three", b""]
    assert {one.source for one in heard} == {other.getsockname()}
    assert heard[0].at <= heard[2].at


async def test_nobody_else_is_heard(other: socket.socket):
    """A connected socket takes datagrams of its peer only."""
    ours = await udp.datagrams(door(), "localhost", other.getsockname()[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"hello", ours.local)

    other.sendto(b"peer", ours.local)

    assert (await ours.receive()).data == b"peer"
    ours.abort()


async def test_a_closed_port_refuses_the_connection():
    """Its host says so (ICMP), and that is no silence."""
    ours = await udp.datagrams(door(), "localhost", free_ports(1)[0])

    ours.send(b"anybody?")
    with pytest.raises(Stopped) as ended:
        async with asyncio.timeout(5.0):
            await ours.receive()
    ours.abort()

    assert (ended.value.failure.step, ended.value.failure.kind) == (
        Step.CONNECT,
        "connection_refused",
    )


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_errors_do_not_keep_us_busy(times: int):
    """After any number of refusals the socket goes on, and the event loop sleeps."""
    ours = await udp.datagrams(door(), "localhost", port := free_ports(1)[0])
    for _ in range(times):
        ours.send(b"anybody?")
    await until(lambda: ours.problem is not None)
    wakes = []
    read = ours._read

    def counted() -> None:
        wakes.append(1)
        read()

    asyncio.get_running_loop().add_reader(ours._sock, counted)
    await asyncio.sleep(0.1)
    ours.problem = None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(("127.0.0.1", port))
        late.sendto(b"here", ours.local)
        heard = await ours.receive()
    ours.abort()

    assert heard.data == b"here"
    assert len(wakes) < 10


async def test_what_nobody_takes_is_dropped_and_counted(other: socket.socket):
    """A flood costs no more memory than the queue has places."""
    ours = await udp.datagrams(door(), "localhost", other.getsockname()[1])

    for _ in range(udp.WAITING_MAX // 64 + 4):
        for _ in range(64):
            other.sendto(b"x", ours.local)
        await asyncio.sleep(0.001)
    await until(lambda: len(ours._waiting) == udp.WAITING_MAX and ours.dropped > 0)
    ours.abort()

    assert len(ours._waiting) == udp.WAITING_MAX


async def test_a_host_outside_the_inventory_is_our_own_bug(other: socket.socket):
    """Refused before a packet is sent."""
    with pytest.raises(Stopped) as ended:
        await udp.datagrams(door(), "127.0.0.1", other.getsockname()[1])

    assert ended.value.failure.kind == "bug_in_rehearsal"


async def test_the_ports_of_the_route_are_used(other: socket.socket):
    """The inventory's network may lead elsewhere; the ladder says where."""
    trail = begin_trail()
    port = other.getsockname()[1]

    ours = await udp.datagrams(door(ports={5060: port}), "localhost", 5060)
    peer = ours.peer
    ours.abort()

    assert peer == ("127.0.0.1", port)
    [*_, rung] = trail.rungs
    assert (rung.step, rung.facts["port"]) == (Step.CONNECT, str(port))
    assert rung.facts["addresses"] == {"127.0.0.1": "open"}


async def test_the_event_loop_hands_over_what_comes(other: socket.socket):
    """A bound socket hears anybody, as it comes, and can be closed twice."""
    heard: list[udp.Datagram] = []
    ours = udp.bound("127.0.0.1", heard.append)

    other.sendto(b"sound", ours.local)
    ours.send(b"back", other.getsockname())
    assert other.recv(10) == b"back"
    await until(lambda: bool(heard))
    ours.abort()
    ours.abort()
    ours.send(b"too late", other.getsockname())

    assert heard[0].data == b"sound"


def test_our_own_address_is_the_routes():
    """What an offer of sound names."""
    assert udp.own_address_towards("127.0.0.1") == "127.0.0.1"
    assert udp.own_address_towards("::1") == "::1"
