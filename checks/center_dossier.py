"""Does a dossier of each field go its whole way at this centre, in the time of a session?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.center import (
    Care,
    Journey,
    Procedure,
    Searched,
    at_home,
    dossiers_of,
    journey,
    payments_of,
    procedures_of,
    raise_shared,
)
from rehearsal.net.door import Door
from rehearsal.net.trail import Stopped, keep_brief, stop

ALIKE = 2  # as many first fields that fail alike are the system's failure, and no field's


@dataclass(frozen=True, slots=True)
class Carried:
    """One journey for each field, in the catalogue's order."""

    journeys: tuple[Journey, ...]


async def probe(target: Target, door: Door) -> Carried:
    """Hand in one dossier of each field after the other, and follow each to its end."""
    keep_brief()
    procedures = (await procedures_of(target, door)).one_of_each()
    if not procedures:
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", "no procedure is published")
    gone: list[Journey] = []
    for procedure in procedures:
        gone.append(await _one(door, target, procedure, gone))
        if len(gone) == ALIKE:
            raise_shared(gone)
    raise_shared(gone)
    return Carried(_without_ours(gone))


def _without_ours(gone: Sequence[Journey]) -> tuple[Journey, ...]:
    """What we ourselves kept from going says nothing of the centre; Stopped if that is all."""
    held = [one.flaw for one in gone if one.flaw and one.flaw.step is Step.OBSERVE]
    told = [one for one in gone if one.flaw is None or one.flaw.step is not Step.OBSERVE]
    if held and not any(one.flaw for one in told):
        raise Stopped(held[0])
    return tuple(told)


async def _one(
    door: Door, target: Target, procedure: Procedure, before: Sequence[Journey]
) -> Journey:
    """The first ones are read after every step; the first that is stored is searched for."""
    searches = not any(gone.searched for gone in before)
    care = Care(reads_back=len(before) < ALIKE, searches=searches)
    return await journey(door, procedure, at_home(target), care)


