"""What is a unit asked to report of itself?"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from rehearsal.model.city import Unit
from rehearsal.model.reported import AREAS, BLOCS
from rehearsal.model.words import TargetKind, Text

STATUS = "unit.status"
TEMPLATE = "status-1"  # a new one whenever a question is added, dropped or changes its meaning
PROPOSALS = 5  # who has more to propose writes the most pressing ones


class Sort(enum.Enum):
    """What an answer may be; FIXED stands in the template, UNREAD is never taken."""

    FIXED = "fixed"
    UNREAD = "unread"
    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    YES_NO = "yes-no"
    STATE = "state"
    WORKS = "works"
    GROUP = "group"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the report; `code` is what programs call it."""

    code: str
    asks: Text
    sort: Sort
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together."""

    title: Text
    questions: tuple[Question, ...]


def _asked(code: str, vi: str, en: str, sort: Sort) -> Question:
    return Question(code, Text(vi, en), sort)


_BLOC_NAMES = {
    "party": Text("Khối Đảng", "Party agencies"),
    "government": Text("Khối chính quyền", "Government"),
    "front": Text("Khối Mặt trận Tổ quốc", "Fatherland Front"),
}
AREA_NAMES = {
    "systems": Text("hệ thống thông tin", "information systems"),
    "infrastructure": Text("hạ tầng, thiết bị", "infrastructure"),
    "people": Text("nhân sự", "people"),
    "training": Text("tập huấn", "training"),
}
_IDENTITY = (
    _asked("template", "Phiên bản mẫu", "Version of this template", Sort.FIXED),
    _asked("unit", "Mã đơn vị", "Code of the unit", Sort.FIXED),
    _asked("unit_name", "Tên đơn vị", "Name of the unit", Sort.FIXED),
)
_SIGNED = (
    Question("said_by", Text("Họ tên người báo cáo", "Who reports"), Sort.TEXT, is_needed=True),
    Question("said_at", Text("Ngày giờ báo cáo", "Reported at"), Sort.MOMENT, is_needed=True),
    _asked("focal_name", "Cán bộ đầu mối: họ tên", "Focal person: name", Sort.TEXT),
    _asked("focal_post", "Cán bộ đầu mối: chức vụ", "Focal person: post", Sort.TEXT),
    _asked(
        "focal_telephone",
        "Điện thoại đầu mối (không bắt buộc; chỉ nằm trong tệp này, không được nhập)",
        "The focal person's telephone (optional; stays in this file and is not taken)",
        Sort.UNREAD,
    ),
)
_PREMISES = (
    _asked("line_provider", "Nhà mạng của đường truyền", "Provider of the line", Sort.TEXT),
    _asked("line_up_mbit", "Tốc độ lên (Mbit/s)", "Uplink (Mbit/s)", Sort.NUMBER),
    _asked("line_down_mbit", "Tốc độ xuống (Mbit/s)", "Downlink (Mbit/s)", Sort.NUMBER),
    _asked(
        "floor_m2", "Diện tích Trung tâm (m²)", "Floor area of the centre (m²)", Sort.NUMBER
    ),
    _asked("queue_numbering", "Có máy lấy số", "Queue numbering", Sort.YES_NO),
    _asked("kiosk", "Có ki-ốt tra cứu", "Look-up kiosk", Sort.YES_NO),
    _asked(
        "satisfaction_device",
        "Có thiết bị đánh giá hài lòng",
        "Satisfaction device",
        Sort.YES_NO,
    ),
    _asked("camera", "Có camera", "Camera", Sort.YES_NO),
    _asked("counters", "Số quầy", "Counters", Sort.COUNT),
    _asked("scanners", "Số máy quét tại quầy", "Scanners at the counters", Sort.COUNT),
    _asked("computers", "Số máy tính tại quầy", "PCs at the counters", Sort.COUNT),
    _asked("printers", "Số máy in tại quầy", "Printers at the counters", Sort.COUNT),
    _asked("backup_power", "Có nguồn điện dự phòng", "Backup power", Sort.YES_NO),
    _asked("backup_line", "Có đường truyền dự phòng", "Backup line", Sort.YES_NO),
    _asked("backup_data", "Có sao lưu dữ liệu", "Backup of the data", Sort.YES_NO),
)
_STAFF = (
    _asked(
        "suppliers_present",
        "Số người của nhà cung cấp có mặt",
        "Suppliers' staff present",
        Sort.COUNT,
    ),
    _asked(
        "director_is_vice_chair",
        "Giám đốc Trung tâm là phó chủ tịch",
        "The centre's director is a vice-chair",
        Sort.YES_NO,
    ),
    _asked(
        "full_time_deputies",
        "Số phó giám đốc chuyên trách",
        "Full-time deputy directors",
        Sort.COUNT,
    ),
    _asked(
        "civil_servants",
        "Số công chức của Trung tâm",
        "Civil servants of the centre",
        Sort.COUNT,
    ),
    _asked("staff_assigned", "Biên chế được giao của đơn vị", "Staff assigned", Sort.COUNT),
    _asked("staff_present", "Số người có mặt của đơn vị", "Staff present", Sort.COUNT),
)
_NOTE = _asked("note", "Ghi chú chung", "Remarks", Sort.TEXT)


def sections(unit: Unit) -> tuple[Section, ...]:
    """The whole report of one unit, in reading order."""
    return (
        Section(Text("Đơn vị", "The unit"), _IDENTITY),
        Section(Text("Người báo cáo và đầu mối", "Who reports, and focal person"), _SIGNED),
        *(Section(name, tuple(_of_bloc(bloc))) for bloc, name in _BLOC_NAMES.items()),
        Section(
            Text("Từng hệ thống có dùng được không", "Does each system work"), _works(unit)
        ),
        Section(
            Text("Đường truyền, Trung tâm, thiết bị", "Line, centre, equipment"), _PREMISES
        ),
        Section(Text("Con người", "People"), _STAFF),
        Section(Text("Kiến nghị, giải pháp", "Proposals"), (*_proposals(), _NOTE)),
    )


def questions(unit: Unit) -> dict[str, Question]:
    """Every question put to a unit, by its code."""
    return {q.code: q for section in sections(unit) for q in section.questions}


def plain_questions() -> tuple[Question, ...]:
    """Those whose answer is one field of the report, of the same name."""
    signed = tuple(q for q in _SIGNED if q.code in {"focal_name", "focal_post"})
    return (*signed, *_PREMISES, *_STAFF, _NOTE)


def _of_bloc(bloc: str) -> Iterator[Question]:
    assert bloc in BLOCS, "the report knows no other bloc"
    for area in AREAS:
        name = AREA_NAMES[area]
        yield Question(f"{bloc}.{area}", Text(name.vi.capitalize(), name.en), Sort.STATE)
    yield _asked(f"{bloc}.note", "Vướng mắc, nếu có", "Difficulties, if any", Sort.TEXT)


def _works(unit: Unit) -> tuple[Question, ...]:
    """What people open and use; a line is measured, a page is read."""
    return tuple(
        Question(f"system.{target.key}", Text(target.name, target.name), Sort.WORKS)
        for target in unit.targets
        if target.kind in {TargetKind.BRIDGE, TargetKind.SYSTEM}
    )


def _proposals() -> Iterator[Question]:
    for number in range(1, PROPOSALS + 1):
        of = f"proposal.{number}"
        yield _asked(f"{of}.group", f"Kiến nghị {number}: nhóm", f"{number}: group", Sort.GROUP)
        yield _asked(
            f"{of}.text", f"Kiến nghị {number}: nội dung", f"{number}: what", Sort.TEXT
        )
