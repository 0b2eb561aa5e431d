"""Do two peers hear each other over loopback, and leave nothing behind?

One plays the bridge: it answers and reports as any receiver does. What is reached of
aiortc's inner life is proven here: when aiortc changes it, these tests fail.
"""

import asyncio
import gc
import itertools
import threading
import time
from pathlib import Path

import pytest

from rehearsal.model import Step
from rehearsal.net.media import opus, rtp
from rehearsal.net.media.marker import Flags
from rehearsal.net.media.peer import Ground, Peer, Sent
from rehearsal.net.media.voice import Camera, Voice
from rehearsal.net.trail import Stopped, begin_trail

LOOPBACK = "127.0.0.1"
SENDER = 7


def here(**changes):
    """Loopback, which aioice would never offer by itself."""
    values = {"addresses": (LOOPBACK,), "allowed": frozenset({LOOPBACK}), "round_trip_s": 0.0}
    return Ground(**{**values, "ice_s": 10.0, "dtls_s": 10.0, **changes})


async def agreed(mouth, ear, change=lambda text: text):
    """The offer of one is answered by the other."""
    offer = await mouth.offer(hears=False)
    answer = await ear.answer(change(offer), 2)
    await mouth.accept(change(answer))


async def test_without_an_address_of_our_own_we_are_offline():
    """No relay was asked, so none is blamed, nor is the bridge."""
    async with Peer(here(addresses=()), [Voice(1)]) as mouth:
        with pytest.raises(Stopped) as ended:
            await mouth.offer()

    assert (ended.value.failure.step, ended.value.failure.kind) == (
        Step.OBSERVE,
        "observer_offline",
    )


async def until(is_so, within_s=20.0):
    """Wait for what must come, however slow the machine."""
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_what_one_sends_the_other_hears():
    """Sound and picture, each packet by itself; the receiver's reports come back."""
    voice, camera = Voice(SENDER), Camera(SENDER)
    async with Peer(here(), [voice, camera]) as mouth, Peer(here()) as ear:
        await agreed(mouth, ear)
        await asyncio.gather(mouth.connect(), ear.connect())
        await until(lambda: mouth.sent and mouth.sent[0].uplink.is_heard)
        await until(lambda: mouth.sent[0].packets > 20)
        await until(lambda: ear.ear.of(SENDER, time.monotonic_ns(), Flags.PICTURE))
        sound = ear.ear.of(SENDER, time.monotonic_ns())

    assert sound.received > 10
    assert sound.loss == 0
    assert sound.spoke == sound.received
    assert 0 < sound.trip_p50_s < 1
    assert set(ear.ear.senders().values()) == {frozenset({SENDER})}
    assert {sent.source.kind for sent in mouth.sent} == {"audio", "video"}


async def test_nothing_is_encoded_or_decoded():
    """Neither a thread nor a codec of aiortc's is at work; silence is sent as told."""
    voice = Voice(SENDER, frames=3, is_speaking=False)
    before = threading.active_count()
    async with Peer(here(), [voice]) as mouth, Peer(here()) as ear:
        await agreed(mouth, ear)
        await asyncio.gather(mouth.connect(), ear.connect())
        await until(lambda: ear.ear.of(SENDER, time.monotonic_ns()))
        names = {thread.name for thread in threading.enumerate()}
        heard = ear.ear.of(SENDER, time.monotonic_ns())

    assert not any("decoder" in name for name in names)
    assert threading.active_count() <= before + 1  # the pool in which the clip was encoded
    assert heard.spoke == 0


async def test_nothing_is_left_behind():
    """No task, no socket; also when the peers were closed before they had met."""
    begin_trail()
    tasks, files = asyncio.all_tasks(), descriptors()

    for connects in (True, False):
        async with Peer(here(), [Voice(SENDER)]) as mouth, Peer(here()) as ear:
            await agreed(mouth, ear)
            if connects:
                await asyncio.gather(mouth.connect(), ear.connect())
    gc.collect()

    assert asyncio.all_tasks() == tasks
    assert descriptors() == files


