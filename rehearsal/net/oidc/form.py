"""Which forms does a page show, and what is sent when somebody fills one in?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin

from rehearsal.net.markup import tags

READ_CHARS = 256 * 1024
FIELDS_MAX = 200
_TYPED = frozenset({"", "text", "email", "tel", "number"})
_CHECKED = frozenset({"checkbox", "radio"})
_NEVER_SENT = frozenset({"reset", "button", "image", "file"})
_PASSWORD, _SUBMIT, _HIDDEN = "password", "submit", "hidden"


@dataclass(frozen=True, slots=True)
class Field:
    """One input or button of a form; `sort` is its `type`, in lower case."""

    name: str
    sort: str
    value: str = ""
    is_checked: bool = False


@dataclass(slots=True)
class Form:
    """Where a form goes, and its fields in their order."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def password(self, name: str = "") -> str:
        """The name of its field for a password: that one, or the first; empty if none."""
        return self._first(name, frozenset({_PASSWORD}))

    def typed(self, name: str = "") -> str:
        """The name of its field for a line of text: that one, or the first."""
        return self._first(name, _TYPED)

    @property
    def is_change(self) -> bool:
        """Whether it asks for a new password, which is written twice."""
        return len([one for one in self.fields if one.sort == _PASSWORD]) > 1

    @property
    def is_silent(self) -> bool:
        """Whether nobody is meant to see it: only hidden fields, and perhaps a button."""
        return all(one.sort in (_HIDDEN, _SUBMIT) for one in self.fields)

    def filled(self, values: Mapping[str, str]) -> str:
        """What is sent when it is filled in so and its first button pressed."""
        return urlencode(list(self._sent(values)))

    def _first(self, name: str, sorts: frozenset[str]) -> str:
        fitting = [one.name for one in self.fields if one.sort in sorts and one.name]
        if name:
            return name if name in [one.name for one in self.fields] else ""
        return fitting[0] if fitting else ""

    def _sent(self, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        is_pressed = False
        for one in self.fields:
            if one.sort == _SUBMIT:
                skipped, is_pressed = is_pressed, True
                if skipped:
                    continue
            if one.sort in _NEVER_SENT or not one.name:
                continue
            if one.sort in _CHECKED and not one.is_checked:
                continue
            yield one.name, values.get(one.name, one.value)


def forms_of(page: str, base: str) -> list[Form]:
    """The forms of a page found at `base`, each with its fields and buttons."""
    found: list[Form] = []
    by_id: dict[str, Form] = {}
    current: Form | None = None
    for name, told in tags(page[:READ_CHARS]):
        if name == "form":
            action = urljoin(base, told.get("action", ""))
            current = Form(action, told.get("method", "get").upper())
            found.append(current)
            by_id[told.get("id", "")] = current
        elif name == "/form":
            current = None
        elif name in ("input", "button"):
            owner = by_id.get(told["form"]) if "form" in told else current
            if owner is not None and len(owner.fields) < FIELDS_MAX:
                owner.fields.append(_field(name, told))
    return found


def _field(name: str, told: Mapping[str, str]) -> Field:
    sort = told.get("type", _SUBMIT if name == "button" else "").lower()
    default = "on" if sort in _CHECKED else ""
    value = told.get("value", default)
    return Field(told.get("name", ""), sort, value, is_checked="checked" in told)
