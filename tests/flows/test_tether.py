"""Does a tethered child end with its parent?"""

import subprocess
import sys
import time

from flows import tether
from tests.flows.served import holds, is_running

PARENT = f"""
import os, subprocess, sys, time
child = subprocess.Popen(
    [sys.executable, {tether.__file__!r}, str(os.getpid()), "timeit", "-n1", "-r1",
     "-s", "import time", "time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_ends_with_a_killed_parent():
    """`kill -9` leaves a parent no time to clean up, and still leaves no orphan."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert is_running(child)
        time.sleep(0.5)  # it ties itself first
        parent.kill()

    assert holds(lambda: not is_running(child))


def test_a_child_that_comes_too_late_does_not_stay():
    """A parent that died before the knot was tied is noticed all the same."""
    late = subprocess.run(
        [sys.executable, tether.__file__, "1", "timeit", "-n1", "-r1", "pass"], check=False
    )

    assert late.returncode == 1


def test_the_module_runs_as_if_called_by_name():
    """The tethered program sees its own name and arguments."""
    parent = (
        "import os, subprocess, sys; subprocess.run([sys.executable, "
        f"{tether.__file__!r}, str(os.getpid()), 'json.tool', '--compact'], input=b'[1, 2]')"
    )
    told = subprocess.run([sys.executable, "-c", parent], capture_output=True, check=True)

    assert told.stdout.strip() == b"[1,2]"


def test_where_the_kernel_does_not_tell_the_child_looks(monkeypatch):
    """Without Linux's death signal an orphan ends itself at the next look."""
    ends_seen = []
    monkeypatch.setattr(tether.os, "getppid", iter([7, 7, 1]).__next__)
    monkeypatch.setattr(tether.os, "_exit", ends_seen.append)
    monkeypatch.setattr(tether, "LOOK_EVERY_S", 0.0)

    tether._watch(7)

    assert ends_seen == [1]
