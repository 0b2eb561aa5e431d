"""Do RTP and RTCP keep to their RFCs, checked by aiortc's own reader and writer?"""

import pytest
from aiortc import rtp as theirs
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.media import rtp

PACKETS = st.builds(
    rtp.Packet,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 2**16 - 1),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    payload=st.binary(max_size=1200),
)
SECOND_NS = 10**9


@given(packet=PACKETS, loudness=st.none() | st.tuples(st.integers(1, 14), st.integers(0, 127)))
def test_a_packet_is_read_as_it_was_built(packet, loudness):
    """With and without the extension, by us and by aiortc."""
    data = rtp.build(packet, loudness=loudness)
    other = theirs.RtpPacket.parse(data)

    assert rtp.parse(data) == packet
    assert (other.payload_type, other.sequence_number) == (packet.payload_type, packet.sequence)
    assert (other.timestamp, other.ssrc) == (packet.timestamp, packet.ssrc)
    assert other.payload == packet.payload


def test_loudness_is_told_as_rfc_6464_says():
    """Minus dBov in the lower seven bits, under the number that was agreed on."""
    packet = rtp.Packet(111, 1, 2, 3, b"x")

    data = rtp.build(packet, loudness=(2, 21))

    assert data[12:20] == b"\xbe\xde\x00\x01\x20\x95\x00\x00"


@given(data=st.binary(max_size=200))
def test_no_datagram_raises(data):
    """Whatever arrives is a packet, a report, or nothing."""
    packet = rtp.parse(data)

    assert packet is None or len(packet.payload) <= len(data)
    assert isinstance(rtp.reports_in(data), list)
    assert rtp.is_rtcp(data) in (True, False)


@given(data=st.binary(min_size=12, max_size=64))
def test_no_forged_header_raises(data):
    """Extensions, sources and padding that promise more than there is."""
    for first in (0x80, 0x8F, 0x90, 0xA0, 0xBF):
        rtp.parse(bytes([first]) + data)


@given(
    lost=st.integers(-(2**23), 2**23 - 1),
    highest=st.integers(0, 2**32 - 1),
    jitter=st.integers(0, 2**32 - 1),
)
def test_reports_of_others_are_understood(lost, highest, jitter):
    """In a sender report or a receiver report, the losses being a signed number."""
    told = theirs.RtcpReceiverInfo(5, 0, lost, highest, jitter, 0x12345678, 65536)
    info = theirs.RtcpSenderInfo(0, 0, 0, 0)
    both = bytes(theirs.RtcpSrPacket(1, info, [told])) + bytes(theirs.RtcpRrPacket(1, [told]))

    expected = rtp.Report(5, lost, highest, jitter, 0x12345678, 1.0)
    assert rtp.reports_in(both) == [expected, expected]


def test_our_sender_report_is_understood():
    """Counts and time; the SDES beside it makes it a proper compound (RFC 3550 6.1)."""
    data = rtp.sender_report(9, 3 * SECOND_NS + SECOND_NS // 2, 480, 50, 6000)

    report, description = theirs.RtcpPacket.parse(data)
    assert report.ssrc == 9
    assert report.sender_info.ntp_timestamp == (3 << 32) + (1 << 31)
    assert (report.sender_info.packet_count, report.sender_info.octet_count) == (50, 6000)
    assert description.chunks[0].items == [(1, b"dt")]


def test_the_round_trip_is_our_report_to_the_answer():
    """Less the time that the peer kept it (RFC 3550 6.4.1)."""
    sent = theirs.RtcpPacket.parse(rtp.sender_report(9, 100 * SECOND_NS, 0, 0, 0))[0]
    last_sr = sent.sender_info.ntp_timestamp >> 16 & 0xFFFFFFFF
    report = rtp.Report(9, 0, 0, 0, last_sr, 0.5)

    trip_s = rtp.round_trip_s(report, 100 * SECOND_NS + 650_000_000)

    assert trip_s == pytest.approx(0.15, abs=1e-4)


@pytest.mark.parametrize(
    "report",
    [rtp.Report(9, 0, 0, 0, 0, 0.5), rtp.Report(9, 0, 0, 0, 1, 0.5)],
    ids=["none of ours yet", "of another age"],
)
def test_no_round_trip_is_made_up(report):
    """A peer that has not heard a report of ours, or says nonsense."""
    assert rtp.round_trip_s(report, 100 * SECOND_NS) is None


def test_many_sources_take_several_reports():
    """Five bits count them: 31 to a packet."""
    sources = [rtp.Source(number) for number in range(1, 41)]
    for source in sources:
        source.heard(7)

    packets = theirs.RtcpPacket.parse(rtp.receiver_report(99, sources))

    assert [len(packet.reports) for packet in packets] == [31, 9]
    assert [report.ssrc for packet in packets for report in packet.reports] == [*range(1, 41)]


def test_a_source_counts_what_it_lacks_also_past_the_wrap():
    """65,535 is followed by 0; what comes late is not lost."""
    source = rtp.Source(1)
    for sequence in (65533, 65534, 1, 0, 2):
        source.heard(sequence)

    report = theirs.RtcpPacket.parse(rtp.receiver_report(2, [source]))[0].reports[0]

    assert report.packets_lost == 1
    assert report.highest_sequence == 65536 + 2
    assert report.fraction_lost == 256 // 6
