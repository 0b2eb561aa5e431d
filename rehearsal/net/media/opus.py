"""What sound do we send, without encoding anything while we measure? (RFC 6716)

A second of sound is encoded once. Each packet takes one or three of its frames of 20 ms in
a code-3 packet, whose padding carries the marker; decoders ignore padding (3.2.5).
"""

from __future__ import annotations

import array
import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import av

from rehearsal.net.media.marker import Marker

RATE_HZ = 48000
FRAME_S = 0.02
FRAME_SAMPLES = 960
FRAMES = 50  # the clip: one second, whose tone ends where it began
FRAMES_MAX = 48  # RFC 6716 3.2.5: a packet holds 120 ms at most, of 2.5 ms each
FRAME_BYTES_MAX = 1275  # RFC 6716 3.4 [R2]
QUIET_FRAME_BYTES = 3  # what an encoder sends of silence when it may (DTX)
SILENCE_DBOV = -91.0  # digital silence of 16 bits, and what a muted microphone gives
_FULL_SCALE = 32768
_TONE_HZ, _SWAY_HZ, _LOUDNESS = 300, 4, 6000
_CODE, _VBR, _PADDED, _COUNT = 0x03, 0x80, 0x40, 0x3F
_ONE_LENGTH_BYTE = 252  # RFC 6716 3.2.1: from here on a length takes two bytes
_MORE_PADDING = 255  # 254 bytes of padding, and another length byte follows


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames of 20 ms each, without their TOC byte, which they all share."""

    toc: int
    frames: tuple[bytes, ...]

    def cut(self, first: int, count: int) -> Sequence[bytes]:
        """So many frames from that one on, round and round."""
        return [self.frames[(first + k) % len(self.frames)] for k in range(count)]


@functools.cache
def speaking() -> Clip:
    """A swaying tone."""
    return _encoded(_tone())


@functools.cache
def quiet() -> Clip:
    """Digital silence: what a muted microphone sends, near -91 dBov."""
    return _encoded(array.array("h", bytes(2 * FRAME_SAMPLES * FRAMES)))


def pack(clip: Clip, first: int, count: int, marker: Marker, weight_bytes: int = 0) -> bytes:
    """A code-3 packet of `count` frames; `weight_bytes` more of padding make it heavy."""
    frames = clip.cut(first, count)
    padding = bytes(weight_bytes) + marker.packed()
    head = bytes([clip.toc | _CODE, _VBR | _PADDED | count, *_padding_length(len(padding))])
    lengths = b"".join(_frame_length(len(frame)) for frame in frames[:-1])
    return head + lengths + b"".join(frames) + padding


def frames_of(payload: bytes) -> tuple[bytes, ...] | None:
    """The frames in a packet of any code; None when it is no Opus (RFC 6716 3.4)."""
    if not payload:
        return None
    body, code = payload[1:], payload[0] & _CODE
    split = (_one, _two_equal, _two, _many)[code]
    frames = split(body)
    if frames is None or any(len(frame) > FRAME_BYTES_MAX for frame in frames):
        return None
    return frames


def is_quiet(payload: bytes) -> bool:
    """Whether a packet holds nothing but what encoders send of silence."""
    frames = frames_of(payload)
    return frames is not None and all(len(frame) <= QUIET_FRAME_BYTES for frame in frames)


def loudness_dbov(packets: Iterable[bytes]) -> float | None:
    """How loud it is on the whole, 0 at most; None when nothing of it can be decoded."""
    codec = av.CodecContext.create("libopus", "r")
    codec.sample_rate, codec.format, codec.layout = RATE_HZ, "s16", "mono"
    samples = array.array("h")
    for packet in packets:
        try:
            decoded = codec.decode(av.Packet(packet))
        except (av.error.FFmpegError, ValueError):
            continue
        for frame in decoded:
            samples.frombytes(bytes(frame.planes[0])[: 2 * frame.samples])
    if not samples:
        return None
    mean = sum(sample * sample for sample in samples) / len(samples)
    return max(SILENCE_DBOV, 10 * math.log10(max(mean, 1e-12) / _FULL_SCALE**2))


def _encoded(samples: array.array[int]) -> Clip:
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.format, codec.layout = RATE_HZ, "s16", "mono"
    codec.bit_rate = 24000
    # One mode, bandwidth and size throughout, so that any frames may share one packet.
    codec.options = {"application": "lowdelay", "vbr": "off", "cutoff": "8000"}
    packets = [bytes(p) for frame in _frames(samples) for p in codec.encode(frame)]
    packets += [bytes(p) for p in codec.encode(None)]
    tocs = {packet[0] for packet in packets[:FRAMES]}
    if len(tocs) != 1 or packets[0][0] & _CODE:
        raise ValueError(f"the encoder mixed its modes: {sorted(tocs)}")
    return Clip(packets[0][0], tuple(packet[1:] for packet in packets[:FRAMES]))


def _frames(samples: array.array[int]) -> Iterator[av.AudioFrame]:
    for first in range(0, len(samples), FRAME_SAMPLES):
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.sample_rate, frame.pts = RATE_HZ, first
        frame.planes[0].update(samples[first : first + FRAME_SAMPLES].tobytes())
        yield frame


def _tone() -> array.array[int]:
    turns = (2 * math.pi * n / RATE_HZ for n in range(FRAME_SAMPLES * FRAMES))
    return array.array(
        "h",
        (
            int(_LOUDNESS * math.sin(_TONE_HZ * t) * (0.6 + 0.4 * math.sin(_SWAY_HZ * t)))
            for t in turns
        ),
    )


def _frame_length(size: int) -> bytes:
    if size < _ONE_LENGTH_BYTE:
        return bytes([size])
    low = _ONE_LENGTH_BYTE + (size & 3)
    return bytes([low, (size - low) // 4])


def _padding_length(size: int) -> Iterator[int]:
    while size >= _MORE_PADDING:
        yield _MORE_PADDING
        size -= _MORE_PADDING - 1
    yield size


def _one(body: bytes) -> tuple[bytes, ...] | None:
    return (body,)


def _two_equal(body: bytes) -> tuple[bytes, ...] | None:
    half, odd = divmod(len(body), 2)
    return None if odd else (body[:half], body[half:])


def _two(body: bytes) -> tuple[bytes, ...] | None:
    return _cut(body, 1)


def _many(body: bytes) -> tuple[bytes, ...] | None:
    if not body or not 0 < body[0] & _COUNT <= FRAMES_MAX:
        return None
    head, count, rest = body[0], body[0] & _COUNT, body[1:]
    unpadded = _without_padding(rest) if head & _PADDED else rest
    if unpadded is None:
        return None
    if head & _VBR:
        return _cut(unpadded, count - 1)
    size, odd = divmod(len(unpadded), count)
    return None if odd else tuple(unpadded[k * size : k * size + size] for k in range(count))


def _without_padding(rest: bytes) -> bytes | None:
    padding = 0
    for at, value in enumerate(rest):
        if value != _MORE_PADDING:
            end = len(rest) - padding - value
            return rest[at + 1 : end] if end > at else None
        padding += _MORE_PADDING - 1
    return None


def _cut(body: bytes, told: int) -> tuple[bytes, ...] | None:
    """The frames when the lengths of all but the last come first."""
    sizes: list[int] = []
    at = 0
    for _ in range(told):
        if at >= len(body):
            return None
        size, at = body[at], at + 1
        if size >= _ONE_LENGTH_BYTE:
            if at >= len(body):
                return None
            size, at = size + 4 * body[at], at + 1
        sizes.append(size)
    if at + sum(sizes) > len(body):
        return None
    frames: list[bytes] = []
    for size in sizes:
        frames.append(body[at : at + size])
        at += size
    return (*frames, body[at:])
