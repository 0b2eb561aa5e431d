"""Does each fault of sound and picture look to a plain client as it is called?"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

import aioice.ice
import pytest

from tests.twin.calling import Twin
from tests.twin.singing import ECHOTEST, Ear, Film, Singer, Song, singer, until
from tests.twin.talking import PLUGIN
from twin.faults.media import FLOWS_S, GAP_S
from twin.media.weather import bursting, losing

ECHOES = (
    "none", "media-one-way-up", "media-one-way-down", "media-silent", "media-loss-up",
    "media-loss-down", "media-bursts", "media-delay", "media-jitter", "media-stalls",
    "media-saturated", "bridge-overloaded", "ice-blocked", "dtls-fails",
)  # fmt: skip
LASTS_S = 9.0
EVERY_S = 0.03
FLIGHT_S = 2.0  # what is still on its way when the song ends is not lost


@dataclass
class Echo:
    """What one guest sent to the EchoTest and what came back, told by the song's numbers."""

    sent_at_s: list[float]
    back_at_s: dict[int, float]
    payloads: list[bytes]
    order: list[int]
    news: list[dict[str, Any]]
    state: str
    report: Any = field(default=None)

    @property
    def sent(self) -> range:
        """The numbers that had time to come back, from the first that did."""
        last_s = self.sent_at_s[-1] - FLIGHT_S
        first = min(self.back_at_s, default=0)
        return range(first, sum(at < last_s for at in self.sent_at_s))

    def is_back(self) -> list[bool]:
        """For each of them whether it came back."""
        return [number in self.back_at_s for number in self.sent]

    def loss(self) -> float:
        """Which part of them did not."""
        return 1 - statistics.mean(self.is_back())

    def delays_s(self) -> list[float]:
        """How long those that came back were away."""
        return [self.back_at_s[n] - self.sent_at_s[n] for n in self.sent if n in self.back_at_s]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The news of one kind."""
        return [message for message in self.news if message["janus"] == kind]


async def sing(city: Twin, fault: str) -> Echo:
    """Sing to the EchoTest of the bridge with that fault."""
    song = Song(every_s=EVERY_S)
    async with singer(city, fault, ECHOTEST) as person:
        await person.offer(song, audio=True)
        (ear,) = person.ears()
        await asyncio.sleep(LASTS_S)
        return await as_echo(person, song, ear)


async def as_echo(person: Singer, song: Song, ear: Ear) -> Echo:
    """Sum it up, with what the bridge reports of its receiving."""
    stats = (await person.pc.getStats()).values()
    report = next((s for s in stats if s.type == "remote-inbound-rtp"), None)
    return Echo(
        sent_at_s=list(song.sung_at_s),
        back_at_s=dict(zip(ear.numbers, (at for at, _ in ear.heard), strict=True)),
        payloads=[packet.payload for _, packet in ear.heard],
        order=ear.numbers,
        news=list(person.news),
        state=person.pc.connectionState,
        report=report,
    )


@pytest.fixture(scope="module")
def echoes(city: Twin) -> dict[str, Echo]:
    """All at once, so that it takes no longer than one."""

    async def all_at_once() -> list[Echo]:
        return await asyncio.gather(*(sing(city, fault) for fault in ECHOES))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aioice.ice, "get_host_addresses", lambda *_, **__: ["127.0.0.1"])
        return dict(zip(ECHOES, asyncio.run(all_at_once()), strict=True))


def test_without_a_fault_all_returns_soon(echoes: dict[str, Echo]):
    """No loss here, none reported, and the round trip of the scenario (3 to 25 ms)."""
    echo = echoes["none"]

    assert echo.loss() == 0
    assert echo.report.packetsLost == 0
    assert 0.002 < statistics.median(echo.delays_s()) < 0.1
    assert 0.002 < echo.report.roundTripTime < 0.1


def test_one_way_up_is_heard_by_nobody(echoes: dict[str, Echo]):
    """The path is up, but the bridge never says that it receives."""
    echo = echoes["media-one-way-up"]

    assert echo.state == "connected"
    assert echo.order == []
    assert echo.told("webrtcup")
    assert not echo.told("media")


def test_one_way_down_is_received_and_reported(echoes: dict[str, Echo]):
    """Nothing returns, though the bridge says that all arrives."""
    echo = echoes["media-one-way-down"]

    assert echo.order == []
    assert [message["receiving"] for message in echo.told("media")] == [True]
    assert echo.report.packetsLost == 0


def test_a_silent_hall_sends_quiet_packets(echoes: dict[str, Echo]):
    """The flow is whole, and each packet is 20 ms of Opus silence without our number."""
    echo = echoes["media-silent"]

    assert set(echo.payloads) == {b"\xfb\x01\xff\xfe"}
    assert len(echo.payloads) > 0.8 * len(echo.sent_at_s)


def test_loss_up_is_seen_by_both_sides(echoes: dict[str, Echo]):
    """Some five percent are missing, and the bridge reports them."""
    echo = echoes["media-loss-up"]

    assert 0.01 < echo.loss() < 0.12
    assert echo.report.packetsLost > 0


def test_loss_down_is_seen_by_the_guest_alone(echoes: dict[str, Echo]):
    """Some five percent are missing, but the bridge lacks nothing."""
    echo = echoes["media-loss-down"]

    assert 0.01 < echo.loss() < 0.12
    assert echo.report.packetsLost == 0


def test_bursts_strike_neighbours(echoes: dict[str, Echo]):
    """Lost packets stand together: on average more than two."""
    echo = echoes["media-bursts"]
    bursts = "".join("." if is_back else "x" for is_back in echo.is_back()).split(".")
    lengths = [len(burst) for burst in bursts if burst]

    assert lengths
    assert statistics.mean(lengths) > 2


def test_delay_is_felt_both_ways(echoes: dict[str, Echo]):
    """Some 400 ms more to and fro, and nothing is lost."""
    echo = echoes["media-delay"]

    assert echo.loss() == 0
    assert 0.4 < statistics.median(echo.delays_s()) < 0.55
    assert echo.report.roundTripTime > 0.39


def test_jitter_loses_nothing(echoes: dict[str, Echo]):
    """All come back, but their delays spread over more than 80 ms."""
    echo = echoes["media-jitter"]
    spread_s = statistics.quantiles(echo.delays_s(), n=10)

    assert echo.loss() == 0
    assert spread_s[-1] - spread_s[0] > 0.08


def test_a_stall_is_a_gap_again_and_again(echoes: dict[str, Echo]):
    """All flows, then nothing for a while, in turns."""
    echo = echoes["media-stalls"]
    gaps_s = [late - early for early, late in pairwise(sorted(echo.back_at_s.values()))]
    stalls_s = [gap_s for gap_s in gaps_s if gap_s > GAP_S - 0.2]

    assert len(stalls_s) >= LASTS_S // (FLOWS_S + GAP_S) - 2
    assert max(stalls_s) < GAP_S + 0.8


def test_a_saturated_uplink_delays_and_then_loses(echoes: dict[str, Echo]):
    """The queue grows to more than a second; only then packets are lost."""
    echo = echoes["media-saturated"]
    delays_s, is_back = echo.delays_s(), echo.is_back()
    early = round(3.0 / EVERY_S)

    assert delays_s[-1] > delays_s[0] + 0.9
    assert all(is_back[:early])
    assert not all(is_back[early:])


def test_an_overloaded_bridge_falls_behind(echoes: dict[str, Echo]):
    """Delay grows with the time, and nothing is lost."""
    echo = echoes["bridge-overloaded"]
    delays_s = echo.delays_s()

    assert echo.loss() == 0
    assert delays_s[-1] > delays_s[0] + 0.3


async def test_an_overloaded_bridge_is_late_for_whoever_comes(
    city: Twin, echoes: dict[str, Echo]
):
    """A second guest finds the delay that the first one brought about."""
    song = Song(every_s=EVERY_S)
    async with singer(city, "bridge-overloaded", ECHOTEST) as person:
        await person.offer(song, audio=True)
        (ear,) = person.ears()
        await until(lambda: len(ear.heard) > 5)
        echo = await as_echo(person, song, ear)

    first = echo.order[0]
    assert echo.back_at_s[first] - echo.sent_at_s[first] > echoes["none"].delays_s()[0] + 0.3


def test_blocked_udp_leaves_the_room_joined(echoes: dict[str, Echo]):
    """The request was answered, but no path ever opens."""
    echo = echoes["ice-blocked"]

    assert echo.state == "connecting"
    assert not echo.told("webrtcup")


def test_refused_encryption_fails_the_connection(echoes: dict[str, Echo]):
    """The client itself says that it failed."""
    echo = echoes["dtls-fails"]

    assert echo.state == "failed"
    assert not echo.told("webrtcup")


async def test_a_frozen_picture_flows_and_never_changes(city: Twin):
    """The first picture comes again and again under new times; a healthy one changes."""
    seen = {}
    for fault in ("none", "video-frozen"):
        async with singer(city, fault, ECHOTEST) as person:
            await person.offer(Film(), video=True)
            (ear,) = person.ears()
            await until(lambda ear=ear: len(ear.heard) > 20)
            seen[fault] = [packet for _, packet in ear.heard]

    assert len({packet.timestamp for packet in seen["video-frozen"]}) > 5
    assert len({packet.payload[-1] for packet in seen["video-frozen"]}) == 1
    assert len({packet.payload[-1] for packet in seen["none"]}) > 5
    numbers = [packet.sequence_number for packet in seen["video-frozen"]]
    assert numbers == [(numbers[0] + n) % 65536 for n in range(len(numbers))]


async def test_an_echo_brings_the_speaker_back(city: Twin):
    """The centre hears its own words in the stream of the hall, beside the hall's own."""
    async with (
        singer(city, "none", PLUGIN) as centre,
        singer(city, "none", PLUGIN) as ears_of_centre,
        singer(city, "echo-in-hall", PLUGIN) as hall,
        singer(city, "echo-in-hall", PLUGIN) as ears_of_hall,
    ):
        speaker = await centre.publish("Trung tâm", Song(b"tt"))
        await ears_of_hall.listen(speaker)
        (ear,) = await ears_of_centre.listen(await hall.publish("Hội trường", Song(b"ht")))
        await until(lambda: {b"tt", b"ht"} <= {word[:2] for word in ear.words})

    assert {b"tt", b"ht"} == {word[:2] for word in ear.words}


def test_chance_is_drawn_from_the_seed():
    """The same seed loses the same packets."""
    for climate in (losing(0.05), bursting(60, 4)):
        once, again = [climate(Random("1/an/up")) for _ in range(2)]
        assert [once(0.0, b"") for _ in range(500)] == [again(0.0, b"") for _ in range(500)]
