"""What does a believable morning of 116 bridges look like? Pure objects, no network."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rehearsal.model import (
    Assessment,
    Attempt,
    Attendance,
    Cause,
    City,
    Decision,
    Failure,
    Finding,
    Group,
    Hub,
    Joins,
    Light,
    Measurement,
    Observer,
    Outcome,
    RollCall,
    Rule,
    Run,
    Rung,
    StageTime,
    Standing,
    Step,
    Target,
    TargetKind,
    Text,
    Unit,
    Verdict,
)

BEGAN = datetime(2025, 6, 20, 0, 30, tzinfo=UTC)  # 07:30 in Hai Phong
SYSTEMS = {
    "documents-party": ("Văn bản điều hành (Đảng)", "party"),
    "documents-government": ("Văn bản điều hành (chính quyền)", "government"),
    "procedures": ("Thủ tục hành chính", "government"),
    "mail": ("Thư công vụ", "government"),
    "reporting": ("Chế độ báo cáo", "government"),
    "portal": ("Trang thông tin điện tử", "government"),
    "front": ("Mặt trận Tổ quốc", "front"),
}
ASKS = {
    "bridge.reach": Text("Đường tới điểm cầu có thông không?", "Can the bridge be reached?"),
    "bridge.certificate": Text(
        "Chứng thư còn hiệu lực qua ngày vận hành không?",
        "Is the certificate valid beyond go-live?",
    ),
    "bridge.signalling": Text("Có vào được phòng họp không?", "Can one join the meeting?"),
    "system.reach": Text(
        "Hệ thống có trả lời đúng đơn vị không?", "Does the system answer for the right unit?"
    ),
    "hotline.reach": Text("Tổng đài 1022 có trả lời không?", "Does the 1022 hotline answer?"),
}
SAYS = {
    "certificate_expired": (
        Text("Chứng thư số của máy chủ đã hết hạn.", "The server's certificate has expired."),
        Text(
            "Gia hạn chứng thư và nạp lại máy chủ, rồi chạy lại phép thử.",
            "Renew the certificate, reload the server, then run the check again.",
        ),
    ),
    "nxdomain": (
        Text("Tên miền của điểm cầu chưa có trong DNS.", "The bridge's name is not in DNS."),
        Text("Đề nghị VNPT khai báo bản ghi tên miền.", "Ask VNPT to publish the record."),
    ),
    "connect_timeout": (
        Text("Không kết nối được: máy chủ không trả lời.", "The server did not answer."),
        Text("Kiểm tra đường truyền và tường lửa.", "Check the line and the firewall."),
    ),
    "no_such_room": (
        Text("Phòng họp 20250620 chưa được mở.", "Room 20250620 has not been opened."),
        Text("Mở phòng họp theo kế hoạch.", "Open the room as planned."),
    ),
    "certificate_expires_before_go_live": (
        Text(
            "Chứng thư hết hạn trước ngày vận hành chính thức.",
            "The certificate expires before go-live.",
        ),
        Text("Gia hạn trước 01/07/2025.", "Renew it before 1 July 2025."),
    ),
    "observer_overloaded": (
        Text("Máy đo quá tải, chưa thể kết luận.", "Our instrument was overloaded."),
        Text("Ban tổ chức đo lại; đơn vị không phải làm gì.", "We measure again."),
    ),
    "captive_page": (
        Text("Trả về trang đăng nhập mạng, không phải hệ thống.", "A captive portal answered."),
        Text("Cho phép máy đo đi thẳng tới hệ thống.", "Let the probe through."),
    ),
}
LIMITS = {
    "bridge.certificate": {
        "days_after_go_live": (
            30.0,
            "d",
            Text("đủ thời gian gia hạn sau ngày vận hành", "time to renew after the go-live"),
        ),
    },
    "bridge.signalling": {
        "join_s": (10.0, "s", Text("hai lần chờ của người dự họp", "twice what people wait"))
    },
}


@dataclass(frozen=True)
class Words:
    """The checks' words, as the lead's implementation will give them."""

    plant: str = ""

    def asks(self, check_id: str) -> Text:
        return ASKS[check_id]

    def says(self, check_id: str, finding: Finding) -> Text:
        del check_id
        said = SAYS.get(finding.code, SAYS["connect_timeout"])[0]
        return Text(said.vi + self.plant, said.en + self.plant)

    def do(self, check_id: str, finding: Finding) -> Text:
        del check_id
        return SAYS.get(finding.code, SAYS["connect_timeout"])[1]

    def limits(self, check_id: str) -> Mapping[str, tuple[float, str, Text]]:
        return LIMITS.get(check_id, {})


def _facts(host: str) -> dict[Step, dict[str, object]]:
    return {
        Step.RESOLVE: {
            "rcodes": ["10.1.0.53: NOERROR"],
            "addresses": ["10.20.30.40"],
            "aliases": [],
        },
        Step.CONNECT: {"port": 443, "addresses": {"10.20.30.40": "open"}},
        Step.TLS_HANDSHAKE: {
            "version": "TLSv1.3",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "subject": f"CN={host}",
            "issuer": "CN=CA chuyên dùng Chính phủ",
            "names": (host,),
            "not_before": "2024-06-01T00:00:00+00:00",
            "not_after": "2026-06-01T00:00:00+00:00",
            "sha256": "ab" * 32,
            "certificates_sent": 2,
        },
        Step.HTTP_EXCHANGE: {"status": 200, "content_type": "text/html"},
        Step.WS_UPGRADE: {"status": 101, "subprotocol": "janus-protocol"},
        Step.SIGNALLING: {"room": 20250620, "participants": 112},
    }


_BRIDGE = (
    Step.RESOLVE,
    Step.CONNECT,
    Step.TLS_HANDSHAKE,
    Step.WS_UPGRADE,
    Step.SIGNALLING,
)
_PAGE = (*_BRIDGE[:3], Step.HTTP_EXCHANGE)


def rungs(target: Target, broken: Step | None = None, **noted: object) -> tuple[Rung, ...]:
    """The ladder of one attempt up to where it broke."""
    host = target.url.split("/")[2]
    facts = _facts(host)
    steps = _BRIDGE if target.kind is TargetKind.BRIDGE else _PAGE
    climbed = []
    for rank, step in enumerate(steps):
        seen = {**facts[step], **noted} if step is broken else facts[step]
        climbed.append(Rung(step, 0.004 + rank * 0.021, step is not broken, seen))
        if step is broken:
            break
    return tuple(climbed)


def passed(check_id: str, target: Target, after_s: float = 0.0, **values: object) -> Verdict:
    """A check that saw what it wanted to see."""
    began = BEGAN + timedelta(seconds=after_s)
    attempt = Attempt(began, 0.12, rungs(target))
    evidence = {"participants": ["hai-an", "central"], "round_trip_s": 0.021}
    measured = Measurement(
        check_id,
        target.id,
        began,
        0.12,
        "hai-phong/tslcd",
        (attempt,),
        Observer(0.004, 0.001, 0.012, resolver_answers=True, uplink_up=True),
        evidence=evidence,
    )
    findings = tuple(Finding(code, Outcome.WARN, {"days_after_go_live": -4}) for code in values)
    return Verdict(check_id, target, findings, measured)


def failed(
    check_id: str,
    target: Target,
    step: Step,
    kind: str,
    detail: str = "",
    **noted: object,
) -> Verdict:
    """A check that was stopped on a step, twice."""
    failure = Failure(step, kind, detail)
    tries = tuple(
        Attempt(BEGAN + timedelta(seconds=s), 1.2, rungs(target, step, **noted), failure)
        for s in (3, 9)
    )
    measured: Measurement[object] = Measurement(
        check_id,
        target.id,
        tries[0].started_at,
        2.4,
        "hai-phong/tslcd",
        tries,
        Observer(0.005, 0.002, 0.02, resolver_answers=True),
        failure=failure,
    )
    outcome = Outcome.UNKNOWN if step is Step.OBSERVE else Outcome.FAIL
    return Verdict(
        check_id,
        target,
        (Finding(kind, outcome, {"step": step.value, "detail": detail}),),
        measured,
    )


def blocked(check_id: str, target: Target, by: str) -> Verdict:
    """A check that waits for another."""
    return Verdict(check_id, target, blocked_by=by)


def bridge(slug: str) -> Target:
    """A unit's or a hub's bridge."""
    url = f"wss://{slug}.bridge.haiphong.example/janus"
    name = "Điểm cầu họp trực tuyến"
    return Target(f"{slug}/bridge", slug, name, TargetKind.BRIDGE, url, "janus", room=20250620)


def system(slug: str, system_id: str) -> Target:
    """One of a unit's systems; the Front's page has no real address yet."""
    name, bloc = SYSTEMS[system_id]
    return Target(
        f"{slug}/{system_id}",
        slug,
        name,
        TargetKind.SYSTEM,
        f"https://{slug}.{system_id}.haiphong.example/health",
        bloc=bloc,
        placeholder=system_id == "front" and slug in ("hai-an", "cat-hai"),
    )


_BREAKS: Mapping[str, tuple[Step, str, str, dict[str, object]]] = {
    "dns": (Step.RESOLVE, "nxdomain", "10.1.0.53: NXDOMAIN", {"addresses": []}),
    "line": (Step.CONNECT, "connect_timeout", "10.20.30.40: no answer", {}),
    "expired": (
        Step.TLS_HANDSHAKE,
        "certificate_expired",
        "certificate has expired (notAfter=Jun 18 23:59:59 2025 GMT)",
        {"not_after": "2025-06-18T23:59:59+00:00"},
    ),
    "observer": (Step.OBSERVE, "observer_overloaded", "loop lag 0.41 s", {}),
}


def bridge_verdicts(target: Target, trouble: str) -> tuple[Verdict, ...]:
    """What the three bridge checks make of one trouble."""
    reach, certificate, signalling = "bridge.reach", "bridge.certificate", "bridge.signalling"
    if trouble in _BREAKS:
        step, kind, detail, noted = _BREAKS[trouble]
        first = failed(reach, target, step, kind, detail, **noted)
        unreached = Verdict(certificate, target) if step is Step.OBSERVE else None
        second = unreached or blocked(certificate, target, reach)
        return (first, second, blocked(signalling, target, reach))
    soon = {"certificate_expires_before_go_live": True} if trouble == "soon" else {}
    joined = passed(signalling, target, 3)
    if trouble == "room":
        joined = failed(signalling, target, Step.SIGNALLING, "no_such_room", "426 No such room")
    return (passed(reach, target, 1), passed(certificate, target, 2, **soon), joined)


_LIGHTS = {
    "dns": Light.RED,
    "line": Light.RED,
    "expired": Light.RED,
    "room": Light.RED,
    "soon": Light.YELLOW,
    "captive": Light.YELLOW,
    "observer": Light.GREY,
    "": Light.GREEN,
}
_CAUSES = {"dns": "c2", "expired": "c1", "line": "c3", "room": "c4", "soon": "c5"}


def _trouble(rank: int, province: str) -> str:
    if province == "hai-duong" and rank % 3 == 0:
        return "expired"
    picked = {
        5: "dns",
        7: "dns",
        19: "line",
        44: "room",
        61: "observer",
        65: "soon",
        67: "soon",
        71: "soon",
        100: "captive",
    }
    return picked.get(rank, "")


def _unit(rank: int, row: Mapping[str, str]) -> Standing:
    slug = row["slug"]
    targets = (bridge(slug), *(system(slug, name) for name in SYSTEMS))
    unit = Unit(
        row["code"],
        slug,
        row["name"],
        row["kind"],
        row["former_province"],
        (int(row["col"]), int(row["row"])),
        targets,
    )
    trouble = _trouble(rank, unit.former_province)
    verdicts = bridge_verdicts(targets[0], trouble) + tuple(
        _system_verdict(target, trouble) for target in targets[1:] if not target.placeholder
    )
    causes = (_CAUSES[trouble],) if trouble in _CAUSES else ()
    return Standing(unit, _LIGHTS[trouble], verdicts, causes)


def _system_verdict(target: Target, trouble: str) -> Verdict:
    if trouble == "captive" and target.id.endswith("/portal"):
        detail = "<html><title>Đăng nhập mạng khách</title>"
        verdict = failed("system.reach", target, Step.HTTP_EXCHANGE, "captive_page", detail)
        return replace(verdict, findings=(replace(verdict.findings[0], outcome=Outcome.WARN),))
    return passed("system.reach", target, 30)


def _causes(units: tuple[Standing, ...]) -> tuple[Cause, ...]:
    def hit(cause_id: str) -> tuple[str, ...]:
        return tuple(
            s.owner.slug for s in units if cause_id in s.causes and isinstance(s.owner, Unit)
        )

    told = (
        ("c2", Group.INFRASTRUCTURE, Step.RESOLVE, "nxdomain", {}),
        ("c4", Group.SUPPORT, Step.SIGNALLING, "no_such_room", {"target": "thach-khoi/bridge"}),
        (
            "c1",
            Group.SYSTEMS,
            Step.TLS_HANDSHAKE,
            "certificate_expired",
            {"former_province": "hai-duong"},
        ),
        ("c3", Group.INFRASTRUCTURE, Step.CONNECT, "connect_timeout", {}),
        ("c5", Group.SYSTEMS, None, "certificate_expires_before_go_live", {}),
    )
    return tuple(
        Cause(
            cause_id,
            group,
            step,
            kind,
            scope,
            hit(cause_id),
            tuple(f"{slug}/bridge" for slug in hit(cause_id)),
            len(hit(cause_id)),
            *SAYS[kind],
        )
        for cause_id, group, step, kind, scope in told
    )


def _roll_call(units: tuple[Standing, ...], hubs: tuple[Standing, ...]) -> RollCall:
    attendance = []
    for rank, standing in enumerate((*hubs, *units)):
        assert not isinstance(standing.owner, Target)
        is_out = standing.light is Light.RED
        drops: tuple[tuple[float, float | None], ...] = ()
        if rank == 30:
            drops = ((22.4, 31.9),)
        if rank == 90:
            drops = ((12.0, 15.5), (41.2, None))
        joined_s = None if is_out else 0.2 + (rank % 29) * 0.11
        left_s, is_heard = (None, None) if is_out else (60.0, rank != 52)
        gaps = ((25.0, 4.2),) if rank == 52 else ()
        attendance.append(
            Attendance(
                standing.owner.slug, 0.0004, joined_s, left_s, drops, is_heard, is_heard, gaps
            )
        )
    joined = sum(one.joined_s is not None for one in attendance)
    heard = sum(one.heard is True for one in attendance)
    joins = (Joins(0, 31, 0.9), Joins(1, 40, 1.9), Joins(2, joined - 71, 2.9))
    figures = (116, joined, 0.0005, None, joined, 60.0)
    return RollCall(
        *figures, tuple(attendance), joins, joined, heard, heard, silences=((45.0, 3.1),)
    )


def _rules() -> tuple[Rule, ...]:
    return (
        Rule(
            "centre",
            Text("Điểm cầu trung tâm và điểm cầu chính hoạt động", "Both hubs work"),
            is_mandatory=True,
            holds=True,
            detail=Text("2 trong 2 điểm cầu đạt.", "2 of 2 hubs passed."),
            subjects=("central", "main-hai-duong"),
        ),
        Rule(
            "all-joined",
            Text("Cả 116 điểm cầu vào được phòng họp cùng lúc", "All 116 bridges join at once"),
            is_mandatory=True,
            holds=False,
            detail=Text("Còn điểm cầu không vào được.", "Some bridges did not join."),
            subjects=("c1", "c2", "thuy-nguyen"),
        ),
        Rule(
            "hotline",
            Text("Tổng đài 1022 trả lời", "The 1022 hotline answers"),
            is_mandatory=True,
            holds=True,
            detail=Text("Trả lời trong 120 ms.", "It answered in 120 ms."),
            subjects=("city/hotline",),
        ),
        Rule(
            "assessed",
            Text("Mọi đơn vị đều được đánh giá", "Every unit is assessed"),
            is_mandatory=True,
            holds=None,
            detail=Text("1 đơn vị chưa đánh giá được.", "1 unit could not be assessed."),
        ),
        Rule(
            "no-yellow",
            Text("Không còn đơn vị có điều kiện", "No unit is conditional"),
            is_mandatory=False,
            holds=False,
            detail=Text("Còn đơn vị có điều kiện.", "Some are."),
        ),
    )


def morning() -> Assessment:
    """116 bridges on 20 June: one cause over 22 units, a few others, one of our own making."""
    with Path(__file__).with_name("units.csv").open(encoding="utf-8", newline="") as rows:
        units = tuple(_unit(rank, row) for rank, row in enumerate(csv.DictReader(rows)))
    hubs = tuple(
        Standing(
            Hub(slug, name, role, (bridge(slug),)),
            Light.GREEN,
            bridge_verdicts(bridge(slug), ""),
        )
        for slug, name, role in (
            ("central", "Điểm cầu trung tâm", "central"),
            ("main-hai-duong", "Điểm cầu chính Hải Dương", "main"),
        )
    )
    hotline = Target(
        "city/hotline",
        "city",
        "Tổng đài 1022",
        TargetKind.HOTLINE,
        "https://1022.haiphong.example/open311/v2/",
    )
    sign_on = Target(
        "city/sign-on",
        "city",
        "Đăng nhập một lần",
        TargetKind.SYSTEM,
        "https://sso.haiphong.example/health",
        placeholder=True,
    )
    systems = (
        Standing(hotline, Light.GREEN, (passed("hotline.reach", hotline, 40),)),
        Standing(sign_on, Light.GREY, ()),
    )
    everything = [v for s in (*hubs, *units, *systems) for v in s.verdicts]
    return Assessment(
        run=Run(
            "20250620-0730-a1",
            "phase-1",
            "twin",
            BEGAN,
            BEGAN + timedelta(seconds=143),
            "finished",
            Decision.NO_GO,
            reports_to="Ban Chỉ đạo",
            parameters={"hold_s": 60.0},
        ),
        city=City("Hải Phòng", "Asia/Ho_Chi_Minh", date(2025, 7, 1), "hai-phong-2025"),
        decision=Decision.NO_GO,
        rules=_rules(),
        units=units,
        hubs=hubs,
        systems=systems,
        causes=_causes(units),
        roll_call=_roll_call(units, hubs),
        stages=(
            StageTime("preflight", BEGAN, BEGAN + timedelta(seconds=2.3)),
            StageTime("roll_call", BEGAN + timedelta(seconds=3), BEGAN + timedelta(seconds=70)),
            StageTime("systems", BEGAN + timedelta(seconds=70), None, "one shard was lost"),
        ),
        inventory_digest="5d" * 32,
        planned=len(everything) + 3,
        measured=sum(v.measurement is not None for v in everything),
    )
