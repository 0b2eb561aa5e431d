"""How are Vietnamese names found and sorted?"""

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền ... nặng
_SYLLABLE = tuple[tuple[int, ...], int, str]


def folded(text: str) -> str:
    """Drop case and diacritics, đ included, as people type when they search."""
    bare = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(char for char in bare if not unicodedata.combining(char))


def vietnamese_key(text: str) -> tuple[_SYLLABLE, ...]:
    """Sort by letters (a ă â ... d đ), then by tone, one syllable after the other."""
    return tuple(_syllable(word) for word in text.lower().split())


def _syllable(word: str) -> _SYLLABLE:
    marks = [char for char in unicodedata.normalize("NFD", word) if char in _TONES]
    tone = _TONES[marks[0]] if marks else 0
    toneless = "".join(c for c in unicodedata.normalize("NFD", word) if c not in _TONES)
    letters = unicodedata.normalize("NFC", toneless)
    ranks = tuple(_RANK.get(letter, len(_RANK) + ord(letter)) for letter in letters)
    return ranks, tone, word
