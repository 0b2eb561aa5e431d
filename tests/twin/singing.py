"""How does a guest with aiortc, a stranger to the twin's media stack, sing and listen?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from websockets.asyncio.client import connect

from tests.twin.calling import PATIENCE_S, ROOM, Twin
from tests.twin.talking import Guest

ECHOTEST = "janus.plugin.echotest"
TICK_S = 0.02
LOUD = b"\xfc" + bytes(range(200, 240))  # an Opus packet of 20 ms, full band, by its TOC


class Song(MediaStreamTrack):
    """Sends a numbered payload every 20 ms, without encoding anything."""

    kind = "audio"

    def __init__(self, word: bytes = b"", every_s: float = 0.02) -> None:
        super().__init__()
        self.word, self.every_s, self.sung = word, every_s, 0
        self.sung_at_s: list[float] = []
        self._next_s = time.monotonic()

    async def recv(self) -> av.Packet:
        if self.readyState != "live":
            raise MediaStreamError
        self._next_s += self.every_s
        await asyncio.sleep(self._next_s - time.monotonic())
        packet = av.Packet(LOUD + self.word + self.sung.to_bytes(4, "big"))
        packet.pts = self.sung * round(48000 * self.every_s)
        packet.time_base = Fraction(1, 48000)
        self.sung += 1
        self.sung_at_s.append(time.monotonic())
        return packet


class Film(MediaStreamTrack):
    """Sends a numbered picture of three packets, ten times a second."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.shown = 0

    async def recv(self) -> av.Packet:
        await asyncio.sleep(0.1)
        packet = av.Packet(bytes([self.shown % 256]) * 3000)
        packet.pts = self.shown * 9000
        packet.time_base = Fraction(1, 90000)
        self.shown += 1
        return packet


@dataclass(eq=False)
class Ear:
    """Everything that one receiver got: when it came, and its packet."""

    receiver: RTCRtpReceiver
    heard: list[tuple[float, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take the packets before any decoder does."""
        self.receiver._handle_rtp_packet = self._take

    async def _take(self, packet: Any, arrival_time_ms: int) -> None:
        del arrival_time_ms
        self.heard.append((time.monotonic(), packet))

    @property
    def words(self) -> list[bytes]:
        """The payloads without what is the same in all."""
        return [p.payload.removeprefix(LOUD) for _, p in self.heard]

    @property
    def numbers(self) -> list[int]:
        """Which of the song's packets came, those of others left out."""
        return [int.from_bytes(word[-4:], "big") for word in self.words]


@dataclass(eq=False)
class Singer:
    """A guest with a PeerConnection."""

    guest: Guest
    pc: RTCPeerConnection = field(default_factory=RTCPeerConnection)
    news: list[dict[str, Any]] = field(default_factory=list)
    answers: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    _ears: list[Ear] = field(default_factory=list)

    async def read(self) -> None:
        """Sort what comes: answers to our requests, and news."""
        while True:
            message = await self.guest.hear_at_last()
            if "transaction" not in message:
                self.news.append(message)
            elif message["janus"] != "ack":
                self.answers.put_nowait(message)

    async def say(self, verb: str, **message: Any) -> None:
        """Send one message of the API from our handle, once there is one."""
        names = {"session_id": self.guest.session, "transaction": "t"}
        names |= {"handle_id": self.guest.handle} if verb != "attach" else {}
        await self.guest.say(janus=verb, **names, **message)

    async def ask(self, *, jsep: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
        """Ask the plugin; the whole event that answers."""
        proposal = {"jsep": jsep} if jsep else {}
        await self.say("message", body=body, **proposal)
        return await asyncio.wait_for(self.answers.get(), PATIENCE_S)

    async def attach(self, plugin: str) -> None:
        """Take a handle beside the first one."""
        await self.say("attach", plugin=plugin)
        answer = await asyncio.wait_for(self.answers.get(), PATIENCE_S)
        self.guest.handle = answer["data"]["id"]

    async def offer(self, *tracks: MediaStreamTrack, **body: Any) -> dict[str, Any]:
        """Offer these streams with a request; the plugin's event."""
        for track in tracks:
            self.pc.addTrack(track)
        await self.pc.setLocalDescription(await self.pc.createOffer())
        proposal = {"type": "offer", "sdp": self.pc.localDescription.sdp}
        event = await self.ask(jsep=proposal, **body)
        if "jsep" in event:
            await self.pc.setRemoteDescription(RTCSessionDescription(**event["jsep"]))
        return event

    async def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        """Take the offer that came with an event."""
        await self.pc.setRemoteDescription(RTCSessionDescription(**event["jsep"]))
        for transceiver in self.pc.getTransceivers():
            transceiver.direction = "recvonly"
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        self.ears()
        proposal = {"type": "answer", "sdp": self.pc.localDescription.sdp}
        return await self.ask(jsep=proposal, request="start")

    def ears(self) -> list[Ear]:
        """One for each stream that is received, in the order of the sections."""
        receivers = [t.receiver for t in self.pc.getTransceivers()]
        for receiver in receivers[len(self._ears) :]:
            self._ears.append(Ear(receiver))
        return self._ears

    async def publish(self, display: str, *tracks: MediaStreamTrack, **body: Any) -> int:
        """Join the room and sing in it; our number there."""
        join = {"request": "join", "ptype": "publisher", "room": ROOM, "display": display}
        joined = await self.ask(**join, **body)
        await self.offer(*tracks, request="publish")
        await until(lambda: self.told("webrtcup"))  # no sooner is it a feed, as with Janus
        return joined["plugindata"]["data"]["id"]

    async def listen(self, *feeds: int) -> list[Ear]:
        """Hear those feeds, all in this PeerConnection."""
        streams = [{"feed": feed} for feed in feeds]
        join = {"request": "join", "ptype": "subscriber", "room": ROOM}
        await self.answer(await self.ask(**join, streams=streams))
        return self.ears()

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The news of one kind."""
        return [message for message in self.news if message["janus"] == kind]


@asynccontextmanager
async def singer(city: Twin, unit: str, plugin: str) -> AsyncIterator[Singer]:
    """A guest at a unit's bridge, attached to a plugin."""
    name = f"{unit}.bridge.example"
    async with AsyncExitStack() as stack:
        socket = await stack.enter_async_context(
            connect(
                f"wss://{name}/janus",
                host=city.address(name),
                port=city.port(443),
                ssl=city.context(),
                subprotocols=["janus-protocol"],
                open_timeout=PATIENCE_S,
                close_timeout=0.2,
            )
        )
        guest = Guest(socket)
        guest.session = (await guest.ask(janus="create"))["data"]["id"]
        person = Singer(guest)
        reader = asyncio.create_task(person.read())
        stack.callback(reader.cancel)
        stack.push_async_callback(person.pc.close)
        await person.attach(plugin)
        yield person


async def until(happened: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait until something is true; the test then says what was missing."""
    for _ in range(round(patience_s / TICK_S)):
        if happened():
            return
        await asyncio.sleep(TICK_S)
