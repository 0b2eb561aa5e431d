"""What does an answer mean that a person typed in their own way?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rehearsal.declaring.faults import listed, without_telephones
from rehearsal.model import AreaState, Group, Text
from rehearsal.model.questions import Sort
from rehearsal.report.order import folded
from rehearsal.report.safe import visible

TEXT_MAX_CHARS = 2000  # a page of A4; who has more to say sends a letter
COUNT_MAX = 100_000
NUMBER_MAX = 1_000_000.0
_FIRST_YEAR, _LAST_YEAR = 2000, 2100  # anything else is a typing error
# The first word of each is what the template's drop-down offers.
CHOICES: Mapping[Sort, Mapping[object, tuple[str, ...]]] = {
    Sort.YES_NO: {
        True: ("Có", "yes", "y", "x", "1", "true", "được"),
        False: ("Không", "no", "n", "0", "false"),
    },
    Sort.STATE: {
        AreaState.READY: ("Sẵn sàng", "ready", "đạt"),
        AreaState.PARTLY: ("Một phần", "partly", "đạt một phần"),
        AreaState.NOT_READY: ("Chưa sẵn sàng", "not ready", "not-ready", "chưa đạt"),
    },
    Sort.WORKS: {
        True: ("Dùng được", "works", "được", "có", "yes", "true"),
        False: ("Không dùng được", "does not", "không được", "không", "no", "false"),
        None: ("Chưa thử", "not tried", "chưa"),
    },
    Sort.GROUP: {
        Group.INFRASTRUCTURE: ("Hạ tầng", "infrastructure"),
        Group.SYSTEMS: ("Hệ thống", "systems"),
        Group.PROCEDURES_AND_STAFF: (
            *("Thủ tục và nhân sự", "procedures and staff", "procedures-and-staff"),
        ),
        Group.SUPPORT: ("Hỗ trợ, hướng dẫn", "support", "support and guidance"),
    },
}
_MEANT = {
    sort: {folded(word): value for value, words in meant.items() for word in words}
    for sort, meant in CHOICES.items()
}
_UNIT = r"(?:mbit/s|mbps|m2|m²)?"
_PLAIN = re.compile(rf"(\d{{1,9}})(?:[.,](\d{{1,9}}))?\s*{_UNIT}", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(rf"(\d{{1,3}}(?:\.\d{{3}})+),(\d{{1,9}})\s*{_UNIT}", re.ASCII)
_CLOCK = r"(\d{1,2})\s*(?::|h|giờ)\s*(\d{2})?(?::\d{2})?"
_DAY = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_DAY_FIRST = re.compile(rf"{_DAY}(?:[\s,]+{_CLOCK})?", re.ASCII)
_CLOCK_FIRST = re.compile(rf"{_CLOCK}[\s,]+(?:ngày\s+)?{_DAY}", re.ASCII)


class UnclearError(ValueError):
    """What was typed means nothing of what was asked; `expected` says what would."""

    def __init__(self, expected: Text) -> None:
        super().__init__(expected.en)
        self.expected = expected


def composed(text: str) -> str:
    """The text as most keyboards write it (NFC), without spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def answer(sort: Sort, typed: object, zone: str) -> object:
    """What was meant; UnclearError says what would be. Nothing typed is not asked of here."""
    if sort is Sort.MOMENT:
        return moment(typed, zone)
    return _READERS[sort](sort, typed)


def _chosen(sort: Sort, typed: object) -> object:
    word = "true" if typed is True else "false" if typed is False else written(typed)
    known = _MEANT[sort]
    key = " ".join(folded(word).split())
    if key not in known:
        raise UnclearError(listed([words[0] for words in CHOICES[sort].values()]))
    return known[key]


def _text(_sort: Sort, typed: object) -> str:
    text = composed(written(typed))
    if len(text) > TEXT_MAX_CHARS:
        raise UnclearError(_SHORT)
    return without_telephones(visible(text))


def _count(_sort: Sort, typed: object) -> int:
    found = number(typed)
    if found is None or not found.is_integer() or not 0 <= found <= COUNT_MAX:
        raise UnclearError(_A_COUNT)
    return int(found)


def _number(_sort: Sort, typed: object) -> float:
    found = number(typed)
    if found is None or not 0 <= found <= NUMBER_MAX:
        raise UnclearError(_A_NUMBER)
    return found


def number(typed: object) -> float | None:
    """A number as it was typed; None where it could be two numbers, or is none.

    12,5 and 12.5 are the same. 1.200 is not clear: it is twelve hundred to one reader and
    one and a fifth to another.
    """
    if isinstance(typed, bool):
        return None
    if isinstance(typed, int | float):
        return float(typed) if abs(typed) <= NUMBER_MAX else None  # nan is not, either
    text = composed(typed) if isinstance(typed, str) else ""
    if grouped := _GROUPED.fullmatch(text):
        return float(f"{grouped[1].replace('.', '')}.{grouped[2]}")
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        return None
    whole, after = plain[1], plain[2] or "0"
    is_ambiguous = len(after) == len("000") and whole != "0" and len(whole) <= len("000")
    return None if is_ambiguous else float(f"{whole}.{after}")


def moment(typed: object, zone: str) -> datetime:
    """A day, day first, with or without the time; or as ISO 8601 writes it."""
    if isinstance(typed, datetime):
        found: datetime | None = typed
    elif isinstance(typed, date):
        found = datetime(typed.year, typed.month, typed.day)  # noqa: DTZ001 - set just below
    else:
        found = _moment(composed(typed)) if isinstance(typed, str) else None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise UnclearError(_A_MOMENT)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def _moment(text: str) -> datetime | None:
    try:
        if parts := _DAY_FIRST.fullmatch(text):
            day, month, year, hour, minute = parts.groups()
        elif parts := _CLOCK_FIRST.fullmatch(text):
            hour, minute, day, month, year = parts.groups()
        else:
            return datetime.fromisoformat(text)
        clock = int(hour or 0), int(minute or 0)
        return datetime(int(year), int(month), int(day), *clock)  # noqa: DTZ001 - the caller's
    except ValueError:
        return None


def written(typed: object) -> str:
    """What was typed, as text: a whole number without a decimal point."""
    if isinstance(typed, float) and typed.is_integer():
        return str(int(typed))
    return str(typed)


_READERS: Mapping[Sort, Callable[[Sort, object], object]] = {
    Sort.TEXT: _text,
    Sort.COUNT: _count,
    Sort.NUMBER: _number,
    **dict.fromkeys(CHOICES, _chosen),
}
_SHORT = Text(f"không quá {TEXT_MAX_CHARS} ký tự", f"no more than {TEXT_MAX_CHARS} characters")
_A_COUNT = Text("một số nguyên như 5", "a whole number like 5")
_A_NUMBER = Text("một số như 200 hoặc 12,5", "a number like 200 or 12.5")
_A_MOMENT = Text("ngày giờ như 20/06/2025 07:45", "a moment like 20/06/2025 07:45")
