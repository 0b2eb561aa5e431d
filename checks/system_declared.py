"""Where no public protocol leads: does the system work, as a named person says?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, FindingSpec
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.trail import stop


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody found when trying it; `works` is None where it was not tried."""

    works: bool | None
    note: str = ""


async def probe(target: Target, door: Door) -> Said:
    """No wire leads there: the answer is a declaration, and until then nothing is known."""
    del door
    raise stop(Step.OBSERVE, "needs_declaration", target.name)


def judge(
    seen: Said, _limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """Not tried is said by a person, too: it is no success."""
    if seen.works is None:
        yield CHECK.found("said_not_tried", note=seen.note or "-")
    elif not seen.works:
        yield CHECK.found("said_not_to_work", note=seen.note or "-")


CHECK = Check(
    id="system.declared",
    asks=Text(
        vi="Người của đơn vị đã thử hệ thống này, và có dùng được không? (do người khai)",
        en="Has somebody of the unit tried this system, and does it work? (said by people)",
    ),
    kinds=frozenset({TargetKind.DECLARED}),
    phases=frozenset({"phase-2"}),
    stage="systems",
    evidence=Said,
    probe=probe,
    judge=judge,
    deadline_s=1.0,
    by_people=True,
    limits={},
    findings={
        "said_not_to_work": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Đơn vị khai: hệ thống không dùng được ({note}).",
                en="The unit says that the system does not work ({note}).",
            ),
            do=Text(
                vi="Đơn vị gọi đầu mối của nhà cung cấp, xử lý, thử lại rồi khai lại.",
                en="Call the supplier's focal person, mend it, try again and declare again.",
            ),
        ),
        "said_not_tried": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đơn vị khai: chưa thử hệ thống này ({note}).",
                en="The unit says that nobody has tried this system yet ({note}).",
            ),
            do=Text(
                vi="Cử một cán bộ thử bằng tài khoản của mình, rồi khai kết quả.",
                en="Let an officer try it with their own account, then declare the result.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
    },
    examples=(),
)
