"""What must be done, by whom, by when, and how far is it?"""

from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.model import Text
from rehearsal.model.action import Action, ActionState, Cell, Clear, Happening, Turn
from rehearsal.report.clock import Clock, day_text
from rehearsal.report.safe import anchor
from rehearsal.report.view.marks import Mark

ACTIONS_SHOWN = 60  # a page stays small; the sheet of `rehearse actions export` has them all
_MARKS = {
    ActionState.OPEN: Mark("fail", Text("Đang mở", "Open")),
    ActionState.REOPENED: Mark("fail", Text("Mở lại", "Reopened")),
    ActionState.MENDED: Mark("warn", Text("Đã xử lý, chờ chứng minh", "Mended, to be proven")),
    ActionState.PROVEN: Mark("pass", Text("Đã chứng minh", "Proven")),
}
_NAMES = {
    Clear.WHO: Text("Rõ người", "Who"),
    Clear.WHAT: Text("Rõ việc", "What"),
    Clear.WHEN: Text("Rõ thời gian", "By when"),
    Clear.RESPONSIBILITY: Text("Rõ trách nhiệm", "Responsibility"),
    Clear.AUTHORITY: Text("Rõ thẩm quyền", "Authority"),
    Clear.RESULT: Text("Rõ kết quả", "Result"),
}
_LACKS = {
    Clear.WHO: Text("chưa rõ người", "without a person"),
    Clear.WHAT: Text("chưa rõ việc", "without a task"),
    Clear.WHEN: Text("chưa rõ thời hạn", "without a deadline"),
    Clear.RESPONSIBILITY: Text("chưa rõ trách nhiệm", "without responsibility"),
    Clear.AUTHORITY: Text("chưa rõ thẩm quyền", "without authority"),
    Clear.RESULT: Text("chưa rõ kết quả", "without a result"),
}
_EMPTY = Text("Chưa có, cần điền", "Empty, to be filled in")
_TURNS = {
    Turn.OPENED: Text("mở", "opened"),
    Turn.STILL: Text("vẫn chưa đạt", "still failing"),
    Turn.MENDED: Text("đã xử lý", "mended"),
    Turn.PROVEN: Text("đã chứng minh", "proven"),
    Turn.REOPENED: Text("mở lại", "reopened"),
}


@dataclass(frozen=True, slots=True)
class CellView:
    """One of the six, with who wrote it where a person did."""

    name: Text
    value: Text
    is_missing: bool
    said_by: str


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action; what is closed frees nobody any more."""

    id: str
    key: str
    mark: Mark
    says: Text
    frees: int | None
    units: int
    left: Text
    cells: tuple[CellView, ...]
    history: tuple[Text, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class ActionsView:
    """The actions of a page, those to be done first; `lacks` counts cells that are empty."""

    sentence: Text
    lacks: tuple[Text, ...]
    to_do: tuple[ActionView, ...]
    closed: tuple[ActionView, ...]
    more: int


def actions_view(actions: Sequence[Action], clock: Clock) -> ActionsView | None:
    """What a page says of these actions; None where there is none."""
    if not actions:
        return None
    to_do = [action for action in actions if not action.is_closed]
    closed = [action for action in actions if action.is_closed]
    shown = to_do[:ACTIONS_SHOWN]
    ended = closed[: ACTIONS_SHOWN - len(shown)]
    return ActionsView(
        sentence=Text(
            f"{len(to_do)} việc chưa khép lại, {len(closed)} việc đã chứng minh là xong.",
            f"{len(to_do)} not closed, {len(closed)} proven done.",
        ),
        lacks=tuple(_lacks(to_do)),
        to_do=tuple(_action(action, clock) for action in shown),
        closed=tuple(_action(action, clock) for action in ended),
        more=len(actions) - len(shown) - len(ended),
    )


def _lacks(actions: Sequence[Action]) -> list[Text]:
    counts = {field: sum(field in action.missing for action in actions) for field in Clear}
    return [
        Text(f"{count} việc {_LACKS[field].vi}", f"{count} {_LACKS[field].en}")
        for field, count in counts.items()
        if count
    ]


def _action(action: Action, clock: Clock) -> ActionView:
    left, total = len(action.failing), len(action.pairs)
    return ActionView(
        id=anchor("action", action.key),
        key=action.key,
        mark=_MARKS[action.state],
        says=action.says,
        frees=None if action.is_closed else action.frees,
        units=len(action.units),
        left=Text(f"còn {left}/{total} đích chưa đạt", f"{left} of {total} targets still fail"),
        cells=tuple(_cell(field, action, clock) for field in Clear),
        history=tuple(_happening(one, clock) for one in action.history),
        note=_note(action, clock),
    )


def _cell(field: Clear, action: Action, clock: Clock) -> CellView:
    cell: Cell = action.cells[field]
    due = action.due if field is Clear.WHEN else None
    value = clock.moment(due) if due else cell.value
    said_by = cell.written.said_by if cell.written else ""
    return CellView(_NAMES[field], value or _EMPTY, value is None, said_by)


def _happening(one: Happening, clock: Clock) -> Text:
    day = day_text(one.at.astimezone(clock.zone).date())
    turn = _TURNS[one.turn]
    vi, en = (" sau khi đo lại", " by recheck") if one.is_recheck else ("", "")
    left_vi, left_en = (
        (f" ({one.left} đích)", f" ({one.left} targets)") if one.left else ("", "")
    )
    return Text(f"{day.vi}: {turn.vi}{vi}{left_vi}", f"{day.en}: {turn.en}{en}{left_en}")


def _note(action: Action, clock: Clock) -> Text | None:
    """What was not measured again is not forgotten, and not taken for mended."""
    if not action.not_measured:
        return None
    day = day_text(action.measured.astimezone(clock.zone).date())
    count = action.not_measured
    return Text(
        f"{count} đích chưa được đo lại trong lần diễn tập gần nhất (đo sau cùng {day.vi}): "
        "việc vẫn để mở.",
        f"The latest trial did not measure {count} targets again (last measured {day.en}): "
        "it stays open.",
    )
