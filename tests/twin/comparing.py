"""How are a real Janus and the twin's asked the same, and their answers made comparable?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.twin.talking import PLUGIN, Guest

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/janus")
NUMBERS = ("session_id", "handle_id", "sender", "id", "private_id", "leaving", "unpublished")


def all_but(sort: str, *wanted: str) -> str:
    """The other libraries of a sort, as Janus wants them listed."""
    names = (file.name for file in (LIBRARY / sort).glob("*.so"))
    return ",".join(name for name in names if not any(word in name for word in wanted))


class Script:
    """Asks a question and notes the answers, with numbers that are drawn left out."""

    def __init__(self, first: ClientConnection, second: ClientConnection) -> None:
        self.an, self.binh = Guest(first), Guest(second)
        self.heard: list[Any] = []

    async def ask(self, guest: Guest, count: int = 1, **message: Any) -> dict[str, Any]:
        """Note so many answers; the last one is given back."""
        await guest.say(**({"transaction": "t"} | message))
        return await self.note(guest, count)

    async def note(self, guest: Guest, count: int) -> dict[str, Any]:
        """Janus' threads race: an event may overtake its own acknowledgement."""
        answers = [await guest.hear() for _ in range(count)]
        answers.sort(key=lambda answer: answer["janus"] != "ack")
        self.heard += [veiled(answer) for answer in answers]
        return answers[-1]

    async def body(
        self, guest: Guest, count: int = 2, jsep: Any = None, **body: Any
    ) -> dict[str, Any]:
        """Ask the plugin."""
        names = {"session_id": guest.session, "handle_id": guest.handle}
        names |= {"jsep": jsep} if jsep is not None else {}
        return await self.ask(guest, count, janus="message", **names, body=body)

    async def arrive(self, guest: Guest) -> None:
        """A session with a handle."""
        guest.session = (await self.ask(guest, janus="create"))["data"]["id"]
        await self.sit(guest)

    async def sit(self, guest: Guest, plugin: str = PLUGIN) -> None:
        """Another handle."""
        answer = await self.ask(guest, janus="attach", session_id=guest.session, plugin=plugin)
        guest.handle = answer["data"]["id"]


def veiled(value: Any) -> Any:
    """Drawn numbers become `#`, also inside sentences; lists of people are sorted."""
    if isinstance(value, dict):
        return {
            key: "#" if key in NUMBERS and isinstance(inner, int) else veiled(inner)
            for key, inner in value.items()
            if key != "description"
        }
    if isinstance(value, str) and value.startswith("v=0"):
        return essence(value)
    if isinstance(value, list):
        return sorted((veiled(inner) for inner in value), key=json.dumps)
    if isinstance(value, str):
        return " ".join(
            "#" if word.isdigit() and len(word) > 8 else word for word in value.split()
        )
    return value


def essence(text: str) -> list[str]:
    """What two bridges must agree on in a description: each section's stream and role."""
    wanted = (
        "m=",
        "a=mid",
        "a=send",
        "a=recv",
        "a=inactive",
        "a=rtpmap",
        "a=setup",
        "a=rtcp-mux",
    )
    return [line for line in text.splitlines() if line.startswith(wanted)]
