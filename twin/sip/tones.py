"""What does a switchboard's voice sound like? Tones for words, in A-law (ITU-T G.711)."""

from __future__ import annotations

import functools
import math

SAMPLES = 160  # of one packet of 20 ms
RATE_HZ = 8000
SILENCE = b"\xd5" * SAMPLES
GREETING_HZ = (400, 550, 450)
_SYLLABLE = 5  # packets: 0.1 s
_PEAK = 8000  # of 32,768: a voice nearby
_MOST = 32_635


def alaw(sample: int) -> int:
    """One sample of 16 bits in 8."""
    sign = 0x80 if sample >= 0 else 0
    size = min(abs(sample), _MOST)
    exponent = max(0, size.bit_length() - 8)
    mantissa = size >> (exponent + 3 if exponent else 4) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


@functools.cache
def words(*pitches_hz: int) -> tuple[bytes, ...]:
    """An announcement: one syllable for each pitch, packet by packet."""
    return tuple(
        _packet(pitch_hz, number) for pitch_hz in pitches_hz for number in range(_SYLLABLE)
    )


def _packet(pitch_hz: int, number: int) -> bytes:
    times = range(number * SAMPLES, (number + 1) * SAMPLES)
    turn = 2 * math.pi * pitch_hz / RATE_HZ
    return bytes(alaw(round(_PEAK * math.sin(turn * at))) for at in times)


def greeting() -> tuple[bytes, ...]:
    """What everybody hears first."""
    return words(*GREETING_HZ)


def reply_to(key: int) -> tuple[bytes, ...]:
    """What is said to whoever pressed that key."""
    return words(900 + 100 * key, 1000 + 100 * key)
