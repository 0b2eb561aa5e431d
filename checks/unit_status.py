"""Is a unit ready by its own report: its blocs, its people, its service centre?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, FindingSpec, Limit
from rehearsal.model import (
    AREAS,
    BLOCS,
    AreaState,
    Finding,
    Group,
    Outcome,
    StatusReport,
    Step,
    Target,
    TargetKind,
    Text,
)
from rehearsal.net.door import Door
from rehearsal.net.trail import stop
from rehearsal.readiness.staffing import counted_day, rules_on

_BLOCS = {
    "party": Text("Đảng", "Party"),
    "government": Text("chính quyền", "government"),
    "front": Text("Mặt trận", "Fatherland Front"),
}


async def probe(target: Target, door: Door) -> StatusReport:
    """No wire leads there: the unit hands its report in."""
    del door
    raise stop(Step.OBSERVE, "needs_declaration", target.name)


def judge(
    seen: StatusReport, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """What the unit itself says is short, or is short by a rule; an open answer is neither."""
    yield from _areas(seen)
    broken = [key for key, works in seen.systems.items() if works is False]
    if broken:
        yield CHECK.found("reported_not_to_work", systems=", ".join(sorted(broken)))
    if not seen.focal_name:
        yield CHECK.found("no_focal_person")
    if seen.suppliers_present is not None:
        have, need = seen.suppliers_present, round(limits["suppliers"])
        if have < need:
            yield CHECK.found("supplier_staff_short", have=have, need=need)
    if seen.floor_m2 is not None and seen.floor_m2 < limits["floor"]:
        yield CHECK.found("floor_area_small", floor_m2=seen.floor_m2, need=limits["floor"])
    yield from _staffing(seen, around)


def _areas(seen: StatusReport) -> Iterator[Finding]:
    """One finding an area, with the blocs that are not ready in it."""
    for area in AREAS:
        states = {bloc: seen.areas.get(f"{bloc}.{area}") for bloc in BLOCS}
        short = [_BLOCS[b] for b, s in states.items() if s not in (None, AreaState.READY)]
        if short:
            blocs = Text(", ".join(t.vi for t in short), ", ".join(t.en for t in short))
            yield CHECK.found(f"{area}_not_ready", blocs=blocs)


def _staffing(seen: StatusReport, around: Circumstances) -> Iterator[Finding]:
    for rule in rules_on(counted_day(seen.day, around.go_live)):
        have = getattr(seen, rule.answer)
        if have is None or rule.at_least is None or have >= rule.at_least:
            continue
        since = rule.begins.strftime("%d/%m/%Y")
        yield CHECK.found(rule.code, have=int(have), need=rule.at_least, since=since)


def _area(vi: str, en: str, group: Group) -> FindingSpec:
    """What a unit says of an area in which one of its blocs is not ready."""
    return FindingSpec(
        Outcome.WARN,
        says=Text(
            vi=f"Đơn vị tự đánh giá chưa sẵn sàng về {vi}: khối {{blocs}}.",
            en=f"By the unit's own report, {en} is not ready: {{blocs}}.",
        ),
        do=Text(
            vi="Xem kiến nghị của đơn vị, giao một người xử lý và định ngày xong; sau đó đơn "
            "vị nộp lại báo cáo.",
            en="Read what the unit proposes, give it to one person with a date; the unit then "
            "hands in its report again.",
        ),
        group=group,
    )


_APPOINT = Text(
    vi="Phòng Nội vụ bố trí đủ người trước ngày vận hành; đơn vị nộp lại báo cáo.",
    en="Let the office of home affairs fill the posts before go-live; the unit then hands in "
    "its report again.",
)

CHECK = Check(
    id="unit.status",
    asks=Text(
        vi="Theo báo cáo tình trạng của đơn vị, hệ thống, hạ tầng, con người đã đủ chưa?",
        en="By the unit's own status report, are systems, premises and people in place?",
    ),
    kinds=frozenset({TargetKind.REPORT}),
    phases=frozenset({"phase-1", "phase-2"}),
    stage="systems",
    evidence=StatusReport,
    probe=probe,
    judge=judge,
    deadline_s=1.0,
    by_people=True,
    limits={
        "suppliers": Limit(
            2,
            "people",
            Text(
                "mỗi đơn vị có ít nhất hai người của nhà cung cấp trong ngày diễn tập",
                "at least two of the suppliers' staff in each unit on the day",
            ),
        ),
        "floor": Limit(
            150,
            "m²",
            Text(
                "định mức của thành phố cho Trung tâm: 150 đến 200 m²",
                "the city's norm for a service centre: 150 to 200 m²",
            ),
        ),
    },
    findings={
        "systems_not_ready": _area("hệ thống thông tin", "information systems", Group.SYSTEMS),
        "infrastructure_not_ready": _area(
            "hạ tầng, thiết bị", "infrastructure", Group.INFRASTRUCTURE
        ),
        "people_not_ready": _area("nhân sự", "staff", Group.PROCEDURES_AND_STAFF),
        "training_not_ready": _area("tập huấn", "training", Group.SUPPORT),
        "reported_not_to_work": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đơn vị báo cáo là chưa dùng được: {systems}.",
                en="The unit reports that these do not work for it: {systems}.",
            ),
            do=Text(
                vi="Đơn vị cùng đầu mối của nhà cung cấp thử lại bằng tài khoản của cán bộ, "
                "rồi nộp lại báo cáo.",
                en="Try again with an officer's account and the supplier's focal person, then "
                "hand in the report again.",
            ),
        ),
        "no_focal_person": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đơn vị chưa ghi tên cán bộ đầu mối.",
                en="The unit has not named its focal person.",
            ),
            do=Text(
                vi="Lãnh đạo đơn vị cử một người làm đầu mối và ghi họ tên, chức vụ.",
                en="Let the unit's leader name one person, with the post.",
            ),
            group=Group.SUPPORT,
        ),
        "supplier_staff_short": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Có {have} người của nhà cung cấp tại đơn vị; cần ít nhất {need}.",
                en="{have} of the suppliers' staff are at the unit; it needs at least {need}.",
            ),
            do=Text(
                vi="Đề nghị nhà cung cấp cử thêm người đến đơn vị trước giờ bắt đầu.",
                en="Ask the supplier to send more people before the trial begins.",
            ),
            group=Group.SUPPORT,
        ),
        "floor_area_small": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Diện tích Trung tâm là {floor_m2} m²; định mức ít nhất {need} m².",
                en="The service centre has {floor_m2} m²; the norm is at least {need} m².",
            ),
            do=Text(
                vi="Ủy ban nhân dân đơn vị bố trí thêm phòng hoặc đề xuất địa điểm khác.",
                en="Let the unit's committee find more room, or propose another place.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "director_not_vice_chair": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Giám đốc Trung tâm chưa phải là phó chủ tịch (có {have}, cần {need}; quy "
                "định từ {since}).",
                en="The centre's director is no vice-chair ({have} of {need}; rule as of "
                "{since}).",
            ),
            do=_APPOINT,
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "no_full_time_deputy": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trung tâm chưa có đủ phó giám đốc chuyên trách (có {have}, cần {need}; quy "
                "định từ {since}).",
                en="The centre lacks a full-time deputy ({have} of {need}; rule as of "
                "{since}).",
            ),
            do=_APPOINT,
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "civil_servants_short": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trung tâm có {have} công chức; cần {need} (quy định từ {since}).",
                en="The centre has {have} civil servants; {need} are needed (rule as of "
                "{since}).",
            ),
            do=_APPOINT,
            group=Group.PROCEDURES_AND_STAFF,
        ),
    },
    examples=(),
)
