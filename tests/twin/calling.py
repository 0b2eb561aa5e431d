"""How do the tests start a twin and call its targets, with libraries of their own?"""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import dns.rdatatype

from rehearsal.model import Api, PublicPage, Target, TargetKind
from twin.faults import FAULTS

ROOM = 20250620
PATIENCE_S = 5.0
CONTRACTS = {
    "dossiers": "https://{slug}.dossiers.example/v1",
    "open311": "https://{slug}.open311.example/v1",
    "edxml": "https://{slug}.edxml.example/v1",
    "oidc": "https://{slug}.oidc.example/v1",
    "mail": "smtp://{slug}.mail.example",
    "voice": "sip:1022@{slug}.voice.example",
}
_API = """
    CONTRACT:
      bloc: government
      url: "https://{slug}.CONTRACT.example/health"
      api:
        contract: CONTRACT
        url: "URL"
        account: {user: thu, secret: "env:REHEARSAL_CONTRACT"}
        settings:
          client_id: thu
          redirect_uri: "https://{slug}.page.example/oidc"
          imap: "imap://{slug}.mail.example"
          echo: "9196"
"""
SORTS = ("contact", "listed", "closed")  # of pages for citizens
_PAGE = """\
    SORT:
      url: "https://{slug}.SORT.example/start"
      page: {sort: SORT, leads_to: "https://portal.example/"}
"""
HEAD = f"""
version: 1
city:
  name: Thử
  timezone: Asia/Ho_Chi_Minh
  go_live: 2025-07-01
  expect: {{units: UNITS, hubs: 1}}
defaults:
  bridge: {{protocol: janus, url: "wss://{{slug}}.bridge.example/janus", room: {ROOM}}}
  line: {{url: "wss://{{slug}}.line.example/ndt/v7"}}
  systems:
    page:
      bloc: party
      url: "https://{{slug}}.page.example/health"
      expect: {{status: 200, contains: "{{code}}"}}
    plain:
      bloc: front
      url: "http://{{slug}}.plain.example/"
      expect: {{status: 200, contains: "{{code}}"}}
PAGES
APIS
hubs:
  - {{slug: central, name: Trung tâm, role: central}}
systems:
  hotline:
    url: "https://1022.example/open311/v2/services.json"
    expect: {{contains: "service_code"}}
units:
"""


def inventory_text(slugs: list[str]) -> str:
    """A city of such units: each has a bridge, pages with and without TLS, interfaces."""
    rows = (
        f'  - {{code: "{10001 + n}", slug: {slug}, name: Đơn vị {n}, kind: ward, '
        "former_province: hai-phong}\n"
        for n, slug in enumerate(slugs)
    )
    apis = "".join(
        _API.replace("CONTRACT", contract).replace("URL", url)
        for contract, url in CONTRACTS.items()
    )
    pages = "".join(_PAGE.replace("SORT", sort) for sort in SORTS)
    head = HEAD.replace("UNITS", str(len(slugs)))
    return head.replace("PAGES\n", pages).replace("APIS", apis) + "".join(rows)


def target_of(fault: str) -> str:
    """Which target of the unit that bears the fault's name has it."""
    suits = FAULTS[fault].suits
    for sort, kind, scheme in (
        ("bridge", TargetKind.BRIDGE, "wss"),
        ("page", TargetKind.SYSTEM, "https"),
        ("plain", TargetKind.SYSTEM, "http"),
        ("line", TargetKind.LINE, "wss"),
    ):
        protocol = "janus" if kind is TargetKind.BRIDGE else "https"
        if suits(Target("", "unit", "", kind, f"{scheme}://x.example/", protocol)):
            return sort
    for sort in SORTS:
        if suits(_of_sort(sort)):
            return sort
    return next(contract for contract in CONTRACTS if suits(_with_api(contract)))


