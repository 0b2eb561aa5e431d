"""Who answers the lab's own probes? UDP comes back as it was; TCP tells what UDP has arrived.

`python -m tests.net_lab.echo ADDRESS`, at one port for both.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from typing import Any

from tests.net_lab.pinging import number_of
from tests.net_lab.urgent import PROBER, hurry, roomy
from tests.servers.children import until_parent_ends


class Echo(asyncio.DatagramProtocol):
    """Keeps the numbers of what arrived, in the order of arrival, by sender."""

    def __init__(self) -> None:
        self._seen: dict[str, list[int]] = defaultdict(list)

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport
        roomy(transport.get_extra_info("socket"))

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._seen[addr[0]].append(number_of(data))
        self._transport.sendto(data, addr)

    async def tell(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The numbers that came from the caller's address; forgotten once told."""
        del reader
        caller = writer.get_extra_info("peername")[0]
        writer.write(json.dumps(self._seen.pop(caller, [])).encode())
        writer.close()


async def live(address: str) -> None:
    """Answer at a free port as long as the parent lives."""
    hurry(PROBER)
    echo = Echo()
    server = await asyncio.start_server(echo.tell, address, 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: echo, (address, port))
    await until_parent_ends(port)


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1]))
