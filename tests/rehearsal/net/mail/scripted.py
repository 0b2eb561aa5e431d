"""Which mail servers say what no mail server should? In a process of its own, inside TLS.

`python -m tests.rehearsal.net.mail.scripted CHAIN KEY SCRIPTS`: each script is what is said
first and after each line that comes in; TAG in it is that line's first word. The last is
said again and again. An empty one hangs up. Says in one line at which port each listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import sys
from pathlib import Path

from tests.servers.children import until_parent_ends


async def _perform(
    script: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with contextlib.suppress(OSError, ValueError):
        tag = ""
        for said in [*script, *script[-1:] * 1000]:
            if not said:
                break
            writer.write(said.replace("TAG", tag).encode("latin-1"))
            await writer.drain()
            tag = (await reader.readline()).decode("latin-1").partition(" ")[0]
    writer.close()


async def _main(chain: str, key: str, scripts: dict[str, list[str]]) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    ports = {}
    for name, script in scripts.items():
        server = await asyncio.start_server(
            lambda r, w, script=script: _perform(script, r, w), "127.0.0.1", 0, ssl=context
        )
        ports[name] = server.sockets[0].getsockname()[1]
    await until_parent_ends(ports)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:3], json.loads(Path(sys.argv[3]).read_text("utf-8"))))
