"""What is put to every prober, and what does each hand back?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

WARM_UP = 9  # none of them is ever dead
MARKER = "Dien tap 20-06-2025"  # ASCII: check_http looks for bytes


@dataclass(frozen=True, slots=True)
class Site:
    """One target: its name in the certificate, and where it is reached."""

    name: str
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Task:
    """One sweep: the targets, how many at once, and after how long one is given up."""

    sites: tuple[Site, ...]
    trust: str
    nameserver: str
    time_out_s: float = 5.0
    at_once: int = 16
    resolves: bool = False
    exporter_pid: int = 0
    exporter_port: int = 0


def warm_up(task: Task) -> Task:
    """A few of the sites: nobody's first probe is measured, as none is after a self-test."""
    return replace(task, sites=task.sites[:WARM_UP])


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep cost, and what it said of its targets."""

    wall_s: float
    cpu_s: float
    driver_cpu_s: float
    rss_mb: float
    passed: int
    failed: int
    unknown: int


def to_json(noun: Task | Sweep) -> str:
    """The text that passes between processes."""
    return json.dumps(asdict(noun))


def task_from(text: str) -> Task:
    """The task that was written by `to_json`."""
    plain = json.loads(text)
    return Task(**{**plain, "sites": tuple(Site(**site) for site in plain["sites"])})


def sweep_from(text: str) -> Sweep:
    """The sweep that was written by `to_json`."""
    return Sweep(**json.loads(text))


def answer(sweep: Callable[[Task], Sweep]) -> None:
    """The whole of a prober's process: a task's file in, one line of figures out."""
    task = task_from(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(to_json(sweep(task)))
