"""Does the centre hold when an opening hour's dossiers come, at all centres at once?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Failure, Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.center import (
    ENDS_ONLY,
    at_home,
    dossiers_of,
    journey,
    payments_of,
    procedures_of,
)
from rehearsal.net.door import Door
from rehearsal.net.surge import Surged, by_own_line, commonest, rush, summed
from rehearsal.net.trail import Stopped, keep_brief, stop
from rehearsal.surging import opinions

# What already ends a dossier that comes alone is no second cause here.
_ONE_BY_ONE = (
    *("content_changed", "malformed_response", "not_stored", "overdue", "reply_lost"),
    *("stale_record", "stored_despite_error", "wrong_content", "wrong_record", "wrong_unit"),
)
_CODES = {"fails": "surge_fails", "slow": "surge_slow", "unproven": "surge_unproven"}


async def probe(target: Target, door: Door) -> Surged:
    """Hand in the unit's share, each dossier at its moment, and follow each to its end.

    Stopped when none came through: then what most met is what is wrong.
    """
    keep_brief()
    procedures = (await procedures_of(target, door)).procedures
    if not procedures:
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", "no procedure is published")
    moments = door.surge.moments(target.id)

    async def send(number: int) -> Failure | None:
        procedure = procedures[number * len(procedures) // len(moments)]
        return (await journey(door, procedure, at_home(target), ENDS_ONLY)).flaw

    doubt = by_own_line(door.gate, door.pulse)
    sent = await rush(moments, door.surge.begins_s, send, doubt)
    if failure := commonest(sent):
        raise Stopped(failure)
    return summed(sent)


def judge(
    seen: Surged, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """What failed there failed; how long it took is believed only if we were in time."""
    for what, values in opinions(seen, limits):
        yield CHECK.found(_CODES[what], **values)


CHECK = Check(
    id="center.surge",
    asks=Text(
        vi="Giờ mở cửa, hồ sơ đến dồn dập ở mọi trung tâm: có nhận và trả kịp không?",
        en="When an opening hour's dossiers come everywhere at once, are all dealt with?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"dossiers"}),
    phases=frozenset({"phase-2"}),
    stage="surge",
    evidence=Surged,
    probe=probe,
    judge=judge,
    rushes=True,
    deadline_s=180.0,  # after the last has set out: seven steps, each within its own deadline
    lag_max_s=1.0,  # a tenth of what a dossier may take
    requires=("system.reach",),
    stores={"dossiers": dossiers_of, "payments": payments_of},
    limits={
        "failed": Limit(
            0.01,
            "ratio",
            Text(
                "một phần trăm: mỗi hồ sơ hỏng là một người dân phải quay lại",
                "one in a hundred: each that fails is a citizen who has to come again",
            ),
        ),
        "p95": Limit(
            10.0,
            "s",
            Text(
                "bằng ngưỡng của một hồ sơ lúc vắng: người dân không phải chờ hệ thống lâu "
                "hơn vì đông",
                "as for one dossier in a quiet hour: a crowd must not make anybody wait longer "
                "for the system",
            ),
        ),
        "late": Limit(
            1.0,
            "s",
            Text(
                "chính chúng tôi gửi trễ hơn một phần mười ngưỡng thì không kết luận được",
                "later ourselves than a tenth of that, and we cannot tell",
            ),
        ),
    },
    findings={
        "surge_fails": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Giờ cao điểm: {failed} trong {of} hồ sơ không đi hết các bước ({why}).",
                en="In the surge {failed} of {of} dossiers did not get through ({why}).",
            ),
            do=Text(
                vi="Nhà cung cấp: tăng số phiên xử lý và kết nối cơ sở dữ liệu, xem nhật ký "
                "lúc quá tải, rồi đo lại.",
                en="Supplier: raise the number of workers and of database connections, read "
                "the logs of the overload, then measure again.",
            ),
            group=Group.SYSTEMS,
            follows=("field_fails", *_ONE_BY_ONE),
        ),
        "surge_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Giờ cao điểm: 5% hồ sơ chờ hệ thống quá {took_s} giây (ngưỡng {limit_s} "
                "giây).",
                en="In the surge one dossier in twenty waited over {took_s} s for the system "
                "(limit {limit_s} s).",
            ),
            do=Text(
                vi="Nhà cung cấp: tăng năng lực máy chủ trước giờ mở cửa; trung tâm: bố trí "
                "lấy số và hẹn giờ để giãn người đến.",
                en="Supplier: add capacity before the doors open; the centre: spread the "
                "arrivals by queue numbers and appointments.",
            ),
            group=Group.SYSTEMS,
            follows=("returned_late",),
        ),
        "surge_unproven": FindingSpec(
            Outcome.UNKNOWN,
            says=Text(
                vi="Chưa kết luận được về giờ cao điểm: chính công cụ gửi trễ {late_s} giây, "
                "chờ theo giới hạn tải {held_s} giây, không gửi {withheld} hồ sơ ({why}).",
                en="Nothing is proven of the surge: we ourselves set off {late_s} s late, held "
                "back for {held_s} s by the bounds of load, and withheld {withheld} dossiers "
                "({why}).",
            ),
            do=Text(
                vi="Đo lại với thời gian dài hơn (--surge), ít hồ sơ hơn (--dossiers), hoặc "
                "nâng giới hạn tải trong danh mục nếu nhà cung cấp đồng ý.",
                en="Measure again over a longer time (--surge), with fewer (--dossiers), or "
                "raise the inventory's load, if the supplier agrees.",
            ),
            group=Group.SUPPORT,
        ),
    },
    lab={"surge_unproven": "tests/checks/test_surge.py::test_what_we_held_back_is_unknown"},
    examples=(
        Example("none", expect=None),
        Example("crowd-slow", expect="surge_slow"),
        Example("crowd-fails", expect="surge_fails"),
        Example("gives-out", expect="surge_fails"),
        Example("sign-fails-in-field", expect="surge_fails"),
        Example("forgets-dossier", expect="not_stored"),
        Example("cut-after-commit", expect="reply_lost"),
        Example("other-units-record", expect="wrong_record"),
        Example("no-nonce", expect="wrong_record"),
        Example("receipt-stale", expect="stale_record"),
        Example("stuck-in-processing", expect="overdue"),
        Example("interface-login-page", expect="malformed_response"),
    ),
)
