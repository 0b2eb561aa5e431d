"""Who turns a check's opinions into words?"""

from collections.abc import Mapping
from typing import Protocol

from rehearsal.model import Finding, Text


class Wording(Protocol):
    """The words of every check; a failed measurement's finding has the failure's kind."""

    def asks(self, check_id: str) -> Text:
        """Return the question that the check puts to a target."""
        ...

    def says(self, check_id: str, finding: Finding) -> Text:
        """Return what happened."""
        ...

    def do(self, check_id: str, finding: Finding) -> Text:
        """Return what the unit should do about it."""
        ...

    def limits(self, check_id: str) -> Mapping[str, tuple[float, str, Text]]:
        """Return each limit's value, unit and reason by its name."""
        ...
