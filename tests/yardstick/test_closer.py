"""What can be told where two causes look alike, and what honestly cannot?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import CHECKS
from rehearsal.model import Expect, Failure, Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.observe import Watch
from rehearsal.run import measure
from tests.servers.certificates import issue, written
from tests.servers.children import daemon, free_ports, needed
from tests.servers.names import name_server
from tests.yardstick.house import CODE
from tests.yardstick.street import street

HOST = "unit.street.example"
AUTHORITY = issue("Root of OpenSSL's server")


class Caller:
    """Measures pages of the street, and says only why it failed."""

    def __init__(self, door: Door, ports: dict[str, int]) -> None:
        self.door = door
        self.ports = ports

    def failure(self, url: str) -> Failure | None:
        """What is wrong with the page at that address."""
        target = Target(url, "unit", "unit", TargetKind.SYSTEM, url, expect=Expect(200, CODE))

        async def measured() -> Failure | None:
            async with Watch() as watch:
                found = await measure(
                    CHECKS["system.reach"], target, self.door, watch, vantage="test"
                )
            return found.failure

        return asyncio.run(measured())


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """One street, called upon peer by peer."""
    folder: Path = tmp_path_factory.mktemp("street")
    zone = {HOST: ["127.0.0.1"]}
    with street(folder) as ports, name_server(folder, zone) as names:
        trust = [str(folder / "root.pem"), str(folder / "openssl.pem")]
        (folder / "openssl.pem").write_bytes(AUTHORITY.pem)
        door = Door(
            resolver=Resolver([NameServer("127.0.0.1", names)]),
            tls=context(trust),
            hosts=frozenset({HOST, "127.0.0.1", "dark.street.example"}),
            deadlines=Deadlines(*[2.0] * 6),
        )
        yield Caller(door, ports)


def test_a_lone_leaf_without_any_hint(caller: Caller):
    """Forgotten intermediate or unknown root: the wire does not tell, so the detail counts."""
    failure = caller.failure(f"https://{HOST}:{caller.ports['chainless-without-hint']}/")

    assert failure is not None
    assert failure.kind == "certificate_unknown_authority"
    assert "1 certificate(s) sent" in failure.detail


def test_an_address_is_no_name(caller: Caller):
    """A certificate for a name does not prove an IP address."""
    failure = caller.failure(f"https://127.0.0.1:{caller.ports['good-tls13']}/")

    assert failure is not None
    assert failure.kind == "certificate_wrong_host"


def test_the_name_is_sent_along(caller: Caller):
    """A server of many names shows the certificate of the one that was asked for (SNI)."""
    assert caller.failure(f"https://{HOST}:{caller.ports['good-by-name']}/") is None


def test_nobody_listens_at_the_name_servers_port(caller: Caller):
    """A dead resolver is told from a dead name."""
    resolver = Resolver([NameServer("127.0.0.1", free_ports(1)[0])])
    door = Door(resolver, caller.door.tls, caller.door.hosts)
    failure = Caller(door, caller.ports).failure("http://dark.street.example/")

    assert failure is not None
    assert failure.kind == "resolver_unreachable"


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_openssl_wants_our_certificate(caller: Caller, tmp_path: Path, version: str):
    """OpenSSL's own server refuses us by another alert in each version of TLS."""
    files = written(tmp_path, "good", issue("good", by=AUTHORITY, hosts=[HOST]))
    (tmp_path / "ca.pem").write_bytes(AUTHORITY.pem)
    port = free_ports(1)[0]
    command = [
        *(needed("openssl"), "s_server", f"-{version}", "-Verify", "1", "-www", "-quiet"),
        *("-accept", f"127.0.0.1:{port}", "-CAfile", str(tmp_path / "ca.pem")),
        *("-cert", str(files.chain), "-key", str(files.key)),
    ]
    with daemon(command, [("127.0.0.1", port)], tmp_path / "log"):
        failure = caller.failure(f"https://{HOST}:{port}/")

    assert failure is not None
    assert (failure.step, failure.kind) == ("tls_handshake", "client_certificate_required")
