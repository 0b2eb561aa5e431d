"""Does each fault of pages and exchanges look on the wire as it is called?"""

from __future__ import annotations

import contextlib
import gzip
import json

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver

from tests.twin.calling import CONTRACTS, SORTS, Session, Twin, read_all
from twin.faults import FAULTS

CODES = {fault: str(10001 + n) for n, fault in enumerate(FAULTS)}


def host(fault: str) -> str:
    return f"{fault}.page.example"


class ByTwin(AbstractResolver):
    """aiohttp asks the twin's name server."""

    def __init__(self, city: Twin) -> None:
        self.city = city

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list:
        address = self.city.address(host)
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": family,
                "proto": 0,
                "flags": 0,
            }
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("fault", ["none", "gzip-page", "chunked-page"])
async def test_a_healthy_page_is_the_units_own(city: Twin, fault: str):
    """An ordinary client gets the page with the unit's code, however it is packed."""
    connector = aiohttp.TCPConnector(resolver=ByTwin(city), ssl=city.context())
    url = f"https://{host(fault)}:{city.port(443)}/health"
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.get(url) as answer,
    ):
        text = await answer.text()

    assert (answer.status, answer.content_type) == (200, "text/html")
    assert CODES[fault] in text
    assert "Đơn vị" in text


def test_the_hotline_lists_its_services(city: Twin):
    """GeoReport v2: a JSON array of services."""
    body = city.get("1022.example", "/open311/v2/services.json").partition(b"\r\n\r\n")[2]

    assert json.loads(body)[0]["service_code"]


def test_another_path_is_not_found(city: Twin):
    """Only the inventory's paths exist."""
    assert city.get(host("none"), "/elsewhere").startswith(b"HTTP/1.1 404")


STARTS = {
    "status-404": b"HTTP/1.1 404",
    "status-500": b"HTTP/1.1 500",
    "status-401": b"HTTP/1.1 401",
    "status-403": b"HTTP/1.1 403",
    "status-429": b"HTTP/1.1 429",
    "status-503": b"HTTP/1.1 503",
    "redirect-loop": b"HTTP/1.1 302",
    "redirect-outside": b"HTTP/1.1 302",
    "redirect-to-http": b"HTTP/1.1 302",
    "wrong-content": b"HTTP/1.1 200",
    "login-page": b"HTTP/1.1 200",
    "captive-page": b"HTTP/1.1 200",
    "wrong-unit": b"HTTP/1.1 200",
    "empty-body": b"HTTP/1.1 200",
    "closed-before-response": b"",
    "malformed-response": b"\x00\xff",
}


@pytest.mark.parametrize(("fault", "start"), STARTS.items())
def test_a_wrong_answer_never_holds_the_code(city: Twin, fault: str, start: bytes):
    """The answer begins as the fault says, and could not be taken for the unit's page."""
    answer = city.get(host(fault))

    assert answer[: len(start) or 1] == start
    assert CODES[fault].encode() not in answer


@pytest.mark.parametrize(
    ("fault", "mark"),
    [
        ("status-401", b"WWW-Authenticate: Basic"),
        ("status-429", b"Retry-After: 30"),
        ("redirect-loop", b"Location: https://redirect-loop.page.example/health"),
        ("redirect-outside", b"Location: https://elsewhere.invalid/"),
        ("redirect-to-http", b"Location: http://redirect-to-http.page.example/health"),
        ("login-page", b'type="password"'),
        ("captive-page", b'http-equiv="refresh"'),
    ],
)
def test_a_wrong_answer_carries_its_mark(city: Twin, fault: str, mark: bytes):
    """What a prober can know the fault by is there."""
    assert mark in city.get(host(fault))


def test_the_wrong_unit_is_another_unit(city: Twin):
    """The page is right in all but its unit: it holds the next one's code."""
    following = list(FAULTS)[list(FAULTS).index("wrong-unit") + 1]

    assert CODES[following].encode() in city.get(host("wrong-unit"))


def test_a_bomb_is_small_and_valid(city: Twin):
    """About 110 kB on the wire become more than 100 MB."""
    packed = city.get(host("gzip-bomb")).partition(b"\r\n\r\n")[2]

    assert len(packed) < 200_000
    assert len(gzip.decompress(packed)) > 100_000_000


@pytest.mark.parametrize("fault", ["response-truncated", "chunked-truncated"])
def test_a_truncated_page_ends_early_and_politely(city: Twin, fault: str):
    """Half of the body, then an orderly end."""
    head, _, body = city.get(host(fault)).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200")
    assert b"</html>" not in body


@pytest.mark.parametrize("fault", ["reset-before-response", "reset-mid-response"])
def test_a_reset_strikes_in_the_exchange(city: Twin, fault: str):
    """The handshake held; the answer breaks off by RST."""
    with city.connect(host(fault)) as line:
        session = Session(line, city.context(), host(fault))
        session.send(f"GET /health HTTP/1.1\r\nHost: {host(fault)}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            list(iter(session.receive, b""))


@pytest.mark.parametrize(
    ("fault", "least"),
    [("response-timeout", 0), ("response-stalled", 100), ("response-drip", 80)],
)
def test_a_silent_server_keeps_the_line_open(city: Twin, fault: str, least: int):
    """As much comes as the fault allows, then nothing, and no end of file."""
    with city.secure(host(fault)) as line:
        line.sendall(f"GET /health HTTP/1.1\r\nHost: {host(fault)}\r\n\r\n".encode())
        line.settimeout(0.3)
        seen = b""
        with contextlib.suppress(TimeoutError):
            while piece := line.recv(65536):
                seen += piece
            pytest.fail("the connection ended")

    assert len(seen) >= least
    assert b"</html>" not in seen


@pytest.mark.parametrize("fault", ["endless-body", "header-flood", "continue-flood"])
def test_a_flood_passes_every_cap(city: Twin, fault: str):
    """More than 300 kB come, and no end."""
    with city.secure(host(fault)) as line:
        line.sendall(f"GET /health HTTP/1.1\r\nHost: {host(fault)}\r\n\r\n".encode())

        assert len(read_all(line, limit=300_000)) >= 300_000


def test_a_flood_leaves_the_neighbours_alone(city: Twin):
    """While one caller drowns, a healthy page is served."""
    name = host("endless-body")
    with city.secure(name) as line:
        line.sendall(f"GET /health HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())

        assert city.get(host("none")).startswith(b"HTTP/1.1 200")


def test_every_unit_has_a_sound_certificate_of_its_own(city: Twin):
    """The certificate holds the unit's names and no other unit's."""
    with city.secure(host("none")) as line:
        names = {name for _, name in line.getpeercert()["subjectAltName"]}

    sorts = ("bridge", "line", "page", *SORTS, *CONTRACTS)
    assert names == {f"none.{sort}.example" for sort in sorts}
