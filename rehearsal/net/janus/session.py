"""What does a Janus gateway answer to our requests, and what does it tell by itself?

The API: session, plugin handle, requests to the plugin; these are answered by `ack` and
then `event` (Janus documentation, "WebSockets Interface").
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.trail import Stopped, step, stop
from rehearsal.net.websocket import WebSocket, connect

SUBPROTOCOL = "janus-protocol"
KEEPALIVE_S = 25.0  # Janus drops a session after 60 s of silence
NOISE = 4096  # unrelated events while an answer is awaited: 116 joins tell each of 115
HANDLES_MAX = 300  # everybody of the largest meeting came back once, each by a connection
_ENDED = ("timeout", "hangup_session", "detached")
# Error codes of janus.h and of the VideoRoom plugin (janus_videoroom.c).
# 429 is "missing element": the one element that we leave out is the room's pin.
_KINDS = {
    426: "no_such_room",
    428: "no_such_feed",
    429: "join_denied",
    432: "room_full",
    433: "join_denied",
    436: "account_in_use",
    460: "plugin_missing",
}

Message = dict[str, Any]


@dataclass(slots=True)
class Said:
    """What the gateway told of one handle's media by itself.

    `receiving` says of audio and video whether the gateway gets any of ours.
    """

    receiving: dict[str, bool] = field(default_factory=dict)
    is_up: bool = False
    slow_up: int = 0
    slow_down: int = 0
    hung_up: str | None = None

    @property
    def receives_sound(self) -> bool:
        """Whether the gateway said that our sound arrives."""
        return self.receiving.get("audio", False)


@dataclass(slots=True)
class Session:
    """One session on one WebSocket; every request is timed and has its deadline."""

    socket: WebSocket
    deadline_s: float
    times_s: dict[str, float] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    _id: int = 0
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def round_trip_s(self) -> float:
        """How long the quickest request took: the line, and little else."""
        return min(self.times_s.values(), default=0.0)

    async def create(self) -> None:
        """Begin the session."""
        async with self.timed("create"):
            reply = await self._ask({"janus": "create"})
            self._id = _number(reply.get("data"), "id")

    async def attach(self, plugin: str) -> Handle:
        """A new handle on a plugin."""
        if len(self.said) >= HANDLES_MAX:
            raise ValueError(f"over {HANDLES_MAX} handles in one session")
        async with self.timed("attach"):
            reply = await self._ask({"janus": "attach", "plugin": plugin})
            number = _number(reply.get("data"), "id")
        self.said[number] = Said()
        return Handle(self, number)

    def forget(self, handle: int) -> None:
        """Give a handle back, if anybody is there to take it; nobody waits for the answer."""
        self.said.pop(handle, None)
        with suppress(Stopped):
            self._send({"janus": "detach", "handle_id": handle})

    async def destroy(self) -> None:
        """End the session and all its handles."""
        async with self.timed("destroy"):
            await self._ask({"janus": "destroy"})

    async def stay(self, until: float) -> None:
        """Keep the session alive until that loop time; Stopped when it breaks off."""
        loop = asyncio.get_running_loop()
        while (left_s := until - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left_s, KEEPALIVE_S)):
                    while True:
                        await self._listen()
            except TimeoutError:
                self._send({"janus": "keepalive"})

    async def told_up(self, said: Said, within_s: float) -> None:
        """Wait until the gateway calls that handle's media up; some never do."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not said.is_up:
                    await self._listen()

    def abort(self) -> None:
        """Drop the connection without a word."""
        self.socket.opened.stream.abort()

    @asynccontextmanager
    async def timed(self, request: str) -> AsyncIterator[None]:
        """One request under its deadline, its duration kept by its name."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        async with step(Step.SIGNALLING, self.deadline_s, "signalling_timeout") as rung:
            rung.note(request=request)
            yield
        self.times_s[request] = loop.time() - began_s

    async def ask_plugin(self, handle: int, message: Message) -> Message:
        """Send a request to a plugin and wait for its answer; gives the whole event."""
        reply = await self._ask({"janus": "message", "handle_id": handle, **message})
        data = _data(reply)
        if "error_code" in data:
            request = message["body"].get("request", "configure")
            raise _refused(data["error_code"], data.get("error"), request)
        return reply

    async def _listen(self) -> None:
        """Read what the gateway says by itself; Stopped when it ends our session."""
        heard = _parsed(await self.socket.receive())
        self._heed(heard)
        if heard["janus"] in _ENDED and not self._is_given_back(heard):
            raise stop(Step.SIGNALLING, "session_ended", _shown(heard))

    def _is_given_back(self, heard: Message) -> bool:
        """Whether the gateway only says that a handle is gone which we gave back."""
        return heard["janus"] == "detached" and heard.get("sender") not in {*self.said, None}

    def _heed(self, heard: Message) -> None:
        said = self.said.get(heard["sender"]) if isinstance(heard.get("sender"), int) else None
        if said is None:
            return
        match heard["janus"]:
            case "webrtcup":
                said.is_up = True
            case "media" if heard.get("type") in ("audio", "video"):
                said.receiving[heard["type"]] = heard.get("receiving") is True
            case "slowlink":
                # Janus: `uplink` is true when it is the gateway that misses packets of ours.
                said.slow_up += heard.get("uplink") is True
                said.slow_down += heard.get("uplink") is False
            case "hangup":
                said.hung_up = str(heard.get("reason"))[:120]

    def _send(self, message: Message) -> str:
        transaction = f"r{next(self._numbers)}"
        message = {**message, "transaction": transaction}
        if self._id:
            message["session_id"] = self._id
        self.socket.send(json.dumps(message))
        return transaction

    async def _ask(self, message: Message) -> Message:
        """Send a request and wait for its own answer; an `ack` only announces it."""
        transaction = self._send(message)
        for _ in range(NOISE):
            reply = _parsed(await self.socket.receive())
            if reply.get("transaction") != transaction:
                self._heed(reply)
                continue
            if reply["janus"] == "error":
                error = reply.get("error")
                found = error if isinstance(error, dict) else {}
                raise _refused(found.get("code"), found.get("reason"), message["janus"])
            if reply["janus"] != "ack":
                return reply
        raise malformed(f"{NOISE} messages without the answer to {message['janus']}")


@dataclass(frozen=True, slots=True)
class Handle:
    """Our handle on one plugin."""

    session: Session
    number: int

    @property
    def said(self) -> Said:
        """What the gateway told of this handle's media."""
        return self.session.said[self.number]

    async def ask(self, body: Message) -> Message:
        """A request; gives the plugin's data."""
        return _data(await self.session.ask_plugin(self.number, {"body": body}))

    async def negotiate(self, body: Message, kind: str, sdp: str) -> tuple[Message, object]:
        """A request with our description; gives the plugin's data and its own description."""
        message = {"body": body, "jsep": {"type": kind, "sdp": sdp}}
        reply = await self.session.ask_plugin(self.number, message)
        return _data(reply), described(reply)

    async def invited(self, body: Message) -> tuple[Message, object]:
        """A request that the plugin answers with a description of its own."""
        reply = await self.session.ask_plugin(self.number, {"body": body})
        return _data(reply), described(reply)


