"""Does an H.323 bridge answer when it is called? Reach only: nobody is heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec
from rehearsal.model import Finding, Outcome, Target, TargetKind, Text
from rehearsal.net import h323
from rehearsal.net.door import Door


@dataclass(frozen=True, slots=True)
class Answered:
    """Which message answered our call, how soon, and why not if it was a refusal."""

    message: str
    took_s: float
    is_refusal: bool
    why: str


async def probe(target: Target, door: Door) -> Answered:
    """Call the bridge under a marked name, and hang up at its first answer."""
    answer = await h323.call(door, target.url, f"{door.marker}-{target.owner}")
    cause = "" if answer.cause is None else f"Q.850 {answer.cause}"
    told = " ".join(filter(None, (cause, answer.reason)))
    return Answered(answer.message, answer.took_s, answer.is_refusal, told or "?")


def judge(
    seen: Answered, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """An answer proves that the device runs, and no more: people call the roll besides."""
    del limits, around
    if seen.is_refusal:
        yield CHECK.found("call_refused", why=seen.why)


CHECK = Check(
    id="bridge.h323",
    asks=Text(
        vi="Điểm cầu H.323 có trả lời khi được gọi không? (chỉ đo kết nối)",
        en="Does the H.323 bridge answer when it is called? (reach only)",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    schemes=frozenset({"h323"}),
    protocols=frozenset({"h323"}),
    stage="bridges",
    evidence=Answered,
    probe=probe,
    judge=judge,
    deadline_s=20.0,
    limits={},
    findings={
        "call_refused": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Điểm cầu H.323 có trả lời nhưng từ chối cuộc gọi thử ({why}).",
                en="The H.323 bridge answers, but refused the test call ({why}).",
            ),
            do=Text(
                vi="Kiểm tra thiết bị còn kênh trống và nhận cuộc gọi của máy đo.",
                en="Check that the device has a free line and takes the instrument's calls.",
            ),
        ),
    },
    examples=(
        Example("h323-rings", expect=None),
        Example("h323-busy", expect="call_refused"),
        Example("h323-mute", expect="signalling_timeout"),
        Example("h323-hangs-up", expect="hung_up_on_setup"),
        Example("h323-not", expect="malformed_message"),
        Example("connection-refused", expect="connection_refused"),
    ),
)
