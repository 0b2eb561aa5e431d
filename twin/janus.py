"""What does a Janus gateway 1.1 answer? Messages in, messages out; no socket, no clock."""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping

from twin.echotest import EchoTest
from twin.media import sdp
from twin.media.peer import Notice, Peer
from twin.media.port import Port
from twin.plugin import Jsep, Plugin, Said
from twin.seating import Line, Message, Room, Seat, Session
from twin.videoroom import PLUGIN, VideoRoom

SESSION_LASTS_S = 60.0  # `session_timeout` of Janus, its default
Deliveries = list[tuple[Line, Message]]


class ApiError(Exception):
    """A refusal of the gateway itself: code and reason, as Janus words them."""

    def __init__(self, code: int, reason: str, *, is_anonymous: bool = False) -> None:
        """`is_anonymous`: raised before Janus looks whose request this is."""
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.is_anonymous = is_anonymous


class Janus:
    """One gateway with its plugins; rooms may be those of other gateways, too."""

    def __init__(self, rooms: Mapping[int, Room], port: Port) -> None:
        """`port`: where the sound and picture of its guests arrive."""
        self._port = port
        plugins: tuple[Plugin, ...] = (
            VideoRoom(rooms, self._connect),
            EchoTest(self._connect),
        )
        self._plugins = {plugin.name: plugin for plugin in plugins}

    def receive(self, line: Line, text: str, now_s: float) -> Deliveries:
        """Answer one message; answers for other callers may be among them."""
        try:
            request = json.loads(text)
        except ValueError as problem:
            reason = f"Invalid Janus API request - {problem}"
            return [(line, {"janus": "error", "error": {"code": 454, "reason": reason}})]
        request = request if isinstance(request, dict) else {}
        try:
            return list(self._route(line, request, now_s))
        except ApiError as refusal:
            return [(line, _refused(request, refusal))]

    def _route(
        self, line: Line, request: Message, now_s: float
    ) -> Iterator[tuple[Line, Message]]:
        verb = _checked(request)
        session_id, handle_id = _number(request, "session_id"), _number(request, "handle_id")
        if not session_id and not handle_id:
            yield line, self._welcome(line, request, verb, now_s)
            return
        session = _session(line, session_id)
        session.heard_s = now_s
        seat = session.handles.get(handle_id)
        if handle_id and seat is None:
            raise ApiError(459, f"No such handle {handle_id} in session {session_id}")
        yield from _act(verb, has_handle=seat is not None)(self, session, seat, request)

    def _welcome(self, line: Line, request: Message, verb: str, now_s: float) -> Message:
        """A request of nobody's session: only three verbs are heard."""
        if verb == "info":
            return {"janus": "server_info", "transaction": request["transaction"], **_INFO}
        if verb == "ping":
            return {"janus": "pong", "transaction": request["transaction"]}
        if verb != "create":
            raise ApiError(457, f"Unhandled request '{verb}' at this path")
        session = Session(request.get("id") or _new_id(), line, now_s)
        if session.id in line.sessions:
            error = {"code": 468, "reason": "Session ID already in use"}
            return {**_answer({**request, "session_id": session.id}, "error"), "error": error}
        line.sessions[session.id] = session
        return {**_answer(request, "success"), "data": {"id": session.id}}

    def attach(
        self, session: Session, _seat: Seat | None, request: Message
    ) -> Iterator[tuple[Line, Message]]:
        """Give the session a handle on the plugin."""
        name = _text(request, "plugin")
        if name not in self._plugins:
            raise ApiError(460, f"No such plugin '{name}'")
        seat = Seat(_new_id(), session, name)
        session.handles[seat.handle_id] = seat
        yield session.line, {**_answer(request, "success"), "data": {"id": seat.handle_id}}

    def message(
        self, session: Session, seat: Seat | None, request: Message
    ) -> Iterator[tuple[Line, Message]]:
        """Pass a body to the plugin: answered at once, or acknowledged and told later."""
        assert seat is not None
        if "body" not in request:
            raise ApiError(456, "Missing mandatory element (body)")
        if not isinstance(request["body"], dict):
            raise ApiError(467, "Invalid element type (body should be an object)")
        jsep, plugin = _jsep(request, seat), self._plugins[seat.plugin]
        answer = plugin.ask(request["body"])
        if answer is not None:
            said = Said(seat, answer)
            yield session.line, {**_answer(request, "success"), **_from(said)}
            return
        hint = {"hint": plugin.hint} if plugin.hint else {}
        yield session.line, {**_answer(request, "ack"), **hint}
        for said in plugin.tell(seat, request["body"], jsep):
            is_answer = said.whom is seat and not said.is_news
            head = _answer(request, "event") if is_answer else _event(said.whom)
            yield said.whom.session.line, {**head, **_from(said)}

    def detach(
        self, session: Session, seat: Seat | None, request: Message
    ) -> Iterator[tuple[Line, Message]]:
        """Give a handle back; whoever sat on it leaves the room."""
        assert seat is not None
        yield session.line, _answer(request, "success")
        yield from self._vacate(seat)
        del session.handles[seat.handle_id]
        yield session.line, {**_event(seat, "detached"), "sender": seat.handle_id}

    def destroy(
        self, session: Session, _seat: Seat | None, request: Message
    ) -> Iterator[tuple[Line, Message]]:
        """End a session with all its handles."""
        yield session.line, _answer(request, "success")
        yield from self._end(session)

    def acknowledge(
        self, session: Session, _seat: Seat | None, request: Message
    ) -> Iterator[tuple[Line, Message]]:
        """Keepalive, and candidates: a lite agent answers wherever checks come from."""
        if request["janus"] == "trickle" and not {"candidate", "candidates"} & set(request):
            raise ApiError(456, "Missing mandatory element (candidate|candidates)")
        yield session.line, _answer(request, "ack")

    def claim(
        self, session: Session, _seat: Seat | None, request: Message
    ) -> Iterator[tuple[Line, Message]]:
        """A session lives on its one connection, so that there is nothing to move."""
        yield session.line, _answer(request, "success")

    def hang_up(
        self, session: Session, seat: Seat | None, request: Message
    ) -> Iterator[tuple[Line, Message]]:
        """End the PeerConnection of a handle, if it has one."""
        assert seat is not None
        yield session.line, _answer(request, "success")
        if seat.peer:
            seat.peer.path.close("Janus API")

    def expire(self, line: Line, now_s: float) -> Deliveries:
        """End the sessions that were silent too long, and say so."""
        late = [s for s in line.sessions.values() if now_s - s.heard_s >= SESSION_LASTS_S]
        told: Deliveries = []
        for session in late:
            told += self._end(session)
            told.append((line, {"janus": "timeout", "session_id": session.id}))
        return told

    def part(self, line: Line) -> Deliveries:
        """The connection is gone, and with it every session that was made on it."""
        return [told for s in tuple(line.sessions.values()) for told in self._end(s)]

    def _end(self, session: Session) -> Iterator[tuple[Line, Message]]:
        del session.line.sessions[session.id]
        for seat in session.handles.values():
            yield from self._vacate(seat)

    def _vacate(self, seat: Seat) -> Iterator[tuple[Line, Message]]:
        yield from _news(self._plugins[seat.plugin].vacate(seat))
        peer, seat.peer = seat.peer, None
        if peer:
            peer.path.close("Close PC")

    def _connect(self, seat: Seat) -> Peer:
        """A PeerConnection for a seat; what befalls it is told on its line."""
        peer = Peer(self._port)
        peer.tell = functools.partial(_announce, seat)
        peer.opened = functools.partial(self._set_up, seat)
        peer.gone = functools.partial(self._lose, seat, peer)
        seat.peer = peer
        return peer

    def _set_up(self, seat: Seat) -> None:
        _spread(self._plugins[seat.plugin].set_up(seat))

    def _lose(self, seat: Seat, peer: Peer, why: str) -> None:
        """A PeerConnection has ended; nobody is told if the handle ended it."""
        if seat.peer is not peer:
            return
        seat.peer = None
        _spread(self._plugins[seat.plugin].hang_up(seat, peer))
        _announce(seat, {"janus": "hangup", "reason": why})


