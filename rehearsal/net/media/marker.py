"""Which packet of ours is this, who sent it, and when?

An SFU forwards payloads untouched, so a marker in them comes back as it was sent: every
packet is known by itself, without decoding it and without agreeing on the time.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

_FORM = struct.Struct("!4sIIQB")
_MAGIC = b"DTAP"
SIZE_BYTES = _FORM.size
SENDERS_MAX = 0xFFFFFFFF


class Flags(enum.IntFlag):
    """What a packet carries beside its number."""

    NONE = 0
    SPEAKING = 1  # its sender speaks now; without it, the packet holds silence
    HEAVY = 2  # made big, to see what the line does under load
    PICTURE = 4
    BETWEEN = 8  # measured by nobody


@dataclass(frozen=True, slots=True)
class Marker:
    """`sender` is a number of ours; `sent_ns` is `time.monotonic_ns()` of this machine."""

    sender: int
    sequence: int
    sent_ns: int
    flags: Flags = Flags.NONE

    def packed(self) -> bytes:
        """The bytes that end a payload."""
        return _FORM.pack(_MAGIC, self.sender, self.sequence, self.sent_ns, self.flags)


def find(payload: bytes) -> Marker | None:
    """The marker at the end of a payload; None in a payload that is none of ours."""
    if len(payload) < SIZE_BYTES or not payload.startswith(_MAGIC, len(payload) - SIZE_BYTES):
        return None
    _, sender, sequence, sent_ns, flags = _FORM.unpack(payload[-SIZE_BYTES:])
    return Marker(sender, sequence, sent_ns, Flags(flags & 0x0F))
