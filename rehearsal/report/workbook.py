"""Which sheets of a workbook carry the results, cell for cell as in `results.json`?"""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rehearsal.model import Light, Outcome
from rehearsal.report.document import Document
from rehearsal.report.safe import visible
from rehearsal.report.words import LIGHTS, OUTCOMES

CELL_MAX_CHARS = 32_767  # the format's own limit
_NO_GUESSING = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_OUTCOME_WORDS = {outcome.word: OUTCOMES[outcome].vi for outcome in Outcome}
_LIGHT_WORDS = {light.value: LIGHTS[light].vi for light in Light}

Cell = str | float | None
Pick = Callable[[Document], object]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the width in characters, and which value of a row it shows."""

    heading: str
    width: int
    pick: Pick


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its rows are documents, or parts of one."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Document, ...]


def results_workbook(document: Document) -> bytes:
    """Return the XLSX file of a results document."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, _NO_GUESSING)
    # a fixed moment: the same results make the same file
    workbook.set_properties(
        {"created": datetime.fromisoformat(document["run"]["started"]).replace(tzinfo=None)}
    )
    heading = workbook.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF1F0"}
    )
    body = workbook.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets(document):
        _fill(workbook.add_worksheet(sheet.name), sheet, heading, body)
    workbook.close()
    return buffer.getvalue()


def sheets(document: Document) -> tuple[Sheet, ...]:
    """Return the tables in reading order."""
    owners = [*document["hubs"], *document["units"], *document["systems"]]
    checks = [{**check, "owner": owner} for owner in owners for check in owner["checks"]]
    call = document["roll_call"] or {"attendance": []}
    return (
        Sheet("Tóm tắt", _SUMMARY, tuple(_summary(document))),
        Sheet("Điều kiện", _RULES, tuple(document["rules"])),
        Sheet("Miễn trừ", _WAIVERS, tuple(document["waivers"])),
        Sheet("Nguyên nhân", _CAUSES, tuple(document["causes"])),
        Sheet("Việc phải làm", _ACTIONS, tuple(document["actions"])),
        Sheet("Đơn vị", _OWNERS, tuple(owners)),
        Sheet("Phép thử", _CHECKS, tuple(checks)),
        Sheet("Điểm danh", _ATTENDANCE, tuple(call["attendance"])),
    )


def _summary(document: Document) -> Iterable[Document]:
    run = {f"run.{name}": value for name, value in document["run"].items()}
    units = {f"units.{name}": count for name, count in document["counts"]["units"].items()}
    told = {
        "schema": document["schema"],
        **run,
        "city": document["city"]["name"],
        "inventory_digest": document["inventory_digest"],
        "verdict": document["verdict"],
        **units,
        "planned": document["counts"]["planned"],
        "measured": document["counts"]["measured"],
        **{f"synthetic.{name}": count for name, count in document["synthetic"].items()},
    }
    return ({"name": name, "value": value} for name, value in told.items())


def _key(*path: str) -> Pick:
    def pick(row: Document) -> object:
        value: object = row
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    return pick


def _joined(name: str) -> Pick:
    return lambda row: "; ".join(row[name])


def _numbers(name: str) -> Pick:
    return lambda row: "; ".join(map(str, row[name]))


def _history(check: Document) -> str:
    told = [f"{one['at']} {_OUTCOME_WORDS[one['outcome']]}" for one in check["history"]]
    return "; ".join(told)


def _codes(check: Document) -> str:
    return "; ".join(finding["code"] for finding in check["findings"])


