"""Which light is somebody given, once it is known how much each check counts?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from rehearsal.model import Hub, Light, Outcome, Target, Unit, Verdict
from rehearsal.model.decision import CheckWeight, Criteria

NOBODY: Collection[str] = frozenset()
_LESS = {"unknown": "warn", "blocked": "warn", "fail": "warn"}
Owner = Unit | Hub | Target


def light_of(words: Iterable[str]) -> Light:
    """Plan 02-KH/BCDTW: red for what fails, grey for what is not known, yellow for less."""
    seen = set(words)
    if seen & {"fail", "blocked"}:
        return Light.RED
    if not seen or "unknown" in seen:
        return Light.GREY
    return Light.YELLOW if "warn" in seen else Light.GREEN


def light_by(
    owner: Owner,
    verdicts: Sequence[Verdict],
    criteria: Criteria,
    *,
    red: Collection[str] = NOBODY,
    grey: Collection[str] = NOBODY,
) -> Light:
    """The light of somebody, by how much each check counts.

    Targets in `red` are signed for, whatever is wrong with them: they are yellow at worst.
    Those in `grey` are signed for where they are not known.
    """
    return light_of(
        _signed(word, name, red, grey) for name, word in _words(owner, verdicts, criteria)
    )


def counted(word: str, weight: CheckWeight) -> str | None:
    """The word for an outcome that the light hears; None where it hears nothing of it.

    Whose failure is yellow at worst is yellow at worst where it is unknown: else somebody
    would fare better by failing.
    """
    if weight.at_worst is Light.GREEN:
        return None
    if word == Outcome.WARN.word and not weight.warns:
        return Outcome.PASS.word
    return _LESS.get(word, word) if weight.at_worst is Light.YELLOW else word


def _words(
    owner: Owner, verdicts: Sequence[Verdict], criteria: Criteria
) -> Iterator[tuple[str, str]]:
    """Each target's id with a word; nobody asked it anything: that is no green."""
    for verdict in verdicts:
        word = counted(verdict.outcome.word, criteria.weight_of(verdict.check_id))
        if word is not None and not verdict.is_undeclared:
            yield verdict.target.id, word
    asked = {verdict.target.id for verdict in verdicts}
    for target in () if isinstance(owner, Target) else owner.targets:
        if target.id not in asked:
            yield target.id, Outcome.UNKNOWN.word


def _signed(word: str, name: str, red: Collection[str], grey: Collection[str]) -> str:
    if name in red:
        return _LESS.get(word, word)
    return "warn" if name in grey and word == "unknown" else word


def slug_of(owner: Owner) -> str:
    """The slug of a unit or hub, or the id of a shared system's target."""
    return owner.id if isinstance(owner, Target) else owner.slug
