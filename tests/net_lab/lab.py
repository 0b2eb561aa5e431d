"""Where can a route be missing, a router refuse, a line go down? In two network namespaces.

`centre` is where we measure from; `city` routes for it and serves. Addresses exist only there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.servers.children import LIFE_S, ROOT, STOP_S, needed

CENTRE_IP, CITY_IP, OTHER_IP = "10.77.0.1", "10.77.0.2", "10.77.0.3"
_ROUTES = {
    "city": ("unreachable 10.77.5.0/24", "prohibit 10.77.6.0/24", "blackhole 10.77.8.0/24"),
    "centre": ("prohibit 10.77.7.0/24", f"10.77.0.0/16 via {CITY_IP}"),
}


@dataclass(frozen=True)
class Lab:
    """Both namespaces, joined by one line."""

    centre: str
    city: str
    line: str

    def cut(self) -> None:
        """Our uplink goes down."""
        _ip("-n", self.centre, "link", "set", self.line, "down")

    def python(self, namespace: str, module: str, *arguments: str) -> subprocess.Popen[str]:
        """A module of the tests inside a namespace, bounded in time."""
        inside = ("ip", "netns", "exec", namespace, "timeout", str(LIFE_S))
        return subprocess.Popen(
            [*inside, sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def measure(self, urls: Sequence[str], nameservers: Sequence[str] = ()) -> dict[str, Any]:
        """What the prober says of these addresses, from the centre: URL -> [step, kind]."""
        with self.probing(urls, nameservers) as child:
            return said(child)

    @contextmanager
    def probing(
        self, urls: Sequence[str], nameservers: Sequence[str] = ()
    ) -> Iterator[subprocess.Popen[str]]:
        """The prober at work in the centre."""
        arguments = json.dumps({"urls": list(urls), "nameservers": list(nameservers)})
        with self.python(self.centre, "tests.net_lab.probing", arguments) as child:
            yield child


def said(child: subprocess.Popen[str]) -> Any:
    """The next line of a child, as JSON."""
    line = child.stdout.readline()
    assert line, "the child ended without a word"
    return json.loads(line)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=STOP_S)


def _refused(problem: subprocess.CalledProcessError) -> None:
    """Namespaces are not allowed here: that may be, but never where everything must run."""
    told = f"no network namespace: {problem.stderr.decode(errors='replace').strip()}"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)


@contextmanager
def lab() -> Iterator[Lab]:
    """Two namespaces of our own, gone at the end."""
    needed("ip")
    number = os.getpid()
    found = Lab(f"centre-{number}", f"city-{number}", f"up{number}"[:15])
    with ExitStack() as stack:
        for name in (found.centre, found.city):
            try:
                _ip("netns", "add", name)
            except subprocess.CalledProcessError as problem:
                _refused(problem)
            stack.callback(_ip, "netns", "delete", name)
        _join(found)
        yield found


def _join(found: Lab) -> None:
    peer = f"dn{os.getpid()}"[:15]
    _ip(
        *("link", "add", found.line, "netns", found.centre, "type", "veth"),
        *("peer", "name", peer, "netns", found.city),
    )
    ends = (
        (found.centre, found.line, CENTRE_IP),
        (found.city, peer, CITY_IP),
        (found.city, peer, OTHER_IP),
    )
    for namespace, device, address in ends:
        _ip("-n", namespace, "addr", "add", f"{address}/24", "dev", device)
        _ip("-n", namespace, "link", "set", device, "up")
        _ip("-n", namespace, "link", "set", "lo", "up")
    _ip("netns", "exec", found.city, "sysctl", "-qw", "net.ipv4.ip_forward=1")
    for side, routes in _ROUTES.items():
        for route in routes:
            _ip("-n", getattr(found, side), "route", "add", *route.split())
