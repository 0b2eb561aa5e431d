"""Who serves in the city's namespace? `/slow` takes a request and waits, the rest answers."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from tests.servers.children import until_parent_ends
from tests.yardstick.house import answer, request, silence


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request, answered or not."""
    with contextlib.suppress(EOFError, OSError):  # a caller who only tries the line
        head = await request(reader)
        if b"/slow" in head:
            await silence()
        writer.write(answer())
        await writer.drain()
    writer.close()


async def live(address: str) -> None:
    """Serve at a free port as long as the parent lives."""
    server = await asyncio.start_server(serve, address, 0)
    await until_parent_ends(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1]))
