"""Which city do nginx and Janus play? One unit for each certificate and page that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.net_lab.places import place
from tests.servers.certificates import Files, intermediate, issue, root, stranger, written
from tests.servers.children import free_ports, our_server
from tests.servers.janus import NO_ROOM, ROOM, ROOM_WITH_PIN, janus
from tests.servers.names import name_server
from tests.servers.nginx import Site, nginx

HEALTHY = 22  # beside the two hubs: 24 participants at one Janus
GOOD = tuple(f"unit-{number:02}" for number in range(1, HEALTHY + 1))
CERTIFICATES = (
    *("expired", "not-yet-valid", "wrong-host", "self-signed", "chainless"),
    *("unknown-authority", "unknown-alone", "intermediate-expired"),
)
MUTUAL = ("mutual-tls12", "mutual-tls13")
FRONTED = ("tls13-only", "tls-at-plain")  # Janus' media is at the address of their nginx too
ELSEWHERE = "media-elsewhere"  # behind its nginx Janus names addresses of its own
ODD = (*CERTIFICATES, *MUTUAL, "tls13-only", ELSEWHERE)
LATE = "page-late"  # what is behind its nginx lives an hour ago
# What nginx does at the address of the unit's page; CODE is the unit's.
PAGES = {
    "page-404": "location / { return 404; }",
    "page-500": "location / { return 500; }",
    "page-503": "location / { return 503; }",
    "page-401": "location / { return 401; }",
    "page-moved": "location = /health { return 302 /new; } location / { return 200 CODE; }",
    "page-loop": "location / { return 302 /health; }",
    "page-outside": "location / { return 302 https://elsewhere.example/; }",
    "page-downgraded": "location / { return 302 http://$host/; }",
    "page-big": "location / { root FOLDER; try_files /big.html =404; gzip off; }",
    "page-bomb": "location / { root FOLDER; try_files /big.html =404; }",
    "page-silent": "location / { return 444; }",
    "page-empty": "location / { return 200; }",
    "page-wrong": "location / { return 200 '<h1>Welcome to nginx!</h1>'; }",
    LATE: "location / { proxy_pass http://BEHIND; proxy_pass_header Date; }",
}
ROOMS = {"no-room": NO_ROOM, "pin-room": ROOM_WITH_PIN}
PORTS = {"plain-at-tls": "https", "tls-at-plain": "http", "refused": "https"}
UNITS = (*GOOD, *ODD, *PAGES, *ROOMS, *PORTS)
BIG_BYTES = 2 * 1024 * 1024
# Janus offers no media at a loopback address.
_NETWORK, _GATEWAY = "10.79.0.", "127.0.41.2"
_JANUS = f"{_NETWORK}1"
_HEAD = """
version: 1
city:
  {name: Thử, timezone: Asia/Ho_Chi_Minh, go_live: 2025-07-01, expect: {units: UNITS, hubs: 2}}
network:
  nameservers: ["127.0.0.1:NAMES"]
  trust: ["TRUST"]
  ports: {443: SECURE, 80: PLAIN}
defaults:
  bridge: {protocol: janus, url: "wss://{slug}.bridge.example/janus", room: ROOM}
  systems:
    page:
      bloc: government
      url: "https://{slug}.page.example/health"
      expect: {status: 200, contains: "{code}"}
hubs:
  - {slug: central, name: Trung tâm, role: central}
  - {slug: main, name: Chính, role: main}
systems:
  hotline: {url: "https://1022.example/", expect: {contains: "10001"}}
units:
"""


@dataclass(frozen=True)
class City:
    """Where the inventory lies, and the servers' process ids."""

    inventory: Path
    janus: int
    nginx: int


def code(slug: str) -> str:
    """The unit's code, as its page must show it."""
    return str(10001 + UNITS.index(slug))


def _address(slug: str) -> str:
    network = _NETWORK if slug in FRONTED else "127.0.42."
    return f"{network}{UNITS.index(slug) + 1}"


def _media() -> tuple[str, ...]:
    """Where Janus sends and receives sound."""
    return (_JANUS, *map(_address, FRONTED))


def _certificates(folder: Path) -> dict[str, Files]:
    """A chain for every unit whose certificate is wrong, and a right one for all others."""
    every = ["*.bridge.example", "*.page.example", "1022.example"]
    good = issue("Good", by=intermediate(), hosts=every)
    old = issue("City Test Issuing CA 2", by=root(), days=(-30, -1), organization="City Test")
    theirs = issue("Somebody Else Issuing CA", by=stranger())
    chains = {
        "good": (good, intermediate()),
        "expired": (issue("x", by=intermediate(), hosts=every, days=(-90, -1)), intermediate()),
        "not-yet-valid": (
            issue("x", by=intermediate(), hosts=every, days=(1, 90)),
            intermediate(),
        ),
        "wrong-host": (issue("x", by=intermediate(), hosts=["a.example"]), intermediate()),
        "self-signed": (issue("x", hosts=every),),
        "chainless": (good,),
        "unknown-authority": (issue("x", by=theirs, hosts=every), theirs),
        "unknown-alone": (issue("x", by=stranger(), hosts=every),),
        "intermediate-expired": (issue("x", by=old, hosts=every), old),
    }
    return {name: written(folder, name, *chain) for name, chain in chains.items()}


