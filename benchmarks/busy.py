"""What if others hold the machine? Processes that take a share of a core, for a while."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.field import running

SHARE = 0.75  # of a core, each
BEAT_S = 0.02
AT_MOST_S = 60.0  # they end by themselves even if nobody ends them


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many of them until the block ends."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(running([sys.executable, "-m", "benchmarks.busy"]))
        time.sleep(0.5)
        yield


def hold(share: float, at_most_s: float) -> None:
    """Use that share of a core."""
    until_s = time.monotonic() + at_most_s
    while time.monotonic() < until_s:
        until_cpu_s = time.process_time() + share * BEAT_S
        while time.process_time() < until_cpu_s:
            pass
        time.sleep((1 - share) * BEAT_S)


if __name__ == "__main__":
    hold(SHARE, AT_MOST_S)
