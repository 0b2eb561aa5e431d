"""Which sheet of actions do people work in, cell for cell?

The six cells may be edited; all else is for reading. Each row carries a seal: what its
cells were when it was exported, so that an import knows what somebody changed and what
has changed since.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from rehearsal.model import Text
from rehearsal.model.action import Action, ActionState, Clear
from rehearsal.report.safe import visible

SHEET_NAME = "Việc phải làm"
SEAL = "seal"
STATES: Mapping[ActionState, Text] = {
    ActionState.OPEN: Text("đang mở", "open"),
    ActionState.REOPENED: Text("mở lại", "reopened"),
    ActionState.MENDED: Text("đã xử lý, chờ chứng minh", "mended"),
    ActionState.PROVEN: Text("đã chứng minh", "proven"),
}
FIELDS: Mapping[Clear, Text] = {
    Clear.WHO: Text("rõ người", "who"),
    Clear.WHAT: Text("rõ việc", "what"),
    Clear.WHEN: Text("rõ thời gian", "when"),
    Clear.RESPONSIBILITY: Text("rõ trách nhiệm", "responsibility"),
    Clear.AUTHORITY: Text("rõ thẩm quyền", "authority"),
    Clear.RESULT: Text("rõ kết quả", "result"),
}
_READ_ONLY = {
    "key": ("mã việc", 12),
    "state": ("trạng thái", 20),
    "opened": ("mở lúc", 17),
    "frees": ("đơn vị sẵn sàng khi xong", 10),
    "left": ("đích chưa đạt", 10),
    "units": ("các đơn vị", 30),
    "problem": ("vướng mắc", 45),
}
COLUMNS = (*_READ_ONLY, *(field.value for field in Clear), SEAL)
SEALED = ("state", *(field.value for field in Clear))
_FIELD_WIDTH = 30
_MARK = " · "  # between the Vietnamese words of a cell and the word that we read back
_DIGEST_CHARS = 8  # two texts that a person could confuse never share 32 bits by chance
_CELL_MAX_CHARS = 32_767  # the format's own limit
# What a spreadsheet takes for a formula, in any width, behind any number of our own marks.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_MARKED = re.compile(r"''*[=+\-@\t\r＝＋－＠]")
_NO_GUESSING = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NO_CLOCK = datetime(2000, 1, 1)  # noqa: DTZ001 - the format wants it bare; equal actions make equal files
Row = Mapping[str, str]


def tidy(text: str) -> str:
    """The text as any spreadsheet gives it back: one sort of line end, no blank around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", visible(lines)).strip()


def sealed(row: Row) -> str:
    """What the cells that matter hold now, in short."""
    return "-".join(digest(row[name]) for name in SEALED)


def digest(text: str) -> str:
    """The same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]


def harmless(text: str) -> str:
    """No spreadsheet takes it for a formula: an apostrophe stands before what it would."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """What was there before `harmless`."""
    return text[1:] if _MARKED.match(text) else text


def moment_text(moment: datetime, zone: str) -> str:
    """A moment in the city's own time, to the minute."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def row_of(action: Action, zone: str) -> dict[str, str]:
    """The cells of one action by their names, as a person reads them."""
    cells = {field.value: action.cells[field].value for field in Clear}
    row = {name: tidy(text.vi) if text else "" for name, text in cells.items()}
    due = action.due
    told = {
        "key": action.key,
        "state": STATES[action.state].vi + _MARK + action.state.value,
        "opened": moment_text(action.opened, zone),
        "frees": str(action.frees),
        "left": f"{len(action.failing)}/{len(action.pairs)}",
        "units": "; ".join(action.units)[:_CELL_MAX_CHARS],
        "problem": tidy(action.says.vi),
        **row,
        "when": moment_text(due, zone) if due else "",
    }
    return {**told, SEAL: sealed(told)}


def heading(name: str) -> str:
    """What stands over a column."""
    if name in _READ_ONLY:
        return _READ_ONLY[name][0] + _MARK + name
    return f"{FIELDS[Clear(name)].vi}{_MARK}{name}" if name != SEAL else f"dấu{_MARK}{name}"


def last_word(cell: str) -> str:
    """The word of ours in a heading or a state, whatever stands before it."""
    return cell.rpartition(_MARK.strip())[2].strip()


def csv_sheet(actions: Iterable[Action], zone: str) -> bytes:
    """The sheet as CSV; Excel knows it for UTF-8."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow([heading(name) for name in COLUMNS])
    for row in (row_of(action, zone) for action in actions):
        writer.writerow([harmless(row[name]) for name in COLUMNS])
    return sheet.getvalue().encode("utf-8-sig")


def xlsx_sheet(actions: Iterable[Action], zone: str) -> bytes:
    """The sheet as a workbook in which only the six can be edited."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _NO_GUESSING)
    book.set_properties({"created": _NO_CLOCK})
    page = book.add_worksheet(SHEET_NAME)
    wrapped = {"text_wrap": True, "valign": "top", "num_format": "@"}
    head = book.add_format({**wrapped, "bold": True, "bottom": 1, "bg_color": "#EEF1F0"})
    locked = book.add_format(wrapped)
    open_ = book.add_format({**wrapped, "locked": False, "bg_color": "#FFFBE6"})
    rows = [row_of(action, zone) for action in actions]
    for at, name in enumerate(COLUMNS):
        is_open = name in SEALED and name != "state"
        page.write_string(0, at, heading(name), head)
        for line, row in enumerate(rows, start=1):
            page.write_string(line, at, harmless(row[name]), open_ if is_open else locked)
    _lay_out(page, rows)
    book.close()
    return buffer.getvalue()


def _lay_out(page: Worksheet, rows: Sequence[Row]) -> None:
    for at, name in enumerate(COLUMNS):
        width = _READ_ONLY[name][1] if name in _READ_ONLY else _FIELD_WIDTH
        page.set_column(at, at, width, None, {"hidden": name == SEAL})
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    page.protect("", {"autofilter": True, "sort": True, "format_columns": True})
