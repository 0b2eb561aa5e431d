"""Is the sound of a call counted as it is? Packets by hand, and one real round trip."""

from __future__ import annotations

import itertools
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net import udp
from rehearsal.net.rtp import (
    CODECS,
    PACKET_S,
    SAMPLES,
    Hearing,
    Packet,
    Sound,
    mark_of,
    marked,
    parse,
)
from tests.rehearsal.net.waiting import until

SEQUENCES = 1 << 16


def packet(sequence: int, *, source: int = 7, samples: int | None = None) -> Packet:
    """One packet, at its place in the stream."""
    timestamp = SAMPLES * sequence if samples is None else samples
    return Packet(8, sequence % SEQUENCES, timestamp, source, b"\xd5" * SAMPLES)


def heard(*sequences: int, **changes) -> Hearing:
    """What is counted of these packets, each on time."""
    hearing = Hearing()
    for sequence in sequences:
        hearing.hear(packet(sequence, **changes), PACKET_S * sequence, is_audible=True)
    return hearing


def test_a_packet_is_what_was_sent():
    """Every field, and the sound."""
    sent = packet(40_000, source=2**32 - 1)

    assert parse(sent.encode()) == sent


def test_what_is_not_sound_is_cut_off():
    """Contributing sources, an extension and padding (RFC 3550 5.1, 5.3.1)."""
    head = struct.pack("!BBHII", 0x80 | 0x20 | 0x10 | 2, 0x80 | 8, 1, 2, 3)
    extras = b"sourceAB" + b"\x00\x01\x00\x01" + b"exte"

    found = parse(head + extras + b"sound" + b"\x00\x00\x03")

    assert found == Packet(8, 1, 2, 3, b"sound")


@given(st.binary(max_size=60))
def test_no_bytes_break_the_parser(data: bytes):
    """Whatever comes is a packet or none."""
    for noise in (data, b"\x80" + data, b"\xb1" + data, b"\xa0\x08" + data):
        found = parse(noise)
        assert found is None or len(found.payload) <= len(noise)


@given(
    st.integers(0, 2**32 - 1), st.integers(0, SEQUENCES - 1), st.sampled_from(sorted(CODECS))
)
def test_a_mark_is_read_again_and_not_heard(mark: int, sequence: int, codec: int):
    """It changes lowest bits only, so that the tone stays the tone."""
    tone = CODECS[codec].tone

    payload = marked(tone, mark, sequence)

    assert mark_of(payload) == (mark, sequence)
    assert len(payload) == SAMPLES
    assert all(a & 0xFE == b & 0xFE for a, b in zip(payload, tone, strict=True))


@pytest.mark.parametrize("codec", CODECS.values(), ids=["mu-law", "A-law"])
def test_a_tone_is_heard_and_silence_is_not(codec):
    """Nor are the smallest steps of the scale, which mixers send for comfort."""
    rng = random.Random(1)
    noise = bytes(byte ^ rng.randrange(8) for byte in codec.silence)

    assert codec.is_audible(marked(codec.tone, 1, 1))
    assert not codec.is_audible(codec.silence)
    assert not codec.is_audible(noise)
    assert not codec.is_audible(b"")


@pytest.mark.parametrize(
    ("sequences", "lost"),
    [
        (range(100), 0),
        ([n for n in range(100) if n % 10 != 5], 10),
        (range(SEQUENCES - 50, SEQUENCES + 50), 0),
        ([0, 1, 3, 2, 4], 0),
        ([0, 1, 1, 1, 4], 0),
        ([7], 0),
        ([], 0),
    ],
    ids=[
        "all",
        "each tenth",
        "over the end of numbers",
        "out of order",
        "twice",
        "one",
        "none",
    ],
)
def test_losses_are_gaps_in_the_numbers(sequences, lost: int):
    """As RFC 3550 A.3 counts them: repetitions hide as many losses."""
    assert heard(*sequences).lost == lost


def test_a_new_source_begins_anew():
    """A mixer that changes its source, or jumps, has lost nothing by it."""
    hearing = heard(*range(50))
    for sequence in range(9_000, 9_050):
        hearing.hear(packet(sequence, source=8), 1.0, is_audible=False)
    for sequence in range(30_000, 30_010):
        hearing.hear(packet(sequence, source=8), 2.0, is_audible=False)

    assert (hearing.received, hearing.lost, hearing.audible) == (110, 0, 50)


def test_jitter_is_that_of_the_rfc():
    """Packets by turns 4 ms early and late settle at 8 ms difference (RFC 3550 A.8)."""
    hearing = Hearing()
    for n in range(400):
        at = PACKET_S * n + (0.004 if n % 2 else -0.004)
        hearing.hear(packet(n), at, is_audible=True)

    assert hearing.jitter_s == pytest.approx(0.008, rel=0.01)
    assert hearing.longest_gap_s == pytest.approx(0.028)


async def test_an_echo_tells_the_round_trip():
    """Packets that come back untouched are ours; a stranger's are counted apart."""
    echoes = []

    def back(datagram: udp.Datagram) -> None:
        echoes.append(datagram)
        far.send(datagram.data, datagram.source)

    far = udp.bound("127.0.0.1", back)
    stranger = udp.bound("127.0.0.2", lambda _: None)
    sound = Sound("127.0.0.1")
    port = sound.open()
    sound.start(*far.local, 8)
    stranger.send(packet(1).encode(), ("127.0.0.1", port))
    await until(lambda: sound.seen().echoed >= 10)
    sound.stop()
    seen = sound.seen()
    for one in (far, stranger):
        one.abort()

    assert seen.received == seen.echoed == seen.audible <= seen.sent == len(echoes)
    assert (seen.lost, seen.strangers, seen.refused) == (0, 1, None)
    assert 0 < seen.round_trip_p50_s <= seen.round_trip_p95_s
    assert seen.first_s >= 0
    numbers = [parse(one.data) for one in echoes]
    assert [one.sequence for one in numbers] == list(range(len(numbers)))
    steps = [b.timestamp - a.timestamp for a, b in itertools.pairwise(numbers)]
    assert all(step >= SAMPLES and step % SAMPLES == 0 for step in steps)


async def test_who_is_quiet_sends_silence():
    """Packets pass, and nothing is to be heard in them."""
    heard: list[bytes] = []
    far = udp.bound("127.0.0.1", lambda datagram: heard.append(datagram.data))
    sound = Sound("127.0.0.1", is_speaking=False)
    sound.open()
    sound.start(*far.local, 0)
    await until(lambda: len(heard) >= 3)
    sound.stop()
    far.abort()

    assert all(parse(data).payload == CODECS[0].silence for data in heard)


async def test_a_closed_port_for_sound_is_told():
    """The other side's host refuses our packets (ICMP)."""
    far = udp.bound("127.0.0.1", lambda _: None)
    closed = far.local
    far.abort()
    sound = Sound("127.0.0.1")
    sound.open()

    sound.start(*closed, 8)
    await until(lambda: sound.seen().refused is not None)
    sound.stop()

    assert sound.seen().refused == "connection_refused"
    assert sound.seen().received == 0