def _announce(seat: Seat, notice: Notice) -> None:
    line, head = seat.session.line, _event(seat, notice["janus"])
    line.tell({**head, "sender": seat.handle_id, **notice})


def _spread(told: Iterable[Said]) -> None:
    """Tell it at once, to whoever it is for."""
    for line, message in _news(told):
        line.tell(message)


def _news(told: Iterable[Said]) -> Iterator[tuple[Line, Message]]:
    for said in told:
        yield said.whom.session.line, {**_event(said.whom), **_from(said)}


_Act = Callable[[Janus, Session, Seat | None, Message], Iterator[tuple[Line, Message]]]
_VERBS: Mapping[str, _Act] = {
    "attach": Janus.attach,
    "message": Janus.message,
    "detach": Janus.detach,
    "destroy": Janus.destroy,
    "keepalive": Janus.acknowledge,
    "trickle": Janus.acknowledge,
    "claim": Janus.claim,
    "hangup": Janus.hang_up,
}
_NEEDS_HANDLE = frozenset({"message", "detach", "trickle", "hangup"})
_NEEDS_NO_HANDLE = frozenset({"attach", "destroy", "claim"})
_INFO: Message = {
    "name": "Janus WebRTC Server",
    "version": 1102,
    "version_string": "1.1.2",
    "author": "Meetecho s.r.l.",
    "accepting-new-sessions": True,
    "session-timeout": int(SESSION_LASTS_S),
    "server-name": "Twin City",
    "plugins": {
        PLUGIN: {"name": "JANUS VideoRoom plugin", "version": 9},
        EchoTest.name: {"name": "JANUS EchoTest plugin", "version": 7},
    },
}


