"""Which checks changed, told together where they changed alike?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rehearsal.model import Outcome, Text, Verdict
from rehearsal.model.comparison import Movement, RowChange
from rehearsal.report.movements import MOVEMENTS, TONES
from rehearsal.report.order import vietnamese_key
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places
from rehearsal.report.wording import Wording

WHERE_MAX = 200  # links of one line; the JSON has all
OPEN = frozenset({Movement.NEWLY_FAILING, Movement.STILL_FAILING, Movement.BECAME_UNKNOWN})
_BEFORE = frozenset({Movement.FIXED, Movement.FREED, Movement.IMPROVED, Movement.REMOVED})
_NOT_REACHED = Text("không kịp đo", "it was not reached")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One check that changed alike on several targets; a mark is None where none stood."""

    asks: Text
    check_id: str
    code: str
    says: Text | None
    older: Mark | None
    newer: Mark | None
    count: int
    where: tuple[Link, ...]
    more: int
    moved: int


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """All lines of one movement, the longest first."""

    mark: Mark
    count: int
    lines: tuple[ChangeLine, ...]
    is_open: bool


_Alike = tuple[str, str, Outcome | None, Outcome | None]


def change_groups(
    rows: Iterable[RowChange], wording: Wording, places: Places
) -> tuple[ChangeGroup, ...]:
    """Return what changed, what needs somebody first."""
    by_movement: defaultdict[Movement, list[RowChange]] = defaultdict(list)
    for row in rows:
        by_movement[row.movement].append(row)
    return tuple(
        ChangeGroup(
            mark=Mark(TONES.get(movement, "unknown"), MOVEMENTS[movement]),
            count=len(by_movement[movement]),
            lines=_lines(by_movement[movement], wording, places),
            is_open=movement in OPEN,
        )
        for movement in MOVEMENTS
        if by_movement.get(movement)
    )


def _lines(
    rows: Sequence[RowChange], wording: Wording, places: Places
) -> tuple[ChangeLine, ...]:
    alike: defaultdict[_Alike, list[RowChange]] = defaultdict(list)
    for row in rows:
        older, newer = _outcome(row.older), _outcome(row.newer)
        alike[row.check_id, _code(_told(row)), older, newer].append(row)
    lines = [_line(name, members, wording, places) for name, members in alike.items()]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.check_id, line.code)))


def _line(
    name: _Alike, rows: Sequence[RowChange], wording: Wording, places: Places
) -> ChangeLine:
    check_id, code, older, newer = name
    links = [places.link(row.target_id) for row in rows]
    links.sort(key=lambda link: vietnamese_key(link.words.vi))
    told = dict.fromkeys(_says(_told(row), wording) for row in rows)
    return ChangeLine(
        asks=wording.asks(check_id),
        check_id=check_id,
        code=code,
        says=_example(list(told)),
        older=None if older is None else marks.of_outcome(older),
        newer=None if newer is None else marks.of_outcome(newer),
        count=len(rows),
        where=tuple(links[:WHERE_MAX]),
        more=max(0, len(links) - WHERE_MAX),
        moved=sum(row.is_moved for row in rows),
    )


def _told(row: RowChange) -> Verdict:
    """Return the verdict that says what this is about: what was mended is told by the older."""
    first, second = row.newer, row.older
    if row.movement in _BEFORE:
        first, second = second, first
    found = first or second
    assert found is not None, "one of the trials has it"
    return found


def _outcome(verdict: Verdict | None) -> Outcome | None:
    return None if verdict is None else verdict.outcome


def _code(verdict: Verdict) -> str:
    if verdict.blocked_by is not None:
        return verdict.blocked_by
    gravest = max(verdict.findings, key=lambda f: (f.outcome, f.code), default=None)
    return gravest.code if gravest else ""


def _says(verdict: Verdict, wording: Wording) -> Text | None:
    if verdict.blocked_by is not None:
        waits = wording.asks(verdict.blocked_by)
        return Text(f"chờ phép thử: {waits.vi}", f"waits for: {waits.en}")
    if not verdict.findings:
        return None if verdict.outcome is Outcome.PASS else _NOT_REACHED
    gravest = max(verdict.findings, key=lambda f: (f.outcome, f.code))
    return wording.says(verdict.check_id, gravest)


def _example(told: Sequence[Text | None]) -> Text | None:
    """Return what all say, or one of several that differ by their values."""
    first = min((text for text in told if text is not None), key=lambda t: t.vi, default=None)
    if first is None or len(told) == 1:
        return first
    return Text(f"ví dụ: {first.vi}", f"for instance: {first.en}")
