"""How does what we send come back from a bridge, and which way did it suffer?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from rehearsal.model import Step
from rehearsal.net.media.ear import Ear
from rehearsal.net.media.emodel import CODECS, Score, score
from rehearsal.net.media.marker import Flags
from rehearsal.net.media.meter import Heard
from rehearsal.net.media.peer import Peer, Sent
from rehearsal.net.media.together import NOTHING_SHARED, Shared, Together
from rehearsal.net.media.uplink import Told
from rehearsal.net.media.voice import Camera, Source, Voice
from rehearsal.net.trail import Stopped, step, stop

# Of the time, with each of two loads: enough to fill a queue, too short to harm anybody.
HEAVY_SHARE = 0.15
STALL_S = 2.0  # nothing for so long, and people begin to ask whether they are heard
ASKING_S = 10.0  # two requests to the mirror, each with a deadline of its own below half of it


class Word(Protocol):
    """What a bridge says of our media by itself, as far as its protocol tells."""

    @property
    def receives_sound(self) -> bool:
        """Whether ours arrives there."""

    @property
    def hung_up(self) -> str | None:
        """Why it ended the conversation."""


class Mirror(Protocol):
    """A bridge that can be asked to give back the picture alone."""

    async def keep_sound(self) -> None:
        """Take our sound, and return none of it."""

    async def return_sound(self) -> None:
        """Return it again."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Media that goes to a bridge and comes back, sent by one peer and heard by another.

    With a `mirror` what is heavy can load the way there and not the way back. `bridge` is
    its address, by which several that share it are known.
    """

    voice: Voice
    camera: Camera
    mouth: Peer
    ear: Peer
    stay: Callable[[float], Awaitable[None]]
    said: Word
    bridge: str
    mirror: Mirror | None = None


@dataclass(frozen=True, slots=True)
class Sounded:
    """What came back; every time in seconds, every loss a ratio of 0 to 1.

    `heard` is the way there and back, `up` the way there by the bridge's own account,
    `heavy` what came back while the packets were made big: `queue_up_s` is how much longer
    things took when the way there was loaded, `queue_s` when both ways were. `lost_down`
    tells how many of the packets reported on were lost on their way back. `loudness_dbov`
    is that of packets which are none of ours: a bridge that mixes, or that mutes us.
    `shared` is what most others missed at the same moments.
    """

    via: str
    not_direct: str
    signalling_s: float
    heard: Heard | None
    heavy: Heard | None
    picture: Heard | None
    up: Told | None
    lost_down: int | None
    foreign_packets: int
    loudness_dbov: float | None
    send_late_s: float
    queue_up_s: float = 0.0
    queue_s: float = 0.0
    shared: Shared = NOTHING_SHARED

    @property
    def loss_up(self) -> float:
        """On the way there, in its worst 15 s."""
        return self.up.worst_loss if self.up else 0.0

    @property
    def loss_down(self) -> float:
        """On the way back: of what arrived there. All that we miss, if nobody reports."""
        if self.heard is None:
            return 0.0
        if self.up is None or self.lost_down is None:
            return self.heard.loss
        return self.lost_down / max(1, self.up.expected - self.up.lost)

    def score(self, loss: float) -> Score:
        """What a listener would think of one way with that loss."""
        assert self.heard is not None
        return score(
            CODECS["opus"],
            one_way_s=self.heard.trip_p50_s / 2,
            jitter_s=self.heard.jitter_s,
            loss=loss,
            mean_burst=max(1.0, self.heard.mean_burst),
        )


async def listen(
    loop: Loop, media_s: float, together: Together, not_direct: str = ""
) -> Sounded:
    """Speak for so long, the last part of it in big packets, and measure what comes back.

    Stopped on `media` when nothing came back, or when it ceased to; on `observe` when most
    others, that are heard `together` with it, ceased at that moment too.
    """
    sound = next((sent for sent in loop.mouth.sent if sent.source.kind == "audio"), None)
    if sound is None:
        raise stop(Step.SIGNALLING, "no_codec_in_common", "the bridge takes no Opus")
    mine = together.begin(loop.bridge, loop.ear.ear.began_ns, loop.voice.period_s)
    loop.ear.ear.among = mine
    try:
        found = await _listen(loop, sound, media_s, not_direct)
        return replace(found, shared=together.shared(mine, time.monotonic_ns()))
    except Stopped as ended:
        if ended.failure.step is Step.MEDIA and together.is_stalled(mine, time.monotonic_ns()):
            detail = f"with most others: {ended.failure.kind}, {ended.failure.detail}"
            raise stop(Step.OBSERVE, "silent_together", detail) from ended
        raise
    finally:
        together.end(mine, time.monotonic_ns())


async def _listen(loop: Loop, sound: Sent, media_s: float, not_direct: str) -> Sounded:
    ends_s = asyncio.get_running_loop().time() + media_s
    deadline_s = media_s + STALL_S + ASKING_S
    async with step(Step.MEDIA, deadline_s, "media_stalled") as rung:
        await loop.stay(ends_s - 2 * HEAVY_SHARE * media_s)
        _refuse_silence(loop, sound)
        turned_ns = time.monotonic_ns()
        sound.uplink.is_heavy = True
        queues_s = await _burden(loop, ends_s, HEAVY_SHARE * media_s)
        _refuse_stall(loop)
        found = _sounded(loop, sound, turned_ns, not_direct, queues_s)
        rung.note(via=found.via, received=found.heard.received if found.heard else 0)
    return found


async def _burden(loop: Loop, ends_s: float, alone_s: float) -> tuple[float, float]:
    """Load the way there alone for so long, then both; how much longer each took.

    The picture that comes back tells the first; where the bridge returns all or nothing,
    nobody knows the two apart.
    """
    light, picture = _back(loop), _back(loop, Flags.PICTURE)
    trip_s = light.trip_p95_s if light else 0.0
    if loop.mirror is None or picture is None or picture.frozen_s > STALL_S:
        await _load(loop, ends_s + trip_s)
        queue_s = _longer_s(light, _back(loop, Flags.HEAVY), 2 * alone_s)
        return queue_s, queue_s
    _listens(loop, Flags.PICTURE, loop.camera)
    await _answered(loop, loop.mirror.keep_sound())
    loop.camera.is_heavy = True
    await _load(loop, ends_s - alone_s)
    loop.camera.is_heavy = False
    await _answered(loop, loop.mirror.return_sound())
    _listens(loop, Flags.NONE, loop.voice)
    await _load(loop, asyncio.get_running_loop().time() + alone_s + trip_s)
    queue_up_s = _longer_s(picture, _back(loop, Flags.PICTURE | Flags.HEAVY), alone_s)
    return queue_up_s, _longer_s(light, _back(loop, Flags.HEAVY), alone_s)


async def _load(loop: Loop, until_s: float) -> None:
    """Send big packets for so long, and small ones after: requests pass the queue as well."""
    loop.voice.load = Flags.HEAVY
    await loop.stay(until_s)
    loop.voice.load = Flags.BETWEEN


async def _answered(loop: Loop, request: Awaitable[None]) -> None:
    """A bridge whose media has ceased need not answer either: that is told as what it is."""
    try:
        await request
    except Stopped:
        _refuse_stall(loop)
        raise


def _listens(loop: Loop, kind: Flags, source: Source) -> None:
    if loop.ear.ear.among is not None:
        loop.ear.ear.among.listens(kind, source.period_s, time.monotonic_ns())


def _back(loop: Loop, kind: Flags = Flags.NONE) -> Heard | None:
    return loop.ear.ear.of(loop.voice.sender, time.monotonic_ns(), kind)


def _longer_s(light: Heard | None, heavy: Heard | None, loaded_s: float) -> float:
    """How much longer the heavy ones took: longer still where none came back in that time.

    Where there are gaps of that length, those explain it as well.
    """
    if heavy is not None and light is not None:
        return heavy.trip_p50_s - light.trip_p50_s
    return loaded_s if light is not None and light.longest_gap_s < loaded_s else 0.0


def _refuse_silence(loop: Loop, sound: Sent) -> None:
    """Nothing came back: the bridge's own word tells which way it was lost."""
    ear = loop.ear.ear
    if ear.first_ns is not None or any(s.packets for s in ear.foreign.values()):
        return
    why = f"; the bridge said: {said}" if (said := loop.said.hung_up) else ""
    if loop.said.receives_sound or sound.uplink.is_heard:
        told = f"the bridge receives us, of {sound.packets} packets none came back{why}"
        raise stop(Step.MEDIA, "one_way_media", told)
    told = f"{sound.packets} packets sent, none arrived there or came back{why}"
    raise stop(Step.MEDIA, "no_media", told)


