"""Where do the rules write down what they found, each fault once?"""

from __future__ import annotations

from collections.abc import Iterable

from rehearsal.inventory.faults import Fault, Path, shown, written
from rehearsal.inventory.reading import Node
from rehearsal.model import Text

ABSENT = object()  # what `note` is told when nothing is there at all


class Ledger:
    """Collects the faults of one file and finds the line of each."""

    def __init__(self, file: str, root: Node, faults: Iterable[Fault] = ()) -> None:
        """Start with the faults that reading the tree of that file has left."""
        self.file = file
        self.root = root
        self._faults = {(fault.path, fault.expected): fault for fault in faults}
        self._broken: set[str] = set()

    def settle(self, faults: Iterable[Fault]) -> None:
        """Take over the faults of shape; no rule speaks of what is broken already."""
        spoken_of = {path for path, _ in self._faults}
        for fault in faults:
            self._broken.add(fault.path)
            if fault.path not in spoken_of:
                self._faults[fault.path, fault.expected] = fault

    def note(self, path: Path, expected: Text, found: object = ABSENT) -> None:
        """Note a fault; the same words about the same place are kept once."""
        if self._is_broken(path):
            return
        place, told = written(path), "" if found is ABSENT else shown(found)
        fault = Fault(self.file, self.root.line_of(path), place, expected, told)
        self._faults.setdefault((place, expected), fault)

    def faults(self) -> tuple[Fault, ...]:
        """Give all faults in the order of the file."""
        return tuple(sorted(self._faults.values(), key=lambda fault: fault.line))

    def _is_broken(self, path: Path) -> bool:
        return any(written(path[:end]) in self._broken for end in range(1, len(path) + 1))
