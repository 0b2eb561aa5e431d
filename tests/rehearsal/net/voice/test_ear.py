"""Is an announcement heard from its beginning to its end, and known again?"""

import math
from collections.abc import Iterable

import pytest

from rehearsal.net.rtp import PACKET_S, SAMPLES, Packet
from rehearsal.net.voice.ear import Announcement, Ear, crossings_of, is_same

SILENCE = b"\xd5" * SAMPLES
QUIET_S = 0.5
GREETING = (400, 700, 500, 900, 600)
OTHER = (800, 450, 1000, 550, 750)


def tone(pitch_hz: int, cut: int = 0) -> bytes:
    """20 ms of a square wave in A-law: what counts is when it changes its sign."""
    signs = (
        math.sin(2 * math.pi * pitch_hz * (at + cut + 0.5) / 8000) for at in range(SAMPLES)
    )
    return bytes(0xB4 if sign >= 0 else 0x34 for sign in signs)


def words(*pitches_hz: int, cut: int = 0) -> list[bytes]:
    """Five packets of each pitch."""
    return [tone(pitch, cut) for pitch in pitches_hz for _ in range(5)]


def ear(*payloads: bytes, lost: Iterable[int] = (), shift: int = 0) -> Ear:
    """Who has heard these packets, each on time."""
    found = Ear()
    for at, payload in enumerate(payloads):
        if at not in lost:
            found.hear(Packet(8, at, SAMPLES * (at + shift), 7, payload), PACKET_S * at)
    return found


def heard(*payloads: bytes, **how) -> Announcement:
    """The announcement in these packets, a second after the last."""
    found = ear(*payloads, **how).announcement(0.0, PACKET_S * len(payloads) + 1.0, QUIET_S)
    assert found is not None
    return found


@pytest.mark.parametrize("pitch_hz", [400, 1000, 1750])
def test_a_wave_changes_its_sign_twice(pitch_hz: int):
    """In 20 ms, 400 Hz do so 16 times, give or take the edges."""
    assert crossings_of(tone(pitch_hz)) == pytest.approx(2 * pitch_hz * PACKET_S, abs=1)


def test_an_announcement_ends_when_it_is_quiet():
    """Packets of silence are quiet, and so are none; a pause between words is neither."""
    pause = [SILENCE] * 10
    told = words(400) + pause + words(500)

    found = heard(*told)
    early = ear(*told).announcement(0.0, PACKET_S * len(told) + 0.1, QUIET_S)

    assert found.has_ended
    assert (min(found.tune), max(found.tune)) == (0, len(told) - 1)
    assert early is not None
    assert not early.has_ended


def test_only_the_first_is_taken():
    """What follows after the quiet is another one."""
    gap = [SILENCE] * 50
    found = heard(*words(400), *gap, *words(500))

    assert found.has_ended
    assert max(found.tune) == 4


def test_only_what_came_since_is_taken():
    """The greeting before a key is no answer to it."""
    told = [*words(400), *[SILENCE] * 50]

    assert ear(*told).announcement(PACKET_S * 10, 2.0, QUIET_S) is None


@pytest.mark.parametrize("click", [1, 2])
def test_a_click_is_no_announcement(click: int):
    """A switch that clicks has not spoken; what follows has."""
    clicked = [tone(900)] * click + [SILENCE] * 50

    assert ear(*clicked).announcement(0.0, 2.0, QUIET_S) is None
    assert len(heard(*clicked, *words(400)).tune) == 5


@pytest.mark.parametrize(
    "again",
    [
        heard(*words(*GREETING)),
        heard(*words(*GREETING), shift=12_345),
        heard(*words(*GREETING, cut=60)),
        heard(*words(*GREETING), lost=(3, 11)),
        heard(*[SILENCE] * 7, *words(*GREETING)),
    ],
    ids=["as it was", "another clock", "cut elsewhere", "packets lost", "later"],
)
def test_a_recording_is_known_again(again: Announcement):
    """However the line and the server cut it into packets."""
    assert is_same(again, heard(*words(*GREETING)))


@pytest.mark.parametrize(
    "other",
    [
        heard(*words(*OTHER)),
        heard(*words(*reversed(GREETING))),
        heard(*words(*GREETING[:2], *OTHER[:3])),
        heard(*words(1000, 1100)),
    ],
    ids=["another", "backwards", "same chime", "shorter"],
)
def test_other_words_are_other(other: Announcement):
    """Also when they begin with the same chime."""
    assert not is_same(other, heard(*words(*GREETING)))
    assert not is_same(heard(*words(*GREETING)), other)


def test_what_is_no_sound_is_passed_over():
    """A pressed key that comes back, or comfort noise, is nobody's words."""
    found = Ear()
    found.hear(Packet(101, 0, 0, 7, b"\x01\x0a\x00\xa0"), 0.0)

    assert not found.moments
