"""What does a guest send and hear? The streams of one PeerConnection, and their reports."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from twin.media import rtcp, rtp
from twin.media.path import Path
from twin.media.port import Port
from twin.media.rtcp import KeyFrameWish, Reception, SenderReport
from twin.media.stream import SLOW_PACKETS, Outlet, Track

REPORT_S = 1.0
SENT_MAX = 30  # streams in one report: 28 bytes each, and one datagram takes 1,200
Notice = dict[str, Any]


class Peer:
    """One PeerConnection, as seen from the bridge.

    `opened` is called when sound can pass, `tell` hears what Janus says of it (`webrtcup`,
    `media`, `slowlink`), `gone` once and last why it ended.
    """

    def __init__(self, port: Port) -> None:
        """Wait for a guest."""
        self.path = Path(port, self)
        self.opened: Callable[[], None] = _nothing
        self.tell: Callable[[Notice], None] = _ignore
        self.gone: Callable[[str], None] = _ignore
        self.tracks: list[Track] = []
        self.outlets: list[Outlet] = []
        self.is_open = False
        self._ssrc = new_ssrc()
        self._track_of: dict[int, Track] = {}
        self._clock = self.path.clock
        self._turn = itertools.count()
        self._is_over = False

    def expect(self, track: Track, ssrcs: Iterable[int]) -> None:
        """A stream of the guest will come, under these names or others."""
        self.tracks.append(track)
        self._track_of |= dict.fromkeys(ssrcs, track)

    def on_open(self) -> None:
        """Say that it is up, and report from now on."""
        self.is_open = True
        self.opened()
        self.tell({"janus": "webrtcup"})
        self._clock.at(self._clock.now_s() + REPORT_S, self._report)

    def on_media(self, plain: bytes, now_s: float) -> None:
        """Pass a packet on to all who hear its stream."""
        track = self._track_of.get(rtp.ssrc_of(plain)) or self._adopt(plain)
        if track is None:
            return
        track.take(plain, now_s)
        if not track.is_flowing:
            self._tell_flow(track, now_s)

    def _adopt(self, plain: bytes) -> Track | None:
        """A sender that the SDP did not name is known by how its packets are coded."""
        payload_type = rtp.payload_type_of(plain)
        found = [track for track in self.tracks if track.payload_type == payload_type]
        if len(found) != 1:
            return None
        self._track_of[rtp.ssrc_of(plain)] = found[0]
        return found[0]

    def on_reports(self, plain: bytes, now_s: float) -> None:
        """Note what the guest tells of its streams and of ours."""
        for told in rtcp.parse(plain):
            match told:
                case SenderReport(ssrc, compact):
                    track = self._track_of.get(ssrc)
                    if track and track.arrivals and track.arrivals.ssrc == ssrc:
                        track.arrivals.note_report(compact, now_s)
                case Reception(ssrc, lost):
                    self._note_lost(ssrc, lost)
                case KeyFrameWish(ssrc):
                    self._pass_wish(ssrc)

    def _outlet(self, ssrc: int) -> Outlet | None:
        return next((outlet for outlet in self.outlets if outlet.ssrc == ssrc), None)

    def _note_lost(self, ssrc: int, lost: int) -> None:
        outlet = self._outlet(ssrc)
        if outlet and (newly := outlet.newly_lost(lost)) >= SLOW_PACKETS:
            self._tell_slow(outlet, newly, is_uplink=False)

    def _pass_wish(self, ssrc: int) -> None:
        outlet = self._outlet(ssrc)
        if outlet and outlet.track:
            outlet.track.wish_key_frame()

    def wish_key_frame(self, ssrc: int) -> None:
        """Ask the guest for a whole picture."""
        self.path.send_reports(rtcp.key_frame_wish(self._ssrc, ssrc))

    def _report(self) -> None:
        """Every second: how the guest's streams arrive, and how ours are sent."""
        if self._is_over:
            return
        if not self.path.has_consent():
            self.path.close("ICE failed")
            return
        now_s = self._clock.now_s()
        blocks = [track.arrivals.block(now_s) for track in self.tracks if track.arrivals]
        self.path.send_reports(rtcp.report(self._ssrc, self._sent(now_s), blocks))
        for track in self.tracks:
            self._tell_flow(track, now_s)
            if (newly := track.newly_lost()) >= SLOW_PACKETS:
                self._tell_slow(track, newly, is_uplink=True)
        self._clock.at(now_s + REPORT_S, self._report)

    def _sent(self, now_s: float) -> list[rtcp.Sent]:
        """Of many outlets some have their turn in each second."""
        sent = [said for outlet in self.outlets if (said := outlet.sent(now_s))]
        begins = next(self._turn) * SENT_MAX % len(sent) if len(sent) > SENT_MAX else 0
        return (sent + sent)[begins : begins + min(SENT_MAX, len(sent))]

    def _tell_flow(self, track: Track, now_s: float) -> None:
        if track.has_turned(now_s):
            said = {"mid": track.mid, "type": track.kind, "receiving": track.is_flowing}
            self.tell({"janus": "media", **said})

    def _tell_slow(self, stream: Track | Outlet, lost: int, *, is_uplink: bool) -> None:
        said = {"mid": stream.mid, "media": stream.kind, "uplink": is_uplink, "lost": lost}
        self.tell({"janus": "slowlink", **said})

    def on_close(self, why: str) -> None:
        """Every stream of the guest ends."""
        self._is_over = True
        for outlet in self.outlets:
            outlet.connect(None)
        for track in self.tracks:
            for outlet in tuple(track.outlets):
                outlet.connect(None)
        if hall := self.path.port.hall:
            hall.microphones = [t for t in hall.microphones if t not in self.tracks]
        self.gone(why)


def _nothing() -> None:
    """Nobody waits for it."""


def _ignore(_told: object) -> None:
    """Nobody listens yet."""


def new_ssrc() -> int:
    """A stream's name that no other is likely to have."""
    return secrets.randbelow((1 << 32) - 1) + 1
