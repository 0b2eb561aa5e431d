"""How is a heap of figures told in one cell, and several cells in one table?"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One benchmark's answer: what was asked, how, and the rows."""

    title: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """The table as it stands in RESULTS.md."""
        rule = ("---", *("--:" for _ in self.head[1:]))
        lines = [_line(row) for row in (self.head, rule, *self.rows)]
        return "\n".join((f"## {self.title}", "", self.about, "", *lines, ""))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, least and most."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def ratio(values: Sequence[float], to: Sequence[float]) -> str:
    """The median of the ratios, round by round: neighbours' load hits both sides alike."""
    return f"{statistics.median(a / b for a, b in zip(values, to, strict=True)):.2f}"


def told(values: Sequence[int]) -> str:
    """One number when all are the same, otherwise all of them."""
    return str(values[0]) if len(set(values)) == 1 else ", ".join(map(str, values))
