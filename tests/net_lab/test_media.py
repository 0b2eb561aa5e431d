"""Does what `bridge.media` says follow what was done to the line, at a real Janus gateway?"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from checks.bridge_media import CHECK
from rehearsal.check import Circumstances
from rehearsal.model import Target, TargetKind
from rehearsal.net.media.sounding import Sounded
from tests.net_lab import coturn
from tests.net_lab.coturn import Relaying, coturn_in
from tests.net_lab.impairment import ALL_PORTS, Way
from tests.net_lab.janus import TRIAL, Gateway, janus_in
from tests.net_lab.link import Link, links
from tests.net_lab.places import Worker, crew
from tests.servers.children import START_S

MEDIA_S = 15.0  # one window of the limits on loss
SHORT_S = 6.0
ICE_S = 4.0
STAGGER_S = 0.2  # to set out is the hardest work of all
CUT_S = 2.5
TRIES = 3  # what the probe itself says it was too slow for is measured again
NO_UDP = Way(udp_closed=ALL_PORTS)
EVEN = Way(loss=0.05, is_even=True)
# Each line leads to the same gateway; they are measured at once, for a wait is a wait.
LINES: Mapping[str, Mapping[str, Way]] = {
    "clean": {},
    "far": {"up": Way(delay_ms=75), "down": Way(delay_ms=75)},
    "loss_up": {"up": EVEN},
    "loss_down": {"down": EVEN},
    "bursts": {"down": Way(loss=0.08, burst=6)},
    "narrow": {"up": Way(rate_kbit=300)},
    "narrow_down": {"down": Way(rate_kbit=300)},
    "unsteady": {"up": Way(delay_ms=40, jitter_ms=40)},
    "no_udp": {"up": NO_UDP, "down": NO_UDP},
    "relayed": {"up": NO_UDP, "down": NO_UDP},
    "stale": {"up": NO_UDP, "down": NO_UDP},
    "one_way": {"down": Way(rtp_closed=True)},
    "deaf": {"up": Way(rtp_closed=True)},
    "broken": {},
    "dead": {},
}
EXACT = ("far",)  # to five milliseconds: with nobody beside it
SHORT = (*EXACT, "narrow", "narrow_down", "no_udp", "relayed", "one_way", "deaf")
# Cut after so many packets on the way up, about 60 a second: one line early, and it heals;
# the other for good when 2.5 s of the measurement are left.
CUT = {"broken": 150, "dead": 780}

AROUND = Circumstances(
    Target("unit/bridge", "unit", "Unit", TargetKind.BRIDGE, "wss://unit.example/", "janus"),
    datetime(2025, 6, 20, tzinfo=UTC),
    date(2025, 7, 1),
)

Told = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Bed:
    """The lines to one gateway, with a prober at the far end of each."""

    lines: Mapping[str, Link]
    probers: Mapping[str, Worker]
    orders: Mapping[str, dict[str, Any]]

    def measure(self, names: Collection[str]) -> Told:
        """What the check says of these lines, all measured at once."""
        for name in names:
            self.lines[name].both(Way())
            self.lines[name].set(**LINES[name])
            self.probers[name].tell(self.orders[name])
            time.sleep(STAGGER_S)
        if set(CUT) <= set(names):
            self._cut()
        return {name: self.probers[name].heard() for name in names}

    def _cut(self) -> None:
        cut = Way(is_cut=True)
        self._await_sent("broken")
        with self.lines["broken"].impaired(up=cut, down=cut):
            time.sleep(CUT_S)
        self._await_sent("dead")
        self.lines["dead"].both(cut)

    def _await_sent(self, name: str) -> None:
        ends_at = time.monotonic() + START_S
        while self.lines[name].counts()["up"].offered < CUT[name]:
            assert time.monotonic() < ends_at, "nothing is sent"
            time.sleep(0.05)


def is_spoilt(name: str, found: dict[str, Any]) -> bool:
    """Whether the probe itself was too slow, or took a cut line's measure a second time."""
    failure = found["failure"]
    is_ours = bool(failure and failure["step"] == "observe")
    return (
        is_ours
        or "observer_overloaded" in found["findings"]
        or (name in CUT and found["attempts"] > 1)
    )


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A gateway, a relay, and all lines."""
    folder = tmp_path_factory.mktemp("media")
    with ExitStack() as stack:
        lines = dict(zip(LINES, stack.enter_context(links(len(LINES))), strict=True))
        bridge = lines["clean"].bridge
        gateway = stack.enter_context(janus_in(bridge, folder))
        relaying = stack.enter_context(coturn_in(bridge, folder))
        places = [link.probe for link in lines.values()]
        workers = stack.enter_context(crew("tests.net_lab.media_probing", places))
        assert {worker.heard() for worker in workers} == {"ready"}
        probers = dict(zip(LINES, workers, strict=True))
        yield Bed(lines, probers, {name: order(name, gateway, relaying) for name in LINES})


def order(name: str, gateway: Gateway, relaying: Relaying) -> dict[str, Any]:
    """What the prober of that line has to measure."""
    secret = "of last year" if name == "stale" else coturn.SECRET
    account = {"user": coturn.USER, "secret": secret}
    relays = [{"url": url, **account} for url in (relaying.udp, relaying.tcp)]
    return {
        "check": "bridge.media",
        "url": gateway.ws,
        "room": TRIAL.id,
        "relays": relays if name in ("relayed", "stale") else [],
        "ice_s": ICE_S,
        "media_s": SHORT_S if name in SHORT else MEDIA_S,
    }


@pytest.fixture(scope="module")
def told(bed: Bed) -> Told:
    """What the check says of each line; what the machine's own load spoilt, once more."""
    found = bed.measure([name for name in LINES if name not in EXACT])
    found |= bed.measure(EXACT)
    for _ in range(TRIES - 1):
        spoilt = {name for name in LINES if is_spoilt(name, found[name])}
        again = spoilt | (set(CUT) if spoilt & set(CUT) else set())
        found |= bed.measure(again)
    return found


