"""How does a command end: with its answer, refused, or cut by a signal?"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from rehearsal.console import both
from rehearsal.journal import JournalError
from rehearsal.order import EXIT_INVENTORY, TrialRefused
from rehearsal.report.safe import visible

T = TypeVar("T")


class Cut(typer.Exit):
    """A signal ended the work, which has cleaned up after itself."""


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; a signal cancels the work, which cleans up, and is our exit code."""
    caught: list[int] = []

    async def guarded() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _interrupt, number, caught, task)
        return await work

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        if not caught:
            raise
        raise Cut(128 + caught[0]) from None
    except TrialRefused as problem:
        raise refused(str(problem), problem.exit_code) from problem
    except JournalError as problem:
        raise refused(both(problem.says), EXIT_INVENTORY) from problem


def _interrupt(number: int, caught: list[int], task: asyncio.Task[Any] | None) -> None:
    """The first signal stops cleanly; the second one does not wait."""
    if caught:
        os._exit(128 + number)
    caught.append(number)
    typer.echo("Đang dừng và lập báo cáo phần đã đo / stopping, reporting", err=True)
    if task is not None:
        task.cancel()


def refused(message: str, code: int) -> typer.Exit:
    """Say why not; what is returned is to be raised."""
    typer.echo(visible(message), err=True)
    return typer.Exit(code)
