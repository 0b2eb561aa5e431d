"""Who is in the room, are we, and for how long? (XEP-0045)"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from rehearsal.model import Bridge, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.trail import Stopped, stop
from rehearsal.net.websocket import connect
from rehearsal.net.xmpp.stanza import Element, malformed, plain, written
from rehearsal.net.xmpp.stream import CLIENT, NOISE, PING, Refused, Stream, refusal

SUBPROTOCOL = "xmpp"
MUC = "http://jabber.org/protocol/muc"
MUC_USER = f"{MUC}#user"
MUC_OWNER = f"{MUC}#owner"
FORM = "jabber:x:data"
DISCO = "http://jabber.org/protocol/disco#info"
PING_S = 1.0  # how soon a silent server is asked whether it is still there
SUFFIX_BYTES = 3
UNLOCK_S, UNLOCK_TRIES = 0.3, 5  # how often, and after what pause, a locked room is tried
# XEP-0045 15.6: the codes in a presence of our own.
_SELF, _CREATED = "110", "201"
_REMOVED = {
    "301": "banned",
    "307": "kicked",
    "321": "affiliation changed",
    "322": "members only now",
    "333": "technical removal",
}
_SHUTDOWN = "332"
_JOIN_KINDS = {
    "conflict": "account_in_use",
    "forbidden": "join_denied",
    "item-not-found": "no_such_room",
    "jid-malformed": "no_such_room",
    "not-allowed": "join_denied",
    "not-authorized": "join_denied",
    "registration-required": "join_denied",
    "remote-server-not-found": "no_such_room",
    "resource-constraint": "room_full",
    "service-unavailable": "room_full",
}
# Servers say so both of a room that lets nobody in and of one that nobody may create.
_EITHER = ("forbidden", "not-allowed", "service-unavailable")


@dataclass(slots=True)
class Occupant:
    """One participant in one room; every request is timed and has its deadline.

    `present` holds the nicknames of everybody in the room, as its presences tell them.
    """

    stream: Stream
    suffix: str = ""
    room: str = ""
    own_id: str | None = None
    has_created: bool = False
    present: set[str] = field(default_factory=set)

    @property
    def times_s(self) -> dict[str, float]:
        """How long each request took, by its name."""
        return self.stream.times_s

    @property
    def upgrade_s(self) -> float:
        """How long the WebSocket's opening took, in seconds."""
        return self.stream.socket.upgrade_s

    async def enter(self, room: int | str, display: str) -> None:
        """Join the room, and open it if it is new; Stopped with the reason if refused."""
        self.room = self._address(room)
        async with self.stream.timed("join"):
            try:
                self.own_id = await self._wait_and_join(f"{display}{self.suffix}")
            except Refused as told:
                raise await self._denied(told) from told
            self.stream.is_in_meeting = True
            if self.has_created:
                await self._unlock()

    async def listed(self, room: int | str) -> tuple[str, ...]:
        """The nicknames of everybody in the room, ours among them."""
        del room
        async with self.stream.timed("list"):
            # Stanzas keep their order (RFC 6120 10.1): before its answer came all news.
            await self._present()
            return tuple(sorted(self.present))

    async def stay(self, until: float) -> None:
        """Remain until that loop time; Stopped when we are put out or all falls silent."""
        loop = asyncio.get_running_loop()
        self.stream.heard_s = loop.time()
        while (now := loop.time()) < until:
            silent_s = now - self.stream.heard_s
            if silent_s > self.stream.deadline_s:
                told = f"nothing heard for {silent_s:.1f} s, pings unanswered"
                raise stop(Step.SIGNALLING, "signalling_timeout", told)
            try:
                async with asyncio.timeout_at(min(until, now + PING_S)):
                    await self._listen()
            except TimeoutError:
                self.stream.demand(self._self, written("ping", {"xmlns": PING}))

    async def leave(self) -> None:
        """Leave the room and end the stream, so that nothing of us stays behind."""
        async with self.stream.timed("leave"):
            self._appear("unavailable")
            await self._until_gone()
        self.stream.is_in_meeting = False
        await self.stream.close()
        self.abort()

    def abort(self) -> None:
        """Drop the connection without a word."""
        self.stream.socket.opened.stream.abort()

    @property
    def _self(self) -> str:
        return f"{self.room}/{self.own_id}"

    def _address(self, room: int | str) -> str:
        """A bare name lies at `conference.` of our domain, as in Jitsi's own set-up."""
        told = str(room) if "@" in str(room) else f"{room}@conference.{self.stream.domain}"
        return told.lower()  # servers compare it so (RFC 7622 3.3)

    def _appear(self, kind: str, nick: str | None = None, *content: str) -> None:
        to = f"{self.room}/{nick or self.own_id}"
        about = {"xmlns": CLIENT, "to": to, "type": kind}
        self.stream.send(written("presence", about, *content))

    async def _wait_and_join(self, nick: str) -> str:
        """Join; a room that another participant opens this moment is waited for.

        A new room stays locked until its first occupant has set it up, and a locked room
        is one that is not found (XEP-0045 10.1.1).
        """
        for _ in range(UNLOCK_TRIES):
            try:
                return await self._join(nick)
            except Refused as told:
                if told.condition != "item-not-found":
                    raise
            await asyncio.sleep(UNLOCK_S)
        return await self._join(nick)

    async def _join(self, nick: str) -> str:
        """Enter under that nickname; gives the one that the room let us have."""
        history = written("history", {"maxstanzas": "0"})
        self._appear("", nick, written("x", {"xmlns": MUC}, history))
        for _ in range(NOISE):
            found = await self.stream.receive()
            if not self._is_of_room(found):
                continue
            if found.get("type") == "error":
                raise refusal(found)
            codes = self._heed(found)
            if _SELF in codes and found.get("type") != "unavailable":
                self.has_created = _CREATED in codes
                return _nick(found)
        raise malformed(f"{NOISE} stanzas without our own presence")

    def _is_of_room(self, found: Element) -> bool:
        sender = found.get("from").partition("/")[0]
        return found.is_a(CLIENT, "presence") and sender.lower() == self.room

    def _heed(self, presence: Element) -> set[str]:
        """Keep the list of those present; gives the presence's status codes."""
        nick = _nick(presence)  # empty where the room speaks of itself
        if presence.get("type") == "unavailable":
            self.present.discard(nick)
        elif nick and not presence.get("type"):
            self.present.add(nick)
        about = presence.first(MUC_USER, "x")
        return {told.get("code") for told in about.all(MUC_USER, "status")} if about else set()

    async def _denied(self, told: Refused) -> Stopped:
        """Why we were not let in; where that is ambiguous, the room is looked for."""
        kind = _JOIN_KINDS.get(told.condition, "signalling_error")
        if told.condition in _EITHER and not await self._exists():
            kind = "no_such_room"
        return stop(Step.SIGNALLING, kind, f"{self.room}: {told}"[:300])

    async def _exists(self) -> bool:
        """Whether the room tells of itself, as it does to whom it does not let in."""
        try:
            await self.stream.ask(self.room, written("query", {"xmlns": DISCO}))
        except Refused:
            return False
        return True

    async def _unlock(self) -> None:
        """Let the others into a room that did not exist; it goes when the last one goes.

        Without the request for that, some servers keep every room for ever.
        """
        fields = {"FORM_TYPE": f"{MUC}#roomconfig", "muc#roomconfig_persistentroom": "0"}
        form = [
            written("field", {"var": name}, written("value", {}, plain(value)))
            for name, value in fields.items()
        ]
        submitted = written("x", {"xmlns": FORM, "type": "submit"}, *form)
        query = written("query", {"xmlns": MUC_OWNER}, submitted)
        try:
            await self.stream.ask(self.room, query, setting=True)
        except Refused as told:
            problem = f"the room that we opened could not be set up: {told}"
            raise stop(Step.SIGNALLING, "signalling_error", problem) from told

    async def _present(self) -> None:
        """Ask whether we are still in the room (XEP-0410), and heed what came before."""
        own = self.stream.demand(self._self, written("ping", {"xmlns": PING}))
        for _ in range(NOISE):
            found = await self._attend()
            if found.is_a(CLIENT, "iq") and found.get("id") == own:
                return
        raise malformed(f"{NOISE} stanzas without an answer from the room")

    async def _listen(self) -> None:
        """Read what the room says by itself, until it puts us out."""
        while True:
            await self._attend()

    async def _attend(self) -> Element:
        """The next stanza, heeded; Stopped if it says that we are out of the room."""
        found = await self.stream.receive()
        if found.is_a(CLIENT, "iq") and found.get("type") == "error":
            self._doubt(found)
        elif self._is_of_room(found):
            codes = self._heed(found)
            if found.get("type") == "unavailable" and _nick(found) == self.own_id:
                raise _put_out(found, codes)
        return found

    def _doubt(self, answer: Element) -> None:
        """What the refusal of a ping to ourselves means (XEP-0410 3.2)."""
        told = refusal(answer)
        if told.condition in ("not-acceptable", "item-not-found"):
            raise stop(Step.SIGNALLING, "session_ended", f"no longer in the room: {told}")

    async def _until_gone(self) -> None:
        for _ in range(NOISE):
            found = await self.stream.receive()
            if not self._is_of_room(found) or _nick(found) != self.own_id:
                continue
            self._heed(found)
            if found.get("type") == "unavailable":
                return
        raise malformed(f"{NOISE} stanzas without our own leaving")


