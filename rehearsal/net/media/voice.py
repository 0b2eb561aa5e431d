"""What is said next, in sound and in picture?"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from rehearsal.net.media import opus, vp8
from rehearsal.net.media.marker import Flags, Marker

QUIET_LEVEL, SPEAKING_LEVEL = 127, 21  # -dBov (RFC 6464), as our clips have it
HEAVY_BYTES = 960  # with headers and encryption still below the smallest MTU, 1280
_encoding = threading.Lock()


class Source(Protocol):
    """Something that has a packet to say at each of its moments."""

    @property
    def kind(self) -> str:
        """`audio` or `video`."""

    @property
    def period_s(self) -> float:
        """The time from one packet to the next."""

    @property
    def sent(self) -> int:
        """How many packets there were so far."""

    @property
    def loudness(self) -> int | None:
        """How loud the next packet is, in -dBov; None for what has no sound."""

    @property
    def ticks(self) -> int:
        """By how much the RTP timestamp grows from one packet to the next."""

    def prepare(self) -> None:
        """Encode the clip, once for all; takes up to half a second, so away from the loop."""

    def next(self, now_ns: int) -> bytes:
        """The payload to send now."""


@dataclass(slots=True)
class Voice:
    """A microphone that says the clip, or holds silence, with a marker in every packet.

    `frames` of 20 ms make a packet: 1 as in a call, 3 to be merely present. `is_speaking`
    and `load`, which is HEAVY in big packets, may change at any time.
    """

    sender: int
    frames: int = 1
    is_speaking: bool = True
    load: Flags = Flags.NONE
    sent: int = 0
    kind: str = "audio"

    @property
    def period_s(self) -> float:
        """The time from one packet to the next."""
        return self.frames * opus.FRAME_S

    @property
    def ticks(self) -> int:
        """Samples in a packet."""
        return self.frames * opus.FRAME_SAMPLES

    @property
    def loudness(self) -> int | None:
        """As the clip is."""
        return SPEAKING_LEVEL if self.is_speaking else QUIET_LEVEL

    def prepare(self) -> None:
        """Both clips."""
        with _encoding:
            opus.speaking()
            opus.quiet()

    def next(self, now_ns: int) -> bytes:
        """The next piece of the clip."""
        clip = opus.speaking() if self.is_speaking else opus.quiet()
        flags = Flags.SPEAKING if self.is_speaking else Flags.NONE
        marker = Marker(self.sender, self.sent, now_ns, flags | self.load)
        weight_bytes = HEAVY_BYTES if self.load is Flags.HEAVY else 0
        payload = opus.pack(clip, self.sent * self.frames, self.frames, marker, weight_bytes)
        self.sent += 1
        return payload


@dataclass(slots=True)
class Camera:
    """A camera whose every frame is one packet with a marker at its end.

    `is_heavy` marks the frames that go beside heavy sound; they are as small as ever.
    """

    sender: int
    is_heavy: bool = False
    sent: int = 0
    kind: str = "video"
    period_s: float = vp8.PERIOD_S
    loudness: int | None = None

    @property
    def ticks(self) -> int:
        """Ticks of 90 kHz from frame to frame."""
        return vp8.TICKS

    def prepare(self) -> None:
        """The clip."""
        with _encoding:
            vp8.clip()

    def next(self, now_ns: int) -> bytes:
        """The next frame of the clip."""
        flags = Flags.PICTURE | (Flags.HEAVY if self.is_heavy else Flags.NONE)
        marker = Marker(self.sender, self.sent, now_ns, flags)
        payload = vp8.pack(self.sent, marker)
        self.sent += 1
        return payload