def _act(verb: str, *, has_handle: bool) -> _Act:
    """What a verb does, if it may be said on this path."""
    if verb not in _VERBS:
        raise ApiError(453, f"Unknown request '{verb}'")
    if verb in (_NEEDS_NO_HANDLE if has_handle else _NEEDS_HANDLE):
        raise ApiError(457, f"Unhandled request '{verb}' at this path")
    return _VERBS[verb]


def _checked(request: Message) -> str:
    """The verb, once the fields that Janus looks at first are as it wants them."""
    _text(request, "transaction", is_anonymous=True)
    verb = _text(request, "janus", is_anonymous=True)
    if "id" in request and not _number(request, "id"):
        reason = "Invalid element type (id should be a positive integer)"
        raise ApiError(467, reason, is_anonymous=True)
    return verb


def _text(request: Message, name: str, *, is_anonymous: bool = False) -> str:
    value = request.get(name)
    if value is None:
        reason = f"Missing mandatory element ({name})"
        raise ApiError(456, reason, is_anonymous=is_anonymous)
    if not isinstance(value, str):
        reason = f"Invalid element type ({name} should be a string)"
        raise ApiError(467, reason, is_anonymous=is_anonymous)
    return value


def _number(request: Message, name: str) -> int:
    """A positive integer, or 0 for whatever else stands there."""
    value = request.get(name)
    return value if type(value) is int and value > 0 else 0


def _session(line: Line, session_id: int) -> Session:
    if not session_id:
        raise ApiError(458, "Session not found")
    if session_id not in line.sessions:
        raise ApiError(458, f"No such session {session_id}")
    return line.sessions[session_id]


def _new_id() -> int:
    return secrets.randbits(52) + 1  # Janus keeps its numbers exact in JavaScript


def _answer(request: Message, kind: str) -> Message:
    """The head of an answer: the session only if the caller named one."""
    session_id = _number(request, "session_id")
    session = {"session_id": session_id} if session_id else {}
    return {"janus": kind, **session, "transaction": request["transaction"]}


def _refused(request: Message, refusal: ApiError) -> Message:
    head = {"janus": "error"} if refusal.is_anonymous else _answer(request, "error")
    return {**head, "error": {"code": refusal.code, "reason": refusal.reason}}


def _event(seat: Seat, kind: str = "event") -> Message:
    """The head of news that nobody asked for."""
    return {"janus": kind, "session_id": seat.session.id}


def _from(said: Said) -> Message:
    plugin = {"plugin": said.whom.plugin, "data": said.data}
    jsep = {"jsep": said.jsep} if said.jsep else {}
    return {"sender": said.whom.handle_id, "plugindata": plugin, **jsep}


def _jsep(request: Message, seat: Seat) -> Jsep | None:
    """What the guest proposes, refused as Janus does before any plugin sees it."""
    given = request.get("jsep")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise ApiError(455, "Invalid jsep object")
    kind, text = (_jsep_text(given, name) for name in ("type", "sdp"))
    if kind not in {"offer", "answer"}:
        raise ApiError(464, f"JSEP error: unknown message type '{kind}'")
    try:
        guest = sdp.parse(text)
    except sdp.SdpError as problem:
        raise ApiError(465, str(problem)) from None
    if kind == "answer" and seat.peer is None:
        raise ApiError(469, "Unexpected ANSWER (did we offer?)")
    return Jsep(kind, guest)


def _jsep_text(given: Message, name: str) -> str:
    value = given.get(name)
    if value is None:
        raise ApiError(456, f"JSEP error: missing mandatory element ({name})")
    if not isinstance(value, str):
        raise ApiError(467, f"JSEP error: invalid element type ({name} should be a string)")
    return value
