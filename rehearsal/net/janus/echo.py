"""Does the gateway give back what we send it? (Janus documentation, "EchoTest plugin")"""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.net.janus.session import Handle, Said, Session
from rehearsal.net.media.peer import Peer

PLUGIN = "janus.plugin.echotest"


@dataclass(frozen=True, slots=True)
class Echo:
    """A handle that sends our media back."""

    handle: Handle

    @property
    def said(self) -> Said:
        """What the gateway told of our media."""
        return self.handle.said

    async def begin(self, peer: Peer) -> None:
        """Connect the peer; returns once its packets may pass."""
        offer = await peer.offer()
        body = {"audio": True, "video": True}
        async with self.handle.session.timed("echo"):
            _, answer = await self.handle.negotiate(body, "offer", offer)
        await peer.accept(answer)
        await peer.connect()

    async def keep_sound(self) -> None:
        """Take our sound from now on, and give none of it back; the picture still returns."""
        await self._configure("keep_sound", returns=False)

    async def return_sound(self) -> None:
        """Give our sound back again."""
        await self._configure("return_sound", returns=True)

    async def _configure(self, name: str, *, returns: bool) -> None:
        async with self.handle.session.timed(name):
            await self.handle.ask({"audio": returns})


async def echo(session: Session) -> Echo:
    """A handle on the EchoTest; Stopped with `plugin_missing` where there is none."""
    return Echo(await session.attach(PLUGIN))
