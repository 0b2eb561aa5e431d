"""Does the centre publish the procedures that it must, with what each of them asks for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.center import procedures_of
from rehearsal.net.door import Door


@dataclass(frozen=True, slots=True)
class Published:
    """What the catalogue holds; `fields` are names with the number of their procedures.

    `promised` is the total that it names itself; `bare` are procedures without documents.
    """

    promised: int
    procedures: int
    fields: Mapping[str, int]
    bare: tuple[str, ...]


async def probe(target: Target, door: Door) -> Published:
    """Read the whole catalogue, as the portal does."""
    catalogue = await procedures_of(target, door)
    return Published(
        promised=catalogue.total,
        procedures=len(catalogue.procedures),
        fields={found[0].field_name: len(found) for found in catalogue.fields.values()},
        bare=tuple(p.code for p in catalogue.procedures if not p.documents),
    )


def judge(
    seen: Published, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """An empty catalogue, or lost pages, explain everything else about it."""
    if not seen.procedures:
        yield CHECK.found("catalogue_empty", promised=seen.promised)
        return
    if seen.procedures < seen.promised:
        missing = seen.promised - seen.procedures
        yield CHECK.found("pages_missing", missing=missing, promised=seen.promised)
        return
    if seen.procedures < limits["procedures"]:
        needed = int(limits["procedures"])
        yield CHECK.found("too_few_procedures", procedures=seen.procedures, needed=needed)
    if len(seen.fields) < limits["fields"]:
        needed = int(limits["fields"])
        there = ", ".join(seen.fields)
        yield CHECK.found("field_missing", fields=len(seen.fields), needed=needed, there=there)
    if seen.bare:
        yield CHECK.found("documents_missing", bare=len(seen.bare), first=seen.bare[0])


_PUBLISH = Text(
    vi="Nhà cung cấp và bộ phận một cửa: đối chiếu với quyết định công bố danh mục thủ tục của "
    "thành phố, đồng bộ lại, rồi đo lại.",
    en="Supplier and centre: compare with the city's decision that publishes the procedures, "
    "synchronise again, then measure again.",
)

CHECK = Check(
    id="center.catalogue",
    asks=Text(
        vi="Trung tâm có công bố đủ thủ tục, đủ lĩnh vực và đủ giấy tờ phải nộp không?",
        en="Does the centre publish every procedure and field, and what each asks for?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"dossiers"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Published,
    probe=probe,
    judge=judge,
    deadline_s=45.0,  # a few pages, each within the deadline of one exchange
    requires=("system.reach",),
    limits={
        "procedures": Limit(
            367,
            "procedures",
            Text(
                "số thủ tục một phường đã công bố trong đợt thử; đổi theo quyết định của thành "
                "phố",
                "what a ward published in the trials; set it by the city's own decision",
            ),
        ),
        "fields": Limit(
            11,
            "fields",
            Text(
                "số lĩnh vực một phường đã công bố trong đợt thử",
                "as many fields as a ward published in the trials",
            ),
        ),
    },
    findings={
        "catalogue_empty": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Danh mục thủ tục mở được nhưng không có thủ tục nào (hệ thống báo "
                "{promised}).",
                en="The catalogue opens, but holds no procedure (the system says {promised}).",
            ),
            do=_PUBLISH,
        ),
        "too_few_procedures": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Danh mục chỉ có {procedures} thủ tục; cần {needed}.",
                en="The catalogue has {procedures} procedures; {needed} are needed.",
            ),
            do=_PUBLISH,
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "pages_missing": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Danh mục báo có {promised} thủ tục nhưng các trang thiếu {missing}.",
                en="The catalogue claims {promised} procedures, but {missing} are on no page.",
            ),
            do=Text(
                vi="Nhà cung cấp: kiểm tra phân trang và chỉ mục của danh mục.",
                en="Supplier: check the paging and the index of the catalogue.",
            ),
        ),
        "field_missing": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Danh mục chỉ có {fields} lĩnh vực, cần {needed}. Đang có: {there}.",
                en="The catalogue has {fields} fields of {needed}. There are: {there}.",
            ),
            do=_PUBLISH,
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "documents_missing": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="{bare} thủ tục không ghi giấy tờ phải nộp, ví dụ {first}.",
                en="{bare} procedures name no documents to hand in, {first} for one.",
            ),
            do=Text(
                vi="Bộ phận một cửa: bổ sung thành phần hồ sơ; người dân sẽ phải đi lại nhiều "
                "lần.",
                en="Centre: add the documents needed; citizens would have to come again.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("catalogue-empty", expect="catalogue_empty"),
        Example("catalogue-short", expect="too_few_procedures"),
        Example("catalogue-page-lost", expect="pages_missing"),
        Example("catalogue-without-field", expect="field_missing"),
        Example("catalogue-without-documents", expect="documents_missing"),
        Example("catalogue-of-other-unit", expect="wrong_unit"),
        Example("interface-login-page", expect="malformed_response"),
    ),
)
