"""Is a dossier paid for once, with the right amount, and is the payment found again?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.center import (
    Charge,
    charge,
    dossiers_of,
    payments_of,
    procedures_of,
)
from rehearsal.net.door import Door
from rehearsal.net.trail import stop


@dataclass(frozen=True, slots=True)
class Charged:
    """A payment of so many đồng, how long it took, and how often the system has it."""

    procedure: str
    amount: int
    took_s: float
    copies: int


async def probe(target: Target, door: Door) -> Charged:
    """Hand a dossier in, pay its fee, and count what the system has stored of it."""
    catalogue = await procedures_of(target, door)
    procedure = max(catalogue.procedures, key=lambda p: p.fee, default=None)
    if procedure is None or not procedure.fee:
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", "no procedure has a fee")
    paid: Charge = await charge(door, target, procedure)
    return Charged(procedure.code, procedure.fee, paid.took_s, paid.copies)


def judge(
    seen: Charged, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """Paid twice is worse than paid slowly."""
    if seen.copies > 1:
        yield CHECK.found("paid_twice", copies=seen.copies, amount=seen.amount)
    if seen.took_s > limits["payment"]:
        took_s = round(seen.took_s, 1)
        yield CHECK.found("payment_slow", took_s=took_s, limit_s=limits["payment"])


CHECK = Check(
    id="center.payment",
    asks=Text(
        vi="Phí của hồ sơ có được thu một lần, đúng số tiền và tra lại được không?",
        en="Is a dossier's fee taken once, in the right amount, and found again?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"dossiers"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Charged,
    probe=probe,
    judge=judge,
    deadline_s=90.0,
    requires=("system.reach",),
    stores={"dossiers": dossiers_of, "payments": payments_of},
    limits={
        "payment": Limit(
            3.0,
            "s",
            Text(
                "lâu hơn thì người nộp tiền bấm lại lần nữa",
                "whoever waits longer presses the button again",
            ),
        ),
    },
    findings={
        "paid_twice": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Nộp một khoản {amount} đồng nhưng hệ thống ghi {copies} khoản.",
                en="One payment of {amount} đồng was made, and {copies} are stored.",
            ),
            do=Text(
                vi="Nhà cung cấp cổng thanh toán: chặn ghi trùng theo mã giao dịch; đối soát "
                "các khoản đã thu trong ngày.",
                en="Supplier of the payment gateway: refuse a second entry of one transaction; "
                "reconcile what was taken today.",
            ),
            group=Group.SYSTEMS,
        ),
        "payment_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Thanh toán mất {took_s} giây (ngưỡng {limit_s} giây).",
                en="The payment took {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Nhà cung cấp: kiểm tra kết nối tới cổng thanh toán và ngân hàng.",
                en="Supplier: check the links to the payment gateway and the bank.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("payment-cut-after-commit", expect="reply_lost"),
        Example("payment-forgotten", expect="not_stored"),
        Example("payment-twice", expect="paid_twice"),
        Example("payment-slow", expect="payment_slow"),
        Example("payment-of-other-amount", expect="content_changed"),
        Example("payment-of-other-id", expect="wrong_record"),
        Example("no-nonce", expect="wrong_record"),
        Example("forgets-dossier", expect="not_stored"),
        Example("interface-login-page", expect="malformed_response"),
    ),
)
