"""Is named at a real Janus who does not hear whom, when each has a line of its own?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.net_lab.janus import Room, janus_in
from tests.net_lab.places import Place, ip, place, unique
from tests.servers.roll import BARRIER_S

NO_ROOM = 99
ROOM, OTHER_ROOM, STOPPED_ROOM, HEADLESS_ROOM, HALLS_ROOM = ROOMS = 1, 2, 3, 4, 5
OURS = "rehearsal.net.rollcall.worker"
PORT = 8188
BRIDGE, PROBE = "10.91.0.2", "10.91.0.1"
HOLD_S = 15.0
CUT_AT_S, CUT_S = 6.0, 4.0
# A unit's line: whatever goes to this address leaves from that one.
LINES = {
    slug: (f"10.91.0.{20 + number}", f"10.91.0.{120 + number}")
    for number, slug in enumerate(("central", "sound", "cut", "mute", "deaf", "lossy", "lost"))
}
_IS_RTP = "@th,64,2"  # RFC 5764 5.1.2: neither STUN nor DTLS begins with these bits
_TABLE = f"""
table inet lines {{
  chain come {{ type filter hook input priority 0; policy accept;
    ip saddr {LINES["mute"][1]} meta l4proto udp {_IS_RTP} 2 drop
    ip saddr {LINES["lossy"][1]} meta l4proto udp {_IS_RTP} 2 numgen random mod 100 < 10 drop
  }}
  chain go {{ type filter hook output priority 0; policy accept;
    ip daddr {LINES["deaf"][1]} meta l4proto udp {_IS_RTP} 2 drop
  }}
}}
"""
_CUT = f"""
table inet cut {{
  chain come {{ type filter hook input priority 0; ip saddr {LINES["cut"][1]} drop; }}
  chain go {{ type filter hook output priority 0; ip daddr {LINES["cut"][1]} drop; }}
}}
"""


_SOUND_URL = f"ws://{LINES['sound'][0]}:{PORT}/"
ROLLS = {
    "city": {
        "bridges": {
            slug: (f"ws://{there}:{PORT}/", OTHER_ROOM if slug == "lost" else ROOM)
            for slug, (there, _) in LINES.items()
        },
        "hold_s": HOLD_S,
        "crowd": 60,
        "program": OURS,
        "stops": [],
    },
    # The third process, of the centre's and two of two units each, stands still.
    "stopped": {
        "bridges": dict.fromkeys(
            ("central", "first", "second", "third", "fourth"),
            (f"ws://{LINES['sound'][0]}:{PORT}/", STOPPED_ROOM),
        ),
        "hold_s": 12.0,
        "crowd": 2,
        "program": OURS,
        "stops": [(2, 5.0, 3.0)],
    },
    "halls": {
        "bridges": dict.fromkeys(
            ("central", "echo", "hush", "account-1", "account-2", "fine"),
            (_SOUND_URL, HALLS_ROOM),
        ),
        "hold_s": 10.0,
        "crowd": 60,
        "program": "tests.servers.halls",
        "stops": [],
    },
    "headless": {
        "bridges": {
            "central": (_SOUND_URL, NO_ROOM),
            **dict.fromkeys(("one", "other"), (_SOUND_URL, HEADLESS_ROOM)),
        },
        "hold_s": 5.0,
        "crowd": 60,
        "program": OURS,
        "stops": [],
    },
}


@pytest.fixture(scope="module")
def rolls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What three meetings at one bridge came to; each in a room of its own, all at once."""
    with (
        place("probe", PROBE) as probe,
        place("bridge", BRIDGE) as bridge,
        ThreadPoolExecutor(len(ROLLS)) as pool,
    ):
        _join(probe, bridge)
        rooms = [Room(number) for number in ROOMS]
        with janus_in(bridge, tmp_path_factory.mktemp("janus"), rooms):
            bridge.run("nft", "-f", "-", stdin=_TABLE)
            called = {name: pool.submit(_call, probe, bridge, name) for name in ROLLS}
            yield {name: future.result() for name, future in called.items()}


def _join(probe: Place, bridge: Place) -> None:
    near, far = unique("p"), unique("b")
    ip(
        *("link", "add", near, "netns", probe.name, "type", "veth"),
        *("peer", "name", far, "netns", bridge.name),
    )
    for end, device, side in ((bridge, far, 0), (probe, near, 1)):
        for address in (end.address, *(line[side] for line in LINES.values())):
            end.ip("addr", "add", f"{address}/24", "dev", device)
        end.ip("link", "set", device, "up")
    for there, here in LINES.values():
        probe.ip("route", "add", there, "dev", near, "src", here)


