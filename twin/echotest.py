"""What does the EchoTest plugin of Janus answer? Everything returns to its sender."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from twin.media import conversation
from twin.media.peer import Peer
from twin.plugin import Data, Jsep, Said
from twin.seating import Seat

_SORTS = {
    "audio": (bool, "a boolean"),
    "video": (bool, "a boolean"),
    "bitrate": (int, "a positive integer"),
    "record": (bool, "a boolean"),
    "filename": (str, "a string"),
    "restart": (bool, "a boolean"),
}
_MESSAGE_ERROR = 413


class EchoTest:
    """The plugin: a guest alone with a mirror."""

    name = "janus.plugin.echotest"
    hint: str | None = "I'm taking my time!"

    def __init__(self, connect: Callable[[Seat], Peer]) -> None:
        """`connect` gives a seat its PeerConnection."""
        self._connect = connect

    def ask(self, _body: Data) -> Data | None:
        """Every request is answered by an event."""
        return None

    def tell(self, seat: Seat, body: Data, jsep: Jsep | None) -> Iterator[Said]:
        """Answer an offer; sound and picture are returned unless they are switched off."""
        problem = _problem(body, has_jsep=jsep is not None)
        if problem:
            yield Said(seat, _event(error_code=_MESSAGE_ERROR, error=problem))
            return
        text = self._answer(seat, jsep) if jsep and jsep.kind == "offer" else None
        for outlet in seat.peer.outlets if seat.peer else ():
            outlet.is_open = body.get(outlet.kind, outlet.is_open)
        answer = {"type": "answer", "sdp": text} if text else None
        yield Said(seat, _event(result="ok"), answer)

    def _answer(self, seat: Seat, jsep: Jsep) -> str:
        peer = seat.peer or self._connect(seat)
        return conversation.answer(peer, jsep.guest, "-", echoes=True)

    def set_up(self, _seat: Seat) -> Iterator[Said]:
        """The guest hears it for himself."""
        return iter(())

    def hang_up(self, seat: Seat, _peer: Peer) -> Iterator[Said]:
        """The guest is told that the test is over."""
        yield Said(seat, _event(result="done"))

    def vacate(self, _seat: Seat) -> Iterator[Said]:
        """Nobody else is there to be told."""
        return iter(())


def _event(**data: object) -> Data:
    return {"echotest": "event", **data}


def _problem(body: Data, *, has_jsep: bool) -> str | None:
    """What is wrong with a request, as Janus words it."""
    for name, (sort, called) in _SORTS.items():
        if name in body and type(body[name]) is not sort:
            return f"Invalid element type ({name} should be {called})"
    if not has_jsep and not _SORTS.keys() & body.keys():
        return "Message error: no supported attributes found"
    return None
