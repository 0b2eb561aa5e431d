"""By which other limits is a trial to be judged, for a question?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from rehearsal.inventory.faults import Fault, InventoryError
from rehearsal.inventory.faults import Path as Place
from rehearsal.inventory.ledger import Ledger
from rehearsal.inventory.reading import Node, read
from rehearsal.model import Text

Limits = Mapping[str, Mapping[str, float]]


def load_limits(path: Path, phase: str, known: Mapping[str, Collection[str]]) -> Limits:
    """Read the limits of one phase: check -> limit -> number, as in an inventory.

    Whole `limits` of an inventory, by phase, may be given too. `known` leads from each
    check of the phase to its limits. Raises InventoryError with every fault; OSError.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InventoryError(
            [Fault(str(path), 1, "", _UTF_8, str(problem.reason))]
        ) from problem
    root, faults = read(text, str(path))
    if root is None:
        raise InventoryError(faults or (Fault(str(path), 1, "", _NOT_EMPTY, ""),))
    ledger = Ledger(str(path), root, faults)
    found: dict[str, dict[str, float]] = {}
    for place, value in _numbers(root, phase, ledger, known):
        found.setdefault(str(place[-2]), {})[str(place[-1])] = value
    if noted := ledger.faults():
        raise InventoryError(noted)
    return found


def _numbers(
    root: Node, phase: str, ledger: Ledger, known: Mapping[str, Collection[str]]
) -> Iterator[tuple[Place, float]]:
    """Each limit with its place; what is none of the phase is noted."""
    start: Place = ()
    for key in ("limits", phase):
        start = (*start, key) if root.at((*start, key)) is not None else start
    for check_id, _ in _mapping(root, start, ledger, known):
        for name, node in _mapping(root, (*start, check_id), ledger, known[check_id]):
            value = node.value
            if isinstance(value, bool) or not isinstance(value, int | float):
                ledger.note((*start, check_id, name), _NUMBER, node.bare())
            else:
                yield (*start, check_id, name), float(value)


def _mapping(
    root: Node, place: Place, ledger: Ledger, known: Collection[str]
) -> Iterator[tuple[str, Node]]:
    """What stands there under known names; everything else is noted."""
    node = root.at(place)
    if node is None or not isinstance(node.value, dict) or not node.value:
        ledger.note(place, _A_MAPPING, node.bare() if node else None)
        return
    for key, inner in node.items():
        if key in known:
            yield str(key), inner
        else:
            listed = ", ".join(sorted(known)) or "–"
            expected = Text(f"một trong: {listed}", f"one of: {listed}")
            ledger.note((*place, key), expected, key)


_NOT_EMPTY = Text("các giới hạn", "limits")
_UTF_8 = Text("văn bản mã hoá UTF-8", "text in UTF-8")
_NUMBER = Text("một số", "a number")
_A_MAPPING = Text("phép thử: {giới hạn: số}", "check: {limit: number}")
