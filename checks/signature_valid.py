"""Are the unit's documents signed by the right people, and will that still hold next month?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.signatures.evidence import (
    LEADER,
    ORGANIZATION,
    PACKET,
    PDF,
    REVOKED,
    UNTOLD,
    Seal,
    Signed,
)
from rehearsal.net.signatures.inspection import inspect

_WEAK = frozenset({"md2", "md5", "sha1"})  # Circular 39/2017/TT-BTTTT names SHA-2 and SHA-3
_WANTED = ((PDF, LEADER), (PDF, ORGANIZATION), (PACKET, ORGANIZATION))


async def probe(target: Target, door: Door) -> Signed:
    """Fetch a signed PDF and a signed packet, and all that vouches for their signatures."""
    return await inspect(target, door)


def judge(
    seen: Signed, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """Whoever is missing, altered, unknown, revoked, another's, weak or about to end."""
    there = {(seal.document, seal.role) for seal in seen.seals}
    lacking = [f"{what}: {who}" for what, who in _WANTED if (what, who) not in there]
    if lacking:
        yield CHECK.found("signature_missing", signatures=", ".join(lacking))
    latest = around.measured_at + timedelta(seconds=limits["clock"])
    begins = max(around.measured_at, datetime.combine(around.go_live, time(), UTC))
    ends = begins + timedelta(days=limits["after_go_live"])
    yield from _of("altered", (s for s in seen.seals if not (s.is_intact and s.is_whole)))
    yield from _of("unknown_ca", (s for s in seen.seals if not s.is_trusted))
    yield from _of("wrong_organisation", (s for s in seen.seals if s.unit != seen.organ))
    yield from _of("weak_digest", (s for s in seen.seals if s.digest in _WEAK))
    yield from _of("revoked", (s for s in seen.seals if s.revocation == REVOKED))
    yield from _of("signing_time_implausible", (s for s in seen.seals if _is_odd(s, latest)))
    yield from _of("signature_expires_soon", (s for s in seen.seals if s.valid_until < ends))
    yield from _unasked(seen)


def _of(code: str, seals: Iterable[Seal]) -> Iterator[Finding]:
    """One finding for all signatures that it strikes."""
    struck = [f"{seal.document}: {seal.role}" for seal in seals]
    if struck:
        yield CHECK.found(code, signatures=", ".join(struck))


def _is_odd(seal: Seal, latest: datetime) -> bool:
    """A PDF says when it was signed; that was not later than now, nor outside the dates."""
    if seal.document != PDF:
        return False
    at = seal.signed_at
    return at is None or at > latest or not seal.valid_from <= at <= seal.valid_until


def _unasked(seen: Signed) -> Iterator[Finding]:
    """Whom nobody vouches for, nobody is asked about."""
    untold = [s for s in seen.seals if s.is_trusted and s.revocation == UNTOLD]
    if untold and seen.unlisted:
        yield CHECK.found("revocation_host_unlisted", hosts=", ".join(seen.unlisted))
    elif untold:
        silent = ", ".join(seen.silent) or "–"
        yield CHECK.found("no_revocation_information", silent=silent)


