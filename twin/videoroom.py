"""What does the VideoRoom plugin of Janus answer? Rooms and seats, without media."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from twin.seating import Room, Seat

PLUGIN = "janus.plugin.videoroom"
Data = dict[str, Any]


News = Iterator[tuple[Seat, Data]]


class PluginError(Exception):
    """A refusal of the plugin: error_code and error, as Janus words them."""

    def __init__(self, code: int, error: str) -> None:
        """Keep both; they travel in an otherwise successful message."""
        super().__init__(error)
        self.data = {"videoroom": "event", "error_code": code, "error": error}


class VideoRoom:
    """The plugin: some requests it answers at once, the others by an event."""

    def __init__(self, rooms: Mapping[int, Room]) -> None:
        """The rooms are fixed; this twin creates none."""
        self._rooms = rooms

    def ask(self, body: Data) -> Data | None:
        """The answer to a synchronous request; None when an event will answer."""
        try:
            verb = _text(body, "request")
            return None if verb in _EVENTUAL else self._answer(verb, body)
        except PluginError as refusal:
            return refusal.data

    def _answer(self, verb: str, body: Data) -> Data:
        if verb == "list":
            rooms = [_listed(room) for room in self._rooms.values()]
            return {"videoroom": "success", "list": rooms}
        if verb not in {"listparticipants", "exists"}:
            raise PluginError(423, f"Unknown request '{verb}'")
        number = _positive(body, "room")
        if verb == "exists":
            is_there = number in self._rooms
            return {"videoroom": "success", "room": number, "exists": is_there}
        seats = [_participant(seat) for seat in self._room(number).seats.values()]
        return {"videoroom": "participants", "room": number, "participants": seats}

    def tell(self, seat: Seat, body: Data) -> News:
        """Who is told what, after the request was acknowledged."""
        try:
            yield from self._act(seat, body["request"])(seat, body)
        except PluginError as refusal:
            yield seat, refusal.data

    def _act(self, seat: Seat, verb: str) -> Callable[[Seat, Data], News]:
        """What a request means on this handle, in its present state."""
        is_join = verb in {"join", "joinandconfigure"}
        if seat.has_left:
            raise _gone(is_join=is_join)
        if seat.room is None:
            if is_join:
                return self._join
            raise PluginError(424, "Invalid request on unconfigured participant")
        if is_join:
            raise PluginError(425, "Already in as a publisher on this handle")
        if verb not in _OF_A_PUBLISHER:
            raise PluginError(423, f"Unknown request '{verb}'")
        return _OF_A_PUBLISHER[verb]

    def _join(self, seat: Seat, body: Data) -> News:
        room = self._room(_positive(body, "room"))
        _check_role(_text(body, "ptype"))
        display = _text(body, "display") if "display" in body else None
        number = _positive(body, "id") if "id" in body else secrets.randbits(52) + 1
        if number in room.seats:
            raise PluginError(436, f"User ID {number} already exists")
        seat.id, seat.display, seat.room = number, display, room
        room.seats[number] = seat
        yield seat, _joined(seat, room)

    def _room(self, number: int) -> Room:
        if number not in self._rooms:
            raise PluginError(426, f"No such room ({number})")
        return self._rooms[number]

    def vacate(self, seat: Seat) -> News:
        """Whoever sat there is gone without a word; the others are told thrice, as by Janus."""
        if seat.room is None or seat.has_left:
            return
        room, gone = seat.room, seat.id
        del room.seats[gone]
        seat.has_left = True
        for other in room.seats.values():
            for news in ("unpublished", "unpublished", "leaving"):
                yield other, {"videoroom": "event", "room": room.number, news: gone}


def _leave(seat: Seat, _body: Data) -> News:
    assert seat.room is not None
    room = seat.room
    del room.seats[seat.id]
    seat.has_left = True
    for other in room.seats.values():
        yield other, {"videoroom": "event", "room": room.number, "leaving": seat.id}
    yield seat, {"videoroom": "event", "room": room.number, "leaving": "ok"}


def _configure(seat: Seat, _body: Data) -> News:
    assert seat.room is not None
    yield seat, {"videoroom": "event", "room": seat.room.number, "configured": "ok"}


def _unpublish(_seat: Seat, _body: Data) -> News:
    raise PluginError(435, "Can't unpublish, not published")


_OF_A_PUBLISHER: Mapping[str, Callable[[Seat, Data], News]] = {
    "leave": _leave,
    "configure": _configure,
    "publish": _configure,
    "unpublish": _unpublish,
}
_EVENTUAL = frozenset(
    {"join", "joinandconfigure", "configure", "publish", "unpublish", "leave", "start",
     "pause", "switch", "subscribe", "unsubscribe", "update"}
)  # fmt: skip


def _gone(*, is_join: bool) -> PluginError:
    if is_join:
        return PluginError(425, "Not in a room (create a new handle)")
    return PluginError(426, "No such room")


def _check_role(role: str) -> None:
    if role == "subscriber":  # nobody publishes media here, so there is nothing to feed on
        raise PluginError(429, "Missing mandatory element (feed)")
    if role != "publisher":
        raise PluginError(430, "Invalid element (ptype)")


def _text(body: Data, name: str) -> str:
    value = body.get(name)
    if value is None:
        raise PluginError(429, f"Missing mandatory element ({name})")
    if not isinstance(value, str):
        raise PluginError(430, f"Invalid element type ({name} should be a string)")
    return value


def _positive(body: Data, name: str) -> int:
    value = body.get(name)
    if value is None:
        raise PluginError(429, f"Missing mandatory element ({name})")
    if type(value) is not int or value < 0:
        raise PluginError(430, f"Invalid element type ({name} should be a positive integer)")
    return value


def _joined(seat: Seat, room: Room) -> Data:
    return {
        "videoroom": "joined",
        "room": room.number,
        "description": room.description,
        "id": seat.id,
        "private_id": secrets.randbits(32),
        "publishers": [],
    }


def _participant(seat: Seat) -> Data:
    display = {} if seat.display is None else {"display": seat.display}
    return {"id": seat.id, **display, "publisher": False}


def _listed(room: Room) -> Data:
    return {
        "room": room.number,
        "description": room.description,
        "pin_required": False,
        "is_private": False,
        "max_publishers": 120,
        "num_participants": len(room.seats),
    }