def kind(found: dict[str, Any]) -> str | None:
    """Why there is no evidence."""
    return found["failure"] and "/".join((found["failure"]["step"], found["failure"]["kind"]))


def heard(found: dict[str, Any]) -> dict[str, Any]:
    """What came back of our sound."""
    assert kind(found) is None, found["failure"]
    return found["evidence"]["heard"]


def test_a_clean_line(told: Told):
    """Nothing is found where nothing is wrong, with eleven bad lines beside it."""
    assert heard(told["clean"])["loss"] == 0
    assert told["clean"]["findings"] == {}


def test_delay(told: Told):
    """75 ms each way are a round trip of 150, by our packets and by the bridge's reports."""
    far = told["far"]

    assert heard(far)["trip_p50_s"] == pytest.approx(0.150, abs=0.005)
    assert far["evidence"]["up"]["trip_p50_s"] == pytest.approx(0.150, abs=0.005)
    assert heard(far)["loss"] == 0


def test_loss_on_the_way_up(told: Told):
    """5 % lost on the way there are told as 5 % on that way, and none on the other."""
    found = told["loss_up"]

    assert heard(found)["loss"] == pytest.approx(0.05, abs=0.015)
    assert found["findings"].keys() == {"loss_up"}
    assert found["findings"]["loss_up"]["percent"] == pytest.approx(5, abs=1.5)


def test_what_adds_up(told: Told):
    """Where a city bears more loss and wants more of the whole, the whole is told."""
    heard(told["loss_up"])
    seen = TypeAdapter(Sounded).validate_python(told["loss_up"]["evidence"])
    limits = CHECK.standard | {"loss": 0.1, "mos": 4.2}

    (finding,) = CHECK.judge(seen, limits, AROUND)

    assert finding.code == "mos_low"
    assert finding.values["mos"] == pytest.approx(3.95, abs=0.15)


def test_loss_on_the_way_down(told: Told):
    """And the reverse."""
    found = told["loss_down"]

    assert heard(found)["loss"] == pytest.approx(0.05, abs=0.015)
    assert found["evidence"]["up"]["lost"] == 0
    assert found["findings"].keys() == {"loss_down"}
    assert found["findings"]["loss_down"]["percent"] == pytest.approx(5, abs=1.5)


def test_bursts(told: Told):
    """Losses that come together are named so."""
    found = told["bursts"]

    assert heard(found)["mean_burst"] > 2
    assert found["findings"].keys() == {"loss_bursts"}


def test_a_narrow_line(told: Told):
    """300 kbit/s carry speech; with more on the line everything waits, and it is said."""
    found = told["narrow"]
    light, heavy = heard(found), found["evidence"]["heavy"]

    assert heavy["trip_p50_s"] > light["trip_p50_s"] + 0.1
    assert found["findings"].keys() == {"uplink_saturated"}


def test_a_narrow_line_back(told: Told):
    """The same on the way back is no lack of upload bandwidth."""
    assert "uplink_saturated" not in told["narrow_down"]["findings"]
    assert told["narrow_down"]["findings"]


def test_an_unsteady_line(told: Told):
    """Delay that varies is told as jitter, by us and by the bridge, and is no loss."""
    found = told["unsteady"]

    assert heard(found)["loss"] == 0
    assert heard(found)["jitter_s"] > 0.010
    assert found["evidence"]["up"]["jitter_s"] > 0.010


def test_udp_blocked(told: Told):
    """Signalling works and no packet finds a way."""
    assert kind(told["no_udp"]) == "ice/ice_failed"


def test_the_way_round(told: Told):
    """By TURN over TCP sound passes where UDP is blocked; that it went round is said."""
    found = told["relayed"]

    assert heard(found)["loss"] == 0
    assert found["findings"].keys() == {"via_relay_only"}
    assert found["findings"]["via_relay_only"]["via"] == "turn-tcp"
    assert found["findings"]["via_relay_only"]["why"].startswith("ice_failed")


def test_stale_credentials(told: Told):
    """A relay that refuses us is another fault than a line without one."""
    assert kind(told["stale"]) == "ice/turn_credentials_rejected"


def test_one_way(told: Told):
    """The bridge hears us and nothing comes back; or it does not even hear us."""
    assert kind(told["one_way"]) == "media/one_way_media"
    assert kind(told["deaf"]) == "media/no_media"


def test_a_cut_that_heals(told: Told):
    """The gap is as long as the cut."""
    found = told["broken"]

    assert heard(found)["longest_gap_s"] == pytest.approx(CUT_S, abs=0.5)
    assert found["findings"].keys() == {"gap"}


def test_a_cut_for_good(told: Told):
    """Media that ceased 2.5 s before the end is no good sample of the time before."""
    assert kind(told["dead"]) == "media/media_stalled"
