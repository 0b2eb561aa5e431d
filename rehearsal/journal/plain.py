"""How does a value of ours, with foreign text in it, become plain JSON?"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def visible(text: str) -> str:
    r"""The text with NULs and lone surrogates written out as `\x00` and `\udcff`.

    No UTF-8 file and no PostgreSQL column takes them as they are.
    """
    return UNSTORABLE.sub(lambda found: written_out(ord(found[0])), text)


def written_out(code: int) -> str:
    """The escape that a person reads, and that says which code point stood there."""
    return f"\\u{code:04x}" if code else "\\x00"


def plain(value: object) -> object:
    """Dataclasses and mappings as dict, sequences as list, times as ISO, enums as value.

    A float that is no number becomes its name, since JSON has none: `nan`, `inf`, `-inf`.
    TypeError for anything else: an evidence type must be built of these.
    """
    match value:
        case enum.Enum():
            return plain(value.value)
        case str():
            return visible(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case None | bool() | int():
            return value
        case date() | datetime():
            return value.isoformat()
        case _:
            return plain_many(value)


def plain_many(value: object) -> object:
    """The same for values that hold others."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    raise TypeError(f"no plain JSON for a {type(value).__name__}")
