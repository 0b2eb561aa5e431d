"""A web server whose clock is an hour behind. `python -m tests.servers.late BODY`"""

from __future__ import annotations

import asyncio
import sys
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time

from tests.servers.children import until_parent_ends

BEHIND_S = 3600
BODY = sys.argv[1].encode() if len(sys.argv) > 1 else b""


class Late(BaseHTTPRequestHandler):
    """Answers every question with the same words, an hour ago."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What this server takes for now (RFC 9110 5.6.7)."""
        return formatdate((timestamp or time()) - BEHIND_S, usegmt=True)

    def do_GET(self) -> None:
        """The page."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Late)
    Thread(target=server.serve_forever, daemon=True).start()
    asyncio.run(until_parent_ends(server.server_port))
