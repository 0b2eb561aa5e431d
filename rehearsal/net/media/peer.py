"""How does one participant send and receive media, and on which step does that stop?"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability, RTCRtpSendParameters

from rehearsal.model import Step, Target
from rehearsal.net.door import Door
from rehearsal.net.media import rtp, sdp, seam
from rehearsal.net.media.ear import Ear
from rehearsal.net.media.relay import Way
from rehearsal.net.media.uplink import Uplink
from rehearsal.net.media.voice import Source
from rehearsal.net.trail import set_off_late, step, stop

ROUND_TRIPS = 8  # what joining takes on a line without loss, measured from 40 to 300 ms
REPORT_S = 1.0
CLOSE_S = 2.0  # a relay that does not answer any more is left to its own time-out
_LOUDNESS = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_CODECS = {"audio": "audio/opus", "video": "video/VP8"}
# What aiortc raises on descriptions that no honest bridge sends.
_NONSENSE = (
    *(ValueError, LookupError, AttributeError, TypeError, AssertionError),
    *(InvalidAccessError, InvalidStateError),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a peer stands: our addresses that lead to the bridge, and whom it may address.

    `round_trip_s` is the signalling's: every time-out grows with it.
    """

    addresses: tuple[str, ...]
    allowed: frozenset[str]
    round_trip_s: float
    ice_s: float
    dtls_s: float
    way: Way | None = None

    @property
    def patience_s(self) -> float:
        """What the line's length adds to a step."""
        return ROUND_TRIPS * self.round_trip_s


async def ground(door: Door, target: Target, round_trip_s: float, way: Way | None) -> Ground:
    """Only the bridge's own addresses, those in the inventory and the relay's are allowed."""
    host = door.place(target.url).host
    found = await door.resolver.addresses(host, door.deadlines.resolve_s)
    relay = {way.address} if way else set()
    return Ground(
        addresses=_local_addresses((way.address,) if way else found),
        allowed=frozenset(found) | door.hosts | relay,
        round_trip_s=round_trip_s,
        ice_s=door.deadlines.ice_s,
        dtls_s=door.deadlines.dtls_s,
        way=way,
    )


@dataclass(slots=True)
class Sent:
    """One stream of ours on the wire: its numbers, and what the bridge says of it."""

    source: Source
    ssrc: int
    payload_type: int
    loudness_id: int | None
    first: int = field(default_factory=lambda: random.randrange(1 << 15))  # noqa: S311 - RFC 3550 5.1
    timestamp: int = 0
    octets: int = 0
    late_s: float = 0.0
    begun: int = field(init=False)
    uplink: Uplink = field(init=False)

    def __post_init__(self) -> None:
        """The bridge reports by our first number; the source may have spoken elsewhere."""
        self.begun = self.source.sent
        clock_hz = round(self.source.ticks / self.source.period_s)
        self.uplink = Uplink(self.first, clock_hz)

    @property
    def packets(self) -> int:
        """How many have left."""
        return self.source.sent - self.begun

    def packet(self, now_ns: int) -> bytes:
        """The next packet."""
        number, level = self.first + self.packets, self.source.loudness
        self.timestamp += self.source.ticks
        payload = self.source.next(now_ns)
        self.octets += len(payload)
        packet = rtp.Packet(self.payload_type, number, self.timestamp, self.ssrc, payload)
        if self.loudness_id is None or level is None:
            return rtp.build(packet)
        return rtp.build(packet, loudness=(self.loudness_id, level))

    def report(self, now_ns: int) -> bytes:
        """Our sender report, by which the bridge's answer tells the round trip."""
        return rtp.sender_report(self.ssrc, now_ns, self.timestamp, self.packets, self.octets)


