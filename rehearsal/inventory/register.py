"""Which units and how many hubs does the law name, and is this the same name?"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # grave, acute, tilde, hook, dot
_HEAD = "# hubs: "


@dataclass(frozen=True, slots=True)
class Listed:
    """One unit as the legal list writes it."""

    code: str
    slug: str
    name: str
    kind: str
    former_province: str


@dataclass(frozen=True, slots=True)
class Register:
    """A legal list: its units by code, and how many hubs the trial has."""

    name: str
    hubs: int
    units: Mapping[str, Listed]


def known_registers() -> tuple[str, ...]:
    """Name the registers that the product ships."""
    files = resources.files("rehearsal").joinpath("registers").iterdir()
    return tuple(sorted(f.name.removesuffix(".csv") for f in files if f.name.endswith(".csv")))


@cache
def register_named(name: str) -> Register:
    """Read a register that `known_registers` names."""
    file = resources.files("rehearsal").joinpath("registers", f"{name}.csv")
    lines = file.read_text("utf-8").splitlines()
    hubs = next(int(line.removeprefix(_HEAD)) for line in lines if line.startswith(_HEAD))
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return Register(name, hubs, {row["code"]: Listed(**row) for row in rows})


def same(name: str) -> str:
    """Bring a name to the form in which Thuỷ and Thủy are equal.

    Both spellings are in use: they put the tone on another vowel of the same syllable,
    so each tone is moved to the end of its syllable.
    """
    return " ".join(_toneless_then_tone(word) for word in name.casefold().split())


def _toneless_then_tone(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable)
    tones = "".join(sign for sign in letters if sign in TONES)
    return unicodedata.normalize("NFC", "".join(s for s in letters if s not in TONES)) + tones
