"""Where no instrument of ours can listen: do people hear one another?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, FindingSpec
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.trail import stop


@dataclass(frozen=True, slots=True)
class Called:
    """What the people in the hall and at the centre said when the roll was called."""

    hears_centre: bool
    heard_by_centre: bool
    note: str = ""


async def probe(target: Target, door: Door) -> Called:
    """No wire leads there: the answer is a declaration, and until then nothing is known."""
    del door
    raise stop(Step.OBSERVE, "needs_human_roll_call", target.protocol)


def judge(
    seen: Called, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """Each way by itself, as people reported it."""
    del limits, around
    if not seen.hears_centre:
        yield CHECK.found("hall_does_not_hear", note=seen.note or "-")
    if not seen.heard_by_centre:
        yield CHECK.found("hall_is_not_heard", note=seen.note or "-")


CHECK = Check(
    id="bridge.human_roll_call",
    asks=Text(
        vi="Người ở hội trường và ở trung tâm có nghe thấy nhau không? (điểm danh bằng người)",
        en="Do the people in the hall and at the centre hear one another? (called by people)",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    protocols=frozenset({"h323", "xmpp", "other"}),
    stage="bridges",
    evidence=Called,
    probe=probe,
    judge=judge,
    deadline_s=1.0,
    by_people=True,
    requires=("bridge.reach", "bridge.certificate", "bridge.signalling", "bridge.h323"),
    limits={},
    findings={
        "hall_does_not_hear": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Điểm danh bằng người: hội trường không nghe được trung tâm ({note}).",
                en="Called by people: the hall does not hear the centre ({note}).",
            ),
            do=Text(
                vi="Kiểm tra loa, âm lượng và đường truyền của hội trường, rồi điểm danh lại.",
                en="Check the hall's loudspeakers, volume and line, then call the roll again.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "hall_is_not_heard": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Điểm danh bằng người: trung tâm không nghe được hội trường ({note}).",
                en="Called by people: the centre does not hear the hall ({note}).",
            ),
            do=Text(
                vi="Kiểm tra micro, nút tắt tiếng và đường truyền của hội trường, rồi điểm "
                "danh lại.",
                en="Check the hall's microphones, mute and line, then call the roll again.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
    },
    examples=(),
)
