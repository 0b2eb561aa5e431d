"""Do the entries of an inventory agree with each other and with the legal list?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath

from rehearsal.inventory.faults import Path
from rehearsal.inventory.ledger import ABSENT, Ledger
from rehearsal.inventory.reading import Key, Node
from rehearsal.inventory.register import (
    Listed,
    Register,
    known_registers,
    register_named,
    same,
)
from rehearsal.inventory.shape import CityEntry, Document
from rehearsal.model import Text

CITY = "city"  # the owner of shared systems in `city/<system>`
OWN = ("bridge", "line")  # the last halves of `slug/bridge` and `slug/line`
_KINDS_VI = {"ward": "phường", "commune": "xã", "special-zone": "đặc khu"}


def judge(document: Document, ledger: Ledger, folder: FilePath) -> None:
    """Note every disagreement; `folder` is where the trust files are looked for."""
    _no_duplicates(ledger)
    _serves_somebody(document, ledger)
    _no_reserved_words(document, ledger)
    _quoted_codes(ledger)
    _trust_files(document, ledger, folder)
    _counts_or_register(document.city, ledger)


def _no_duplicates(ledger: Ledger) -> None:
    _once(ledger, [*_claims(ledger, "hubs", "slug"), *_claims(ledger, "units", "slug")])
    _once(ledger, _claims(ledger, "units", "code"))
    _once(ledger, _served(ledger))
    _once(ledger, _claims(ledger, "units", "tile"))
    _once(ledger, _claims(ledger, "units", "name", "former_province"))


def _claims(ledger: Ledger, section: str, *keys: str) -> Iterator[tuple[Path, object]]:
    """Give what entries say, as it is written: a broken entry can be a duplicate too."""
    for index, entry in _entries(ledger, section):
        values = [child.bare() for key in keys if (child := entry.child(key)) is not None]
        if values and values[0] is not None:
            yield (section, index, keys[0]), tuple(same(str(value)) for value in values)


def _served(ledger: Ledger) -> Iterator[tuple[Path, object]]:
    """Give who connects whom: one hub for a former province."""
    for index, _ in _entries(ledger, "hubs"):
        path: Path = ("hubs", index, "serves", "former_province")
        if (node := ledger.root.at(path)) is not None:
            yield path, node.bare()


def _serves_somebody(document: Document, ledger: Ledger) -> None:
    """A misspelt province has no units: the hub's failure would block nobody."""
    known = sorted({u.former_province for u in document.units if u.former_province})
    for index, hub in enumerate(document.hubs):
        if hub.serves is not None and hub.serves.former_province not in known:
            names = ", ".join(known)
            expected = Text(
                f"tỉnh, thành cũ của ít nhất một đơn vị ({names})",
                f"the former province of some unit ({names})",
            )
            path: Path = ("hubs", index, "serves", "former_province")
            ledger.note(path, expected, hub.serves.former_province)


def _entries(ledger: Ledger, section: str) -> Iterator[tuple[Key, Node]]:
    node = ledger.root.child(section)
    yield from node.items() if node else ()


def _once(ledger: Ledger, claims: Iterable[tuple[Path, object]]) -> None:
    first: dict[object, Path] = {}
    for path, value in claims:
        earlier = first.setdefault(value, path)
        if earlier is not path:
            line = ledger.root.line_of(earlier)
            expected = Text(
                f"giá trị không trùng (đã có ở dòng {line})",
                f"a value used once (line {line} has it)",
            )
            ledger.note(path, expected, _raw(ledger, path))


def _no_reserved_words(document: Document, ledger: Ledger) -> None:
    owners = (*_claims(ledger, "hubs", "slug"), *_claims(ledger, "units", "slug"))
    for path, slug in owners:
        if slug == (CITY,):
            ledger.note(path, _reserved(CITY), CITY)
    for word in OWN:
        if word in document.defaults.systems:
            ledger.note(("defaults", "systems", word), _reserved(word), word)
        for index, unit in enumerate(document.units):
            if word in unit.systems:
                ledger.note(("units", index, "systems", word), _reserved(word), word)
    _no_declared_system(document, ledger)


def _no_declared_system(document: Document, ledger: Ledger) -> None:
    """What people tell of is nothing that is reached: one id cannot mean both."""
    common = document.defaults
    for key in common.declared:
        if key in OWN or key in common.systems:
            ledger.note(("defaults", "declared", key), _reserved(key), key)
    for index, unit in enumerate(document.units):
        for key in unit.declared:
            if key in OWN or key in common.systems or key in unit.systems:
                ledger.note(("units", index, "declared", key), _reserved(key), key)
        for key in unit.systems:
            if key in common.declared:
                ledger.note(("units", index, "systems", key), _reserved(key), key)


def _reserved(word: str) -> Text:
    return Text(f"tên khác, vì {word} là từ dành riêng", f"another name: {word} is reserved")


