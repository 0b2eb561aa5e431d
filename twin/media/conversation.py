"""What is agreed with a guest? Its offer is answered, or ours is made (RFC 8829)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.media.peer import Peer, new_ssrc
from twin.media.sdp import RECEIVED_BY, Codec, Description, Line, Section, write
from twin.media.stream import Edit, Outlet, Track, frozen, silenced


def answer(peer: Peer, guest: Description, title: str, *, echoes: bool) -> str:
    """Take what the guest offers to send; `echoes`: and send it back."""
    setup = peer.path.meet(guest)
    lines = [_answered(peer, section, echoes=echoes) for section in guest.sections]
    return write(peer.path.ours(setup, title), lines, 1)


def _answered(peer: Peer, section: Section, *, echoes: bool) -> Line:
    chosen = section.chosen()
    if chosen is None:
        return Line(section.kind, section.mid, "inactive", 0, None)
    payload_type, codec = chosen
    direction = _direction(section, echoes=echoes)
    track = _track(peer, section, payload_type, codec) if "recv" in direction else None
    outlet = None
    if direction == "sendrecv":
        outlet = _echo(peer, section, payload_type, codec)
        outlet.connect(track)
    ssrc = outlet.ssrc if outlet else new_ssrc()  # Janus names one even where it only receives
    return Line(section.kind, section.mid, direction, payload_type, codec, ssrc)


def _direction(section: Section, *, echoes: bool) -> str:
    """An echo needs a guest that hears; without echo we only receive (or nothing passes)."""
    wanted = RECEIVED_BY.get(section.direction, "inactive")
    if wanted == "sendrecv":
        return "sendrecv" if echoes else "recvonly"
    return "recvonly" if wanted == "recvonly" else "inactive"


def _track(peer: Peer, section: Section, payload_type: int, codec: Codec) -> Track:
    """The stream of that section; an earlier offer may have brought it."""
    known = next((track for track in peer.tracks if track.mid == section.mid), None)
    if known:
        return known
    edit = _edit(peer, section.kind)
    wish = peer.wish_key_frame
    track = Track(section.kind, section.mid, payload_type, codec, wish, edit)
    peer.expect(track, section.ssrcs)
    return track


def open_microphones(peer: Peer) -> None:
    """What the guest sends is heard by others; in a hall that echoes it carries more."""
    hall = peer.path.port.hall
    if hall:
        hall.microphones += [t for t in peer.tracks if t not in hall.microphones]


def _edit(peer: Peer, kind: str) -> Edit | None:
    """What the bridge makes of a stream, if anything."""
    way = peer.path.port.way
    if kind == "audio" and way.is_silenced:
        return silenced
    return frozen() if kind == "video" and way.is_frozen else None


def _echo(peer: Peer, section: Section, payload_type: int, codec: Codec) -> Outlet:
    known = next((outlet for outlet in peer.outlets if outlet.mid == section.mid), None)
    return known or outlet_of(peer, section.kind, section.mid, payload_type, codec)


def outlet_of(peer: Peer, kind: str, mid: str, payload_type: int, codec: Codec) -> Outlet:
    """A new stream to that guest."""
    emit = peer.path.send_media
    outlet = Outlet(emit, kind, mid, payload_type, codec, new_ssrc())
    hall = peer.path.port.hall
    outlet.overhear = hall.overhear if hall else None
    peer.outlets.append(outlet)
    return outlet


def offer(peer: Peer, title: str, version: int) -> str:
    """Offer what the guest may hear: an outlet without a track is inactive."""
    return write(peer.path.ours("actpass", title), list(_offered(peer.outlets)), version)


def _offered(outlets: Sequence[Outlet]) -> Iterator[Line]:
    for out in outlets:
        direction, ssrc = ("sendonly", out.ssrc) if out.track else ("inactive", None)
        yield Line(out.kind, out.mid, direction, out.payload_type, out.codec, ssrc)