def _of_sort(sort: str) -> Target:
    """A page for citizens that no other fault suits."""
    page = PublicPage(sort, "")
    return Target("", "city", "", TargetKind.PAGE, "ftp://x.example/", page=page)


def _with_api(contract: str) -> Target:
    """A system with that interface alone."""
    api = Api(contract, "https://x.example/v1")
    return Target("", "unit", "", TargetKind.SYSTEM, "ftp://x.example/", api=api)


@dataclass(frozen=True)
class Twin:
    """A running twin, as its one line describes it."""

    process: subprocess.Popen[str]
    said: Mapping[str, Any]

    @cached_property
    def name_server(self) -> tuple[str, int]:
        """Its address and port."""
        address, _, port = self.said["network"]["nameservers"][0].partition(":")
        return address, int(port)

    def ask(
        self, name: str, kind: str = "A", *, tcp: bool = False, **how: Any
    ) -> dns.message.Message:
        """One question to its name server."""
        query = dns.message.make_query(name, kind, **how)
        send = dns.query.tcp if tcp else dns.query.udp
        address, port = self.name_server
        return send(query, address, port=port, timeout=0.5)

    def address(self, host: str) -> str:
        """Where the name leads in the end."""
        answer = self.ask(host, tcp=True)
        return answer.answer[0][-1].address

    def port(self, port: int) -> int:
        """What listens instead of the port of a URL."""
        return self.said["network"]["ports"][str(port)]

    def connect(self, host: str, port: int = 443) -> socket.socket:
        """A TCP connection to the name."""
        return socket.create_connection((self.address(host), self.port(port)), PATIENCE_S)

    def context(self) -> ssl.SSLContext:
        """A client that trusts the twin's root and nobody else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.said["network"]["trust"][0])
        return context

    @contextmanager
    def secure(self, host: str) -> Iterator[ssl.SSLSocket]:
        """A verified TLS connection to the name."""
        context = self.context()
        with (
            self.connect(host) as plain,
            context.wrap_socket(plain, server_hostname=host) as line,
        ):
            yield line

    def get(self, host: str, path: str = "/health", headers: str = "") -> bytes:
        """Everything that comes back for a request over TLS."""
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n"
        with self.secure(host) as line:
            line.sendall(request.encode())
            return read_all(line)

    def stop(self) -> int:
        """Ask it to end; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


class Session:
    """TLS on top of a socket's own errors, which `ssl.SSLSocket` takes for end of file."""

    def __init__(self, line: socket.socket, context: ssl.SSLContext, host: str) -> None:
        """Shake hands at once."""
        self.line = line
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname=host)
        self._until_done(self.tls.do_handshake)
        self.line.sendall(self.outgoing.read())

    def send(self, data: bytes) -> None:
        """Encrypt and send."""
        self.tls.write(data)
        self.line.sendall(self.outgoing.read())

    def receive(self) -> bytes:
        """Decrypt what comes next."""
        return self._until_done(lambda: self.tls.read(65536))

    def _until_done(self, act: Callable[[], Any]) -> Any:
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                self.line.sendall(self.outgoing.read())
                self.incoming.write(self.line.recv(65536))


def read_all(line: socket.socket, limit: int = 2 << 20) -> bytes:
    """Read to the end, or to the limit."""
    found = b""
    while len(found) < limit and (piece := line.recv(65536)):
        found += piece
    return found


@contextmanager
def twin(inventory: Path, *options: str | Path) -> Iterator[Twin]:
    """A twin in its own process; it ends with the block."""
    command = [sys.executable, "-m", "twin", "--inventory", inventory, "--verbose", *options]
    with subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            yield Twin(process, json.loads(line))
        finally:
            process.stdin.close()
            process.wait(PATIENCE_S)
            log = process.stderr.read()
    # A caller who speaks no HTTP is turned away by the library, which tells of it so.
    ours = [told for told in log.split("Traceback")[1:] if "http_exceptions." not in told]
    assert not ours, log
