"""What do the reports say that travel beside sound and picture? (RFC 3550 6, RFC 4585)"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SENDER, RECEIVER, DESCRIPTION, PICTURE = 200, 201, 202, 206
KEY_FRAME_LOST, KEY_FRAME_WANTED = 1, 4  # PLI (RFC 4585 6.3.1), FIR (RFC 5104 4.3.1)
BLOCKS_MAX = 31
_HEAD = struct.Struct("!BBH")
_SENDER_INFO = struct.Struct("!IIIII")
_BLOCK = struct.Struct("!IB3sIIII")
_VERSION_2 = 0x80
_SINCE_1900_S = 2_208_988_800
_CNAME = b"\x01\x05janus\x00"  # an item and its end (RFC 3550 6.5)


@dataclass(frozen=True, slots=True)
class Block:
    """How one stream arrives: loss, the highest number seen, jitter, the last report."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    since_report: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How much of one stream was sent, and what its clock shows now."""

    ssrc: int
    timestamp: int
    packets: int
    octets: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    """`compact`: the middle 32 bits of the sender's clock, given back in a block."""

    ssrc: int
    compact: int


@dataclass(frozen=True, slots=True)
class Reception:
    """What a guest says of a stream of ours: how many packets it lacks in all."""

    ssrc: int
    lost: int


@dataclass(frozen=True, slots=True)
class KeyFrameWish:
    """A guest cannot go on without a new picture of that stream."""

    ssrc: int


Told = SenderReport | Reception | KeyFrameWish


def parse(plain: bytes) -> Iterator[Told]:
    """What a compound packet tells; whatever is unknown or broken is passed over."""
    at = 0
    while at + 8 <= len(plain):
        first, kind, words = _HEAD.unpack_from(plain, at)
        body = plain[at + 4 : at + 4 + 4 * words]
        at += 4 + 4 * words
        if len(body) < max(4, 4 * words):
            return
        if kind == SENDER and len(body) >= 4 + _SENDER_INFO.size:
            yield _sender_report(body)
            yield from _receptions(body[4 + _SENDER_INFO.size :])
        elif kind == RECEIVER:
            yield from _receptions(body[4:])
        elif kind == PICTURE:
            yield from _wishes(first & 0x1F, body)


def _sender_report(body: bytes) -> SenderReport:
    seconds, fraction, *_ = _SENDER_INFO.unpack_from(body, 4)
    return SenderReport(_number(body), (seconds << 16 | fraction >> 16) & 0xFFFFFFFF)


def _receptions(blocks: bytes) -> Iterator[Reception]:
    for at in range(0, len(blocks) - _BLOCK.size + 1, _BLOCK.size):
        ssrc, _, lost, *_ = _BLOCK.unpack_from(blocks, at)
        yield Reception(ssrc, int.from_bytes(lost, "big", signed=True))


def _wishes(form: int, body: bytes) -> Iterator[KeyFrameWish]:
    if form == KEY_FRAME_LOST and len(body) >= 8:  # noqa: PLR2004 - who asks, and for what
        yield KeyFrameWish(_number(body, 4))
    elif form == KEY_FRAME_WANTED:
        for at in range(8, len(body) - 7, 8):
            yield KeyFrameWish(_number(body, at))


def _number(body: bytes, at: int = 0) -> int:
    return int.from_bytes(body[at : at + 4], "big")


def report(own_ssrc: int, sent: Sequence[Sent], blocks: Sequence[Block]) -> bytes:
    """One compound packet: a report for each stream that we send, or one of receiving."""
    seconds, fraction = _wall_clock()
    parts = []
    for number, stream in enumerate(sent):
        said = blocks if number == 0 else ()
        info = _SENDER_INFO.pack(
            seconds, fraction, stream.timestamp, stream.packets, stream.octets & 0xFFFFFFFF
        )
        parts.append(_part(SENDER, stream.ssrc, info, said))
    if not sent:
        parts.append(_part(RECEIVER, own_ssrc, b"", blocks))
    described = sent[0].ssrc if sent else own_ssrc
    return b"".join(parts) + _packet(1, DESCRIPTION, described.to_bytes(4, "big") + _CNAME)


def key_frame_wish(own_ssrc: int, ssrc: int) -> bytes:
    """Ask a sender for a whole picture (RFC 4585 6.3.1)."""
    return _packet(KEY_FRAME_LOST, PICTURE, struct.pack("!II", own_ssrc, ssrc))


def _part(kind: int, ssrc: int, info: bytes, blocks: Sequence[Block]) -> bytes:
    written = b"".join(_written(block) for block in blocks[:BLOCKS_MAX])
    count = min(len(blocks), BLOCKS_MAX)
    return _packet(count, kind, ssrc.to_bytes(4, "big") + info + written)


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return _HEAD.pack(_VERSION_2 | count, kind, len(body) // 4) + body


def _written(block: Block) -> bytes:
    lost = max(-0x800000, min(0x7FFFFF, block.lost)).to_bytes(3, "big", signed=True)
    return _BLOCK.pack(
        block.ssrc,
        block.fraction_lost,
        lost,
        block.highest,
        block.jitter,
        block.last_report,
        block.since_report,
    )


def _wall_clock() -> tuple[int, int]:
    """RFC 3550 4: seconds since 1900, and the fraction of one."""
    now_s = time.time() + _SINCE_1900_S
    whole = int(now_s)
    return whole & 0xFFFFFFFF, int((now_s - whole) * (1 << 32))
