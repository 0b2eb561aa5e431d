"""What may those ask the VideoRoom plugin who only listen? Feeds, in one PeerConnection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from twin.media.peer import Peer
from twin.media.stream import Track
from twin.plugin import Data, Jsep, Said
from twin.refusal import MISSING, PluginError, objects, positive, text
from twin.seating import Room, Seat
from twin.subscription import Subscription

NO_SUCH_FEED = 428
News = Iterator[Said]


def join(seat: Seat, room: Room, body: Data, connect: Callable[[Seat], Peer]) -> News:
    """Listen to feeds; the offer comes with the answer."""
    wanted = list(_found(room, _wishes(body)))
    seat.room, seat.subscription = room, Subscription(connect(seat), f"VideoRoom {room.number}")
    room.listeners.append(seat)
    for feed, track in wanted:
        seat.subscription.add(feed, track)
    yield _offered(seat, "attached")


def _wishes(body: Data) -> list[Data]:
    """The feeds that are asked for, in the new way or the old."""
    wishes = objects(body, "streams") if "streams" in body else [body]
    if not wishes:
        raise PluginError(MISSING, "Missing mandatory element (feed)")
    return wishes


def _found(room: Room, wishes: Iterable[Data]) -> Iterator[tuple[Seat, Track]]:
    """The streams that are meant: all of a feed, or the one with that `mid`."""
    for wish in wishes:
        number = positive(wish, "feed")
        feed = room.seats.get(number)
        if feed is None or not feed.is_publishing or feed.peer is None:
            raise PluginError(NO_SUCH_FEED, f"No such feed ({number})")
        mid = text(wish, "mid") if "mid" in wish else None
        yield from ((feed, t) for t in feed.peer.tracks if mid in {None, t.mid})


def _start(seat: Seat, _body: Data, jsep: Jsep | None) -> News:
    """The listener's answer, or its wish to go on after a pause."""
    sub = _subscription(seat)
    if jsep and jsep.kind == "answer":
        sub.accept(jsep.guest)
    else:
        sub.play()
    yield Said(seat, _event(seat, started="ok"))
    if sub.is_stale and not sub.is_offered:
        yield _offered(seat, "updated", is_news=True)


def _pause(seat: Seat, _body: Data, _jsep: Jsep | None) -> News:
    _subscription(seat).pause()
    yield Said(seat, _event(seat, paused="ok"))


def _configure(seat: Seat, _body: Data, _jsep: Jsep | None) -> News:
    yield Said(seat, _event(seat, configured="ok"))


def _subscribe(seat: Seat, body: Data, _jsep: Jsep | None) -> News:
    yield _changed(seat, objects(body, "streams"), [])


def _unsubscribe(seat: Seat, body: Data, _jsep: Jsep | None) -> News:
    yield _changed(seat, [], objects(body, "streams"))


def _update(seat: Seat, body: Data, _jsep: Jsep | None) -> News:
    lists = [objects(body, n) if n in body else [] for n in ("subscribe", "unsubscribe")]
    yield _changed(seat, *lists)


def _changed(seat: Seat, more: list[Data], less: list[Data]) -> Said:
    """Hear more or less from now on, by a new offer if anything changed."""
    assert seat.room is not None
    sub, found = _subscription(seat), list(_found(seat.room, more))
    has_changed = bool(found)
    for wish in less:
        has_changed = _drop(seat, wish) or has_changed
    for feed, track in found:
        sub.add(feed, track)
    if not has_changed:
        return Said(seat, {"videoroom": "updated", "room": seat.room.number})
    return _renewed(seat, is_news=False)


def _drop(seat: Seat, wish: Data) -> bool:
    assert seat.room is not None
    sub = _subscription(seat)
    if "sub_mid" in wish:
        return sub.drop_slot(text(wish, "sub_mid"))
    feed = seat.room.seats.get(positive(wish, "feed"))
    return feed is not None and sub.drop(feed, wish.get("mid"))


def _renewed(seat: Seat, *, is_news: bool) -> Said:
    """A new offer, or its promise while the last one is not answered."""
    assert seat.room is not None
    sub = _subscription(seat)
    if sub.is_offered:
        sub.is_stale = True
        return Said(seat, {"videoroom": "updating", "room": seat.room.number})
    return _offered(seat, "updated", is_news=is_news)


def _offered(seat: Seat, verb: str, *, is_news: bool = False) -> Said:
    assert seat.room is not None
    sub = _subscription(seat)
    streams = [_told(feed, data, sub, n) for n, (feed, data) in enumerate(sub.streams())]
    data = {"videoroom": verb, "room": seat.room.number, "streams": streams}
    return Said(seat, data, sub.offer(), is_news=is_news)


def _told(feed: Seat | None, data: Data, sub: Subscription[Seat], index: int) -> Data:
    """A slot with whom it carries."""
    track = sub.slots[index].outlet.track
    if feed is None or track is None:
        return data
    names: Data = {"feed_id": feed.id, "feed_mid": track.mid, "codec": track.codec.name}
    if feed.display is not None:
        names["feed_display"] = feed.display
    if track.mid in feed.descriptions:
        names["feed_description"] = feed.descriptions[track.mid]
    return {**data, **names}


def _leave(seat: Seat, _body: Data, _jsep: Jsep | None) -> News:
    yield Said(seat, _event(seat, left="ok"))
    depart(seat)
    if seat.peer:
        seat.peer.path.close("Close PC")


def depart(seat: Seat) -> None:
    """A listener is gone."""
    assert seat.room is not None
    seat.room.listeners.remove(seat)
    seat.has_left = True


def forget(feed: Seat) -> News:
    """Nothing more can be heard of that publisher: its listeners get another offer."""
    assert feed.room is not None
    for seat in tuple(feed.room.listeners):
        sub = _subscription(seat)
        if sub.drop(feed):
            is_offered = sub.is_offered
            said = _renewed(seat, is_news=True)
            if not is_offered:
                yield said


def _subscription(seat: Seat) -> Subscription[Seat]:
    assert seat.subscription is not None
    return seat.subscription


def _event(seat: Seat, **data: object) -> Data:
    assert seat.room is not None
    return {"videoroom": "event", "room": seat.room.number, **data}


ACTS: Mapping[str, Callable[[Seat, Data, Jsep | None], News]] = {
    "start": _start,
    "pause": _pause,
    "configure": _configure,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "update": _update,
    "leave": _leave,
}
