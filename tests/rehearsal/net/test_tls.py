"""Is the peer who it says it is, and if the handshake fails, whose fault is that?"""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from rehearsal.model import Step
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import alert_kind, context
from rehearsal.net.trail import Stopped
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.children import free_ports
from tests.servers.names import name_server
from tests.servers.nginx import Site, nginx

KNOWN, UNKNOWN = "known.street.example", "unknown.street.example"
NGINX = "127.0.0.61"
STRICT = "server_name nobody.example; ssl_reject_handshake on;"


def test_a_server_that_has_not_our_name_says_so(tmp_path: Path):
    """A real nginx refuses a name that nobody set up there (RFC 6066 3), and that is told."""
    (port,) = free_ports(1)
    leaf = issue("Street", by=intermediate(), hosts=["*.street.example"])
    files = written(tmp_path, "street", leaf, intermediate())
    (tmp_path / "root.pem").write_bytes(root().pem)
    sites = [
        Site(NGINX, port, files, STRICT),
        Site(NGINX, port, files, f"server_name {KNOWN};"),
    ]
    zone = {KNOWN: [NGINX], UNKNOWN: [NGINX]}
    with nginx(tmp_path, sites), name_server(tmp_path, zone) as names:
        door = Door(
            resolver=Resolver([NameServer("127.0.0.1", names)]),
            tls=context([str(tmp_path / "root.pem")]),
            hosts=frozenset(zone),
            deadlines=Deadlines(*[5.0] * 6),
        )
        known = asyncio.run(shaken(door, f"https://{KNOWN}:{port}/"))
        unknown = asyncio.run(shaken(door, f"https://{UNKNOWN}:{port}/"))

    assert known == "well"
    assert unknown == (Step.TLS_HANDSHAKE, "server_name_unknown")


async def shaken(door: Door, url: str) -> object:
    """How the handshake went: well, or the step and kind of its failure."""
    try:
        opened = await door.open(url)
    except Stopped as ended:
        return ended.failure.step, ended.failure.kind
    opened.stream.abort()
    return "well"


@pytest.mark.parametrize("asked", [True, False])
def test_an_unknown_name_is_no_lack_of_a_certificate(asked: bool):  # noqa: FBT001 - a table
    """Whatever else the peer asked for, it says that it has no such name."""
    problem = ssl.SSLError(1, "[SSL: TLSV1_UNRECOGNIZED_NAME] tlsv1 unrecognized name")
    problem.reason = "TLSV1_UNRECOGNIZED_NAME"

    assert alert_kind(problem, asked=asked)[0] == "server_name_unknown"
