"""What does a public page say of a unit: its name, its code, how its centre is reached?

What it shows is compared here and not kept: no telephone number leaves this room.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from rehearsal.inventory.register import TONES, same
from rehearsal.model import PublicPage, Target
from rehearsal.net import http, markup
from rehearsal.net.content import holds, refuse_page_without, refuse_wrong_page, shown
from rehearsal.net.door import Door
from rehearsal.net.http import Page
from rehearsal.net.markup import Shown
from rehearsal.net.talk import as_json

READ_CHARS = 256 * 1024
# A row of a list, whatever it is made of; a JSON object is one too.
_ROW = re.compile(r"<(?:tr|li|article|option)\b|\{", re.IGNORECASE)
# Vietnam's numbers: 0 or +84 before 8 to 10 digits, or 1800 and 1900 before 4 to 6.
_TELEPHONE = re.compile(
    r"(?<![\d+])(?:(?:\+84|0)(?:[ .()\-]{0,2}\d){8,10}|1[89]00(?:[ .\-]?\d){4,6})(?!\d)"
)
_ADDRESS = re.compile(r"(?:địa chỉ|trụ sở)\s*+:?\s*+[^\s:].{7}", re.IGNORECASE)
_BETWEEN = r"[\W_]{1,20}"  # of two words of one name
_VIETNAMESE = range(0xC0, 0x1F00)  # where Unicode has its letters with tones
_PLAIN = "http:"
LINKS_TOLD = 3


@dataclass(frozen=True, slots=True)
class OfUnit:
    """What a page shows of a unit. `others` are codes of other units that it shows.

    `is_together`: the unit's name stands where its code does, also in a list of many.
    `telephones` counts what reads as a number; `shows_address` and `shows_telephone` are
    of the very ones that the inventory has, or of any where it has none.
    """

    shows_code: bool
    shows_name: bool
    is_together: bool
    others: tuple[str, ...]
    shows_address: bool
    shows_telephone: bool
    telephones: int
    plain_links: int
    first_plain: tuple[str, ...] = ()


async def page_of_unit(door: Door, target: Target) -> OfUnit:
    """Open a page as a citizen would; Stopped when it is not the page that was asked for."""
    assert target.page is not None
    page = await http.get(door, target.url)
    refuse_wrong_page(page, target)
    peers = door.peers.get(target.key, ())
    others = {peer.code for peer in peers if peer.code and peer.code != target.code}
    seen = _readable(page)
    found = _found(seen, target.code, target.page, others)
    if _is_nothing(found, seen, target):
        refuse_page_without(page, target.code)
    return found


def _is_nothing(found: OfUnit, seen: Shown, target: Target) -> bool:
    """Whether it might be any page: a list that is known by its mark may lack the unit."""
    if found.shows_code or found.others or target.expect.contains is not None:
        return False
    return not found.shows_name or (seen.asks_password and not found.telephones)


def _readable(page: Page) -> Shown:
    """The page as a person sees it; JSON without its escapes (RFC 8259 7)."""
    if "json" not in page.headers.get("content-type", "").lower():
        return shown(page)
    text = json.dumps(as_json(page), ensure_ascii=False)[:READ_CHARS]
    return Shown(page.url, visible=text, markup=text)


def _found(seen: Shown, code: str, wanted: PublicPage, others: Collection[str]) -> OfUnit:
    text = _folded(seen.visible)
    strangers = _codes(text) & set(others)
    numbers = [_digits(one) for one in _TELEPHONE.findall(text)]
    plain = [link for link in markup.links(seen.markup) if link.lower().startswith(_PLAIN)]
    return OfUnit(
        shows_code=holds(text, code),
        shows_name=_names(text, wanted.unit),
        is_together=_together(seen, code, wanted.unit, strangers),
        others=tuple(sorted(strangers)),
        shows_address=_names(text, wanted.address)
        if wanted.address
        else _ADDRESS.search(text) is not None,
        shows_telephone=_digits(wanted.telephone) in numbers
        if wanted.telephone
        else bool(numbers),
        telephones=len(numbers),
        plain_links=len(plain),
        first_plain=tuple(dict.fromkeys(plain))[:LINKS_TOLD],
    )


def _together(seen: Shown, code: str, name: str, strangers: Collection[str]) -> bool:
    """Whether name and code belong to one another; in a list of many, in one row."""
    if not strangers:
        return holds(seen.visible, code) and _names(_folded(seen.visible), name)
    parts = [part for part in _rows(seen.markup or seen.visible) if code in part]
    rows = (_folded(markup.read(part, seen.base).visible) for part in parts)
    return any(
        holds(row, code) and not _codes(row) & set(strangers) and _names(row, name)
        for row in rows
    )


def _rows(text: str) -> list[str]:
    starts = [found.start() for found in _ROW.finditer(text)]
    return [text[start:end] for start, end in pairwise((*starts, len(text)))]


def _codes(text: str) -> set[str]:
    return set(re.findall(r"(?<!\d)\d{5}(?!\d)", text))


def _names(folded: str, name: str) -> bool:
    """Whether the words stand there as words, however their tones are placed.

    The whole page is searched without tones, and only what is found is compared with them:
    a page of 256 KB takes milliseconds.
    """
    words = re.findall(r"[^\W_]+", _folded(name))
    bare = _BETWEEN.join(word.translate(_TONELESS) for word in words)
    found = re.finditer(rf"(?<!\w){bare}(?!\w)", folded.translate(_TONELESS))
    meant = _words(" ".join(words))
    return any(_words(folded[one.start() : one.end()]) == meant for one in found)


def _words(text: str) -> str:
    return same(re.sub(r"[\W_]+", " ", text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _without_tone(letter: str) -> str:
    """The letter alone; as long as it was, so that places stay where they are."""
    signs = unicodedata.normalize("NFD", letter)
    kept = unicodedata.normalize("NFC", "".join(s for s in signs if s not in TONES))
    return kept if len(kept) == 1 else letter


_TONELESS = {number: _without_tone(chr(number)) for number in _VIETNAMESE}


def _digits(number: str) -> str:
    """A number as it is dialled at home."""
    digits = "".join(c for c in number if c.isascii() and c.isdigit())
    return f"0{digits[2:]}" if number.lstrip().startswith("+84") else digits
