"""When must the twin end? On a signal, or as soon as whoever started it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import stat
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
PARENT_DIED = signal.SIGUSR1  # sent when the starting thread ends, too: we look twice


class Lifetime:
    """Set from the start, so that no end is missed; needs a running event loop."""

    def __init__(self) -> None:
        """Watch the signals, the parent and a piped standard input."""
        self._end = asyncio.Event()
        self._parent = os.getppid()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end.set)
        loop.add_signal_handler(PARENT_DIED, self._look_for_parent)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, PARENT_DIED)
        if _is_piped(0):
            os.set_blocking(0, False)
            loop.add_reader(0, self._read_input)

    async def end(self) -> None:
        """Wait for the end."""
        await self._end.wait()

    def _look_for_parent(self) -> None:
        if os.getppid() != self._parent:
            self._end.set()

    def _read_input(self) -> None:
        """Whatever is said is ignored; end of file is the order to end."""
        with contextlib.suppress(BlockingIOError):
            if not os.read(0, 4096):
                asyncio.get_running_loop().remove_reader(0)
                self._end.set()


def _is_piped(descriptor: int) -> bool:
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:  # closed
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
