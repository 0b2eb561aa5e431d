"""Is what we send real Opus, with a marker that nobody hears?"""

import array

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.media import opus
from rehearsal.net.media.marker import SIZE_BYTES, Flags, Marker, find
from rehearsal.net.media.voice import HEAVY_BYTES

MARKER = Marker(sender=7, sequence=123456, sent_ns=9_876_543_210, flags=Flags.SPEAKING)
MARKERS = st.builds(
    Marker,
    sender=st.integers(0, 2**32 - 1),
    sequence=st.integers(0, 2**32 - 1),
    sent_ns=st.integers(0, 2**64 - 1),
    flags=st.sampled_from([Flags.NONE, Flags.SPEAKING, Flags.HEAVY, Flags.PICTURE]),
)


def decoded(packets):
    """The samples of these packets, as libopus hears them."""
    codec = av.CodecContext.create("libopus", "r")
    codec.sample_rate, codec.format, codec.layout = opus.RATE_HZ, "s16", "mono"
    frames = [frame for packet in packets for frame in codec.decode(av.Packet(packet))]
    return b"".join(bytes(frame.planes[0])[: 2 * frame.samples] for frame in frames)


def plain(clip):
    """The clip's packets as the encoder made them: one frame each, code 0."""
    return [bytes([clip.toc]) + frame for frame in clip.frames]


@pytest.mark.parametrize(("count", "weight_bytes"), [(1, 0), (1, 1000), (3, 0), (3, 253)])
def test_nobody_hears_the_marker(count, weight_bytes):
    """With marker and weight, a decoder gives the very samples that it gives without."""
    clip = opus.speaking()
    firsts = range(0, opus.FRAMES - opus.FRAMES % count, count)
    packets = [opus.pack(clip, first, count, MARKER, weight_bytes) for first in firsts]

    samples = decoded(packets)

    assert samples == decoded(plain(clip))[: len(samples)]
    assert len(samples) == 2 * opus.FRAME_SAMPLES * len(firsts) * count


@given(marker=MARKERS, count=st.integers(1, 3), weight_bytes=st.integers(0, 1100))
def test_a_marker_is_found_as_it_was_sent(marker, count, weight_bytes):
    """Whatever it says, and however heavy the packet."""
    payload = opus.pack(opus.quiet(), 3, count, marker, weight_bytes)

    assert find(payload) == marker
    assert opus.frames_of(payload) == opus.quiet().frames[3 : 3 + count]


@given(payload=st.binary(max_size=1500))
def test_nothing_that_a_peer_sends_raises(payload):
    """Any bytes are a packet, or they are none."""
    frames = opus.frames_of(payload)

    assert frames is None or sum(map(len, frames)) <= len(payload)
    assert find(payload) is None or len(payload) >= SIZE_BYTES
    assert opus.is_quiet(payload) in (True, False)


@given(cut=st.integers(0, 200), count=st.integers(1, 3))
def test_a_packet_cut_short_is_never_mistaken(cut, count):
    """No marker is read from half of one."""
    payload = opus.pack(opus.speaking(), 0, count, MARKER)[:-1][:cut]

    assert find(payload) is None
    opus.frames_of(payload)


def test_one_packet_is_20_ms_or_60_ms_and_fits_the_smallest_mtu():
    """Also when it is made heavy: 1,280 bytes less IP, UDP, RTP, SRTP and TURN."""
    speaking = opus.speaking()
    sizes = [len(opus.pack(speaking, 0, count, MARKER, HEAVY_BYTES)) for count in (1, 3)]

    assert max(sizes) < 1280 - 40 - 8 - 20 - 10 - 4


def test_the_quiet_clip_is_as_quiet_as_a_muted_microphone():
    """And the speaking one is heard."""
    speaking, quiet = plain(opus.speaking()), plain(opus.quiet())

    assert opus.loudness_dbov(quiet) == opus.SILENCE_DBOV
    assert -25 < opus.loudness_dbov(speaking) < -15
    assert not any(array.array("h", decoded(quiet)))


def test_loudness_of_what_is_no_opus_is_unknown():
    """Not quiet: unknown."""
    assert opus.loudness_dbov([b"", b"\xff", b"\x03"]) is None


@pytest.mark.parametrize(
    ("payload", "frames"),
    [
        (b"\xf8\xff\xfe", (b"\xff\xfe",)),
        (b"\xf9abcd", (b"ab", b"cd")),
        (b"\xfa\x01abc", (b"a", b"bc")),
        (b"\xfa\xfc\x01" + b"a" * 256 + b"b", (b"a" * 256, b"b")),
        (b"\xfb\x02abcd", (b"ab", b"cd")),
        (b"\xfb\x82\x01abc", (b"a", b"bc")),
        (b"\xfb\x42\x01abcdX", (b"ab", b"cd")),
        (b"\xfb\x41\xff\x00" + b"a" + bytes(254), (b"a",)),
        (b"", None),
        (b"\xf9abc", None),
        (b"\xfa", None),
        (b"\xfa\xfc", None),
        (b"\xfa\x05abc", None),
        (b"\xfb", None),
        (b"\xfb\x00", None),
        (b"\xfb\x3f" + bytes(63), None),
        (b"\xfb\x03abcd", None),
        (b"\xfb\x41\xff\xff", None),
        (b"\xfb\x41\x05a", None),
        (b"\xf8" + bytes(1276), None),
    ],
)
def test_frames_are_taken_apart_as_rfc_6716_says(payload, frames):
    """Every code of section 3.2, and what 3.4 forbids."""
    assert opus.frames_of(payload) == frames


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"\xf8\xff\xfe", True),
        (b"\xfb\x02\xff\xfe\xff\xfe", True),
        (b"\xf8" + bytes(59), False),
    ],
)
def test_silence_by_its_size(payload, expected):
    """What an encoder sends of silence takes 3 bytes at most."""
    assert opus.is_quiet(payload) is expected