def _quoted_codes(ledger: Ledger) -> None:
    """Codes are text: other readers of YAML take an unquoted 01234 for a number."""
    for index, unit in _entries(ledger, "units"):
        code = unit.child("code")
        if code and code.is_plain and re.fullmatch("[0-9]{5}", str(code.value)):
            ledger.note(("units", index, "code"), _QUOTED, code.value)


def _trust_files(document: Document, ledger: Ledger, folder: FilePath) -> None:
    for index, name in enumerate(document.network.trust):
        if not (folder / name).is_file():
            ledger.note(("network", "trust", index), _PEM, name)


def _counts_or_register(city: CityEntry, ledger: Ledger) -> None:
    given = [key for key in ("register", "expect") if ledger.root.at((CITY, key))]
    if len(given) != 1:
        ledger.note((CITY,), _EITHER, ", ".join(given) or ABSENT)
    elif city.expect is not None:
        _count(ledger, "units", city.expect.units)
        _count(ledger, "hubs", city.expect.hubs)
    elif city.register_ in known_registers():
        register = register_named(city.register_)
        _count(ledger, "hubs", register.hubs)
        _Comparison(ledger, register).judge()
    elif city.register_ is not None:
        ledger.note((CITY, "register"), _one_of(known_registers()), city.register_)


def _count(ledger: Ledger, section: str, expected: int) -> None:
    found = len(list(_entries(ledger, section)))
    if found != expected:
        ledger.note(
            (section,), Text(f"đúng {expected} mục", f"exactly {expected} entries"), found
        )


class _Comparison:
    """Holds the units against the register, so that one slip is one fault."""

    def __init__(self, ledger: Ledger, register: Register) -> None:
        self._ledger = ledger
        self._register = register

    def judge(self) -> None:
        """Note units that are missing, that nobody knows, or that are described wrongly."""
        entries = [
            (i, node, _said(node, "code")) for i, node in _entries(self._ledger, "units")
        ]
        claimed = {code for _, _, code in entries}
        missing = {c: u for c, u in self._register.units.items() if c not in claimed}
        for index, node, code in entries:
            listed = self._register.units.get(code)
            if listed is None:
                self._stray(index, node, missing)
            else:
                self._described(index, node, listed)
        for listed in missing.values():
            self._ledger.note(("units",), self._entry_of(listed))

    def _stray(self, index: Key, node: Node, missing: dict[str, Listed]) -> None:
        """A wrong code of a right name is one fault, not a stray and a missing unit."""
        name = same(_said(node, "name"))
        meant = [code for code, unit in missing.items() if same(unit.name) == name]
        for code in meant:
            del missing[code]
        register = self._register.name
        known = Text(f"một mã có trong {register}", f"a code that is in {register}")
        expected = _one_of(f'"{code}"' for code in meant) if meant else known
        self._ledger.note(("units", index, "code"), expected, _said(node, "code"))

    def _described(self, index: Key, node: Node, listed: Listed) -> None:
        name = _said(node, "name")
        if same(name) != same(listed.name):
            expected = _differing(listed.name, name, self._register.name)
            self._ledger.note(("units", index, "name"), expected, name)
        for key in ("kind", "former_province"):
            found, lawful = _said(node, key), str(getattr(listed, key))
            if found != lawful:
                self._ledger.note(("units", index, key), Text(lawful, lawful), found)

    def _entry_of(self, listed: Listed) -> Text:
        register, count = self._register.name, len(self._register.units)
        kind = _KINDS_VI.get(listed.kind, listed.kind)
        return Text(
            f"đủ {count} đơn vị của {register}, có {kind} {listed.name}, mã {listed.code}",
            f"all {count} units of {register}, with {listed.kind} {listed.name}, "
            f"code {listed.code}",
        )


def _differing(lawful: str, found: str, register: str) -> Text:
    """Name the words that differ, by code point where they look alike."""
    pairs = list(zip(lawful.split(), found.split(), strict=False))
    words = [right for right, wrong in pairs if same(right) != same(wrong)] or [lawful]
    marked = ", ".join(f"“{word}”" for word in words)
    return Text(
        f"tên “{lawful}” như trong {register} (khác ở {marked})",
        f"the name “{lawful}” as in {register} (it differs at {marked})",
    )


def _said(entry: Node, key: str) -> str:
    child = entry.child(key)
    return str(child.bare()) if child else ""


def _raw(ledger: Ledger, path: Path) -> object:
    node = ledger.root.at(path)
    return node.bare() if node else None


def _one_of(choices: Iterable[str]) -> Text:
    listed = ", ".join(choices)
    return Text(f"một trong {listed}", f"one of {listed}")


_QUOTED = Text('mã trong ngoặc kép, như "01234"', 'a code in quotes, like "01234"')
_PEM = Text(
    "một tệp PEM có thật, tính từ tệp này", "a PEM file that exists, seen from this file"
)
_EITHER = Text("đúng một trong register và expect", "exactly one of register and expect")