def _call(probe: Place, bridge: Place, name: str) -> Any:
    with probe.worker("tests.servers.roll") as caller:
        assert caller.ask(ROLLS[name]) == "opened"
        if name == "city":
            _cut(bridge)
        return caller.heard()


def _cut(bridge: Place) -> None:
    """One line is down for a while in mid-meeting."""
    time.sleep(CUT_AT_S + BARRIER_S)
    bridge.run("nft", "-f", "-", stdin=_CUT)
    time.sleep(CUT_S)
    bridge.run("nft", "delete", "table", "inet", "cut")


def _codes(roll: dict[str, Any]) -> dict[str, list[str]]:
    return {slug: told["codes"] for slug, told in roll["told"].items()}


def _sound(roll: dict[str, Any], slug: str) -> dict[str, Any]:
    return roll["told"][slug]["evidence"]["sound"]


def test_each_line_is_named_by_what_it_does_to_the_sound(rolls: dict[str, Any]):
    """Nobody else has a finding, and nobody has two."""
    assert _codes(rolls["city"]) == {
        "central": [],
        "sound": [],
        "cut": ["gap_in_meeting"],
        "mute": ["not_heard_at_centre"],
        "deaf": ["does_not_hear_centre"],
        "lossy": ["loss_in_meeting"],
        "lost": ["in_another_room"],
    }


def test_both_ways_are_told_apart(rolls: dict[str, Any]):
    """Who is not heard hears, and the other way round."""
    mute, deaf = _sound(rolls["city"], "mute"), _sound(rolls["city"], "deaf")

    assert mute["hears_centre"]["received"] > 100 > mute["heard_by_centre"]["received"] == 0
    assert deaf["heard_by_centre"]["received"] > 100 > deaf["hears_centre"]["received"] == 0


def test_a_sound_line_is_heard_whole_and_in_its_turn(rolls: dict[str, Any]):
    """No packet is lost, and only who is called speaks."""
    sound = _sound(rolls["city"], "sound")

    assert sound["hears_centre"]["loss"] == sound["heard_by_centre"]["loss"] == 0.0
    assert sound["turn"]["heard"]
    assert sound["turn"]["others"] == []


def test_a_cut_is_noticed_while_it_lasts_and_its_healing_timed(rolls: dict[str, Any]):
    """By the sound itself, within two seconds; ICE would wait half a minute."""
    gaps = [
        gap
        for way in ("hears_centre", "heard_by_centre")
        for gap in _sound(rolls["city"], "cut")[way]["gaps"]
    ]

    assert len(gaps) == 2
    for gap in gaps:
        assert gap["at_s"] == pytest.approx(CUT_AT_S, abs=1.0)
        assert gap["lasts_s"] == pytest.approx(CUT_S, abs=1.0)
        assert gap["noticed_s"] < 2.0
    assert ["cut", "central"] in rolls["city"]["silent"]
    assert ["central", "cut"] in rolls["city"]["silent"]


def test_our_own_standstill_is_nobodys_fault(rolls: dict[str, Any]):
    """A process of ours stops for 3 s: those in it are unknown, the others stay green."""
    stopped = rolls["stopped"]
    unknown = {slug for slug, codes in _codes(stopped).items() if codes}

    assert unknown == {"second", "fourth"}
    assert {stopped["told"][slug]["failure"]["kind"] for slug in unknown} == {
        "observer_overloaded"
    }


def test_what_a_hall_does_is_told_apart_from_what_its_line_does(rolls: dict[str, Any]):
    """An echo, a muted microphone, and an account that two of them use."""
    codes = _codes(rolls["halls"])
    accounts = sorted([codes.pop("account-1"), codes.pop("account-2")])

    assert codes == {
        "central": [],
        "echo": ["echo_from_hall"],
        "hush": ["silent_when_called"],
        "fine": [],
    }
    assert accounts == [[], ["account_in_use"]]


def test_without_a_centre_nobody_is_blamed(rolls: dict[str, Any]):
    """Its absence is its own failure: of the units nobody knows whether they hear."""
    codes = _codes(rolls["headless"])

    assert codes["one"] == codes["other"] == ["hearing_untested"]
    assert rolls["headless"]["told"]["central"]["failure"]["kind"] == "no_such_room"
    assert _sound(rolls["headless"], "one")["hears_centre"] is None
    assert _sound(rolls["headless"], "one")["heard_by_centre"] is None


def test_the_ladder_comes_from_where_it_was_climbed(rolls: dict[str, Any]):
    """The steps of the media process stand in the measurement, up to the encryption."""
    steps = rolls["city"]["told"]["sound"]["steps"]

    assert {"connect", "ws_upgrade", "signalling", "ice", "dtls"} <= set(steps)
