"""What does the VideoRoom plugin of Janus answer? Rooms, and who sits and speaks in them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from twin import listening
from twin.media import conversation
from twin.media.peer import Peer
from twin.media.stream import Track
from twin.plugin import Data, Jsep, Said
from twin.refusal import PluginError, objects, positive, text
from twin.seating import Room, Seat

PLUGIN = "janus.plugin.videoroom"
NO_SUCH_ROOM, ALREADY_IN, UNKNOWN_REQUEST, NOT_PUBLISHED, ID_EXISTS = 426, 425, 423, 435, 436
News = Iterator[Said]
Connect = Callable[[Seat], Peer]


class VideoRoom:
    """The plugin: some requests it answers at once, the others by an event."""

    name = PLUGIN
    hint: str | None = None

    def __init__(self, rooms: Mapping[int, Room], connect: Connect) -> None:
        """The rooms are fixed; `connect` gives a seat its PeerConnection."""
        self._rooms = rooms
        self._connect = connect

    def ask(self, body: Data) -> Data | None:
        """The answer to a synchronous request; None when an event will answer."""
        try:
            verb = text(body, "request")
            return None if verb in _EVENTUAL else self._answer(verb, body)
        except PluginError as refusal:
            return refusal.data

    def _answer(self, verb: str, body: Data) -> Data:
        if verb == "list":
            rooms = [_listed(room) for room in self._rooms.values()]
            return {"videoroom": "success", "list": rooms}
        if verb not in {"listparticipants", "exists"}:
            raise _unknown(verb)
        number = positive(body, "room")
        if verb == "exists":
            is_there = number in self._rooms
            return {"videoroom": "success", "room": number, "exists": is_there}
        seats = [_participant(seat) for seat in self._room(number).seats.values()]
        return {"videoroom": "participants", "room": number, "participants": seats}

    def tell(self, seat: Seat, body: Data, jsep: Jsep | None) -> News:
        """Who is told what, after the request was acknowledged."""
        try:
            yield from self._act(seat, body["request"])(seat, body, jsep)
        except PluginError as refusal:
            yield Said(seat, refusal.data)

    def _act(self, seat: Seat, verb: str) -> Callable[[Seat, Data, Jsep | None], News]:
        """What a request means on this handle, in its present state."""
        is_join = verb in {"join", "joinandconfigure"}
        if seat.has_left:
            raise _gone(is_join=is_join)
        if seat.room is None:
            if is_join:
                return self._join
            raise PluginError(424, "Invalid request on unconfigured participant")
        role = "publisher" if seat.subscription is None else "subscriber"
        if is_join:
            raise PluginError(ALREADY_IN, f"Already in as a {role} on this handle")
        acts = self._acts() if seat.subscription is None else listening.ACTS
        if verb not in acts:
            raise _unknown(verb)
        return acts[verb]

    def _acts(self) -> Mapping[str, Callable[[Seat, Data, Jsep | None], News]]:
        """What a publisher may ask."""
        return {
            "leave": _leave,
            "configure": self._publish,
            "publish": self._publish,
            "unpublish": _unpublish,
        }

    def _join(self, seat: Seat, body: Data, jsep: Jsep | None) -> News:
        room = self._room(positive(body, "room"))
        role = text(body, "ptype")
        if role == "subscriber":
            yield from listening.join(seat, room, body, self._connect)
            return
        if role != "publisher":
            raise PluginError(430, "Invalid element (ptype)")
        display = text(body, "display") if "display" in body else None
        number = positive(body, "id") if "id" in body else secrets.randbits(52) + 1
        if number in room.seats:
            raise PluginError(ID_EXISTS, f"User ID {number} already exists")
        joined = _joined(number, room)
        seat.id, seat.display, seat.room = number, display, room
        room.seats[number] = seat
        if jsep is None:
            yield Said(seat, joined)
            return
        configured, *rest = self._publish(seat, body, jsep)
        yield Said(seat, {**configured.data, **joined}, configured.jsep)
        yield from rest

    def _room(self, number: int) -> Room:
        if number not in self._rooms:
            raise PluginError(NO_SUCH_ROOM, f"No such room ({number})")
        return self._rooms[number]

    def _publish(self, seat: Seat, body: Data, jsep: Jsep | None) -> News:
        """Take an offer; the others are told as soon as there is something to hear."""
        assert seat.room is not None
        configured = {"videoroom": "event", "room": seat.room.number, "configured": "ok"}
        if jsep is None or jsep.kind != "offer":
            yield Said(seat, configured)
            return
        seat.descriptions = _descriptions(body) or seat.descriptions
        peer = seat.peer or self._connect(seat)
        title = f"VideoRoom {seat.room.number}"
        answer = conversation.answer(peer, jsep.guest, title, echoes=False)
        conversation.open_microphones(peer)
        told = {"type": "answer", "sdp": answer}
        yield Said(seat, {**configured, **_offers(seat)}, told)
        yield from self.set_up(seat)

    def set_up(self, seat: Seat) -> News:
        """A publisher can be heard from now on, if it is one."""
        if seat.is_publishing:
            news = _event(seat, publishers=[_publisher(seat)])
            yield from (Said(other, news) for other in _others(seat))

    def hang_up(self, seat: Seat, peer: Peer) -> News:
        """Its PeerConnection is gone; whoever could hear it is told."""
        is_speaker = seat.room is not None and seat.subscription is None
        if is_speaker and peer.is_open and not seat.has_left:
            yield from _withdraw(seat)

    def vacate(self, seat: Seat) -> News:
        """Whoever sat there is gone without a word; the others are told thrice, as by Janus."""
        if seat.room is None or seat.has_left:
            return
        if seat.subscription is not None:
            listening.depart(seat)
            return
        others = tuple(_others(seat))
        yield from _stand_up(seat)
        for other in others:
            for news in ("unpublished", "unpublished", "leaving"):
                yield Said(other, _event(seat, **{news: seat.id}))


def _leave(seat: Seat, _body: Data, _jsep: Jsep | None) -> News:
    others = tuple(_others(seat))
    yield from _stand_up(seat)
    yield from (Said(other, _event(seat, leaving=seat.id)) for other in others)
    yield Said(seat, _event(seat, leaving="ok"))


def _stand_up(seat: Seat) -> News:
    """Leave one's place in the room."""
    assert seat.room is not None
    del seat.room.seats[seat.id]
    seat.has_left = True
    return listening.forget(seat)


