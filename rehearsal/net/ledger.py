"""Who writes down what we are about to create in a system, before we create it?"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rehearsal.model import Target

MARKER = "DIENTAP"  # what every synthetic record carries: MARKER-<run>-<uuid>


def new_marker(run_marker: str) -> str:
    """A marker that nothing else carries: `DIENTAP-<run>-<uuid>`."""
    return f"{run_marker}-{uuid.uuid4()}"


class Ledger(Protocol):
    """Where intents are written down."""

    async def intend(self, target: Target, store: str) -> str:
        """Write down that a record is about to be made in a store of the target.

        Gives its marker, once that is durable: only then may the request be sent.
        """

    async def acknowledge(self, marker: str, record_id: str) -> None:
        """Write down what the system calls it; a hint for looking, never a proof."""


class Unwritten:
    """Nobody writes it down: for peers that forget everything by themselves."""

    async def intend(self, target: Target, store: str) -> str:
        """A marker, and no more."""
        del target, store
        return new_marker(f"{MARKER}-selftest")

    async def acknowledge(self, marker: str, record_id: str) -> None:
        """Nothing to do."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a system shows: its id there, the marker that it carries, its version.

    `marker` is empty where it carries none; `version` is an entity tag (RFC 9110 8.8.3)
    or empty.
    """

    id: str
    marker: str
    version: str = ""


class Store(Protocol):
    """One place of a system in which records are made. All raise Stopped on a failure."""

    async def find(self, marker: str) -> Sequence[Found]:
        """Everything that the system finds for that marker, also what it finds wrongly."""

    async def read(self, record_id: str) -> Found | None:
        """One record as it is now; None when the system says that there is none."""

    async def remove(self, found: Found) -> None:
        """Take it out; the caller has just read it, and seen its marker."""

    def elsewhere(self) -> Sequence[Store]:
        """Where else a record of ours may have come to, by somebody's mistake."""
