"""How do the tests get somebody who can be called? sipp, with a scenario of ours."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.children import START_S, daemon, needed

SCENARIO = Path(__file__).with_name("far_end.xml")
ADDRESS = "127.0.0.1"


@contextmanager
def far_end(folder: Path, port: int, control: int, media: int, transport: str) -> Iterator[int]:
    """Somebody at that port over `u1` (UDP) or `t1` (TCP); gives the process id."""
    command = [
        *(needed("sipp"), "-sf", str(SCENARIO), "-nostdin", "-t", transport),
        *("-i", ADDRESS, "-p", str(port), "-cp", str(control)),
        *("-mi", ADDRESS, "-mp", str(media), "-rtp_echo"),
        "-aa",  # OPTIONS within a call are answered, as a real device does
    ]
    log = folder / f"sipp-{transport}.log"
    with daemon(command, [(ADDRESS, port)] if transport == "t1" else [], log) as pid:
        if transport == "u1":
            bound(port, log)
        yield pid


def bound(port: int, log: Path) -> None:
    """Wait until somebody holds that UDP port."""
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at:
        if f":{port:04X} " in Path("/proc/net/udp").read_text():
            return
        time.sleep(0.05)
    raise RuntimeError(f"sipp does not listen: {log.read_text(errors='replace')[-2000:]}")
