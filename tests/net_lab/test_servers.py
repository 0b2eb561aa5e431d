"""Do the real servers inside the lab have the rooms that a test asks for?"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.net_lab.janus import Room, janus_in
from tests.net_lab.link import BRIDGE_IP, links

NO_SUCH_ROOM, WRONG_PIN = 426, 433  # janus_videoroom.c


def order(url: str, rooms: list[dict[str, Any]]) -> dict[str, Any]:
    """What the newcomer is to try."""
    return {"url": url, "address": [BRIDGE_IP, urlsplit(url).port], "rooms": rooms}


def test_janus_has_the_rooms_it_was_given(tmp_path: Path):
    """Open or with a pin; by `ws`, and by `wss` with a certificate that holds."""
    rooms = [Room(1), Room(2, pin="2025")]
    asked = [
        {"room": 1},
        {"room": 2, "pin": "1999"},
        {"room": 2, "pin": "2025"},
        {"room": 3},
    ]
    with (
        links() as (link,),
        janus_in(link.bridge, tmp_path, rooms) as gateway,
        link.probe.worker("tests.net_lab.joining") as worker,
    ):
        plain = worker.ask(order(gateway.ws, asked))
        by_tls = worker.ask(order(gateway.wss, asked[:1]) | {"trust": str(gateway.trust)})

    assert plain == ["joined", WRONG_PIN, "joined", NO_SUCH_ROOM]
    assert by_tls == ["joined"]


def test_janus_with_words_for_rooms(tmp_path: Path):
    """Some gateways name their rooms by strings."""
    with (
        links() as (link,),
        janus_in(link.bridge, tmp_path, [Room("giao-ban")], string_ids=True) as gateway,
        link.probe.worker("tests.net_lab.joining") as worker,
    ):
        told = worker.ask(order(gateway.ws, [{"room": "giao-ban"}]))

    assert told == ["joined"]
