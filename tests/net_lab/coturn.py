"""How does a test get a real TURN server inside a namespace, over UDP and TCP?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.net_lab.places import Place
from tests.servers.children import needed

USER, SECRET, REALM = "probe", "turn-of-the-lab", "lab.example"
RELAY_PORTS = (30000, 30999)
_PORT = 3478


@dataclass(frozen=True)
class Relaying:
    """Where it listens, one URL a transport (RFC 7065), for `USER` with `SECRET`."""

    udp: str
    tcp: str
    pid: int


@contextmanager
def coturn_in(
    place: Place,
    folder: Path,
    *,
    user: str = USER,
    secret: str = SECRET,
    relay_ports: tuple[int, int] = RELAY_PORTS,
) -> Iterator[Relaying]:
    """A relay at the place's address with long-term credentials for one user."""
    first, last = relay_ports
    command = [
        *(needed("turnserver"), "-n", "--no-cli", "--no-tls", "--no-dtls", "--fingerprint"),
        *("--lt-cred-mech", f"--user={user}:{secret}", f"--realm={REALM}"),
        *(f"--listening-ip={place.address}", f"--listening-port={_PORT}"),
        *(f"--relay-ip={place.address}", f"--min-port={first}", f"--max-port={last}"),
        *(f"--pidfile={folder / 'turn.pid'}", f"--db={folder / 'turn.db'}"),
        *("--log-file=stdout", "--simple-log"),
    ]
    with place.serving(command, [_PORT], folder / "turn.log") as pid:
        address = f"turn:{place.address}:{_PORT}?transport="
        yield Relaying(f"{address}udp", f"{address}tcp", pid)
