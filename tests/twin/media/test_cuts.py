"""What becomes of a meeting when lines are cut: a hall's, or a main bridge's?"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import aioice.ice
import pytest

from tests.twin.calling import ROOM, Twin, inventory_text, twin
from tests.twin.singing import Song, singer, until
from tests.twin.talking import PLUGIN

CUT_AFTER_S, PATIENCE_S = 4.5, 12.0
BEHIND = "  - {slug: main, name: Chính, role: main, serves: {former_province: hai-duong}}\n"


@dataclass
class Cut:
    """When packets came, what was asked in the gap, and what was answered after it."""

    heard_at_s: list[float]
    in_gap: int
    answered: dict[str, Any] | None


async def sing_through(city: Twin, fault: str) -> Cut:
    """Sing at a bridge that will be cut, heard at another; ask something meanwhile."""
    async with singer(city, fault, PLUGIN) as an, singer(city, "none", PLUGIN) as chi:
        (ear,) = await chi.listen(await an.publish("An", Song()))
        await asyncio.sleep(CUT_AFTER_S)
        before = len(ear.heard)
        await an.say("message", body={"request": "listparticipants", "room": ROOM})
        await asyncio.sleep(1.0)
        in_gap = len(ear.heard) - before
        try:
            answered = await asyncio.wait_for(an.answers.get(), PATIENCE_S)
        except TimeoutError:
            answered = None
        await asyncio.sleep(0.5)
        return Cut([at for at, _ in ear.heard], in_gap, answered)


@pytest.fixture(scope="module")
def cuts(city: Twin) -> dict[str, Cut]:
    """Both cuts at once: each takes its time."""
    faults = ("cut-mid-meeting", "cut-for-good")

    async def both() -> list[Cut]:
        return await asyncio.gather(*(sing_through(city, fault) for fault in faults))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aioice.ice, "get_host_addresses", lambda *_, **__: ["127.0.0.1"])
        return dict(zip(faults, asyncio.run(both()), strict=True))


def test_a_cut_of_ten_seconds_heals_by_itself(cuts: dict[str, Cut]):
    """Neither sound nor an answer passes for ten seconds; then both do."""
    cut = cuts["cut-mid-meeting"]
    gaps_s = [late - early for early, late in pairwise(cut.heard_at_s)]

    assert cut.in_gap == 0
    assert 9.5 < max(gaps_s) < 11.5
    assert cut.answered
    assert cut.answered["janus"] == "success"


def test_a_cut_for_good_does_not_heal(cuts: dict[str, Cut]):
    """There was sound, then there is nothing any more."""
    cut = cuts["cut-for-good"]

    assert len(cut.heard_at_s) > 50
    assert cut.in_gap == 0
    assert cut.answered is None


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """A city whose main bridge, before the units `an` and `binh`, is cut off."""
    folder = tmp_path_factory.mktemp("split")
    text = inventory_text(["an", "binh", "chi"]).replace("hubs: 1", "hubs: 2")
    text = text.replace("systems:\n  hotline", f"{BEHIND}systems:\n  hotline")
    text = text.replace("former_province: hai-phong", "former_province: hai-duong", 2)
    (folder / "bridges.yaml").write_text(text, encoding="utf-8")
    (folder / "faults.json").write_text(json.dumps({"main/bridge": "hub-cut"}))
    with twin(folder / "bridges.yaml", "--assign", folder / "faults.json") as city:
        yield city


async def test_who_is_behind_a_cut_hub_meets_only_those_behind_it(split: Twin):
    """Two units hear of each other and not of the third; the hub itself takes no call."""
    async with (
        singer(split, "an", PLUGIN) as an,
        singer(split, "binh", PLUGIN) as binh,
        singer(split, "chi", PLUGIN) as chi,
    ):
        number = await an.publish("An", Song())
        join = {"request": "join", "ptype": "publisher", "room": ROOM}
        behind, beyond = [
            (await person.ask(**join))["plugindata"]["data"]["publishers"]
            for person in (binh, chi)
        ]
        await until(lambda: an.told("media"))

    assert [publisher["id"] for publisher in behind] == [number]
    assert beyond == []
    where = (split.address("main.bridge.example"), split.port(443))
    with pytest.raises(TimeoutError):
        socket.create_connection(where, timeout=0.5)
