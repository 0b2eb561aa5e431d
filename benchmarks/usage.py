"""How much has a process used, by the kernel's own books?"""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass, field
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_UTIME, _CUTIME_END = 11, 15  # proc(5), counted after the command's closing bracket


def own_cpu_s() -> float:
    """CPU seconds of this process, user and system."""
    return _seconds(resource.RUSAGE_SELF)


def children_cpu_s() -> float:
    """CPU seconds of the children of this process that have ended."""
    return _seconds(resource.RUSAGE_CHILDREN)


def _seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def own_peak_mb() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu_s_of(pid: int) -> float:
    """CPU seconds of another process and its ended children."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[_UTIME:_CUTIME_END]) / _TICKS_PER_S


def peak_mb_of(pid: int) -> float:
    """The most memory that another process held since `forget_peak_of`, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def forget_peak_of(pid: int) -> None:
    """Let the peak of a process of ours start anew (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")


@dataclass(slots=True)
class Meter:
    """Wall and CPU of this process since it was made."""

    _wall_s: float = field(default_factory=time.perf_counter)
    _cpu_s: float = field(default_factory=own_cpu_s)

    def wall_s(self) -> float:
        """Seconds on the clock."""
        return time.perf_counter() - self._wall_s

    def cpu_s(self) -> float:
        """Seconds of CPU."""
        return own_cpu_s() - self._cpu_s
