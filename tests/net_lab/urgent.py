"""How does a process of the lab stay punctual on a busy machine, where that is allowed?"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

CARRIER, PROBER = 5, 4  # the line comes before those who use it
BUFFER_BYTES = 4 * 1024 * 1024
_RCVBUFFORCE = 33  # linux/include/uapi/asm-generic/socket.h; Python has no name for it


def hurry(priority: int) -> None:
    """Before all ordinary processes from now on; else late by milliseconds, and it says so."""
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))


def roomy(sock: socket.socket) -> None:
    """What arrives while we are not looking waits, rather than being dropped by the kernel."""
    with suppress(PermissionError):
        sock.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, BUFFER_BYTES)