class Peer:
    """One connection for media, which counts packets and neither encodes nor decodes.

    Negotiate with `offer` and `accept`, or with `answer`; then `connect`. Whatever ends it
    early is `Stopped`. `ear` holds what arrives, `sent` what leaves.
    """

    def __init__(self, ground: Ground, sources: Sequence[Source] = ()) -> None:
        self.ground = ground
        self.ear = Ear(time.monotonic_ns())
        self.sent: list[Sent] = []
        self.admitted: sdp.Admitted | None = None
        self._sources = list(sources)
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._connection = _connection(ground.way)
        self._connecting = seam.connecting(self._connection)
        self._connection.on("connectionstatechange", self._changed.set)
        self._connection.on("iceconnectionstatechange", self._changed.set)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def offer(self, *, hears: bool = True) -> str:
        """Describe what we would send, and whether we would hear the same kinds back."""
        for source in self._sources:
            await asyncio.to_thread(source.prepare)
            direction = "sendrecv" if hears else "sendonly"
            transceiver = self._connection.addTransceiver(source.kind, direction)
            transceiver.setCodecPreferences(_codecs(source.kind))
        self._prepare()
        await self._connection.setLocalDescription()
        return self._described()

    async def accept(self, answer: object) -> None:
        """Take the bridge's answer to our offer."""
        admitted = sdp.admit(answer, self.ground.allowed, len(self._sources))
        await self._follow(admitted, "answer")

    async def answer(self, offer: object, sections_max: int) -> str:
        """Take the bridge's offer of at most so many media; gives our answer."""
        admitted = sdp.admit(offer, self.ground.allowed, sections_max)
        await self._follow(admitted, "offer")
        self._prepare()
        await self._connection.setLocalDescription()
        return self._described()

    async def connect(self) -> None:
        """Wait until packets may pass; Stopped on `ice` or `dtls` when none may."""
        deadline_s = self.ground.ice_s + self.ground.patience_s
        async with step(Step.ICE, deadline_s, "ice_failed") as rung:
            rung.note(**self._facts())
            await self._until(lambda: self._connection.iceConnectionState, "completed")
        deadline_s = self.ground.dtls_s + self.ground.patience_s
        async with step(Step.DTLS, deadline_s, "dtls_failed"):
            await self._until(lambda: self._connection.connectionState, "connected")
        self._begin(self._report())

    async def close(self) -> None:
        """End it, so that no task and no socket of ours is left."""
        tasks = [*self._tasks, *self._connecting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._connection.close()
        except TimeoutError:
            pass
        await asyncio.sleep(0)

    def _prepare(self) -> None:
        if self.ground.way is None:
            seam.speak_only_from(self._connection, self.ground.addresses)
        seam.take_over(
            self._connection, rtp=self._take_rtp, rtcp=self._take_rtcp, begin=self._speak
        )

    def _described(self) -> str:
        local = self._connection.localDescription.sdp
        if "a=candidate:" in local:
            return local
        if self.ground.way is None:
            raise stop(Step.OBSERVE, "observer_offline", "we have no address on the way there")
        raise stop(Step.ICE, "turn_unreachable", "the relay gave us no address")

    async def _follow(self, admitted: sdp.Admitted, kind: str) -> None:
        self.admitted = admitted
        try:
            described = RTCSessionDescription(admitted.sdp, kind)
            await self._connection.setRemoteDescription(described)
        except OperationError as problem:
            raise stop(Step.SIGNALLING, "no_codec_in_common", problem) from problem
        except _NONSENSE as problem:
            told = f"{type(problem).__name__}: {problem}"[:200]
            raise stop(Step.SIGNALLING, "malformed_message", told) from problem

    def _facts(self) -> dict[str, object]:
        found = self.admitted
        return {
            "via": self.ground.way.name if self.ground.way else "direct",
            "from": list(self.ground.addresses),
            "candidates": list(found.candidates) if found else [],
            "refused": list(found.refused) if found else [],
        }

    async def _until(self, state: Callable[[], str], wanted: str) -> None:
        while state() != wanted:
            if self._connection.connectionState == "failed":
                is_open = self._connection.iceConnectionState == "completed"
                where, kind = (
                    (Step.DTLS, "dtls_failed") if is_open else (Step.ICE, "ice_failed")
                )
                raise stop(where, kind, "the handshake was refused or broke off")
            self._changed.clear()
            await self._changed.wait()

    def _speak(self, kind: str, parameters: RTCRtpSendParameters) -> None:
        """Called once the path is open, for each of our streams that the bridge takes."""
        source = next((s for s in self._sources if s.kind == kind), None)
        if source is None or any(sent.source is source for sent in self.sent):
            return
        numbers = {extension.uri: extension.id for extension in parameters.headerExtensions}
        payload_type = parameters.codecs[0].payloadType
        ssrc = parameters.rtcp.ssrc or 0
        sent = Sent(source, ssrc, payload_type or 0, numbers.get(_LOUDNESS))
        self.sent.append(sent)
        self._begin(self._send(sent))

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def _send(self, sent: Sent) -> None:
        """Each packet at its own moment; how late we are is noted, never made up in a rush."""
        due_s = time.monotonic()
        while await self._passed(sent.packet(time.monotonic_ns())):
            due_s += sent.source.period_s
            await asyncio.sleep(due_s - time.monotonic())
            late_s = time.monotonic() - due_s
            sent.late_s = max(sent.late_s, late_s)
            set_off_late(late_s)
            if late_s > sent.source.period_s:
                due_s += late_s

    async def _report(self) -> None:
        """Sender reports for the round trip, receiver reports as every participant's."""
        own = self.sent[0].ssrc if self.sent else 1
        while True:
            now_ns = time.monotonic_ns()
            told = b"".join(sent.report(now_ns) for sent in self.sent)
            told += rtp.receiver_report(own, list(self.ear.sources.values()))
            if told and not await self._passed(told):
                return
            await asyncio.sleep(REPORT_S)

    async def _passed(self, data: bytes) -> bool:
        try:
            await seam.send(self._connection, data)
        except ConnectionError:
            return False
        return True

    def _take_rtp(self, data: bytes) -> None:
        self.ear.take(data, time.monotonic_ns())

    def _take_rtcp(self, data: bytes) -> None:
        now_ns = time.monotonic_ns()
        by_ssrc = {sent.ssrc: sent for sent in self.sent}
        for report in rtp.reports_in(data):
            sent = by_ssrc.get(report.ssrc)
            if sent is not None:
                sent.uplink.heard(report, now_ns, sent.packets)


def _connection(way: Way | None) -> RTCPeerConnection:
    """Without any server of aiortc's own choice; by the relay alone when there is one."""
    policy = RTCIceTransportPolicy.RELAY if way else RTCIceTransportPolicy.ALL
    servers = [way.server()] if way else []
    return RTCPeerConnection(RTCConfiguration(servers, policy, RTCBundlePolicy.MAX_BUNDLE))


def _codecs(kind: str) -> list[RTCRtpCodecCapability]:
    found = RTCRtpSender.getCapabilities(kind).codecs
    return [codec for codec in found if codec.mimeType == _CODECS[kind]]


def _local_addresses(towards: Sequence[str]) -> tuple[str, ...]:
    """Our own on the ways there, one each; nothing is sent to find them out."""
    return tuple(dict.fromkeys(own for address in towards if (own := _own_towards(address))))


def _own_towards(address: str) -> str | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return None  # no route of that family: the bridge's other addresses may have one
