"""Is nothing of the lab left behind, also when a test process is killed in the middle?"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.net_lab.crew import HOME
from tests.net_lab.link import BRIDGE_IP, links
from tests.net_lab.places import Place, place, said
from tests.servers.children import ROOT, STOP_S

HOLD = """
import json, time
from tests.net_lab.link import links
with links() as (link,):
    print(json.dumps([link.probe.name, link.bridge.name]), flush=True)
    time.sleep(60)
"""
ASK = f"from tests.net_lab.pinging import answers_icmp; print(answers_icmp('{BRIDGE_IP}'))"


def existing() -> set[str]:
    """The names of all namespaces."""
    spaces = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True)
    return {line.split()[0] for line in spaces.stdout.splitlines()}


def carriers(pid: int) -> list[Path]:
    """The link processes that were started by that process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path("/proc", child) for child in listed]


def test_all_is_gone_after_a_failure():
    """A test that fails in the middle leaves no namespace."""
    names: set[str] = set()

    def fails() -> None:
        with links() as (link,):
            names.update({link.probe.name, link.bridge.name} & existing())
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fails()
    assert len(names) == 2
    assert not names & existing()


def test_a_visit_ends_with_whatever_ends_it():
    """What a visitor sees and starts is inside; after a failure it is back where it was."""
    home, outside = HOME.readlink(), socket.if_nameindex()
    seen: list[object] = []

    def fails(there: Place) -> None:
        with there.entered():
            child = subprocess.run(["ip", "-o", "link"], check=True, capture_output=True)
            seen.extend((socket.if_nameindex(), child.stdout.count(b"\n")))
            raise ArithmeticError

    with place("city", "10.79.0.1") as there, pytest.raises(ArithmeticError):
        fails(there)
    assert seen == [[(1, "lo")], 1]
    assert (HOME.readlink(), socket.if_nameindex()) == (home, outside)


def test_what_crashes_inside_leaves_no_core():
    """Whatever our own limit is."""
    ask = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
    with place("city", "10.79.0.1") as there:
        assert there.run(sys.executable, "-c", ask) == "(0, 0)\n"


def test_two_test_processes_and_a_kill():
    """Two at once do not meet; of a killed one the link ends, and the next sweeps the rest."""
    with (
        links() as (ours,),
        subprocess.Popen(
            [sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as other,
    ):
        theirs = set(said(other))
        processes = carriers(other.pid)
        assert {ours.probe.name, ours.bridge.name} | theirs <= existing()
        assert ours.probe.run(sys.executable, "-c", ASK) == "True\n"
        other.send_signal(signal.SIGKILL)
        other.wait(STOP_S)
        ends_at = time.monotonic() + STOP_S
        while any(map(Path.exists, processes)) and time.monotonic() < ends_at:
            time.sleep(0.05)
        with place("probe", BRIDGE_IP):
            left = existing()

        assert processes
        assert not any(map(Path.exists, processes))
        assert ours.bridge.name in left
        assert not theirs & left
