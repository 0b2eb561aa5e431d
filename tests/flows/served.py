"""How do tests reach a server that serves the pretended trial, and its processes?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from tests.flows.pretend import PIECES

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PATHS = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
BUSY_TRIES = 3
LOOK_EVERY_S = 0.2  # each look costs the server a request
TERMINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def holds(claim: Callable[[], bool], within_s: float = 30.0) -> bool:
    """Whether it comes true; the bound is for a broken product, not a measurement."""
    deadline = time.monotonic() + within_s
    while not claim() and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
    return claim()


def children_of(pid: int) -> list[int]:
    """Every process below that one, at any depth."""
    own = [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return own + [below for child in own for below in children_of(child)]


def is_running(pid: int) -> bool:
    """Whether it still runs; a zombie that nobody has reaped does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@dataclass(frozen=True)
class Served:
    """The pretended trial as `rehearse serve` serves it, in a process of its own."""

    process: subprocess.Popen[str]
    api: httpx.Client
    home: Path
    cwd: Path

    @property
    def url(self) -> str:
        return str(self.api.base_url).rstrip("/")

    def stop(self) -> int:
        """End it as systemd would; its exit code."""
        self.process.terminate()
        self.process.communicate(timeout=60)
        self.api.close()
        return self.process.returncode

    def kill(self) -> None:
        """End it as nobody should."""
        self.process.kill()
        self.process.communicate()
        self.api.close()

    def deployment(self) -> dict[str, Any]:
        return self.api.get("/deployments/name/phase-1/rehearsal").json()

    def order(self, **order: object) -> httpx.Response:
        """Order a trial."""
        path = f"/deployments/{self.deployment()['id']}/create_flow_run"
        return self.post(path, {"parameters": {"order": order}})

    def post(self, path: str, wanted: object) -> httpx.Response:
        """Prefect on SQLite may be busy writing (5xx), and is asked again."""
        answer = self.api.post(path, json=wanted)
        for _ in range(BUSY_TRIES):
            if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                break
            time.sleep(1.0)
            answer = self.api.post(path, json=wanted)
        return answer

    def state(self, run_id: str) -> dict[str, Any]:
        return self.api.get(f"/flow_runs/{run_id}").json()["state"]


def serve(home: Path, cwd: Path, *arguments: str) -> Served:
    """Start it and wait for the address that it prints."""
    cwd.mkdir(exist_ok=True)
    with (cwd / "stderr").open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "pretend_flow.py"), str(home), *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": PATHS},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    page = process.stdout.readline().strip()
    assert page, (cwd / "stderr").read_text()
    api = httpx.Client(base_url=f"{page}/api", trust_env=False)
    return Served(process, api, home, cwd)


def ended(served: Served, run_id: str) -> dict[str, Any]:
    """How that trial ended, once it has."""
    assert holds(lambda: served.state(run_id)["type"] in TERMINAL)
    return served.state(run_id)


def running(served: Served, run_id: str) -> None:
    """Wait until every piece of that trial runs."""
    wanted = {"flow_runs": {"id": {"any_": [run_id]}}}
    assert holds(lambda: served.post("/task_runs/count", wanted).json() == PIECES)
