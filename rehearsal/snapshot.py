"""What did the inventory say when the trial was made? Kept with the run, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from rehearsal.journal import plain_mapping
from rehearsal.model import Inventory

_ADAPTER = TypeAdapter(Inventory)


def to_plain(inventory: Inventory) -> dict[str, Any]:
    """The inventory as JSON values."""
    return plain_mapping(inventory)


def from_plain(plain: Mapping[str, Any]) -> Inventory:
    """The inventory of a run; ValueError when the journal holds none that we know."""
    return _ADAPTER.validate_python(plain)
