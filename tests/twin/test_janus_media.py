"""Can a client tell by its offers and answers the twin's Janus from the real one?"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import WebSocketException
from websockets.sync.client import unix_connect as call

from tests.twin.calling import PATIENCE_S, ROOM, Twin
from tests.twin.comparing import LIBRARY, Script, all_but

URL = "ws://localhost/"  # what stands in requests; the way there is a socket in a folder
ECHOTEST = "janus.plugin.echotest"
JANUS: Any = {"subprotocols": ["janus-protocol"], "open_timeout": PATIENCE_S}
MAIN = f"""
general: {{ configs_folder = "FOLDER" plugins_folder = "{LIBRARY}/plugins"
  transports_folder = "{LIBRARY}/transports" events_folder = "{LIBRARY}/events"
  loggers_folder = "{LIBRARY}/loggers" debug_level = 2 interface = "10.99.0.1" }}
plugins: {{ disable = "{all_but("plugins", "videoroom", "echotest")}" }}
transports: {{ disable = "{all_but("transports", "websockets")}" }}
"""
SOCKETS = """
general: { json = "compact" ws = true ws_ip = "127.0.0.1" ws_unix = "FOLDER/janus" }
"""
ROOMS = f"""
general: {{ }}
room-{ROOM}: {{ description = "Meeting" publishers = 120 secret = "x" }}
"""
# Janus gathers an address for sound on every interface, so that it gets a network of its own.
SEALED = """
ip link set lo up && ip link add inner type veth peer name outer && ip link set inner up &&
ip link set outer up && ip addr add 10.99.0.1/24 dev inner &&
exec janus -F FOLDER -C FOLDER/janus.jcfg
"""
OFFER = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=audio 9 UDP/TLS/RTP/SAVPF 96 0
c=IN IP4 127.0.0.1
a=sendrecv
a=mid:0
a=rtcp-mux
a=ssrc:4711 cname:x
a=rtpmap:96 opus/48000/2
a=rtpmap:0 PCMU/8000
a=ice-ufrag:Astr
a=ice-pwd:11kdtOjciWW3o7Pvo6uQSg
a=fingerprint:sha-256 FINGERPRINT
a=setup:actpass
""".replace("FINGERPRINT", ":".join(["AA"] * 32)).replace("\n", "\r\n")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Debian's Janus in a network of its own; the socket by which it is reached."""
    can_seal = shutil.which("janus") and os.geteuid() == 0
    if not can_seal and os.environ.get("CI") != "true":
        pytest.skip("no janus, or not root: the twin's offers are not compared with it")
    folder = tmp_path_factory.mktemp("janus")
    for name, text in (
        ("", MAIN),
        (".transport.websockets", SOCKETS),
        (".plugin.videoroom", ROOMS),
    ):
        path = folder / f"janus{name}.jcfg"
        path.write_text(text.replace("FOLDER", str(folder)))
    command = ["unshare", "-n", "sh", "-c", SEALED.replace("FOLDER", str(folder))]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(folder / "janus")
            yield folder / "janus"
        finally:
            process.terminate()


def wait_for(path: Path) -> None:
    """Until somebody answers at the socket."""
    for _ in range(200):
        with suppress(OSError, WebSocketException), call(str(path), URL, **JANUS) as line:
            line.send('{"janus": "ping", "transaction": "t"}')
            line.recv(PATIENCE_S)
            return
        time.sleep(0.05)
    raise TimeoutError


def at_real(path: Path) -> connect:
    return unix_connect(str(path), URL, **JANUS)


def at_twin(city: Twin) -> connect:
    name = "wrong-room.bridge.example"  # a room in which nobody else sits
    return connect(
        f"wss://{name}/janus",
        host=city.address(name),
        port=city.port(443),
        ssl=city.context(),
        **JANUS,
    )


async def echoing(script: Script) -> None:
    """What the EchoTest says to right and wrong wishes."""
    an = script.an
    await script.arrive(an)
    await script.sit(an, ECHOTEST)
    offer = {"type": "offer", "sdp": OFFER}
    for body in (
        {},
        {"bogus": 1},
        {"audio": 3},
        {"video": "x"},
        {"bitrate": "x"},
        {"audio": True},
    ):
        await script.body(an, **body)
    for jsep in (
        {"type": "offer", "sdp": "garbage"},
        {"type": "answer", "sdp": OFFER},
        {"type": "what", "sdp": OFFER},
        {"sdp": OFFER},
        {"type": "offer"},
        {"type": 5, "sdp": OFFER},
        "offer",
    ):
        await script.body(an, 1, jsep=jsep, audio=True)
    await script.sit(an, ECHOTEST)
    await script.body(an, jsep=offer, audio=True)


async def publishing(script: Script) -> None:
    """A meeting of two: one offers to speak, but no sound of hers arrives."""
    an, binh = script.an, script.binh
    await script.sit(an)
    await script.arrive(binh)
    await script.body(an, request="join", ptype="publisher", room=ROOM, id=11, display="An")
    await script.body(binh, request="join", ptype="publisher", room=ROOM, id=12)
    offer = {"type": "offer", "sdp": OFFER}
    told = [{"mid": "0", "description": "micrô"}]
    await script.body(an, jsep=offer, request="publish", descriptions=told)
    await script.body(binh, 1, request="listparticipants", room=ROOM)
    await script.sit(binh)
    await script.body(binh, request="join", ptype="publisher", room=ROOM, id=13)
    await script.body(binh, request="join", ptype="publisher", room=ROOM, id=11)
    await script.body(an, request="join", ptype="subscriber", room=ROOM, feed=11)


async def listening(script: Script) -> None:
    """Feeds of nobody, and of those who cannot be heard (yet)."""
    binh = script.binh
    await script.sit(binh)
    for wish in (
        {"streams": []},
        {"streams": "x"},
        {"streams": [{}]},
        {"streams": [{"feed": 99}]},
        {"streams": [{"feed": "x"}]},
        {"streams": [{"feed": 11}, {"feed": 12}]},
        {"feed": 99},
    ):
        await script.body(binh, request="join", ptype="subscriber", room=ROOM, **wish)
    for verb in ("start", "pause", "publish", "subscribe", "leave"):
        await script.body(binh, request=verb)


async def played(first: ClientConnection, second: ClientConnection) -> list[Any]:
    """The whole script; what was heard."""
    script = Script(first, second)
    for scene in (echoing, publishing, listening):
        await scene(script)
    return script.heard


async def test_the_twin_offers_and_answers_as_the_real_janus_does(city: Twin, real: Path):
    """Some forty requests with and without SDP: the same answers, streams and roles."""
    async with at_real(real) as first, at_real(real) as second:
        expected = await played(first, second)
    async with at_twin(city) as first, at_twin(city) as second:
        found = await played(first, second)

    assert len(expected) > 60
    assert found == expected
