"""Are rooms, echoes, relays and refusals of media understood, at a real Janus gateway?

What the line does to media is proven in `tests/net_lab/test_media.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.net_lab import coturn, janus
from tests.net_lab.coturn import Relaying, coturn_in
from tests.net_lab.impairment import ALL_PORTS, Way
from tests.net_lab.janus import RTP_PORTS, Gateway, Room, janus_in
from tests.net_lab.link import Link, links
from tests.net_lab.places import Worker

OPEN, LOCKED, SMALL = Room(1), Room(2, pin="2025"), Room(3, publishers=1)
NO_ROOM = 999
LATE_S = 2.5


@dataclass(frozen=True)
class Bed:
    """A gateway at the far end of a line, a relay beside it, and a worker at this end."""

    link: Link
    worker: Worker
    gateway: Gateway
    relaying: Relaying

    def ask(self, deed: str, **order: Any) -> dict[str, Any]:
        """What became of it; and nothing of ours is left, however it ended."""
        told = self.worker.ask({"do": deed, "url": self.gateway.ws, **order})
        assert told["left"] == []
        return told


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """One for all tests: what they do to the line, they undo."""
    folder = tmp_path_factory.mktemp("sounding")
    with ExitStack() as stack:
        (link,) = stack.enter_context(links())
        gateway = stack.enter_context(janus_in(link.bridge, folder, (OPEN, LOCKED, SMALL)))
        relaying = stack.enter_context(coturn_in(link.bridge, folder))
        worker = stack.enter_context(link.probe.worker("tests.servers.sounding"))
        yield Bed(link, worker, gateway, relaying)


def test_a_room_in_which_one_speaks_and_one_is_quiet(bed: Bed):
    """By one connection both are heard, each through its own feed, and told apart."""
    told = bed.ask("crowd", room=OPEN.id)

    speaking, _ = map(str, told["feeds"])
    assert told["speakers"] == {speaking: [1]}
    assert told["loud"]["received"] > 2 * told["quiet"]["received"] > 20
    assert told["quiet"]["spoke"] == 0
    assert told["loud"]["loss"] == told["quiet"]["loss"] == 0
    assert set(told["listed"]) > set(map(str, told["feeds"]))
    assert told["is_up"]


@pytest.mark.parametrize(
    ("order", "failure"),
    [
        ({"room": NO_ROOM}, "signalling/no_such_room"),
        ({"room": LOCKED.id}, "signalling/join_denied"),
        ({"room": LOCKED.id, "identity": "7", "secret": "1999"}, "signalling/join_denied"),
        ({"room": OPEN.id, "identity": "7", "times": 2}, "signalling/account_in_use"),
        ({"room": SMALL.id, "times": 2, "publishes": True}, "signalling/room_full"),
    ],
    ids=["no such room", "no pin", "wrong pin", "one account twice", "full"],
)
def test_why_a_room_refuses(bed: Bed, order: dict[str, Any], failure: str):
    """Wrong, locked, taken by ourselves, full: four different things to mend."""
    assert bed.ask("enter", **{"times": 1, **order})["failure"] == failure


def test_the_right_pin_opens(bed: Bed):
    """It is the account's secret, and the account's number is who we are."""
    told = bed.ask("enter", room=LOCKED.id, identity="7", secret="2025", times=1)

    assert told["entered"] == 1


def test_who_has_gone_cannot_be_heard(bed: Bed):
    """The feed is named, not the bridge blamed."""
    assert bed.ask("gone", room=OPEN.id)["failure"] == "signalling/no_such_feed"


def test_a_relay_by_udp_where_the_bridges_ports_are_closed(bed: Bed):
    """The first that works is taken; that one was needed is told."""
    closed = Way(udp_closed=RTP_PORTS)
    with bed.link.impaired(up=closed, down=closed):
        told = bed.ask("sound", **relayed(bed), ice_s=3.0)

    assert told["via"] == "turn-udp"
    assert told["heard"]["loss"] == 0
    assert told["not_direct"].startswith("ice_failed")


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"user": "somebody"}, "ice/turn_credentials_rejected"),
        ({"secret": "stale"}, "ice/turn_credentials_rejected"),
        ({"relays": ["turn:10.78.0.1:3999?transport=tcp"]}, "ice/turn_unreachable"),
    ],
    ids=["nobody's name", "a stale secret", "nobody there"],
)
def test_relays_that_do_not_help(bed: Bed, changes: dict[str, Any], failure: str):
    """Who mends the account is another than who mends the server; and why it was needed."""
    closed = Way(udp_closed=ALL_PORTS)
    with bed.link.impaired(up=closed, down=closed):
        told = bed.ask("sound", **relayed(bed, bed.relaying.tcp) | changes, ice_s=1.5)

    assert told["failure"] == failure
    assert "directly: ice_failed" in told["detail"]


def relayed(bed: Bed, *urls: str) -> dict[str, Any]:
    """An order with these relays, or both."""
    relays = list(urls) or [bed.relaying.udp, bed.relaying.tcp]
    return {"relays": relays, "user": coturn.USER, "secret": coturn.SECRET, "room": OPEN.id}


def test_a_path_that_opens_late(bed: Bed):
    """Sound comes, but after longer than people wait."""
    closed = Way(udp_closed=ALL_PORTS)
    with bed.link.impaired(up=closed, down=closed):
        bed.worker.tell({"do": "sound", "url": bed.gateway.ws, "room": OPEN.id})
        time.sleep(LATE_S)
    told = bed.worker.heard()

    assert told["heard"]["first_s"] > LATE_S
    assert told["heard"]["loss"] == 0
    assert told["findings"] == ["first_audio_slow"]


def test_a_narrow_way_back(bed: Bed):
    """What fills up while both ways are loaded, and not while the way there alone is."""
    with bed.link.impaired(down=Way(rate_kbit=300)):
        told = bed.ask("sound", room=OPEN.id, media_s=8.0)

    assert told["findings"] == ["downlink_saturated"]
    assert told["queue_up_s"] < told["queue_s"] / 2


def test_without_an_echo_test_a_room_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Who switched that plugin off is heard through the trial's own room."""
    monkeypatch.setattr(janus, "_OTHERS", f"{janus._OTHERS},libjanus_echotest.so")
    with (
        links() as (link,),
        janus_in(link.bridge, tmp_path, (OPEN,)) as gateway,
        link.probe.worker("tests.servers.sounding") as worker,
    ):
        told = worker.ask({"do": "sound", "url": gateway.ws, "room": OPEN.id})

    assert "failure" not in told, told
    assert told["heard"]["loss"] == 0
    assert told["heard"]["received"] > 100
    assert told["up"]["reports"] > 0
    assert told["left"] == []
