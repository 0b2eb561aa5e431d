"""What do the units propose together, however each of them puts it? Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rehearsal.model import Group, SharedProposal, StatusReport
from rehearsal.report.order import folded

SIMILAR_PERCENT = 70  # who says the same with a word or two more has that wish
_WORD = re.compile(r"\w+")
# What is asked politely is asked all the same.
_POLITE = frozenset(
    {"kinh", "de", "nghi", "xin", "mong", "thanh", "pho", "som", "cho", "don", "vi", "va"}
)
# With or without one of these the wish is another one.
_NEGATIONS = frozenset({"khong", "chua", "no", "not"})


@dataclass(frozen=True, slots=True)
class _Wish:
    """One way to put it, with who puts it so; `telling` may not differ, `words` may a bit."""

    text: str
    units: tuple[str, ...]
    words: frozenset[str]
    telling: tuple[str, ...]


def shared_proposals(
    reports: Iterable[tuple[str, StatusReport]],
) -> tuple[SharedProposal, ...]:
    """By group, then what most units propose; the same for any order of the reports."""
    said: dict[Group, dict[str, list[tuple[str, str]]]] = {}
    for slug, report in reports:
        for one in report.proposals:
            plain = " ".join(_WORD.findall(folded(one.text)))
            said.setdefault(one.group, {}).setdefault(plain, []).append((one.text, slug))
    return tuple(
        shared
        for group in Group
        for shared in _of_group(group, [_wish(p, s) for p, s in said.get(group, {}).items()])
    )


def _wish(plain: str, said: Sequence[tuple[str, str]]) -> _Wish:
    """The wording that most use stands for those that differ in letters alone."""
    texts = Counter(text for text, _ in said)
    text = min(texts, key=lambda one: (-texts[one], _plainness(one)))
    words = plain.split()
    telling = tuple(w for w in words if w in _NEGATIONS or any(map(str.isdigit, w)))
    kept = frozenset(words) - _POLITE or frozenset(words)
    return _Wish(text, tuple(sorted({slug for _, slug in said})), kept, telling)


def _of_group(group: Group, wishes: Sequence[_Wish]) -> list[SharedProposal]:
    """Each wish joins the most widespread one that it is similar to."""
    ordered = sorted(wishes, key=lambda wish: (-len(wish.units), _plainness(wish.text)))
    seen = Counter(word for wish in ordered for word in wish.words)
    leaders: list[list[_Wish]] = []
    by_word: dict[tuple[object, str], list[int]] = {}
    for wish in ordered:
        rare_first = sorted(wish.words, key=lambda word: (seen[word], word))
        # whose numbers or negations differ never meet
        marks = [(wish.telling, word) for word in _prefix(rare_first)]
        near = sorted({at for mark in marks for at in by_word.get(mark, ())})
        found = next((at for at in near if _is_similar(leaders[at][0], wish)), None)
        if found is not None:
            leaders[found].append(wish)
            continue
        for mark in marks:
            by_word.setdefault(mark, []).append(len(leaders))
        leaders.append([wish])
    return sorted((_shared(group, one) for one in leaders), key=_weight)


def _plainness(text: str) -> tuple[bool, bool, str]:
    """Of two wordings the one with its diacritics, and not in capitals, is shown."""
    return text.isascii(), text.isupper(), text


def _prefix(rare_first: Sequence[str]) -> Sequence[str]:
    """Two sets as similar as that share one of so many of their rarest words."""
    at_least = -(-SIMILAR_PERCENT * len(rare_first) // 100)  # rounded up, without a float
    return rare_first[: len(rare_first) - at_least + 1]


def _is_similar(one: _Wish, other: _Wish) -> bool:
    """Nothing is said otherwise, only more: one other word may be another thing."""
    fewer, more = sorted((one.words, other.words), key=len)
    return fewer <= more and 100 * len(fewer) >= SIMILAR_PERCENT * len(more)


def _shared(group: Group, wishes: Sequence[_Wish]) -> SharedProposal:
    units = tuple(sorted({slug for wish in wishes for slug in wish.units}))
    return SharedProposal(group, wishes[0].text, units, tuple(w.text for w in wishes[1:]))


def _weight(shared: SharedProposal) -> tuple[int, str]:
    return -len(shared.units), shared.text
