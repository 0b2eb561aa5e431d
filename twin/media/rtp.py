"""What does an RTP packet say? (RFC 3550 5.1; quiet sound by RFC 6716)"""

from __future__ import annotations

import struct
from dataclasses import dataclass

HEAD = struct.Struct("!BBHII")
_VERSION_2 = 0x80
_PADDING, _EXTENSION, _SOURCES = 0x20, 0x10, 0x0F
_MARKER, _PAYLOAD_TYPE = 0x80, 0x7F
RTCP_FIRST, RTCP_LAST = 192, 223  # the second byte tells them apart (RFC 5761 4)


@dataclass(frozen=True, slots=True)
class Packet:
    """What is forwarded of a packet: the rest of its head belongs to one conversation."""

    has_marker: bool
    sequence: int
    timestamp: int
    payload: bytes


def is_rtcp(datagram: bytes) -> bool:
    """Whether it is a report and not sound or picture; also told of encrypted ones."""
    return RTCP_FIRST <= datagram[1] <= RTCP_LAST


def parse(plain: bytes) -> Packet | None:
    """The packet without extension and padding; None when it is cut short."""
    first, second, sequence, timestamp, _ = HEAD.unpack_from(plain)
    begins, ends = HEAD.size + 4 * (first & _SOURCES), len(plain)
    if first & _EXTENSION:
        begins += 4 + 4 * int.from_bytes(plain[begins + 2 : begins + 4], "big")
    if first & _PADDING:
        ends -= plain[-1]
    if begins > ends:
        return None
    return Packet(bool(second & _MARKER), sequence, timestamp, plain[begins:ends])


def ssrc_of(plain: bytes) -> int:
    """Whose packet it is."""
    return int.from_bytes(plain[8:12], "big")


def payload_type_of(plain: bytes) -> int:
    """How it is coded, by the number that the SDP gave."""
    return plain[1] & _PAYLOAD_TYPE


def write(packet: Packet, payload_type: int, ssrc: int, shift: int) -> bytes:
    """The packet for another conversation, its sequence number shifted."""
    second = payload_type | (_MARKER if packet.has_marker else 0)
    sequence = (packet.sequence + shift) & 0xFFFF
    return HEAD.pack(_VERSION_2, second, sequence, packet.timestamp, ssrc) + packet.payload


_FRAME_MS = (10, 20, 40, 60) * 3 + (10, 20) * 2 + (2.5, 5, 10, 20) * 4  # RFC 6716 3.1
_QUIET_HEAD, _QUIET_FRAME, _QUIET_MS = 0xFB, b"\xff\xfe", 20  # full band, CELT, code 3


def quiet(payload: bytes) -> bytes:
    """Silence as long as this Opus packet (RFC 6716 3.1, 3.2.5)."""
    if not payload:
        return payload
    code = payload[0] & 3
    count = payload[1] & 0x3F if code == 3 and len(payload) > 1 else (1, 2, 2, 1)[code]  # noqa: PLR2004 - the code itself
    frames = max(1, round(count * _FRAME_MS[payload[0] >> 3] / _QUIET_MS))
    return bytes([_QUIET_HEAD, frames]) + _QUIET_FRAME * frames
