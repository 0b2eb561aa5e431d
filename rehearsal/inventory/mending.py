"""How can rules look at a document that is broken in places, so that all faults show at once?

What is broken is taken out, and what cannot be done without gets a stand-in. The result
only serves to find more faults: a document that needed mending is never used.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rehearsal.inventory.faults import Path
from rehearsal.inventory.shape import Document

_HUB = {"slug": "stand-in", "name": "?", "role": "main"}
_UNIT = {
    "slug": "stand-in",
    "name": "?",
    "code": "00000",
    "kind": "ward",
    "former_province": "x",
}
_CITY = {"name": "?", "timezone": "Asia/Ho_Chi_Minh", "go_live": "2025-07-01"}
_ENTRIES: dict[object, dict[str, str]] = {"hubs": _HUB, "units": _UNIT}
_COUNTS: Path = ("city", "expect")  # useless unless whole


def mended(bare: Any, problem: ValidationError) -> Document | None:
    """Give the document without its broken parts; None when too little is left."""
    if not isinstance(bare, dict):
        return None
    for error in problem.errors(include_url=False):
        _take_out(bare, tuple(step for step in error["loc"] if step != "[key]"))
    for error in problem.errors(include_url=False):
        _stand_in(bare, error)
    try:
        return Document.model_validate(bare)
    except ValidationError:
        return None


def _take_out(bare: dict[Any, Any], path: Path) -> None:
    if path[:2] == _COUNTS:
        path = _COUNTS
    parent = _at(bare, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)
    elif isinstance(parent, list) and path[0] in _ENTRIES and len(path) == len(("units", 0)):
        parent[int(path[-1])] = dict(_ENTRIES[path[0]])
    elif isinstance(parent, list):
        _take_out(bare, path[:-1])


def _stand_in(bare: dict[Any, Any], error: ErrorDetails) -> None:
    """Fill the gap that one error left, if something must stand there."""
    section, *rest = error["loc"]
    whole = {"version": 1, "city": dict(_CITY), "units": []}
    if section in whole:
        bare.setdefault(section, whole[str(section)])
    entry = bare["city"] if section == "city" else _at(bare, (section, *rest[:1]))
    needed = _CITY if section == "city" else _ENTRIES.get(section)
    if isinstance(entry, dict) and needed:
        entry.update({key: value for key, value in needed.items() if key not in entry})


def _at(bare: Any, path: Path) -> Any:
    for step in path:
        try:
            bare = bare[step]
        except (KeyError, IndexError, TypeError):
            return None
    return bare
