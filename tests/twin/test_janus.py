"""Can a client tell the twin's Janus from the real one? It asks both the same things."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.twin.calling import PATIENCE_S, ROOM, Twin
from tests.twin.comparing import LIBRARY, Script, all_but
from tests.twin.talking import PLUGIN, Guest

MAIN = f"""
general: {{ configs_folder = "FOLDER" plugins_folder = "{LIBRARY}/plugins"
  transports_folder = "{LIBRARY}/transports" events_folder = "{LIBRARY}/events"
  loggers_folder = "{LIBRARY}/loggers" debug_level = 2 interface = "127.0.0.1" }}
media: {{ rtp_port_range = "20000-20100" }}
plugins: {{ disable = "DISABLED" }}
transports: {{ disable = "OTHERS" }}
"""
SOCKETS = """
general: {{ json = "compact" ws = true ws_port = {port} ws_ip = "127.0.0.1" }}
admin: {{ admin_ws = false }}
"""
ROOMS = f"""
general: {{ }}
room-{ROOM}: {{ description = "Meeting" publishers = 120 secret = "x" }}
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Debian's Janus on loopback; its port."""
    program = shutil.which("janus")
    if program is None and os.environ.get("CI") != "true":
        pytest.skip("janus is not installed: the twin is not compared with it")
    assert program, "CI must have janus: apt-get install janus"
    folder = tmp_path_factory.mktemp("janus")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    main = MAIN.replace("FOLDER", str(folder))
    main = main.replace("DISABLED", all_but("plugins", "videoroom"))
    main = main.replace("OTHERS", all_but("transports", "websockets"))
    (folder / "janus.jcfg").write_text(main)
    (folder / "janus.transport.websockets.jcfg").write_text(SOCKETS.format(port=port))
    (folder / "janus.plugin.videoroom.jcfg").write_text(ROOMS)
    with subprocess.Popen(
        [program, "-F", folder, "-C", folder / "janus.jcfg"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_for(port)
        yield port
        process.terminate()


def wait_for(port: int) -> None:
    """Until something listens there."""
    for _ in range(200):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError


@asynccontextmanager
async def at_real(port: int) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://127.0.0.1:{port}", subprotocols=["janus-protocol"]) as line:
        yield line


@asynccontextmanager
async def at_twin(city: Twin) -> AsyncIterator[ClientConnection]:
    name = "wrong-room.bridge.example"  # healthy, but nobody else sits in its room
    async with connect(
        f"wss://{name}/janus",
        host=city.address(name),
        port=city.port(443),
        ssl=city.context(),
        subprotocols=["janus-protocol"],
        open_timeout=PATIENCE_S,
    ) as line:
        yield line


async def strangers(script: Script) -> None:
    """Requests of nobody's session."""
    for message in (
        {"janus": "ping"},
        {"janus": "keepalive"},
        {"janus": "create", "transaction": 5},
        {"janus": "create", "id": "abc"},
        {"janus": 5},
        {"janus": "foo"},
        {"janus": "destroy"},
        {"janus": "destroy", "session_id": 77},
        {"janus": "info", "handle_id": 4},
        {},
    ):
        await script.ask(script.an, **message)
    for raw in ("[]", '{"janus": "create"}'):
        await script.an.socket.send(raw)
        await script.note(script.an, 1)


async def sessions(script: Script) -> None:
    """What a session may and may not ask."""
    an = script.an
    await script.arrive(an)
    here = {"session_id": an.session}
    there = {**here, "handle_id": an.handle}
    for verb in ("foo", "create", "info", "ping", "detach", "hangup", "message", "trickle"):
        await script.ask(an, janus=verb, **here)
    for verb in ("foo", "attach", "destroy", "message", "trickle", "keepalive", "hangup"):
        await script.ask(an, janus=verb, **there)
    for plugin in ({}, {"plugin": "janus.plugin.nope"}, {"plugin": 3}):
        await script.ask(an, janus="attach", **here, **plugin)
    await script.ask(an, janus="message", **here, handle_id=5, body={})
    await script.ask(an, janus="message", **there, body="x")
    await script.ask(an, janus="create", id=an.session)
    for verb in ("keepalive", "claim"):
        await script.ask(an, janus=verb, **here)
    await script.ask(an, janus="trickle", **there, candidate={"completed": True})
    await script.ask(an, 2, janus="detach", **there)
    await script.ask(an, janus="detach", **there)


async def outside(script: Script) -> None:
    """What the plugin says to somebody who is in no room."""
    an = script.an
    await script.sit(an)
    for body in ({}, {"request": "bogus"}, {"request": 5}, {"request": "listparticipants"}):
        await script.body(an, 1, **body)
    for room in (99, ROOM, "x"):
        await script.body(an, 1, request="listparticipants", room=room)
    for room in (99, ROOM):
        await script.body(an, 1, request="exists", room=room)
    for body in (
        {},
        {"room": ROOM},
        {"ptype": "publisher"},
        {"ptype": "zzz", "room": ROOM},
        {"ptype": "subscriber", "room": ROOM},
        {"ptype": "publisher", "room": 99},
        {"ptype": "publisher", "room": -3},
        {"ptype": "publisher", "room": "x"},
        {"ptype": "publisher", "room": ROOM, "display": 5},
        {"ptype": "publisher", "room": ROOM, "id": "x"},
    ):
        await script.body(an, request="join", **body)
    for verb in ("leave", "configure", "publish", "start"):
        await script.body(an, request=verb)


async def inside(script: Script) -> None:
    """A meeting of two: joining, listing, leaving, and hanging up."""
    an, binh = script.an, script.binh
    await script.body(an, request="join", ptype="publisher", room=ROOM, display="Hải An")
    await script.body(an, request="join", ptype="publisher", room=ROOM)
    for verb in ("publish", "configure", "unpublish", "start"):
        await script.body(an, request=verb)
    await script.arrive(binh)
    await script.body(binh, request="join", ptype="publisher", room=ROOM, id=42, display="B")
    await script.body(binh, 1, request="listparticipants", room=ROOM)
    await script.body(binh, request="leave")
    await script.note(an, 1)
    for verb in ("leave", "configure"):
        await script.body(binh, request=verb)
    await script.body(binh, request="join", ptype="publisher", room=ROOM, id=42)
    for verb in ("detach", "destroy"):
        await script.sit(binh)
        await script.body(binh, request="join", ptype="publisher", room=ROOM, id=43)
        await script.sit(binh) if verb == "destroy" else None
        names = {"session_id": binh.session}
        names |= {"handle_id": binh.handle} if verb == "detach" else {}
        await script.ask(binh, 2 if verb == "detach" else 1, janus=verb, **names)
        await script.note(an, 3)
    await script.body(an, request="leave")
    await script.ask(an, janus="destroy", session_id=an.session)


async def played(first: ClientConnection, second: ClientConnection) -> list[Any]:
    """The whole script; what was heard."""
    script = Script(first, second)
    for scene in (strangers, sessions, outside, inside):
        await scene(script)
    return script.heard


async def test_the_twin_answers_as_the_real_janus_does(city: Twin, real: int):
    """More than a hundred requests, right and wrong: the same answers, field by field."""
    async with at_real(real) as first, at_real(real) as second:
        expected = await played(first, second)
    async with at_twin(city) as first, at_twin(city) as second:
        found = await played(first, second)

    assert len(expected) > 100
    assert found == expected


async def test_the_twin_tells_its_version_as_the_real_janus_does(city: Twin, real: int):
    """`info` has the fields that a prober may rely on, with the same values."""
    async with at_real(real) as first, at_twin(city) as second:
        theirs, ours = [await Guest(line).ask(janus="info") for line in (first, second)]

    for field in ("janus", "name", "version_string", "session-timeout"):
        assert ours[field] == theirs[field]
    assert PLUGIN in ours["plugins"]
