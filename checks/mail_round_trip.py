"""Does an official letter that is handed in arrive, and is it the very letter?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.mail.round_trip import RoundTrip, travel
from rehearsal.net.mail.store import STORE, LetterStore


async def probe(target: Target, door: Door) -> RoundTrip:
    """Send a marked letter from the test account, wait for it, and take it out."""
    return await travel(target, door)


def judge(
    seen: RoundTrip, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """A letter that came may have come late, twice, or past an open ear."""
    if seen.bares_password:
        yield CHECK.found("password_in_clear")
    if seen.copies > 1:
        yield CHECK.found("letter_doubled", copies=seen.copies)
    if seen.delivered_s > limits["delivery"]:
        took_s = round(seen.delivered_s, 1)
        yield CHECK.found("delivery_slow", took_s=took_s, limit_s=limits["delivery"])


CHECK = Check(
    id="mail.round_trip",
    asks=Text(
        vi="Thư công vụ gửi đi có tới nơi, đúng thư và được bảo mật không?",
        en="Does an official letter arrive, is it the right one, and is it kept private?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"mail"}),
    stage="transactions",
    phases=frozenset({"phase-2"}),
    evidence=RoundTrip,
    probe=probe,
    judge=judge,
    stores={STORE: LetterStore},
    deadline_s=75.0,
    limits={
        "delivery": Limit(
            5.0,
            "s",
            Text(
                "trong một thành phố thư tới ngay; chậm hơn là hàng đợi đang nghẽn",
                "within one city a letter comes at once; later, and a queue is jammed",
            ),
        ),
    },
    findings={
        "password_in_clear": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Máy chủ thư sẵn sàng nhận mật khẩu khi chưa mã hóa.",
                en="The mail server would take a password before any encryption.",
            ),
            do=Text(
                vi="Quản trị máy chủ thư chỉ cho đăng nhập sau STARTTLS: phần mềm thư cài sai "
                "sẽ để lộ mật khẩu.",
                en="The mail server's administrator allows signing on after STARTTLS only: a "
                "wrongly configured mail program shows its password.",
            ),
        ),
        "letter_doubled": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Một thư gửi đi, {copies} thư tới nơi.",
                en="One letter was sent, and {copies} arrived.",
            ),
            do=Text(
                vi="Kiểm tra quy tắc chuyển tiếp và các máy chủ trung gian của hệ thống thư.",
                en="Check the forwarding rules and the relays of the mail system.",
            ),
        ),
        "delivery_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Thư tới hộp thư sau {took_s} giây (ngưỡng {limit_s} giây).",
                en="The letter was in the mailbox after {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Kiểm tra hàng đợi và bộ lọc của máy chủ thư.",
                en="Check the mail server's queue and filters.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("mail-silent", expect="step_timeout"),
        Example("mail-no-starttls", expect="encryption_not_offered"),
        Example("mail-box-no-starttls", expect="encryption_not_offered"),
        Example("mail-injected", expect="step_rejected"),
        Example("mail-bare", expect="password_in_clear"),
        Example("mail-wrong-password", expect="credentials_rejected"),
        Example("mail-full", expect="mailbox_full"),
        Example("mail-returned", expect="mailbox_full"),
        Example("mail-refused", expect="step_rejected"),
        Example("mail-lost", expect="not_stored"),
        Example("mail-other", expect="wrong_record"),
        Example("mail-other-unit", expect="wrong_unit"),
        Example("mail-twice", expect="letter_doubled"),
        Example("mail-slow", expect="delivery_slow"),
    ),
)
