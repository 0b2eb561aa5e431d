"""What do units hand in, in the tests? Templates, filled in as people would."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import openpyxl

from rehearsal.declaring import TEMPLATES, Taken, asked_units, take_all
from rehearsal.declaring.workbooks import SHEET
from rehearsal.model import Target, TargetKind, Unit

ZONE = "Asia/Ho_Chi_Minh"
NOW = datetime(2025, 6, 25, 3, 0, tzinfo=UTC)
ASKED = {"said_by": "Trần Thị B", "said_at": "20/06/2025 09:15"}
WHOLE = ASKED | {
    "focal_name": "Nguyễn Văn A",
    "focal_post": "Phó Chánh Văn phòng",
    "focal_telephone": "0912 345 678",
    "party.systems": "Sẵn sàng",
    "government.training": "Một phần",
    "front.infrastructure": "Chưa sẵn sàng",
    "party.note": "Thiếu chữ ký số",
    "system.mail": "Dùng được",
    "system.bridge": "Chưa thử",
    "suppliers_present": "2",
    "line_provider": "VNPT",
    "line_up_mbit": "12,5",
    "line_down_mbit": "200",
    "floor_m2": "160 m2",
    "kiosk": "Có",
    "camera": "Không",
    "counters": "4",
    "director_is_vice_chair": "Có",
    "full_time_deputies": "1",
    "civil_servants": "5",
    "proposal.1.group": "Hỗ trợ, hướng dẫn",
    "proposal.1.text": "Cử người hướng dẫn thêm hai tuần",
}


def target(slug: str, key: str, kind: TargetKind = TargetKind.SYSTEM) -> Target:
    return Target(f"{slug}/{key}", slug, f"Hệ thống {key}", kind, f"https://{key}.example/")


def unit(code: str, slug: str, name: str) -> Unit:
    bridge = target(slug, "bridge", TargetKind.BRIDGE)
    return Unit(code, slug, name, "ward", "", None, (bridge, target(slug, "mail")))


HAI_AN = unit("11413", "hai-an", "Hải An")
CAM_GIANG = unit("10888", "cam-giang", "Cẩm Giang")
CAM_GIANG_TOO = unit("10903", "cam-giang-10903", "Cẩm Giàng")
THUY = unit("00011", "thuy-nguyen", "Thủy Nguyên")
UNITS = (HAI_AN, CAM_GIANG, CAM_GIANG_TOO, THUY)
UNITS_ASKED = asked_units(UNITS, ZONE, NOW)


def as_csv(answers: Mapping[str, str], of: Unit = HAI_AN) -> bytes:
    """The CSV template of a unit with these answers; a code that is not there is added."""
    rows = list(csv.DictReader(io.StringIO(TEMPLATES["csv"](of).decode("utf-8-sig"))))
    left = dict(answers)
    for row in rows:
        row["answer"] = left.pop(row["code"], row["answer"])
    rows += [{"code": code, "answer": text} for code, text in left.items()]
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue().encode("utf-8-sig")


def as_json(answers: Mapping[str, object], of: Unit = HAI_AN) -> bytes:
    """The JSON template of a unit with these answers."""
    return json.dumps(json.loads(TEMPLATES["json"](of)) | dict(answers)).encode()


def opened(of: Unit = HAI_AN):
    """The workbook of a unit's template, and the sheet of questions in it."""
    book = openpyxl.load_workbook(io.BytesIO(TEMPLATES["xlsx"](of)))
    return book, book[SHEET]


def saved(book) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def row_of(page, code: str) -> int:
    """In which row of the sheet a question stands."""
    return next(cell.row for cell in page["A"] if cell.value == code)


def as_xlsx(answers: Mapping[str, object], of: Unit = HAI_AN) -> bytes:
    """The workbook of a unit, opened, filled in and saved."""
    book, page = opened(of)
    for code, value in answers.items():
        page.cell(row_of(page, code), 3).value = value
    return saved(book)


WRITERS = {"csv": as_csv, "json": as_json, "xlsx": as_xlsx}


def taken(content: bytes, name: str = "handed-in") -> Taken:
    """What becomes of one file."""
    (one,) = take_all([(name, content)], UNITS_ASKED)
    return one


def places(content: bytes, name: str = "handed-in") -> list[tuple[int, str]]:
    """Row and column of each fault; nothing is taken of a file that has one."""
    one = taken(content, name)
    assert bool(one.faults) is not bool(one.said)
    return [(fault.row, fault.column) for fault in one.faults]
