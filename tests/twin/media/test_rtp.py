"""Are packets and reports written and read as aiortc reads and writes them?"""

from __future__ import annotations

import pytest
from aiortc import rtp as theirs

from twin.media import rtcp, rtp
from twin.media.reception import Arrivals
from twin.media.rtp import Packet


def test_a_packet_is_written_as_another_library_reads_it():
    """Numbers of the other conversation, sequence numbers that wrap, the marker kept."""
    packet = Packet(has_marker=True, sequence=65535, timestamp=960, payload=b"sound")
    read = theirs.RtpPacket.parse(rtp.write(packet, 111, 0xCAFE, 2))

    assert (read.payload_type, read.marker, read.sequence_number) == (111, 1, 1)
    assert (read.timestamp, read.ssrc, read.payload) == (960, 0xCAFE, b"sound")


def test_extension_sources_and_padding_are_left_behind():
    """Only the payload belongs to the next conversation."""
    packet = theirs.RtpPacket(payload_type=111, sequence_number=7, payload=b"sound")
    packet.csrc, packet.padding_size = [1, 2], 4
    names = theirs.HeaderExtensionsMap()
    names._HeaderExtensionsMap__ids.mid = 1
    packet.extensions.mid = "0"

    assert rtp.parse(packet.serialize(names)).payload == b"sound"


@pytest.mark.parametrize("first", [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF])
def test_a_packet_that_is_cut_short_is_no_packet(first: int):
    """A head that promises more than there is gives nothing, and no error."""
    packet = rtp.parse(bytes([first, 111]) + bytes(9) + b"\xff")

    assert packet is None or packet.payload == b""


@pytest.mark.parametrize(
    ("payload", "frames"),
    [(b"\xfc..", 1), (b"\xfd..", 2), (b"\xff\x03...", 3), (b"\x18..", 3), (b"\xe0.", 1)],
)
def test_silence_lasts_as_long_as_the_sound(payload: bytes, frames: int):
    """Frames of 20 ms: one, two, three in a packet, one of 60 ms, and one that is shorter."""
    assert rtp.quiet(payload) == bytes([0xFB, frames]) + b"\xff\xfe" * frames


def test_a_report_is_read_by_another_library():
    """What we sent, and how the other's stream arrives, in one compound packet."""
    sent = rtcp.Sent(5, 960, 3, 300)
    block = rtcp.Block(9, 64, -1, 70000, 12, 0xABCD, 65536)
    report, description = theirs.RtcpPacket.parse(rtcp.report(1, [sent], [block]))
    told = report.reports[0]

    assert (report.ssrc, report.sender_info.packet_count) == (5, 3)
    assert (told.ssrc, told.fraction_lost, told.packets_lost) == (9, 64, -1)
    assert (told.highest_sequence, told.lsr, told.dlsr) == (70000, 0xABCD, 65536)
    assert description.chunks[0].ssrc == 5


def test_reports_of_another_library_are_read():
    """A sender report with a block, and the wish for a whole picture."""
    info = theirs.RtcpSenderInfo(
        ntp_timestamp=0x1111222233334444, rtp_timestamp=0, packet_count=0, octet_count=0
    )
    block = theirs.RtcpReceiverInfo(
        ssrc=7, fraction_lost=0, packets_lost=3, highest_sequence=0, jitter=0, lsr=0, dlsr=0
    )
    sender = theirs.RtcpSrPacket(ssrc=4, sender_info=info, reports=[block])
    wish = theirs.RtcpPsfbPacket(fmt=theirs.RTCP_PSFB_PLI, ssrc=1, media_ssrc=8)

    assert list(rtcp.parse(bytes(sender) + bytes(wish))) == [
        rtcp.SenderReport(4, 0x22223333),
        rtcp.Reception(7, 3),
        rtcp.KeyFrameWish(8),
    ]


@pytest.mark.parametrize("cut", range(1, 48))
def test_a_report_that_is_cut_short_tells_less(cut: int):
    """No length makes it an error."""
    whole = rtcp.report(1, [rtcp.Sent(5, 960, 3, 300)], [rtcp.Block(9, 0, 0, 0, 0, 0, 0)])

    assert list(rtcp.parse(whole[:cut])) in ([], [rtcp.SenderReport(5, 0)]) or cut >= 28


def test_losses_are_counted_over_the_wrap_of_numbers():
    """Two of ten are missing; a late one is no loss; the fraction is since the last block."""
    arrivals = Arrivals(ssrc=1, clock_hz=48000)
    for sequence in (65533, 65534, 0, 65535, 1, 4, 5, 6):
        arrivals.take(sequence, sequence * 960, 0.0)
    first = arrivals.block(1.0)
    second = arrivals.block(2.0)

    assert (first.lost, first.fraction_lost, first.highest) == (2, 256 * 2 // 10, 65536 + 6)
    assert (second.lost, second.fraction_lost) == (2, 0)
