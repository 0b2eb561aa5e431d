"""Where does each stream go? In by a track of its sender, out by an outlet of each hearer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from twin.media import rtp
from twin.media.reception import Arrivals
from twin.media.rtcp import Sent
from twin.media.rtp import Packet
from twin.media.sdp import Codec

Edit = Callable[[Packet], Iterable[Packet]]
SILENT_S = 1.0  # `no_media_timer` of Janus, its default
SLOW_PACKETS = 4  # `slowlink_threshold` of Janus, its default


@dataclass(eq=False, slots=True)
class Track:
    """One stream that a guest sends. `wish`: asks that guest for a whole picture."""

    kind: str
    mid: str
    payload_type: int
    codec: Codec
    wish: Callable[[int], None]
    edit: Edit | None = None
    outlets: list[Outlet] = field(default_factory=list)
    arrivals: Arrivals | None = None
    is_flowing: bool = False
    _lost_before: int = 0

    def take(self, plain: bytes, now_s: float) -> None:
        """Count a packet and pass it on."""
        packet = rtp.parse(plain)
        if packet is None:
            return
        self._arrivals_of(rtp.ssrc_of(plain)).take(packet.sequence, packet.timestamp, now_s)
        for edited in self.edit(packet) if self.edit else (packet,):
            for outlet in self.outlets:
                outlet.send(edited, now_s)

    def _arrivals_of(self, ssrc: int) -> Arrivals:
        if self.arrivals is None or self.arrivals.ssrc != ssrc:
            self.arrivals, self._lost_before = Arrivals(ssrc, self.codec.clock_hz), 0
        return self.arrivals

    def echo(self, packet: Packet, now_s: float) -> None:
        """Pass on what somebody else said, between two packets of this stream."""
        for outlet in self.outlets:
            outlet.insert(packet, now_s)

    def wish_key_frame(self) -> None:
        """A hearer needs a whole picture."""
        if self.arrivals and self.kind == "video":
            self.wish(self.arrivals.ssrc)

    def has_turned(self, now_s: float) -> bool:
        """Whether it began or stopped flowing since the last question."""
        is_flowing = self.arrivals is not None and now_s - self.arrivals.heard_s < SILENT_S
        has_turned, self.is_flowing = is_flowing != self.is_flowing, is_flowing
        return has_turned

    def newly_lost(self) -> int:
        """How many packets were lost since the last question."""
        lost = self.arrivals.lost if self.arrivals else 0
        newly, self._lost_before = lost - self._lost_before, lost
        return newly


@dataclass(eq=False, slots=True)
class Outlet:
    """One stream that a guest hears, under a name and numbers of its own conversation.

    `emit` sends a packet to that guest; `overhear` is told of all that is played to it.
    """

    emit: Callable[[bytes], None]
    kind: str
    mid: str
    payload_type: int
    codec: Codec
    ssrc: int
    track: Track | None = None
    is_open: bool = True
    overhear: Callable[[Packet, Track], None] | None = None
    packets: int = 0
    octets: int = 0
    lost: int = 0
    _shift: int = 0
    _last: Packet | None = None
    _last_s: float = 0.0

    def connect(self, track: Track | None) -> None:
        """Hear that track from now on, or nothing."""
        if self.track:
            self.track.outlets.remove(self)
        self.track = track
        if track:
            self.packets = self.octets = self.lost = self._shift = 0
            self._last = None
            track.outlets.append(self)
            track.wish_key_frame()

    def send(self, packet: Packet, now_s: float) -> None:
        """Pass on one packet of the track."""
        if not self.is_open:
            return
        self._last, self._last_s = packet, now_s
        if self.overhear and self.track:
            self.overhear(packet, self.track)
        self._emit(packet)

    def insert(self, packet: Packet, now_s: float) -> None:
        """Pass on another's packet as if it followed the last one of the track."""
        if self._last is None or not self.is_open:
            return
        self._shift += 1
        clock = self._clock(now_s)
        self._emit(replace(packet, sequence=self._last.sequence, timestamp=clock))

    def _emit(self, packet: Packet) -> None:
        self.packets += 1
        self.octets += len(packet.payload)
        self.emit(rtp.write(packet, self.payload_type, self.ssrc, self._shift))

    def _clock(self, now_s: float) -> int:
        """What the stream's timestamp would be now."""
        assert self._last is not None
        passed = (now_s - self._last_s) * self.codec.clock_hz
        return (self._last.timestamp + round(passed)) & 0xFFFFFFFF

    def sent(self, now_s: float) -> Sent | None:
        """What to report of it; None before its first packet."""
        if self._last is None:
            return None
        return Sent(self.ssrc, self._clock(now_s), self.packets, self.octets)

    def newly_lost(self, lost: int) -> int:
        """How many packets its hearer lacks since it last said so."""
        newly, self.lost = lost - self.lost, lost
        return newly


def silenced(packet: Packet) -> Iterable[Packet]:
    """The packet with nothing but silence in it."""
    return (replace(packet, payload=rtp.quiet(packet.payload)),)


def frozen() -> Edit:
    """The first picture again and again, in place of each picture that follows."""
    kept: list[Packet] = []
    shown = 0  # how many packets have left
    latest = -1

    def edit(packet: Packet) -> Iterable[Packet]:
        nonlocal shown, latest
        if not kept or (packet.timestamp == kept[0].timestamp and not kept[-1].has_marker):
            kept.append(packet)
            shown, latest = shown + 1, packet.timestamp
            yield packet
        elif packet.timestamp != latest:
            latest = packet.timestamp
            for piece in kept:
                sequence = (kept[0].sequence + shown) & 0xFFFF
                shown += 1
                yield replace(piece, sequence=sequence, timestamp=latest)

    return edit