_SUMMARY = (Column("Mục", 26, _key("name")), Column("Giá trị", 70, _key("value")))
_RULES = (
    Column("Mã", 24, _key("id")),
    Column("Bắt buộc", 10, _key("is_mandatory")),
    Column("Đạt", 10, _key("holds")),
    Column("Điều kiện", 50, _key("says", "vi")),
    Column("Rule", 50, _key("says", "en")),
    Column("Chi tiết", 50, _key("detail", "vi")),
    Column("Detail", 50, _key("detail", "en")),
    Column("Liên quan", 40, _joined("subjects")),
    Column("Miễn trừ số", 12, _numbers("waived_by")),
)
_WAIVERS = (
    Column("Số", 6, _key("id")),
    Column("Hiệu lực", 12, _key("state")),
    Column("Được dùng", 10, _key("is_used")),
    Column("Điều kiện", 24, _key("rule")),
    Column("Đối tượng", 26, _key("subject")),
    Column("Người ký", 26, _key("signed_by")),
    Column("Chức vụ", 26, _key("role")),
    Column("Lý do", 60, _key("reason")),
    Column("Ký lúc", 26, _key("signed_at")),
    Column("Hết hiệu lực", 26, _key("expires")),
    Column("Rút lại lúc", 26, _key("withdrawn_at")),
)
_CAUSES = (
    Column("Mã", 8, _key("id")),
    Column("Nhóm", 22, _key("group")),
    Column("Lớp", 16, _key("step")),
    Column("Loại lỗi", 28, _key("kind")),
    Column("Phạm vi", 30, _key("scope")),
    Column("Đơn vị sẵn sàng khi xử lý xong", 14, _key("frees")),
    Column("Cùng các nguyên nhân ở trên", 14, _key("frees_with_above")),
    Column("Nằm ở", 16, _key("level")),
    Column("Độ tin cậy", 10, _key("confidence")),
    Column("Người xử lý", 30, _key("owner", "who")),
    Column("Nguyên nhân", 60, _key("says", "vi")),
    Column("Cause", 60, _key("says", "en")),
    Column("Việc cần làm", 60, _key("do", "vi")),
    Column("To do", 60, _key("do", "en")),
    Column("Các đơn vị", 60, _joined("units")),
)
_ACTIONS = (
    Column("Mã", 12, _key("key")),
    Column("Trạng thái", 12, _key("state")),
    Column("Mở lúc", 26, _key("opened")),
    Column("Đơn vị sẵn sàng khi xử lý xong", 14, _key("frees")),
    Column("Vướng mắc", 50, _key("says", "vi")),
    Column("Rõ người", 26, _key("clear", "who", "says", "vi")),
    Column("Rõ việc", 50, _key("clear", "what", "says", "vi")),
    Column("Rõ thời gian", 26, _key("clear", "when", "says", "vi")),
    Column("Rõ trách nhiệm", 30, _key("clear", "responsibility", "says", "vi")),
    Column("Rõ thẩm quyền", 26, _key("clear", "authority", "says", "vi")),
    Column("Rõ kết quả", 40, _key("clear", "result", "says", "vi")),
    Column("Đích chưa đạt", 40, _joined("failing")),
    Column("Các đơn vị", 60, _joined("units")),
)
_OWNERS = (
    Column("Mã", 9, _key("code")),
    Column("Tên ngắn", 22, _key("slug")),
    Column("Tên", 26, _key("name")),
    Column("Loại", 14, _key("kind")),
    Column("Địa bàn cũ", 14, _key("former_province")),
    Column("Kết quả", 16, lambda row: _LIGHT_WORDS[row["readiness"]]),
    Column("readiness", 11, _key("readiness")),
    Column("Nguyên nhân", 14, _joined("causes")),
)
_CHECKS = (
    Column("Đơn vị", 26, _key("owner", "name")),
    Column("Phép thử", 22, _key("id")),
    Column("Đích", 30, _key("target")),
    Column("Kết quả", 14, lambda row: _OUTCOME_WORDS[row["outcome"]]),
    Column("outcome", 10, _key("outcome")),
    Column("Lớp", 16, _key("failure", "step")),
    Column("Loại lỗi", 28, _key("failure", "kind")),
    Column("Nhận định", 28, _codes),
    Column("Bị chặn bởi", 20, _key("blocked_by")),
    Column("Người khai", 24, _key("declared", "said_by")),
    Column("Giây", 10, _key("elapsed_s")),
    Column("Lần thử", 9, _key("attempts")),
    Column("Bắt đầu", 30, _key("started")),
    Column("Giữ chỗ", 10, _key("placeholder")),
    Column("Lần đo trước", 30, _history),
    Column("Lời của máy ở xa", 60, _key("failure", "detail")),
)
_ATTENDANCE = (
    Column("Tên ngắn", 26, _key("slug")),
    Column("Bắt đầu (s)", 12, _key("started_s")),
    Column("Vào phòng (s)", 12, _key("joined_s")),
    Column("Rời phòng (s)", 12, _key("left_s")),
    Column("Rớt và trở lại (s)", 40, _key("drops")),
)


def cell(value: object) -> Cell:
    """Return what a cell holds: text, a number or nothing."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text)[:CELL_MAX_CHARS]


def _fill(page: Worksheet, sheet: Sheet, heading: Format, body: Format) -> None:
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        page.write_string(0, at, column.heading, heading)
    for line, row in enumerate(sheet.rows, start=1):
        for at, column in enumerate(sheet.columns):
            _write(page, line, at, cell(column.pick(row)), body)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)


def _write(page: Worksheet, line: int, at: int, value: Cell, body: Format) -> None:
    """Write text as text: never a formula, a link or a number by guess."""
    if isinstance(value, str):
        page.write_string(line, at, value, body)
    elif value is not None:
        page.write_number(line, at, value, body)
