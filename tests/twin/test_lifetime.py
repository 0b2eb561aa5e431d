"""Does the twin come up with one line, and leave with its parent, without a trace?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.twin.calling import PATIENCE_S, Twin, inventory_text, twin
from twin.__main__ import main
from twin.faults import fault_names


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A town of two units."""
    path = tmp_path / "bridges.yaml"
    path.write_text(inventory_text(["an", "binh"]), encoding="utf-8")
    return path


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid: int) -> None:
    for _ in range(int(PATIENCE_S / 0.02)):
        if not is_alive(pid):
            return
        time.sleep(0.02)
    raise TimeoutError(pid)


def test_the_line_says_how_to_reach_the_city(inventory: Path, tmp_path: Path):
    """One line of JSON: network, go-live, process and the faulty targets alone."""
    assigned = tmp_path / "faults.json"
    assigned.write_text('{"an/page": "status-404", "binh/page": "none"}')
    with twin(inventory, "--assign", assigned, "--directory", tmp_path / "twin") as town:
        said = town.said

    assert said["ready"] is True
    assert said["pid"] == town.process.pid
    assert said["network"]["ports"].keys() >= {"80", "443"}
    assert said["network"]["trust"] == [str(tmp_path / "twin" / "ca.pem")]
    assert said["targets"].keys() == {"an/page"}
    assert said["targets"]["an/page"]["faults"] == ["status-404"]


def test_only_the_root_and_the_records_stay_in_the_directory(city: Twin):
    """Keys are on disk only while they are loaded."""
    folder = Path(city.said["network"]["trust"][0]).parent
    names = {file.name for file in folder.iterdir()}

    shown = {"ca.pem", "signing.pem"}  # roots, without their keys
    assert {name for name in names if not name.startswith("records.db")} == shown
    assert not any("PRIVATE KEY" in (folder / name).read_text() for name in shown)
    assert city.said["records"] == str(folder / "records.db")


def test_a_temporary_directory_goes_with_the_twin(inventory: Path):
    """SIGTERM is an orderly end."""
    with twin(inventory) as town:
        trust = Path(town.said["network"]["trust"][0])
        assert trust.exists()
        assert town.stop() == 0

    assert not trust.parent.exists()


def test_the_end_of_its_input_ends_it(inventory: Path):
    """Whoever holds the pipe need not send a signal."""
    with twin(inventory) as town:
        town.process.stdin.close()

        assert town.process.wait(PATIENCE_S) == 0


PARENT = """
import subprocess, sys, threading, time
def start():
    global child
    child = subprocess.Popen([sys.executable, "-m", "twin", "--inventory", sys.argv[1]],
                             stdin=subprocess.DEVNULL)
thread = threading.Thread(target=start)
thread.start()
thread.join()
time.sleep(20)
"""


def test_a_killed_parent_takes_it_along(inventory: Path):
    """Even without a pipe, and though the thread that started it ended long before."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, inventory], stdout=subprocess.PIPE, text=True
    ) as parent:
        said = json.loads(parent.stdout.readline())
        assert is_alive(said["pid"])
        parent.send_signal(signal.SIGKILL)
        parent.wait(PATIENCE_S)

        wait_until_gone(said["pid"])
    assert not Path(said["network"]["trust"][0]).exists()


def test_two_twins_live_side_by_side(inventory: Path):
    """Each has a block of its own, and both answer."""
    with twin(inventory) as first, twin(inventory) as second:
        blocks = {town.name_server[0] for town in (first, second)}
        answers = [town.get("an.page.example")[:12] for town in (first, second)]

    assert len(blocks) == 2
    assert answers == [b"HTTP/1.1 200"] * 2


def test_wrong_faults_are_refused_before_anything_listens(inventory: Path, tmp_path: Path):
    """Exit 3, every error on stderr, nothing on stdout."""
    assigned = tmp_path / "faults.json"
    assigned.write_text('{"an/page": "room-full", "nobody/page": "status-404"}')
    command = [sys.executable, "-m", "twin", "--inventory", inventory, "--assign", assigned]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (3, "")
    assert "room-full" in ended.stderr
    assert "nobody/page" in ended.stderr


def test_the_faults_are_listed_in_both_languages(capsys: pytest.CaptureFixture[str]):
    """`--faults` needs no inventory."""
    assert main(["--faults"]) == 0

    listed = capsys.readouterr().out
    for name, says in fault_names().items():
        assert f"{name}\n    {says.vi}\n    {says.en}\n" in listed
