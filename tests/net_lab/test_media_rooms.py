"""Where a gateway has no EchoTest, is a room used instead, and is its refusal named?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.net_lab.impairment import Way
from tests.net_lab.janus import Room, janus_in
from tests.net_lab.link import links
from tests.net_lab.places import crew

ROOMS = {"open": Room(1), "full": Room(2, publishers=0), "locked": Room(3, pin="2025")}
NUMBERS = {"open": 1, "full": 2, "locked": 3, "missing": 4}
MEDIA_S = 8.0

Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """What the check says of each room; sound in the open one is far away, and loses."""
    folder = tmp_path_factory.mktemp("rooms")
    with ExitStack() as stack:
        lines = dict(zip(NUMBERS, stack.enter_context(links(len(NUMBERS))), strict=True))
        bridge = lines["open"].bridge
        rooms = list(ROOMS.values())
        gateway = stack.enter_context(janus_in(bridge, folder, rooms, has_echo=False))
        places = [link.probe for link in lines.values()]
        workers = stack.enter_context(crew("tests.net_lab.media_probing", places))
        lines["open"].set(up=Way(delay_ms=20), down=Way(loss=0.05, is_even=True))
        order = {"check": "bridge.media", "url": gateway.ws, "ice_s": 5.0, "media_s": MEDIA_S}
        for worker, room in zip(workers, NUMBERS.values(), strict=True):
            worker.heard()
            worker.tell({**order, "room": room})
        yield {name: worker.heard() for name, worker in zip(NUMBERS, workers, strict=True)}


def test_by_a_room(told: Told):
    """We hear ourselves through the room, and each way is measured by itself."""
    found = told["open"]

    assert found["failure"] is None
    assert found["evidence"]["heard"]["trip_p50_s"] == pytest.approx(0.020, abs=0.005)
    assert found["evidence"]["up"]["lost"] == 0
    assert found["findings"]["loss_down"]["percent"] == pytest.approx(5, abs=2)


@pytest.mark.parametrize(
    ("room", "kind"),
    [("full", "room_full"), ("locked", "join_denied"), ("missing", "no_such_room")],
)
def test_a_room_that_refuses(told: Told, room: str, kind: str):
    """Janus says that a room is full only to somebody who offers media."""
    failure = told[room]["failure"]

    assert (failure["step"], failure["kind"]) == ("signalling", kind)
