"""Who opens when somebody calls? A listening socket, the way to it, and who takes over."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable

from twin.moves import Greet

HANDSHAKE_S = 30.0  # longer than any prober waits: it gives up first, not we
FAREWELL_S = 0.2  # a caller that does not answer close_notify still gets its FIN
Site = Callable[[], asyncio.Protocol]


class _Doorman(asyncio.Protocol):
    """Keeps a caller waiting for one round trip, then hands the line to the site.

    What the caller sends behind its handshake arrives here before the site has the
    line, and is handed over too.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._early = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        self._visit = asyncio.create_task(self._admit(transport))

    def data_received(self, data: bytes) -> None:
        self._early += data

    async def _admit(self, transport: asyncio.Transport) -> None:
        await asyncio.sleep(self._door.rtt_s)
        try:
            line = await self._shake_hands(transport)
        except OSError:  # ssl.SSLError is one: the caller did not like us, or left
            transport.abort()
            return
        if line is None or line.is_closing():
            return
        site = self._door.site()
        line.set_protocol(site)
        site.connection_made(line)
        if self._early:
            site.data_received(bytes(self._early))
        transport.resume_reading()

    async def _shake_hands(self, transport: asyncio.Transport) -> asyncio.Transport | None:
        if self._door.context is None:
            return transport
        return await asyncio.get_running_loop().start_tls(
            transport,
            self,
            self._door.context,
            server_side=True,
            ssl_handshake_timeout=HANDSHAKE_S,
            ssl_shutdown_timeout=FAREWELL_S,
        )


class Door:
    """One healthy listener; `context` is None for plain connections."""

    def __init__(self, rtt_s: float, context: ssl.SSLContext | None, site: Site) -> None:
        """`site` makes the protocol that talks to one caller."""
        self.rtt_s = rtt_s
        self.context = context
        self.site = site

    async def open(self, line: socket.socket) -> None:
        """Serve that socket until the event loop ends."""
        await asyncio.get_running_loop().create_server(lambda: _Doorman(self), sock=line)


async def open_to(greet: Greet, rtt_s: float, line: socket.socket) -> None:
    """Serve that socket by a greeting instead of a site."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(rtt_s)
        try:
            await greet(reader, writer)
        except ConnectionError:
            pass  # the caller was quicker
        finally:
            writer.close()

    await asyncio.start_server(meet, sock=line)
