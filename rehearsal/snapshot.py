"""What did the inventory and the criteria say when the trial was made? Kept, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from rehearsal.journal import plain_mapping
from rehearsal.model import Inventory
from rehearsal.model.decision import Criteria

_ADAPTER = TypeAdapter(Inventory)
_CRITERIA = TypeAdapter(Criteria)


def to_plain(inventory: Inventory) -> dict[str, Any]:
    """The inventory as JSON values."""
    return plain_mapping(inventory)


def from_plain(plain: Mapping[str, Any]) -> Inventory:
    """The inventory of a run; ValueError when the journal holds none that we know."""
    return _ADAPTER.validate_python(plain)


def criteria_to_plain(criteria: Criteria) -> dict[str, Any]:
    """The criteria as JSON values."""
    return plain_mapping(criteria)


def criteria_from_plain(plain: Mapping[str, Any]) -> Criteria:
    """The criteria of a run; ValueError when the journal holds none that we know."""
    return _CRITERIA.validate_python(plain)
