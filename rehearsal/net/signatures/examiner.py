"""How is a document given to whoever examines it, and what if they never come back?"""

from __future__ import annotations

import asyncio
import atexit
import base64
import json
import select
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter

from rehearsal.model import Step
from rehearsal.net.signatures.evidence import Papers, Seal, Wish
from rehearsal.net.trail import stop

LONGEST_S = 20.0  # of one examination, which takes a tenth of a second; and the first's start
_SEALS = TypeAdapter(tuple[Seal, ...])
_WISHES = TypeAdapter(tuple[Wish, ...], config={"val_json_bytes": "base64"})


class GoneError(RuntimeError):
    """The examiner ended, or took too long; the message says which."""


class Examiner:
    """One process beside us, started when it is first needed; asked by one thread."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, line: bytes) -> dict[str, Any]:
        """One examination; GoneError when there is no answer. A new process is next."""
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(line + b"\n")
                process.stdin.flush()
            except BrokenPipeError:
                raise self._gone("it ended") from None
            ready, _, _ = select.select([process.stdout], [], [], LONGEST_S)
            told = process.stdout.readline() if ready else b""
            if not told:
                raise self._gone("it ended" if ready else f"nothing within {LONGEST_S:g} s")
            found: dict[str, Any] = json.loads(told)
            return found

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):  # what nobody read is lost with its reader
                if stream is not None:
                    stream.close()
        process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-m", "rehearsal.net.signatures.worker"]
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C is ours to answer
            )
        return self._process

    def _gone(self, why: str) -> GoneError:
        self.close()
        return GoneError(why)


_EXAMINER = Examiner()
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="examiner")
atexit.register(_EXAMINER.close)


async def survey(papers: Papers) -> tuple[Wish, ...]:
    """Where revocation is to be asked for; Stopped when the documents cannot be read."""
    told = await _asked("survey", papers)
    return _WISHES.validate_json(json.dumps(told["wishes"]))


async def weigh(papers: Papers) -> tuple[Seal, ...]:
    """What every signature says; Stopped as above."""
    told = await _asked("weigh", papers)
    return _SEALS.validate_python(told["seals"])


async def _asked(what: str, papers: Papers) -> dict[str, Any]:
    line = json.dumps(
        {
            "what": what,
            "pdf": _text(papers.pdf),
            "packet": _text(papers.packet),
            "roots": [*map(_text, papers.roots)],
            "crls": [*map(_text, papers.crls)],
            "ocsps": [*map(_text, papers.ocsps)],
            "unit_field": papers.unit_field,
            "leader_field": papers.leader_field,
        }
    ).encode()
    loop = asyncio.get_running_loop()
    try:
        told = await loop.run_in_executor(_THREAD, _EXAMINER.ask, line)
    except GoneError as problem:
        raise stop(Step.OBSERVE, "observer_overloaded", f"examining: {problem}") from problem
    if "unreadable" in told:
        raise stop(Step.HTTP_EXCHANGE, "malformed_response", told["unreadable"])
    return told


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