def _sites(
    folder: Path, plain: int, secure: int, behind: int, files: dict[str, Files]
) -> Iterator[Site]:
    proxy = (
        f"location /janus {{ proxy_pass http://{_JANUS}:{plain}; proxy_http_version 1.1;"
        " proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }"
    )
    ca = f"ssl_client_certificate {folder}/root.pem; ssl_verify_client on;"
    extras = {
        "mutual-tls12": f"{ca} ssl_protocols TLSv1.2;",
        "mutual-tls13": f"{ca} ssl_protocols TLSv1.3;",
        "tls13-only": "ssl_protocols TLSv1.3;",
    }
    for slug in UNITS:
        is_plain = slug == "plain-at-tls"
        pages = PAGES.get(slug, "location / { return 200 '<p>CODE</p>'; }")
        pages = pages.replace("CODE", code(slug)).replace("FOLDER", str(folder))
        pages = pages.replace("BEHIND", f"127.0.0.1:{behind}")
        chain = None if is_plain else files.get(slug, files["good"])
        extra = f"{extras.get(slug, '')}\n{proxy}\n{pages}"
        if slug != "refused":
            yield Site(_address(slug), secure, chain, extra)
    yield Site(_address("tls-at-plain"), plain, files["good"], "return 200 x;")
    yield Site(_GATEWAY, secure, files["good"], "location / { return 200 '10001'; }")


def _zone() -> dict[str, list[str]]:
    pages = {f"{slug}.page.example": [_address(slug)] for slug in UNITS}
    at_janus = {f"{slug}.bridge.example": [_JANUS] for slug in ("central", "main", *UNITS)}
    odd = {f"{slug}.bridge.example": [_address(slug)] for slug in (*ODD, *PORTS)}
    return {**pages, **at_janus, **odd, "1022.example": [_GATEWAY]}


def _unit(slug: str) -> str:
    bridge = f", bridge: {{room: {ROOMS[slug]}}}" if slug in ROOMS else ""
    if slug in PAGES:
        bridge = ", bridge: null"
    scheme = PORTS.get(slug, "https")
    systems = f', systems: {{page: {{url: "{scheme}://{slug}.page.example/health"}}}}'
    return (
        f'  - {{code: "{code(slug)}", slug: {slug}, name: Đơn vị {code(slug)}, kind: ward, '
        f"former_province: hai-phong{bridge}{systems}}}\n"
    )


@contextmanager
def _land() -> Iterator[None]:
    """A network of our own with one device more than `lo`; this thread is in it too."""
    with place("city", _JANUS) as land:
        land.ip("link", "add", "media", "type", "veth", "peer", "name", "far")
        for device in ("media", "far"):
            land.ip("link", "set", device, "up")
        for address in _media():
            land.ip("addr", "add", f"{address}/24", "dev", "media")
        with land.entered():
            yield


@contextmanager
def real_city(folder: Path) -> Iterator[City]:
    """nginx, Janus and a name server, and the inventory that leads to them.

    They are alone in a network, and so is whatever this thread starts meanwhile.
    """
    files = _certificates(folder)
    (folder / "root.pem").write_bytes(root().pem)
    (folder / "big.html").write_bytes(b"<p>0</p>" * (BIG_BYTES // 8))
    with ExitStack() as stack:
        stack.enter_context(_land())
        plain, secure = free_ports(2)
        gateway = janus(folder, _media(), plain, secure, files["good"])
        janus_pid = stack.enter_context(gateway)
        behind = stack.enter_context(our_server("tests.servers.late", code(LATE)))
        sites = list(_sites(folder, plain, secure, behind, files))
        nginx_pid = stack.enter_context(nginx(folder, sites))
        names = stack.enter_context(name_server(folder, _zone()))
        head = (
            _HEAD.replace("NAMES", str(names))
            .replace("TRUST", str(folder / "root.pem"))
            .replace("SECURE", str(secure))
            .replace("PLAIN", str(plain))
            .replace("UNITS", str(len(UNITS)))
            .replace("ROOM", str(ROOM))
        )
        inventory = folder / "bridges.yaml"
        inventory.write_text(head + "".join(_unit(slug) for slug in UNITS), encoding="utf-8")
        yield City(inventory, janus_pid, nginx_pid)
