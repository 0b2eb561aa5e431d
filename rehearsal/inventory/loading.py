"""Is this file an inventory that a trial can rely on? The only door for foreign YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from rehearsal.inventory.expansion import Expansion
from rehearsal.inventory.faults import Fault, InventoryError, shown
from rehearsal.inventory.ledger import Ledger
from rehearsal.inventory.mending import mended
from rehearsal.inventory.reading import SIZE_MAX_BYTES, Node, read
from rehearsal.inventory.rules import judge
from rehearsal.inventory.shape import (
    Document,
    Limits,
    LoadsEntry,
    NetworkEntry,
    OwnersEntry,
    ResponsibleEntry,
)
from rehearsal.inventory.wording import faults_of
from rehearsal.model import City, Inventory, Loads, Network, Owners, Responsible, Text


def load(path: Path) -> Inventory:
    """Read an inventory; raise InventoryError with all its faults."""
    inventory, faults = examine(path)
    if inventory is None:
        raise InventoryError(faults)
    return inventory


def examine(path: Path) -> tuple[Inventory | None, tuple[Fault, ...]]:
    """Read an inventory; give it, or every fault that it has in the order of the file."""
    try:
        with path.open("rb") as file:
            raw = file.read(SIZE_MAX_BYTES + 1)
    except (OSError, ValueError) as problem:  # ValueError: NUL in the path
        return None, (_whole(path, _READABLE, problem),)
    if len(raw) > SIZE_MAX_BYTES:
        return None, (_whole(path, _SMALL),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        found = shown(raw[problem.start : problem.start + 1])
        return None, (Fault(str(path), line, "", _UTF_8, found),)
    return _examined(text, path, hashlib.sha256(raw).hexdigest())


def _whole(path: Path, expected: Text, found: OSError | ValueError | None = None) -> Fault:
    told = (getattr(found, "strerror", None) or str(found)) if found else ""
    return Fault(str(path), 1, "", expected, told)


def _examined(text: str, path: Path, digest: str) -> tuple[Inventory | None, tuple[Fault, ...]]:
    root, faults = read(text, str(path))
    if root is None:
        return None, faults or (_whole(path, _NOT_EMPTY),)
    ledger = Ledger(str(path), root, faults)
    document = _document(root, ledger)
    inventory = _judged(document, ledger, path.parent, digest) if document else None
    noted = ledger.faults()
    return (None if noted else inventory), noted


def _document(root: Node, ledger: Ledger) -> Document | None:
    try:
        return Document.model_validate(root.bare())
    except ValidationError as problem:
        ledger.settle(faults_of(problem, root, ledger.file))
        return mended(root.bare(), problem)


def _judged(document: Document, ledger: Ledger, folder: Path, digest: str) -> Inventory:
    judge(document, ledger, folder)
    expansion = Expansion(document, ledger, is_routed=bool(document.network.nameservers))
    entry = document.city
    return Inventory(
        city=City(entry.name, entry.timezone, entry.go_live, entry.register_),
        network=_network(document.network, folder),
        hubs=expansion.hubs(),
        units=expansion.units(),
        systems=expansion.shared(),
        limits=_frozen(document.limits),
        digest=digest,
        loads=_loads(document.load),
        owners=_owners(document.owners),
    )


def _loads(entry: LoadsEntry) -> Loads:
    usual = Loads()
    return Loads(
        host=replace(usual.host, **entry.host.model_dump(exclude_none=True)),
        city=replace(usual.city, **entry.city.model_dump(exclude_none=True)),
    )


def _owners(entry: OwnersEntry) -> Owners:
    return Owners(
        suppliers=_responsible(entry.suppliers),
        systems=_responsible(entry.systems),
        groups=_responsible(entry.groups),
    )


def _responsible(entries: Mapping[Any, ResponsibleEntry]) -> Mapping[str, Responsible]:
    found = {
        name: Responsible(one.who, one.authority or "", one.within_h)
        for name, one in entries.items()
    }
    return MappingProxyType(found)


def _network(entry: NetworkEntry, folder: Path) -> Network:
    trust = tuple(str((folder / name).resolve()) for name in entry.trust)
    return Network(tuple(entry.nameservers), trust, MappingProxyType(dict(entry.ports)))


def _frozen(
    limits: Limits,
) -> MappingProxyType[str, MappingProxyType[str, MappingProxyType[str, float]]]:
    return MappingProxyType(
        {
            phase: MappingProxyType({c: MappingProxyType(dict(v)) for c, v in checks.items()})
            for phase, checks in limits.items()
        }
    )


_READABLE = Text("một tệp đọc được", "a file that can be read")
_SMALL = Text(
    f"không quá {SIZE_MAX_BYTES // 2**20} MB", f"at most {SIZE_MAX_BYTES // 2**20} MB"
)
_UTF_8 = Text("văn bản mã hoá UTF-8", "text in UTF-8")
_NOT_EMPTY = Text("nội dung của danh mục điểm cầu", "the content of an inventory")
