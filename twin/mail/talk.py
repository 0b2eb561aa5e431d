"""How does a server of the twin speak in lines, and begin to encrypt?"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

IsLetIn = Callable[[bytes], bool]


class Talk:
    """One caller, in lines."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        context: Callable[[], ssl.SSLContext],
    ) -> None:
        """`context` is what STARTTLS leads to."""
        self._reader = reader
        self._writer = writer
        self._context = context
        self.is_secure = False

    async def line(self) -> bytes:
        """The next line without its end; ConnectionError when the caller has gone."""
        try:
            return (await self._reader.readuntil(b"\n")).rstrip(b"\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as problem:
            raise ConnectionResetError from problem

    def say(self, *lines: str) -> None:
        """Send lines."""
        self.send("".join(f"{line}\r\n" for line in lines).encode())

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)

    async def encrypt(self) -> None:
        """Shake hands; ConnectionError when the caller does not like us."""
        try:
            await self._writer.start_tls(self._context())
        except OSError as problem:  # ssl.SSLError is one
            raise ConnectionResetError from problem
        self.is_secure = True