def judge(
    seen: Carried, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """What fails in some fields only, what takes long, and what the search shows."""
    yield from _failing(seen.journeys)
    yield from _slow(seen.journeys, limits)
    searched = next((gone.searched for gone in seen.journeys if gone.searched), None)
    if searched:
        yield from _searched(searched, limits)


def _failing(journeys: Sequence[Journey]) -> Iterator[Finding]:
    """The fields that end alike make one finding."""
    alike: dict[tuple[str, str], list[str]] = {}
    for gone in journeys:
        if gone.flaw:
            key = gone.flawed_at, gone.flaw.kind
            alike.setdefault(key, []).append(gone.field_name)
    for (action, why), fields in alike.items():
        at = _IN_WORDS.get(action, action)
        yield CHECK.found("field_fails", fields=", ".join(fields), at=at, why=why)


def _slow(journeys: Sequence[Journey], limits: Mapping[str, float]) -> Iterator[Finding]:
    """The whole way first: a single slow step is told where the whole is in time."""
    sound = [gone for gone in journeys if not gone.flaw]
    slowest = max(sound, key=lambda gone: gone.whole_s, default=None)
    if slowest and slowest.whole_s > limits["whole"]:
        took_s, limit_s = round(slowest.whole_s, 1), limits["whole"]
        yield CHECK.found(
            "returned_late", field=slowest.field_name, took_s=took_s, limit_s=limit_s
        )
        return
    steps = [(passed.took_s, passed.step, gone) for gone in sound for passed in gone.passed]
    took_s, action, gone = max(steps, key=lambda s: s[0], default=(0.0, "", None))
    if gone and took_s > limits["step"]:
        yield CHECK.found(
            "step_slow",
            field=gone.field_name,
            at=_IN_WORDS.get(action, action),
            took_s=round(took_s, 1),
            limit_s=limits["step"],
        )


def _searched(found: Searched, limits: Mapping[str, float]) -> Iterator[Finding]:
    after_s, limit_s = found.after_s, limits["search"]
    if after_s is None:
        yield CHECK.found("not_searchable")
    elif after_s > limit_s:
        yield CHECK.found("search_late", after_s=round(after_s, 1), limit_s=limit_s)
    if found.copies > 1:
        yield CHECK.found("stored_twice", copies=found.copies)
    if found.strangers:
        yield CHECK.found("search_shows_others", others=found.strangers)


# Vietnamese first, with the contract's own word beside it: one value for both languages.
_IN_WORDS = {
    "submit": "nộp (submit)",
    "receive": "tiếp nhận (receive)",
    "process": "giải quyết (process)",
    "sign": "ký số (sign)",
    "pay": "thanh toán (pay)",
    "return": "trả kết quả (return)",
    "look_up": "tra cứu (look up)",
}
_SEARCH = Text(
    vi="Nhà cung cấp: kiểm tra chỉ mục tìm kiếm, bộ nhớ đệm và quyền xem của người tìm.",
    en="Supplier: check the search index, the cache, and what a searcher may see.",
)

CHECK = Check(
    id="center.dossier",
    asks=Text(
        vi="Hồ sơ của từng lĩnh vực có được nộp, giải quyết, ký, thanh toán và trả đúng không?",
        en="Is a dossier of each field taken in, dealt with, signed, paid and given back?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"dossiers"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Carried,
    probe=probe,
    judge=judge,
    deadline_s=240.0,  # eleven journeys of seven steps, each within a few exchanges
    requires=("system.reach",),
    stores={"dossiers": dossiers_of, "payments": payments_of},
    limits={
        "step": Limit(
            2.0,
            "s",
            Text(
                "mỗi bước là một lần bấm của cán bộ một cửa khi người dân đang chờ",
                "each step is one click of a clerk, with the citizen waiting",
            ),
        ),
        "whole": Limit(
            10.0,
            "s",
            Text(
                "năm bước ở quầy, mỗi bước 2 giây: thời gian còn lại của buổi (nộp trước 9:30, "
                "trả trong buổi) là của người giải quyết",
                "five steps at the counter of 2 s each: the rest of the session (in before "
                "9:30, back within it) belongs to the people who decide",
            ),
        ),
        "search": Limit(
            1.0,
            "s",
            Text(
                "người dân ở quầy bên cạnh hỏi ngay hồ sơ vừa nộp",
                "the citizen asks at the next counter for what was just handed in",
            ),
        ),
    },
    findings={
        "field_fails": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Hồ sơ thuộc lĩnh vực {fields} không qua được bước {at}: {why}. Các lĩnh "
                "vực khác vẫn thông.",
                en="Dossiers of {fields} do not get past the step {at}: {why}. The other "
                "fields go through.",
            ),
            do=Text(
                vi="Nhà cung cấp: kiểm tra cấu hình quy trình, chứng thư ký và biểu phí của "
                "riêng lĩnh vực này, rồi đo lại.",
                en="Supplier: check the workflow, the signing certificate and the fees of this "
                "field, then measure again.",
            ),
        ),
        "step_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Lĩnh vực {field}: bước {at} mất {took_s} giây (ngưỡng {limit_s} giây).",
                en="{field}: the step {at} took {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Nhà cung cấp: kiểm tra tải và kết nối liên thông của bước này.",
                en="Supplier: check the load and the links to other systems at this step.",
            ),
        ),
        "returned_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Lĩnh vực {field}: từ lúc nộp đến lúc trả, hệ thống mất {took_s} giây "
                "(ngưỡng {limit_s} giây).",
                en="{field}: from hand-in to return the system took {took_s} s (limit "
                "{limit_s} s).",
            ),
            do=Text(
                vi="Nhà cung cấp: xem thời gian từng bước trong chứng cứ và tăng năng lực ở "
                "bước chậm nhất; hồ sơ nộp trước 9:30 phải trả trong buổi.",
                en="Supplier: read the time of each step in the evidence, and mend the "
                "slowest; what comes in before 9:30 must go out within the session.",
            ),
        ),
        "not_searchable": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Hồ sơ đã lưu nhưng tìm theo mã đánh dấu thì không thấy.",
                en="The dossier is stored, but a search for its mark does not find it.",
            ),
            do=_SEARCH,
        ),
        "search_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Hồ sơ chỉ tìm thấy sau {after_s} giây (ngưỡng {limit_s} giây).",
                en="The dossier was found only after {after_s} s (limit {limit_s} s).",
            ),
            do=_SEARCH,
        ),
        "search_shows_others": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Tìm một hồ sơ thì hệ thống trả về thêm {others} hồ sơ của người khác.",
                en="A search for one dossier also returned {others} of other people.",
            ),
            do=_SEARCH,
        ),
        "stored_twice": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Nộp một hồ sơ nhưng hệ thống lưu {copies} bản.",
                en="One dossier was handed in, and {copies} are stored.",
            ),
            do=Text(
                vi="Nhà cung cấp: chặn ghi trùng khi một yêu cầu đi qua nhiều máy chủ.",
                en="Supplier: stop double writes where one request passes several servers.",
            ),
            group=Group.SYSTEMS,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("forgets-dossier", expect="not_stored"),
        Example("cut-after-commit", expect="reply_lost"),
        Example("error-after-commit", expect="stored_despite_error"),
        Example("step-cut-after-commit", expect="reply_lost"),
        Example("stores-twice", expect="stored_twice"),
        Example("reply-of-other-id", expect="wrong_record"),
        Example("other-unit-code", expect="wrong_unit"),
        Example("drops-documents", expect="content_changed"),
        Example("forgets-step", expect="stale_record"),
        Example("stale-read", expect="stale_record"),
        Example("other-units-record", expect="wrong_record"),
        Example("no-nonce", expect="wrong_record"),
        Example("sign-fails-in-field", expect="field_fails"),
        Example("sign-slow-in-field", expect="step_slow"),
        Example("slow-in-field", expect="returned_late"),
        Example("stuck-in-processing", expect="overdue"),
        Example("payment-cut-after-commit", expect="reply_lost"),
        Example("payment-forgotten", expect="not_stored"),
        Example("payment-of-other-amount", expect="content_changed"),
        Example("index-late", expect="search_late"),
        Example("search-fuzzy", expect="search_shows_others"),
        Example("search-empty", expect="not_searchable"),
        Example("receipt-of-other", expect="wrong_record"),
        Example("receipt-stale", expect="stale_record"),
        Example("receipt-unknown", expect="not_stored"),
        Example("catalogue-empty", expect="wrong_content"),
        Example("interface-login-page", expect="malformed_response"),
    ),
)