async def test_only_the_address_that_leads_to_the_bridge_is_told():
    """No other network of this machine is anybody's business."""
    async with Peer(here(), [Voice(SENDER)]) as mouth:
        offer = await mouth.offer()

    candidates = [line for line in offer.splitlines() if line.startswith("a=candidate:")]
    assert [line.split()[4] for line in candidates] == [LOOPBACK]


async def test_loopback_is_enough(monkeypatch):
    """A machine without any other network can still rehearse with the twin."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: [])
    async with Peer(here(), [Voice(SENDER)]) as mouth, Peer(here()) as ear:
        await agreed(mouth, ear)
        await asyncio.gather(mouth.connect(), ear.connect())


async def test_a_candidate_elsewhere_gets_nothing():
    """The bridge's answer leads away: refused, with the address."""
    async with Peer(here(), [Voice(SENDER)]) as mouth, Peer(here()) as ear:
        with pytest.raises(Stopped) as caught:
            await agreed(mouth, ear, lambda text: text.replace(f" {LOOPBACK} ", " 192.0.2.1 "))

    assert caught.value.failure.kind == "candidates_refused"
    assert "192.0.2.1" in caught.value.failure.detail


async def test_a_bridge_that_answers_no_check_is_ice_failed():
    """The deadline strikes on the step where it hangs."""
    trail = begin_trail()
    async with Peer(here(ice_s=0.3), [Voice(SENDER)]) as mouth, Peer(here()) as ear:
        offer = await mouth.offer()
        answer = await ear.answer(offer, 1)
        await ear.close()
        await mouth.accept(answer)
        with pytest.raises(Stopped) as caught:
            await mouth.connect()

    assert (caught.value.failure.step, caught.value.failure.kind) == ("ice", "ice_failed")
    assert trail.rungs[-1].facts["candidates"]


async def test_another_certificate_than_announced_is_dtls_failed():
    """Somebody between us would have one of his own."""
    async with Peer(here(), [Voice(SENDER)]) as mouth, Peer(here()) as ear:
        offer = await mouth.offer()
        answer = await ear.answer(offer, 1)
        await mouth.accept("\r\n".join(_forged(line) for line in answer.splitlines()))
        with pytest.raises(Stopped) as caught:
            await mouth.connect()

    assert (caught.value.failure.step, caught.value.failure.kind) == ("dtls", "dtls_failed")


def _forged(line):
    """Another fingerprint, of the same form."""
    if not line.startswith("a=fingerprint:"):
        return line
    return f"{line[:-2]}{'00' if line[-2:] != '00' else '11'}"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda answer: answer.replace("opus/48000", "nothing/8000"), "no_codec_in_common"),
        (lambda answer: answer.replace("m=audio", "m=video"), "malformed_message"),
        (lambda answer: answer.replace("m=audio ", "m=audio x"), "malformed_message"),
        (lambda answer: answer.replace("a=mid:0", "a=mid:9"), "malformed_message"),
        (lambda answer: answer.replace("a=rtpmap:", "a=rtpmap:x"), "malformed_message"),
    ],
)
async def test_a_hostile_answer_is_named(change, kind):
    """Whatever aiortc makes of it, it is the bridge's doing and no bug of ours."""
    async with Peer(here(), [Voice(SENDER)]) as mouth, Peer(here()) as ear:
        offer = await mouth.offer()
        answer = await ear.answer(offer, 1)
        with pytest.raises(Stopped) as caught:
            await mouth.accept(change(answer))

    assert (caught.value.failure.step, caught.value.failure.kind) == ("signalling", kind)


async def test_timestamps_go_on_when_packets_become_longer():
    """A packet of 60 ms is followed by 60 ms more, in one stream."""
    voice = Voice(SENDER)
    sent = Sent(voice, ssrc=1, payload_type=111, loudness_id=None)
    packets = [rtp.parse(sent.packet(0)) for _ in range(2)]
    voice.frames = 3
    packets += [rtp.parse(sent.packet(0)) for _ in range(2)]

    steps = [b.timestamp - a.timestamp for a, b in itertools.pairwise(packets)]
    assert [step // opus.FRAME_SAMPLES for step in steps] == [1, 3, 3]
    assert [p.sequence - packets[0].sequence for p in packets] == [0, 1, 2, 3]