def _refuse_stall(loop: Loop) -> None:
    last_ns = loop.ear.ear.last_ns
    silent_s = (time.monotonic_ns() - last_ns) / 1e9 if last_ns else 0.0
    if silent_s > STALL_S:
        why = f"; the bridge said: {said}" if (said := loop.said.hung_up) else ""
        raise stop(Step.MEDIA, "media_stalled", f"nothing for the last {silent_s:.1f} s{why}")


def _sounded(
    loop: Loop, sound: Sent, turned_ns: int, not_direct: str, queues_s: tuple[float, float]
) -> Sounded:
    ear, way = loop.ear.ear, loop.mouth.ground.way
    missing, told = _missing(ear, loop.voice.sender, sound.uplink.told())
    queue_up_s, queue_s = queues_s
    return Sounded(
        via=way.name if way else "direct",
        not_direct=not_direct,
        signalling_s=loop.mouth.ground.round_trip_s,
        heard=ear.of(loop.voice.sender, turned_ns),
        heavy=_back(loop, Flags.HEAVY),
        picture=_back(loop, Flags.PICTURE),
        up=told,
        lost_down=missing - told.lost if told and missing is not None else None,
        queue_up_s=queue_up_s,
        queue_s=queue_s,
        foreign_packets=sum(stranger.packets for stranger in ear.foreign.values()),
        loudness_dbov=ear.loudness_dbov(),
        send_late_s=max(sent.late_s for sent in loop.mouth.sent),
    )


def _missing(ear: Ear, sender: int, told: Told | None) -> tuple[int | None, Told | None]:
    """Both ways' losses up to the last packet reported on, and what is left of the report."""
    # A voice counts from 0 here, so that the number of packets tells the last one's.
    missing = ear.lost_until(sender, told.expected - 1) if told else None
    return missing, told if told is None or missing is None else told.at_most(missing)
