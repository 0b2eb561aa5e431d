"""Does M-Lab's own client measure the twin's lines, over real names and certificates?"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.servers.children import ROOT, needed
from tests.servers.npm import modules
from tests.twin.calling import Twin

SOURCE = ROOT / "tests/servers/ndt7"
TEST_S = 40
PLAYED_MBIT = 20.0
# Who measures what: M-Lab's client ends an upload by itself after ten seconds.
TESTS = (("none", "download"), ("none", "upload"), ("line-slow-up", "download"))


@pytest.fixture(scope="module")
def installed() -> Path:
    """M-Lab's client, exactly as its lock file names it."""
    return modules(SOURCE)


@pytest.fixture(scope="module")
def measured(city: Twin, installed: Path) -> Iterator[Mapping[tuple[str, str], Any]]:
    """What it measures at each unit, all at once."""
    with ExitStack() as stack:
        running = {
            (unit, test): stack.enter_context(_run(city, installed, unit, test))
            for unit, test in TESTS
        }
        yield {
            key: json.loads(child.communicate(timeout=TEST_S)[0])
            for key, child in running.items()
        }


def _run(city: Twin, installed: Path, unit: str, test: str) -> subprocess.Popen[str]:
    host = f"{unit}.line.example"
    server, address = f"{host}:{city.port(443)}", city.address(host)
    script = str(SOURCE / "run.cjs")
    return subprocess.Popen(
        ["timeout", str(TEST_S), needed("node"), script, test, server, address, "wss"],
        env={
            "PATH": os.environ["PATH"],
            "NODE_PATH": str(installed),
            "NODE_EXTRA_CA_CERTS": city.said["network"]["trust"][0],
        },
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("unit", "test"), TESTS)
def test_its_client_is_content(measured: Mapping[tuple[str, str], Any], unit: str, test: str):
    """It completes without an error, and has measurements of both sides."""
    told = measured[unit, test]

    assert (told["code"], told["errors"]) == (0, [])
    assert len(told["client"]) > 10
    assert len(told["server"]) > 10


def test_a_download_has_the_uplinks_width(measured: Mapping[tuple[str, str], Any]):
    """The client's own figure after ten seconds."""
    last = measured["none", "download"]["completed"]["LastClientMeasurement"]

    assert last["MeanClientMbps"] == pytest.approx(PLAYED_MBIT, rel=0.15)


def test_an_upload_has_the_downlinks_width(measured: Mapping[tuple[str, str], Any]):
    """What the server says that it received, since a client only knows what it sent."""
    app = measured["none", "upload"]["completed"]["LastServerMeasurement"]["AppInfo"]

    assert app["NumBytes"] * 8 / app["ElapsedTime"] == pytest.approx(PLAYED_MBIT, rel=0.25)


def test_a_slow_line_is_slow_for_it_too(measured: Mapping[tuple[str, str], Any]):
    """The fault is the line's, not a trick on our own client."""
    last = measured["line-slow-up", "download"]["completed"]["LastClientMeasurement"]

    assert last["MeanClientMbps"] == pytest.approx(1.0, rel=0.15)


@pytest.mark.parametrize("test", ["download", "upload"])
def test_the_servers_measurements_are_those_of_the_protocol(
    measured: Mapping[tuple[str, str], Any], test: str
):
    """The objects and fields of its specification, counted by the kernel."""
    last = measured["none", test]["completed"]["LastServerMeasurement"]

    assert (last["Origin"], last["Test"]) == ("server", test)
    assert {"Client", "Server"} == set(last["ConnectionInfo"])
    assert {"ElapsedTime", "NumBytes"} == set(last["AppInfo"])
    assert {"MinRTT", "RTT", "BytesSent", "BytesRetrans", "RWndLimited"} <= set(last["TCPInfo"])


def test_who_does_not_ask_for_ndt7_is_refused(city: Twin):
    """A request without the subprotocol "does not look correct": 4xx, and no WebSocket."""
    upgrade = (
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: DOdm+5/Cm3WwvhfcAlhJoQ==\r\nSec-WebSocket-Protocol: chat\r\n"
    )
    said = city.get("none.line.example", "/ndt/v7/download", upgrade)

    assert said.startswith(b"HTTP/1.1 400 ")
