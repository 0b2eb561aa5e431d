"""Does everything return to whoever sings to the EchoTest? aiortc is the judge."""

from __future__ import annotations

from tests.twin.calling import Twin
from tests.twin.singing import ECHOTEST, Song, singer, until


async def test_sound_returns_as_it_was_sent(city: Twin):
    """Payload for payload, in order, none lost; Janus says that it is up and receives."""
    async with singer(city, "none", ECHOTEST) as an:
        event = await an.offer(Song(b"an"), audio=True)
        (ear,) = an.ears()
        await until(lambda: len(ear.heard) > 25)
        news = [message["janus"] for message in an.news]

    assert event["plugindata"]["data"] == {"echotest": "event", "result": "ok"}
    first = ear.numbers[0]
    assert ear.words[:25] == [b"an" + n.to_bytes(4, "big") for n in range(first, first + 25)]
    assert news == ["webrtcup", "media"]
