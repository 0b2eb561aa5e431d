"""Is a relay found as the inventory writes it, and its refusal named?"""

from __future__ import annotations

import pytest
from aioice import stun

from rehearsal.model import Account, Relay
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Door
from rehearsal.net.media import relay
from rehearsal.net.media.relay import find, knock
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped

ACCOUNT = Account("unit", "env:TEST_TURN_SECRET")


def door(**changes):
    values = {"hosts": frozenset({"127.0.0.1"}), **changes}
    return Door(resolver=Resolver([]), tls=context([]), **values)


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("TEST_TURN_SECRET", "of-the-test")


@pytest.mark.parametrize(
    ("url", "port", "transport"),
    [
        ("turn:127.0.0.1", 3478, "udp"),
        ("turn:127.0.0.1:443?transport=tcp", 443, "tcp"),
        ("turn:127.0.0.1:3479?transport=udp", 3479, "udp"),
    ],
)
async def test_where_a_relay_is(url, port, transport):
    """RFC 7065: the port is 3478 and the way UDP, unless it says otherwise."""
    way = await find(door(), Relay(url, ACCOUNT))

    assert (way.address, way.port, way.transport) == ("127.0.0.1", port, transport)
    assert way.name == f"turn-{transport}"
    assert (way.user, way.secret) == ("unit", "of-the-test")


async def test_the_ports_of_the_route_hold_for_relays_too():
    """A twin's relay listens elsewhere."""
    way = await find(door(ports={3478: 40000}), Relay("turn:127.0.0.1", ACCOUNT))

    assert way.port == 40000


@pytest.mark.parametrize("url", ["turn:", "stun:127.0.0.1", "turn:a b", "turn:h?transport=tls"])
async def test_what_is_no_relay(url):
    """Said before anything is sent."""
    with pytest.raises(ValueError, match="not an address of a TURN server"):
        await find(door(), Relay(url, ACCOUNT))


async def test_only_relays_of_the_inventory_are_asked():
    """As with every other host."""
    with pytest.raises(Stopped) as caught:
        await find(door(), Relay("turn:127.0.0.9", ACCOUNT))

    assert caught.value.failure.step == "observe"


async def test_nobody_there_is_unreachable():
    """By TCP a refusal tells; by UDP only silence does."""
    for url in ("turn:127.0.0.1:9?transport=tcp", "turn:127.0.0.1:9?transport=udp"):
        way = await find(door(), Relay(url, ACCOUNT))
        with pytest.raises(Stopped) as caught:
            await knock(way, 0.3)

        failure = caught.value.failure
        assert (failure.step, failure.kind) == ("ice", "turn_unreachable")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, "turn_credentials_rejected"),
        (441, "turn_credentials_rejected"),
        (486, "turn_full"),
        (508, "turn_full"),
        (500, "turn_unreachable"),
    ],
)
async def test_what_a_refusal_means(code, kind, monkeypatch):
    """By the codes of STUN and TURN."""

    async def refused(*_, **__):
        message = stun.Message(stun.Method.ALLOCATE, stun.Class.ERROR)
        message.attributes["ERROR-CODE"] = (code, "no")
        raise stun.TransactionFailed(message)

    monkeypatch.setattr(relay.turn, "create_turn_endpoint", refused)
    way = await find(door(), Relay("turn:127.0.0.1", ACCOUNT))

    with pytest.raises(Stopped) as caught:
        await knock(way, 1.0)
    assert caught.value.failure.kind == kind