CHECK = Check(
    id="signature.valid",
    asks=Text(
        vi="Văn bản của đơn vị có được ký số đúng người, còn hiệu lực sau ngày vận hành không?",
        en="Are the unit's documents signed by the right people, and beyond go-live?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"edxml"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Signed,
    probe=probe,
    judge=judge,
    deadline_s=180.0,  # six requests, and twice the queue before the one who examines
    requires=("system.reach",),
    limits={
        "after_go_live": Limit(
            30.0,
            "d",
            Text(
                "tháng đầu không ai có thời gian đi gia hạn chứng thư số",
                "in the first month nobody has the time to renew certificates",
            ),
        ),
        "clock": Limit(
            300.0,
            "s",
            Text(
                "đồng hồ máy trạm ký số có thể lệch vài phút",
                "the clock of a signing workstation may be some minutes off",
            ),
        ),
    },
    findings={
        "signature_missing": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Văn bản thiếu chữ ký: {signatures}.",
                en="A signature is missing: {signatures}.",
            ),
            do=Text(
                vi="Văn thư đơn vị: ký văn bản bằng chứng thư số của lãnh đạo rồi của cơ quan, "
                "theo Nghị định 30/2020/NĐ-CP.",
                en="The unit's clerk: have documents signed by the leader, then by the "
                "organization (Decree 30/2020).",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "altered": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Nội dung không còn khớp với chữ ký: {signatures}.",
                en="The content no longer matches its signature: {signatures}.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: tìm khâu sửa tệp sau khi ký (đóng dấu ảnh, "
                "chèn số, nén lại); phát hành lại bản ký đúng.",
                en="Supplier of the document system: find what rewrites files once signed "
                "(stamps, numbers, compression); issue them anew.",
            ),
        ),
        "unknown_ca": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Chứng thư số không do tổ chức được tin cậy cấp: {signatures}.",
                en="The certificate was issued by nobody whom the city trusts: {signatures}.",
            ),
            do=Text(
                vi="Đầu mối chứng thực của đơn vị: dùng chứng thư số chuyên dùng Chính phủ; "
                "nếu đúng là loại này, bổ sung chứng thư gốc vào danh mục (trust).",
                en="The unit's certificate officer: use the government's certificates; if they "
                "are, add their root to the inventory (trust).",
            ),
        ),
        "wrong_organisation": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Chứng thư số mang mã của đơn vị khác: {signatures}.",
                en="The certificate bears another unit's code: {signatures}.",
            ),
            do=Text(
                vi="Đầu mối chứng thực của đơn vị: xin cấp chứng thư số theo tên và mã đơn vị "
                "mới sau sắp xếp.",
                en="The unit's certificate officer: apply for certificates with the new unit's "
                "name and code.",
            ),
        ),
        "weak_digest": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Chữ ký dùng thuật toán băm đã lỗi thời: {signatures}.",
                en="The signature uses a digest that can be forged: {signatures}.",
            ),
            do=Text(
                vi="Nhà cung cấp phần mềm ký số: chuyển sang SHA-256.",
                en="Supplier of the signing software: change to SHA-256.",
            ),
        ),
        "revoked": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Chứng thư số đã bị thu hồi: {signatures}.",
                en="The certificate was revoked: {signatures}.",
            ),
            do=Text(
                vi="Đầu mối chứng thực của đơn vị: ngừng dùng, xin cấp chứng thư số mới.",
                en="The unit's certificate officer: stop using it, and apply for a new one.",
            ),
        ),
        "signing_time_implausible": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Giờ ký không hợp lý hoặc không có: {signatures}.",
                en="The time of signing is implausible or absent: {signatures}.",
            ),
            do=Text(
                vi="Công nghệ thông tin đơn vị: đồng bộ đồng hồ máy ký số; bật dấu thời gian.",
                en="The unit's IT: synchronise the signing computer's clock; use time stamps.",
            ),
        ),
        "signature_expires_soon": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Chứng thư số hết hạn trong vòng một tháng sau ngày vận hành: {signatures}.",
                en="The certificate ends within a month after go-live: {signatures}.",
            ),
            do=Text(
                vi="Đầu mối chứng thực của đơn vị: gia hạn trước ngày vận hành.",
                en="The unit's certificate officer: renew it before go-live.",
            ),
        ),
        "no_revocation_information": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Không xác nhận được chứng thư số còn hiệu lực; không trả lời: {silent}.",
                en="Nobody confirms that the certificate still holds; silent: {silent}.",
            ),
            do=Text(
                vi="Đầu mối chứng thực: mở đường tới máy chủ thu hồi (CRL, OCSP) từ mạng của "
                "thành phố; kiểm tra danh sách thu hồi còn hạn.",
                en="Certificate officer: open the way to the revocation servers (CRL, OCSP) "
                "from the city's network; check that their lists are up to date.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "revocation_host_unlisted": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Chưa hỏi được hiệu lực chứng thư số: {hosts} chưa có trong danh mục.",
                en="Revocation was not asked for: {hosts} is not in the inventory.",
            ),
            do=Text(
                vi="Người vận hành diễn tập: thêm địa chỉ đó vào api.settings (revocation.…) "
                "rồi đo lại.",
                en="Rehearsal operator: add that address to api.settings (revocation.…), then "
                "measure again.",
            ),
            group=Group.SUPPORT,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("signature-expires-soon", expect="signature_expires_soon"),
        Example("signature-revoked", expect="revoked"),
        Example("signature-unknown-authority", expect="unknown_ca"),
        Example("signature-pdf-altered", expect="altered"),
        Example("signature-pdf-changed-later", expect="altered"),
        Example("signature-packet-altered", expect="altered"),
        Example("signature-packet-wrapped", expect="altered"),
        Example("signature-one-of-two", expect="signature_missing"),
        Example("signature-organization-twice", expect="signature_missing"),
        Example("signature-unsigned", expect="signature_missing"),
        Example("signature-packet-unsigned", expect="signature_missing"),
        Example("signature-other-organisation", expect="wrong_organisation"),
        Example("signature-sha1", expect="weak_digest"),
        Example("signature-signed-tomorrow", expect="signing_time_implausible"),
        Example("signature-revocation-silent", expect="no_revocation_information"),
        Example("signature-revocation-stale", expect="no_revocation_information"),
        Example("signature-revocation-forged", expect="no_revocation_information"),
        Example("signature-revocation-elsewhere", expect="revocation_host_unlisted"),
        Example("signature-signed-page", expect="wrong_content"),
        Example("signature-signed-garbage", expect="malformed_response"),
    ),
)
