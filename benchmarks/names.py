"""Who answers for the benchmark's names? The twin's name server, in its own process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.field import await_port, free_port, running, sites
from twin.dns import Record, Zone, serve_names


@contextmanager
def name_server(count: int) -> Iterator[str]:
    """Run it for that many sites until the block ends; yields `host:port`."""
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.names", str(count), str(port)]):
        await_port("127.0.0.1", port)
        yield f"127.0.0.1:{port}"


async def _serve(count: int, port: int) -> None:
    zone = Zone({site.name: Record((site.address,)) for site in sites(count, 0)})
    udp = socket.socket(type=socket.SOCK_DGRAM)
    tcp = socket.socket()
    for each in (udp, tcp):
        each.bind(("127.0.0.1", port))
        each.setblocking(False)  # noqa: FBT003 - the standard library's signature
    await serve_names(zone, udp, tcp)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