async def begin(door: Door, url: str) -> Session:
    """Open the gateway's WebSocket; there is no session yet."""
    socket = await connect(door, url, SUBPROTOCOL)
    return Session(socket, door.deadlines.signalling_s, {"upgrade": socket.upgrade_s})


def described(reply: Message) -> object:
    """The session description in an answer; whoever reads it doubts it."""
    jsep = reply.get("jsep")
    return jsep.get("sdp") if isinstance(jsep, dict) else None


def malformed(detail: str) -> Stopped:
    """The end of an attempt at an answer that is none."""
    return stop(Step.SIGNALLING, "malformed_message", detail)


def _data(reply: Message) -> Message:
    plugin = reply.get("plugindata")
    data = plugin.get("data") if isinstance(plugin, dict) else None
    if not isinstance(data, dict):
        raise malformed(f"no plugin data: {_shown(reply)}")
    return data


def _parsed(text: str) -> Message:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise malformed(f"{type(problem).__name__} in {text[:120]!r}") from None
    if not isinstance(found, dict) or not isinstance(found.get("janus"), str):
        raise malformed(f"no Janus message: {text[:120]!r}")
    return found


def _number(data: object, key: str) -> int:
    found = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise malformed(f"no number {key!r} in {_shown(data)}")
    return found


def _refused(code: object, reason: object, request: str) -> Stopped:
    known = code if isinstance(code, int) else 0
    kind = _KINDS.get(known, "signalling_error")
    return stop(Step.SIGNALLING, kind, f"{request}: {code} {reason}"[:300])


def _shown(found: object) -> str:
    return repr(found)[:200]
