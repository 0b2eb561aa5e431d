"""Does the unit's line carry a meeting each way, and as much as the unit says?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.ndt7.budget import Way
from rehearsal.net.ndt7.flow import Flow, flow

_ARROWS = {Way.UP: "↑", Way.DOWN: "↓"}  # one sign for both languages


@dataclass(frozen=True, slots=True)
class Carried:
    """What the line carried, seen from the unit: `up` is what it sends."""

    up: Flow
    down: Flow


async def probe(target: Target, door: Door) -> Carried:
    """Load the line one way after the other, no longer than the plan allows."""
    up = await flow(door, target.url, Way.UP, door.line)
    return Carried(up, await flow(door, target.url, Way.DOWN, door.line))


def judge(
    seen: Carried, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """Each way by itself; a fault of ours in the measuring is never the line's."""
    line = around.target.line
    declared = {
        Way.UP: line.up_mbit if line else None,
        Way.DOWN: line.down_mbit if line else None,
    }
    for way, carried in ((Way.UP, seen.up), (Way.DOWN, seen.down)):
        found = [*_width(way, carried, declared[way], limits), *_delay(way, carried, limits)]
        if found and (doubt := _doubt(carried, limits)):
            found = [Finding("observer_overloaded", Outcome.UNKNOWN, doubt)]
        yield from found


def _width(
    way: Way, carried: Flow, declared_mbit: float | None, limits: Mapping[str, float]
) -> Iterator[Finding]:
    """The gravest of what may be wrong with the rate: the others follow from it."""
    needed_mbit, mbit = limits[f"{way}_mbit"], _rounded(carried.mbit)
    stall_s, arrow = round(carried.longest_stall_s, 1), _ARROWS[way]
    if carried.mbit < needed_mbit:
        yield CHECK.found(f"{way}_too_slow", mbit=mbit, needed_mbit=needed_mbit)
    elif carried.longest_stall_s > limits["stall"]:
        yield CHECK.found("line_stalls", stall_s=stall_s, limit_s=limits["stall"], way=arrow)
    elif declared_mbit and carried.mbit * 100 < declared_mbit * limits["of_declared"]:
        yield CHECK.found("below_declared", mbit=mbit, declared_mbit=declared_mbit, way=arrow)


def _delay(way: Way, carried: Flow, limits: Mapping[str, float]) -> Iterator[Finding]:
    """What a call waits longer because somebody else in the building loads the line."""
    if carried.added_s is None or carried.loaded is None:
        return
    added_ms = round(carried.added_s * 1000)
    if added_ms > limits["added"]:
        loaded_ms, limit_ms = round(carried.loaded.p50_s * 1000), limits["added"]
        values = {"added_ms": added_ms, "loaded_ms": loaded_ms, "limit_ms": limit_ms}
        yield CHECK.found("latency_under_load", way=_ARROWS[way], **values)


def _doubt(carried: Flow, limits: Mapping[str, float]) -> Mapping[str, object] | None:
    """What of our own may have been the narrowest place; None when nothing was."""
    ours = {
        "own_cpu": carried.own_cpu * 100,
        "own_late": carried.own_late_s * 1000,
        "held_back": (carried.held_back or 0.0) * 100,
    }
    over = [
        f"{name} {seen:.0f} > {limits[name]:.0f}"
        for name, seen in ours.items()
        if seen > limits[name]
    ]
    return {"step": Step.OBSERVE.value, "detail": ", ".join(over)} if over else None


def _rounded(mbit: float) -> float:
    """Two digits that count: a line's rate is known no better."""
    return float(f"{mbit:.2g}")


_WIDEN = Text(
    vi="Xem ai hoặc phần mềm nào đang chiếm đường truyền giờ họp; đề nghị nhà mạng kiểm tra "
    "hoặc nâng băng thông.",
    en="See who or what uses the line at the meeting's time; ask the carrier to check it or "
    "to widen it.",
)