def _nick(presence: Element) -> str:
    return presence.get("from").partition("/")[2]


def _put_out(presence: Element, codes: set[str]) -> Stopped:
    """Why the room says that we have left it (XEP-0045 8.2, 9.1, 10.9)."""
    about = presence.first(MUC_USER, "x")
    if _SHUTDOWN in codes or (about and about.first(MUC_USER, "destroy")):
        return stop(Step.SIGNALLING, "room_closed", "the room was closed for all")
    why = ", ".join(_REMOVED[code] for code in sorted(codes & _REMOVED.keys()))
    return stop(Step.SIGNALLING, "removed_from_room", why or "without a reason")


async def arrive(door: Door, target: Target) -> Occupant:
    """Open the bridge's WebSocket and sign on; the room has not been joined yet.

    An account's sessions share one resource, so that the server itself ends the older of
    two units that use the same account, and the ghost of a session that was cut off.
    """
    known = target.bridge or Bridge()
    socket = await connect(door, target.url, SUBPROTOCOL)
    domain = known.domain or socket.opened.place.host
    stream = Stream(socket, domain, door.deadlines.signalling_s)
    try:
        await stream.sign_on(known.account, door.marker)
    except BaseException:
        socket.opened.stream.abort()
        raise
    # Whom the server does not know it cannot replace: a ghost keeps its nickname.
    suffix = "" if known.account else f"-{secrets.token_hex(SUFFIX_BYTES)}"
    return Occupant(stream, suffix)
