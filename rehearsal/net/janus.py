"""Can a participant join a meeting at a Janus gateway, by its WebSocket API?

The API: session, plugin handle, VideoRoom requests; a request to a plugin is answered by
`ack` and then `event` (Janus documentation, "WebSockets Interface" and "VideoRoom").
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.trail import Stopped, step, stop
from rehearsal.net.websocket import WebSocket, connect

SUBPROTOCOL = "janus-protocol"
PLUGIN = "janus.plugin.videoroom"
KEEPALIVE_S = 25.0  # Janus drops a session after 60 s of silence
NOISE = 4096  # unrelated events while an answer is awaited: 116 joins tell each of 115
# Error codes of the VideoRoom plugin (janus_videoroom.c).
# 429 is "missing element": the one element that we leave out is the room's pin.
_JOIN_KINDS = {426: "no_such_room", 429: "join_denied", 432: "room_full", 433: "join_denied"}

Message = dict[str, Any]


@dataclass(slots=True)
class Participant:
    """One participant in one room; every request is timed and has its deadline."""

    socket: WebSocket
    deadline_s: float
    session_id: int = 0
    handle_id: int = 0
    own_id: int | str | None = None
    times_s: dict[str, float] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=itertools.count)

    async def enter(self, room: int, display: str) -> None:
        """Session, handle, join: Stopped on `signalling` with the reason if refused."""
        async with self._step("create"):
            reply = await self._ask({"janus": "create"})
            self.session_id = _number(reply.get("data"), "id")
        async with self._step("attach"):
            reply = await self._ask({"janus": "attach", "plugin": PLUGIN})
            self.handle_id = _number(reply.get("data"), "id")
        async with self._step("join"):
            body = {"request": "join", "ptype": "publisher", "room": room}
            data = await self._ask_plugin({**body, "display": display})
            if data.get("videoroom") != "joined" or "id" not in data:
                raise _malformed(f"no `joined` with an id: {_shown(data)}")
            self.own_id = data["id"]

    async def listed(self, room: int) -> tuple[str, ...]:
        """The ids of everybody in the room, as the bridge lists them."""
        async with self._step("list"):
            data = await self._ask_plugin({"request": "listparticipants", "room": room})
            people = data.get("participants")
            if not isinstance(people, list):
                raise _malformed(f"no list of participants: {_shown(data)}")
            return tuple(str(p.get("id")) for p in people if isinstance(p, dict))

    async def leave(self) -> None:
        """Leave the room and end the session, so that nothing of us stays behind."""
        async with self._step("leave"):
            await self._ask_plugin({"request": "leave"})
        async with self._step("destroy"):
            await self._ask({"janus": "destroy"})

    async def stay(self, until: float) -> None:
        """Keep the session alive until that loop time; Stopped when it breaks off."""
        loop = asyncio.get_running_loop()
        while (left_s := until - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left_s, KEEPALIVE_S)):
                    await self._listen()
            except TimeoutError:
                self._send({"janus": "keepalive"})

    async def _listen(self) -> None:
        """Read what the bridge says by itself, until it ends our session."""
        while True:
            heard = _parsed(await self.socket.receive())
            if heard.get("janus") in ("timeout", "hangup_session", "detached"):
                raise stop(Step.SIGNALLING, "session_ended", _shown(heard))

    @asynccontextmanager
    async def _step(self, request: str) -> AsyncIterator[None]:
        """One request under its deadline, its duration kept by its name."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        async with step(Step.SIGNALLING, self.deadline_s, "signalling_timeout") as rung:
            rung.note(request=request)
            yield
        self.times_s[request] = loop.time() - began_s

    def _send(self, message: Message) -> str:
        transaction = f"r{next(self._ids)}"
        message = {**message, "transaction": transaction}
        if self.session_id:
            message["session_id"] = self.session_id
        if self.handle_id and message["janus"] == "message":
            message["handle_id"] = self.handle_id
        self.socket.send(json.dumps(message))
        return transaction

    async def _ask_plugin(self, body: Message) -> Message:
        reply = await self._ask({"janus": "message", "body": body})
        plugin = reply.get("plugindata")
        data = plugin.get("data") if isinstance(plugin, dict) else None
        if not isinstance(data, dict):
            raise _malformed(f"no plugin data: {_shown(reply)}")
        if "error_code" in data:
            raise _refused(data["error_code"], data.get("error"), body["request"])
        return data

    async def _ask(self, message: Message) -> Message:
        """Send a request and wait for its own answer; an `ack` only announces it."""
        transaction = self._send(message)
        for _ in range(NOISE):
            reply = _parsed(await self.socket.receive())
            if reply.get("transaction") != transaction or reply.get("janus") == "ack":
                continue
            if reply.get("janus") == "error":
                error = reply.get("error")
                found = error if isinstance(error, dict) else {}
                raise _refused(found.get("code"), found.get("reason"), message["janus"])
            return reply
        raise _malformed(f"{NOISE} messages without the answer to {message['janus']}")


async def arrive(door: Door, url: str) -> Participant:
    """Open the bridge's WebSocket; the participant has not joined any room yet."""
    socket = await connect(door, url, SUBPROTOCOL)
    return Participant(socket, door.deadlines.signalling_s)


def _parsed(text: str) -> Message:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _malformed(f"{type(problem).__name__} in {text[:120]!r}") from None
    if not isinstance(found, dict) or not isinstance(found.get("janus"), str):
        raise _malformed(f"no Janus message: {text[:120]!r}")
    return found


def _number(data: object, key: str) -> int:
    found = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise _malformed(f"no number {key!r} in {_shown(data)}")
    return found


def _refused(code: object, reason: object, request: str) -> Stopped:
    known = code if isinstance(code, int) else 0
    kind = _JOIN_KINDS.get(known, "signalling_error")
    return stop(Step.SIGNALLING, kind, f"{request}: {code} {reason}"[:300])


def _malformed(detail: str) -> Stopped:
    return stop(Step.SIGNALLING, "malformed_message", detail)


def _shown(found: object) -> str:
    return repr(found)[:200]
