"""Can a participant join a room of the VideoRoom plugin, be heard there, and hear?

Requests and answers: Janus documentation, "VideoRoom plugin".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Account, Target
from rehearsal.net.door import Door
from rehearsal.net.janus.session import Handle, Message, Said, Session, begin, malformed
from rehearsal.net.media.peer import Ground, Peer
from rehearsal.net.secret import reveal
from rehearsal.net.trail import Stopped
from rehearsal.net.websocket import WebSocket

PLUGIN = "janus.plugin.videoroom"
UP_S = 2.0  # between our end of the path being open and the gateway's knowing that it is
MEDIA_MAX = 2  # sound and picture of each feed

Feed = int | str


@dataclass(slots=True)
class Participant:
    """One participant in one room; every request is timed and has its deadline."""

    session: Session
    times_s: dict[str, float]
    account: Account | None = None
    own_id: Feed | None = None
    _room: int | str = 0
    _private_id: object = None
    _handle: Handle | None = None

    @property
    def socket(self) -> WebSocket:
        """The WebSocket that all requests go through."""
        return self.session.socket

    @property
    def upgrade_s(self) -> float:
        """How long the WebSocket's opening took, in seconds."""
        return self.socket.upgrade_s

    @property
    def round_trip_s(self) -> float:
        """The signalling's round trip, by which media's time-outs grow."""
        return self.session.round_trip_s

    @property
    def said(self) -> Said:
        """What the gateway told of the media that we publish."""
        return self._joined().said

    async def enter(self, room: int | str, display: str) -> None:
        """Session, handle, join: Stopped on `signalling` with the reason if refused."""
        await self.session.create()
        self._handle = await self.session.attach(PLUGIN)
        async with self.session.timed("join"):
            body = {"request": "join", "ptype": "publisher", "room": room, "display": display}
            data = await self._handle.ask(body | _credentials(self.account, room))
            if data.get("videoroom") != "joined" or not isinstance(data.get("id"), int | str):
                raise malformed(f"no `joined` with an id: {repr(data)[:200]}")
        self._room, self.own_id, self._private_id = room, data["id"], data.get("private_id")

    async def listed(self, room: int | str) -> tuple[str, ...]:
        """The ids of everybody in the room, as the bridge lists them."""
        return tuple(await self.present(room))

    async def present(self, room: int | str) -> Mapping[str, bool]:
        """The ids of everybody in the room, and whether each publishes."""
        async with self.session.timed("list"):
            asked = {"request": "listparticipants", "room": room}
            data = await self._joined().ask(asked)
            people = data.get("participants")
            if not isinstance(people, list):
                raise malformed(f"no list of participants: {repr(data)[:200]}")
            told = (person for person in people if isinstance(person, dict))
            return {str(p.get("id")): p.get("publisher") is not False for p in told}

    async def publish(self, peer: Peer) -> None:
        """Give the room what the peer sends; returns once others may subscribe to it."""
        offer = await peer.offer(hears=False)
        async with self.session.timed("publish"):
            _, answer = await self._joined().negotiate({"request": "publish"}, "offer", offer)
        await peer.accept(answer)
        await peer.connect()
        await self.session.told_up(self.said, UP_S + peer.ground.patience_s)

    async def subscribe(self, feeds: Sequence[Feed], ground: Ground) -> Subscription:
        """Hear these feeds, all by one connection; returns once their packets may pass.

        Stopped with `no_such_feed` when one of them does not publish (any more).
        """
        handle = await self.session.attach(PLUGIN)
        try:
            return await self._subscribed(handle, feeds, ground)
        except Stopped:
            self.session.forget(handle.number)
            raise

    async def end(self, subscription: Subscription) -> None:
        """Hear these no more; what was heard stays known."""
        self.session.forget(subscription.handle.number)
        await subscription.peer.close()

    async def _subscribed(
        self, handle: Handle, feeds: Sequence[Feed], ground: Ground
    ) -> Subscription:
        async with self.session.timed("subscribe"):
            body: Message = {"request": "join", "ptype": "subscriber", "room": self._room}
            body["streams"] = [{"feed": feed} for feed in feeds]
            if self._private_id is not None:
                body["private_id"] = self._private_id
            data, offer = await handle.invited(body)
        peer = Peer(ground)
        try:
            answer = await peer.answer(offer, MEDIA_MAX * len(feeds))
            async with self.session.timed("start"):
                await handle.negotiate({"request": "start"}, "answer", answer)
            await peer.connect()
        except BaseException:
            await peer.close()
            raise
        return Subscription(handle, peer, _feeds(data, peer))

    async def leave(self) -> None:
        """Leave the room and end the session, so that nothing of us stays behind."""
        async with self.session.timed("leave"):
            await self._joined().ask({"request": "leave"})
        await self.session.destroy()

    async def stay(self, until: float) -> None:
        """Keep the session alive until that loop time; Stopped when it breaks off."""
        await self.session.stay(until)

    def abort(self) -> None:
        """Drop the connection without a word."""
        self.session.abort()

    def _joined(self) -> Handle:
        if self._handle is None:
            raise ValueError("the participant has not entered yet")
        return self._handle


@dataclass(frozen=True, slots=True)
class Subscription:
    """What we hear of others: `feeds` tells whose stream each SSRC is."""

    handle: Handle
    peer: Peer
    feeds: Mapping[int, Feed]

    @property
    def said(self) -> Said:
        """What the gateway told of this connection."""
        return self.handle.said

    def speakers(self) -> dict[Feed, frozenset[int]]:
        """Whose voice (a sender's number) was heard through which feed."""
        found = self.peer.ear.senders()
        return {feed: found[ssrc] for ssrc, feed in self.feeds.items() if ssrc in found}


async def arrive(door: Door, target: Target) -> Participant:
    """Open the bridge's WebSocket; the participant has not joined any room yet."""
    session = await begin(door, target.url)
    account = target.bridge.account if target.bridge else None
    return Participant(session, session.times_s, account)


def _credentials(account: Account | None, room: int | str) -> Message:
    """Who we are in the room, and its pin; its ids are numbers where its own name is one."""
    if account is None:
        return {}
    found: Message = {"pin": reveal(account.secret)} if account.secret else {}
    if isinstance(room, str):
        return {**found, "id": account.user}
    return {**found, "id": int(account.user)} if account.user.isdecimal() else found


def _feeds(data: Message, peer: Peer) -> dict[int, Feed]:
    """Whose feed each SSRC of the gateway's offer is, by the `mid` that links the two."""
    streams = data.get("streams")
    by_mid = {
        str(stream.get("mid")): stream["feed_id"]
        for stream in (streams if isinstance(streams, list) else [])
        if isinstance(stream, dict) and isinstance(stream.get("feed_id"), int | str)
    }
    sources = peer.admitted.sources if peer.admitted else {}
    return {ssrc: by_mid[mid] for ssrc, mid in sources.items() if mid in by_mid}
