"""What is wrong with an inventory, where, and how is it said?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rehearsal.model import Text

Path = tuple[str | int, ...]

FOUND_MAX_CHARS = 80  # enough to recognise a value, too little to flood a terminal
_CREDENTIALS = re.compile(r"://\S*@|:\S*:\S*@")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `line` counts from 1; 0 when the fault is in no file.

    `path` is such as `units[17].code`, empty for the file as a whole. `found` is the
    value as Python would write it, capped and without credentials; empty: nothing.
    It is a Text where words tell what was found.
    """

    file: str
    line: int
    path: str
    expected: Text
    found: str | Text

    @property
    def says(self) -> Text:
        """The fault as one sentence that begins with its place."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = ": ".join(part for part in (place, self.path) if part)
        found = self.found or Text("không có gì", "nothing")
        seen = found if isinstance(found, Text) else Text(found, found)
        return Text(
            f"{where}: cần {self.expected.vi}; thấy {seen.vi}",
            f"{where}: expected {self.expected.en}; found {seen.en}",
        )


class InventoryError(Exception):
    """An inventory that cannot be used, with every fault that it has."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep all faults, in the order of the file."""
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{f.says.vi}\n  {f.says.en}" for f in self.faults))


def shown(value: object) -> str:
    """Write a value as it stands in a fault: never its inside, never a credential."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list) and not all(type(item) is int for item in value):
        return "[…]"
    if isinstance(value, str):
        value = _CREDENTIALS.sub(":***@", value[: 4 * FOUND_MAX_CHARS])
    written = repr(value)
    if len(written) <= FOUND_MAX_CHARS:
        return written
    return written[: FOUND_MAX_CHARS - 1] + "…"


def written(path: Path) -> str:
    """Write a path as a person would: `units[17].code`."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key[:40]}" for key in path)
    return "".join(parts).removeprefix(".")