CHECK = Check(
    id="bridge.line",
    asks=Text(
        vi="Đường truyền của đơn vị có đủ cho cuộc họp và đúng mức đã khai báo không?",
        en="Does the unit's line carry a meeting, and what the unit declares?",
    ),
    kinds=frozenset({TargetKind.LINE}),
    schemes=frozenset({"wss", "ws"}),
    stage="lines",
    evidence=Carried,
    probe=probe,
    judge=judge,
    deadline_s=75.0,  # two directions, each with two handshakes and its budget
    limits={
        "up_mbit": Limit(
            1.5,
            "Mbit/s",
            Text(
                "mức một điểm cầu gửi đi khi họp từ năm điểm trở lên",
                "what a site of a meeting of five and more sends",
            ),
        ),
        "down_mbit": Limit(
            3.0,
            "Mbit/s",
            Text(
                "hình của trung tâm và tài liệu trình chiếu",
                "the centre's picture, and shared documents",
            ),
        ),
        "of_declared": Limit(
            50,
            "%",
            Text(
                "đo được chưa tới một nửa mức đã khai thì không phải đường truyền đã khai",
                "who measures less than half of what was declared has another line",
            ),
        ),
        "stall": Limit(
            1.0,
            "s",
            Text(
                "không bộ đệm nào bù được: người nói bị ngắt tiếng",
                "no jitter buffer bridges it: the speaker is cut off",
            ),
        ),
        "added": Limit(
            100,
            "ms",
            Text(
                "ITU-T G.114: 150 ms mỗi chiều; mạng thành phố và bộ mã chiếm phần còn lại",
                "ITU-T G.114: 150 ms one way; the city and the codec take the rest",
            ),
        ),
        "own_cpu": Limit(
            80,
            "%",
            Text(
                "chỗ nghẽn là máy đo của ta, không phải đường truyền",
                "our own thread is the narrow place, not the line",
            ),
        ),
        "own_late": Limit(
            50,
            "ms",
            Text(
                "bằng nửa mức hàng đợi được phép thêm: khi ấy là do máy đo",
                "half of what a queue may add: it would be we",
            ),
        ),
        "held_back": Limit(
            50,
            "%",
            Text(
                "theo chính máy chủ, nó chờ máy đo nhận dữ liệu",
                "by its own account the server waited for our window",
            ),
        ),
    },
    findings={
        "up_too_slow": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Đường lên của đơn vị chỉ đạt {mbit} Mbit/s; một điểm cầu cần "
                "{needed_mbit} Mbit/s.",
                en="The unit's uplink carries {mbit} Mbit/s; a meeting bridge needs "
                "{needed_mbit} Mbit/s.",
            ),
            do=_WIDEN,
            group=Group.INFRASTRUCTURE,
        ),
        "down_too_slow": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Đường xuống của đơn vị chỉ đạt {mbit} Mbit/s; một điểm cầu cần "
                "{needed_mbit} Mbit/s.",
                en="The unit's downlink carries {mbit} Mbit/s; a meeting bridge needs "
                "{needed_mbit} Mbit/s.",
            ),
            do=_WIDEN,
            group=Group.INFRASTRUCTURE,
        ),
        "line_stalls": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đường truyền chiều {way} có lúc ngừng hẳn {stall_s} giây "
                "(ngưỡng {limit_s} giây).",
                en="The line stopped altogether for {stall_s} s, {way} (limit {limit_s} s).",
            ),
            do=Text(
                vi="Đề nghị nhà mạng kiểm tra đường truyền; thay dây nếu đơn vị dùng Wi-Fi "
                "hoặc 4G.",
                en="Ask the carrier to check the line; use a cable where it is Wi-Fi or 4G.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "below_declared": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đơn vị khai báo {declared_mbit} Mbit/s chiều {way}, đo được {mbit} Mbit/s.",
                en="The unit declares {declared_mbit} Mbit/s {way}, measured {mbit} Mbit/s.",
            ),
            do=Text(
                vi="Đối chiếu hợp đồng với nhà mạng; đo lại lúc không ai dùng; sửa khai báo "
                "nếu sai.",
                en="Compare with the carrier's contract; measure when nobody uses the line; "
                "correct the declaration if it is wrong.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "latency_under_load": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Khi đường truyền đầy tải chiều {way}, tín hiệu đi về chậm thêm "
                "{added_ms} ms thành {loaded_ms} ms (ngưỡng {limit_ms} ms).",
                en="With the line loaded {way}, a round trip takes {added_ms} ms more, "
                "{loaded_ms} ms in all (limit {limit_ms} ms).",
            ),
            do=Text(
                vi="Bật quản lý hàng đợi (SQM, fq_codel) hoặc ưu tiên cuộc họp trên bộ định "
                "tuyến; không tải tệp lớn trong giờ họp.",
                en="Turn on queue management (SQM, fq_codel) or give the meeting priority in "
                "the router; no big downloads during a meeting.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("line-slow-up", expect="up_too_slow"),
        Example("line-slow-down", expect="down_too_slow"),
        Example("line-stalls", expect="line_stalls"),
        Example("line-below-declared", expect="below_declared"),
        Example("line-bloat", expect="latency_under_load"),
        Example("ndt7-wrong-subprotocol", expect="not_ndt7"),
        Example("ndt7-silent", expect="transfer_silent"),
        Example("ndt7-hangs-up", expect="transfer_broken"),
    ),
)
