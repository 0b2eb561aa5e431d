"""Which lines do the tests load? The twin's ndt7 servers by themselves, without TLS.

`python -m tests.servers.ndt7.serving JSON` says in one line of JSON at which port of the host
each line listens. A line is its `up` and `down` in Mbit/s (none: no limit), and its faults.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
from typing import Any

from aiohttp import web

from rehearsal.model import Line
from tests.servers.children import until_parent_ends
from twin.ndt7 import Ndt7, Width


async def _serve(host: str, about: dict[str, Any]) -> int:
    declared = Line(about.pop("up", math.inf), about.pop("down", math.inf))
    line = Ndt7(declared, about.pop("rtt_s", 0.0), Width(**about))
    site = web.Server(line.receive, handler_cancellation=True)
    server = await asyncio.get_running_loop().create_server(site, host, 0)
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _main(host: str, lines: dict[str, dict[str, Any]]) -> None:
    await until_parent_ends({name: await _serve(host, line) for name, line in lines.items()})


asyncio.run(_main(sys.argv[1], json.loads(sys.argv[2])))