def _unpublish(seat: Seat, _body: Data, _jsep: Jsep | None) -> News:
    if seat.peer is None:
        raise PluginError(NOT_PUBLISHED, "Can't unpublish, not published")
    yield Said(seat, _event(seat, unpublished="ok"))
    yield from _withdraw(seat)
    seat.peer.path.close("Close PC")


def _withdraw(seat: Seat) -> News:
    """Nothing more can be heard of a publisher who stays."""
    yield from listening.forget(seat)
    yield from (Said(other, _event(seat, unpublished=seat.id)) for other in _others(seat))


def _others(seat: Seat) -> Iterator[Seat]:
    assert seat.room is not None
    return (other for other in tuple(seat.room.seats.values()) if other is not seat)


def _event(seat: Seat, **data: object) -> Data:
    assert seat.room is not None
    return {"videoroom": "event", "room": seat.room.number, **data}


def _descriptions(body: Data) -> dict[str, str]:
    given = objects(body, "descriptions") if "descriptions" in body else []
    return {text(entry, "mid"): text(entry, "description") for entry in given}


def _offers(seat: Seat) -> Data:
    """The streams of a publisher, and the codec of the first of each kind."""
    assert seat.peer is not None
    kinds = {track.kind: track.codec.name for track in reversed(seat.peer.tracks)}
    streams = [_stream(seat, n, track) for n, track in enumerate(seat.peer.tracks)]
    return {**{f"{kind}_codec": name for kind, name in kinds.items()}, "streams": streams}


def _stream(seat: Seat, index: int, track: Track) -> Data:
    said = seat.descriptions.get(track.mid)
    described = {} if said is None else {"description": said}
    names: Data = {"type": track.kind, "mindex": index, "mid": track.mid}
    return {**names, **described, "codec": track.codec.name}


def _publisher(seat: Seat) -> Data:
    display = {} if seat.display is None else {"display": seat.display}
    return {"id": seat.id, **display, **_offers(seat)}


def _heard(seat: Seat) -> Data:
    """A publisher as those are told who come later: with who is talking."""
    told = _publisher(seat)
    for stream in told["streams"]:
        if stream["type"] == "audio":
            stream["talking"] = False
    return {**told, "talking": False}


def _joined(number: int, room: Room) -> Data:
    return {
        "videoroom": "joined",
        "room": room.number,
        "description": room.description,
        "id": number,
        "private_id": secrets.randbits(32),
        "publishers": [_heard(seat) for seat in room.seats.values() if seat.is_publishing],
    }


def _participant(seat: Seat) -> Data:
    display = {} if seat.display is None else {"display": seat.display}
    talking: Data = {"talking": False} if seat.is_publishing else {}
    return {"id": seat.id, **display, "publisher": seat.is_publishing, **talking}


def _listed(room: Room) -> Data:
    return {
        "room": room.number,
        "description": room.description,
        "pin_required": False,
        "is_private": False,
        "max_publishers": 120,
        "num_participants": len(room.seats),
    }


def _gone(*, is_join: bool) -> PluginError:
    if is_join:
        return PluginError(ALREADY_IN, "Not in a room (create a new handle)")
    return PluginError(NO_SUCH_ROOM, "No such room")


def _unknown(verb: Any) -> PluginError:
    return PluginError(UNKNOWN_REQUEST, f"Unknown request '{verb}'")


_EVENTUAL = frozenset(
    {"join", "joinandconfigure", "configure", "publish", "unpublish", "leave", "start",
     "pause", "switch", "subscribe", "unsubscribe", "update"}
)  # fmt: skip
