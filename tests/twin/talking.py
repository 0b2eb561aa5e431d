"""How does a guest talk to a Janus gateway, be it real or ours?"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection

PLUGIN = "janus.plugin.videoroom"
ANSWER_S = 5.0


@dataclass
class Guest:
    """One session with one handle on the plugin."""

    socket: ClientConnection
    session: int = 0
    handle: int = 0

    @classmethod
    async def arrive(cls, socket: ClientConnection) -> Guest:
        """A session with a handle."""
        guest = cls(socket)
        guest.session = (await guest.ask(janus="create"))["data"]["id"]
        guest.handle = (await guest.ask(janus="attach", plugin=PLUGIN))["data"]["id"]
        return guest

    async def say(self, **message: Any) -> None:
        """Send one message of the API."""
        await self.socket.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        return json.loads(await asyncio.wait_for(self.socket.recv(), ANSWER_S))

    async def hear_at_last(self) -> dict[str, Any]:
        """The next message, however long it takes."""
        return json.loads(await self.socket.recv())

    async def ask(self, **message: Any) -> dict[str, Any]:
        """Send in the session's name; the next message."""
        session = {"session_id": self.session} if self.session else {}
        await self.say(transaction="t", **session, **message)
        return await self.hear()

    async def send_plugin(self, **body: Any) -> None:
        """Send a body to the plugin."""
        names = {"session_id": self.session, "handle_id": self.handle, "transaction": "t"}
        await self.say(janus="message", **names, body=body)

    async def ask_plugin(self, **body: Any) -> dict[str, Any]:
        """Send a body to the plugin; what it says, past the acknowledgement."""
        await self.send_plugin(**body)
        while (answer := await self.hear()).get("janus") == "ack":
            pass
        return answer["plugindata"]["data"]
