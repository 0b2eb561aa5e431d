"""How does a child end when its parent does, even by `kill -9`?

Run as a program, it ties itself to PARENT_PID and then becomes the module named:
`python tether.py PARENT_PID MODULE ARGUMENT...`.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1  # prctl(2)
YIELDS = 5  # nice(2): about a third of what its parent gets, where both want all
LOOK_EVERY_S = 0.5  # where the kernel tells nobody; an orphan lives this long at most


def die_with(parent_pid: int) -> None:
    """Let this process be killed when `parent_pid`, which started it, is no more.

    SIGKILL, because a polite end waits for peers that died together with the parent.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent_pid,), daemon=True).start()
    if os.getppid() != parent_pid:  # it died before we were tied to it
        os._exit(1)


def _watch(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(LOOK_EVERY_S)
    os._exit(1)


def main() -> None:
    """Become the module, tied to the parent, whose measuring must not wait for it."""
    parent_pid, module, *arguments = sys.argv[1:]
    die_with(int(parent_pid))
    os.nice(YIELDS)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
