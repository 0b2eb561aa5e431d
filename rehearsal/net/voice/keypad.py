"""How is a key pressed in a call? Named in packets of its own (RFC 4733), not as a tone."""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass, field, replace

from rehearsal.net.rtp import SAMPLES, Packet

KEYS = {key: event for event, key in enumerate("0123456789*#")}  # RFC 4733 3.2
PACKETS = 8  # 160 ms: what a person presses, four times what has to be heard
ENDS = 3  # the last packet, three times: one of them will come (RFC 4733 2.5.1.4)
GAP = 5  # packets of our own sound between two keys: 100 ms
_EVENT = struct.Struct("!BBH")
_END, _VOLUME = 0x80, 10  # -10 dBm0
_MARKER = 0x80  # the first packet of an event (RFC 4733 2.1.2)


@dataclass(slots=True)
class Keypad:
    """Puts the packets of pressed keys in the place of sound; `kind` is their agreed type."""

    kind: int
    _waiting: deque[tuple[int, int, bool]] = field(default_factory=deque)
    _began_at: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether every key has been sent."""
        return not self._waiting

    def press(self, key: str) -> None:
        """Press a key for 160 ms; KeyError when there is none such."""
        event = KEYS[key]
        lengths = [SAMPLES * number for number in range(1, PACKETS + 1)]
        self._waiting.extend((event, length, False) for length in lengths)
        self._waiting.extend((event, lengths[-1], True) for _ in range(ENDS))
        self._waiting.extend((-1, 0, False) for _ in range(GAP))

    def instead(self, packet: Packet) -> Packet:
        """The packet to send in that one's place."""
        if not self._waiting:
            return packet
        event, length, is_end = self._waiting.popleft()
        if event < 0:
            return packet
        is_first = length == SAMPLES and not is_end
        if is_first:
            self._began_at = packet.timestamp
        told = _EVENT.pack(event, (_END if is_end else 0) | _VOLUME, length)
        kind = self.kind | (_MARKER if is_first else 0)
        return replace(packet, payload_type=kind, timestamp=self._began_at, payload=told)
