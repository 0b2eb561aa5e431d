"""What picture do we send, without encoding anything while we measure? (RFC 7741)

A few seconds are encoded once, so small that every frame fits one packet. The marker
stands behind the last partition of a frame, where decoders do not look (RFC 6386 9.5).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from fractions import Fraction

import av

from rehearsal.net.media.marker import Marker

FPS = 10
PERIOD_S = 1 / FPS
TICKS = 90000 // FPS
FRAME_BYTES_MAX = 1100  # with the marker and the headers below the smallest MTU, 1280
_FRAMES = 20
_WIDTH, _HEIGHT, _BLOCK = 160, 120, 20
_DESCRIPTOR = bytes([0x10])  # RFC 7741 4.2: the first partition begins here


@functools.cache
def clip() -> tuple[bytes, ...]:
    """The encoded frames of a block that wanders over a grey field."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
    codec.framerate, codec.time_base = Fraction(FPS), Fraction(1, FPS)
    codec.bit_rate, codec.gop_size = 60_000, _FRAMES
    codec.options = {"deadline": "realtime", "cpu-used": "-8", "lag-in-frames": "0"}
    packets = [bytes(p) for frame in _drawn() for p in codec.encode(frame)]
    packets += [bytes(p) for p in codec.encode(None)]
    if len(packets) != _FRAMES or max(map(len, packets)) > FRAME_BYTES_MAX:
        raise ValueError(f"{len(packets)} frames of up to {max(map(len, packets))} bytes")
    return tuple(packets)


def pack(number: int, marker: Marker) -> bytes:
    """The RTP payload of a frame, round and round."""
    frames = clip()
    return _DESCRIPTOR + frames[number % len(frames)] + marker.packed()


def _drawn() -> Iterator[av.VideoFrame]:
    for number in range(_FRAMES):
        frame = av.VideoFrame(_WIDTH, _HEIGHT, "yuv420p")
        luma, *chroma = frame.planes
        luma.update(_luma(number, luma.line_size))
        for plane in chroma:
            plane.update(b"\x80" * plane.buffer_size)
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        yield frame


def _luma(number: int, line_bytes: int) -> bytes:
    left = number * 2 % (_WIDTH - _BLOCK)
    plain = b"\x60" * line_bytes
    crossed = b"\x60" * left + b"\xe0" * _BLOCK + b"\x60" * (line_bytes - left - _BLOCK)
    top = (_HEIGHT - _BLOCK) // 2
    return plain * top + crossed * _BLOCK + plain * (_HEIGHT - top - _BLOCK)
