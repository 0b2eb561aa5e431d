"""Can somebody sign on with one account for all systems, safely, and leave again?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.oidc.walk import SignedOn, sign_on


async def probe(target: Target, door: Door) -> SignedOn:
    """Sign on with the test account as a person would, and log out."""
    return await sign_on(door, target)


def judge(
    seen: SignedOn, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """A sign-on that lets the right one in may still let others in, or take too long."""
    yield from _guards(seen)
    if seen.took_s > limits["took"]:
        took_s = round(seen.took_s, 1)
        yield CHECK.found("sign_on_slow", took_s=took_s, limit_s=limits["took"])
    ahead_s = round(seen.issued_ahead_s - around.clock_ahead_s)
    if abs(ahead_s) > limits["clock"]:
        yield CHECK.found("clock_wrong", ahead_s=f"{ahead_s:+d}")
    if seen.valid_s < limits["valid"]:
        valid_s = round(seen.valid_s)
        yield CHECK.found("token_short_lived", valid_s=valid_s, limit_s=limits["valid"])


def _guards(seen: SignedOn) -> Iterator[Finding]:
    if not seen.has_logout:
        yield CHECK.found("logout_missing")
    elif seen.session_ends is False:
        yield CHECK.found("session_kept")
    if seen.wants_verifier is False:
        yield CHECK.found("pkce_not_enforced")
    if seen.refuses_used_code is False:
        yield CHECK.found("code_reusable")


CHECK = Check(
    id="system.sign_on",
    asks=Text(
        vi="Có đăng nhập một lần, đúng người, an toàn và thoát ra được không?",
        en="Can the right person sign on once for all systems, safely, and log out?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"oidc"}),
    stage="sign_on",
    phases=frozenset({"phase-2"}),
    evidence=SignedOn,
    probe=probe,
    judge=judge,
    deadline_s=45.0,
    limits={
        "took": Limit(
            5.0,
            "s",
            Text(
                "cán bộ đăng nhập khi người dân đã ngồi trước quầy",
                "a clerk signs on while the citizen sits at the counter",
            ),
        ),
        "clock": Limit(
            60.0,
            "s",
            Text(
                "hệ thống nhận thường chỉ cho lệch giờ một phút",
                "systems that take the token mostly allow a minute",
            ),
        ),
        "valid": Limit(
            60.0,
            "s",
            Text(
                "ngắn hơn thì mã hết hạn khi đường truyền chậm",
                "less, and a slow line uses it up",
            ),
        ),
    },
    findings={
        "session_kept": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Thoát xong, người ngồi sau mở trang vẫn vào được bằng tài khoản cũ.",
                en="After the logout, whoever comes next still gets in with the old account.",
            ),
            do=Text(
                vi="Nhà cung cấp đăng nhập hủy phiên khi thoát; đến khi sửa xong, đóng hết "
                "trình duyệt sau mỗi người dân ở máy dùng chung.",
                en="The sign-on's supplier ends the session on logout; until then, close the "
                "browser after each citizen at shared machines.",
            ),
        ),
        "code_reusable": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Mã đăng nhập đã dùng vẫn đổi được lần nữa.",
                en="A sign-on code that was used is taken a second time.",
            ),
            do=Text(
                vi="Nhà cung cấp đăng nhập chỉ cho mỗi mã dùng một lần (RFC 6749, 4.1.2).",
                en="The sign-on's supplier lets each code be used once (RFC 6749, 4.1.2).",
            ),
        ),
        "pkce_not_enforced": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Máy chủ đăng nhập nhận mã kèm bằng chứng PKCE sai: mã bị lộ sẽ dùng được.",
                en="The server takes a code with a wrong PKCE proof: a stolen code works.",
            ),
            do=Text(
                vi="Nhà cung cấp đăng nhập bật kiểm tra PKCE (S256) cho mọi ứng dụng.",
                en="The sign-on's supplier turns PKCE (S256) on for every application.",
            ),
        ),
        "logout_missing": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Máy chủ đăng nhập không công bố địa chỉ để thoát.",
                en="The sign-on server publishes no address to log out at.",
            ),
            do=Text(
                vi="Nhà cung cấp đăng nhập bật chức năng thoát (end_session_endpoint); đến khi "
                "có, đóng hết trình duyệt sau mỗi người dân ở máy dùng chung.",
                en="The sign-on's supplier turns logout on (end_session_endpoint); until then, "
                "close the browser after each citizen at shared machines.",
            ),
        ),
        "clock_wrong": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Giờ ghi trong mã đăng nhập lệch {ahead_s} giây so với các máy khác.",
                en="The time in the sign-on token is {ahead_s} s off the others' clocks.",
            ),
            do=Text(
                vi="Đồng bộ đồng hồ máy chủ đăng nhập với máy chủ thời gian (NTP): hệ thống "
                "khác sẽ từ chối mã sai giờ.",
                en="Synchronise the sign-on server's clock with a time server (NTP): other "
                "systems refuse tokens of a wrong hour.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "token_short_lived": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Mã đăng nhập chỉ có hiệu lực {valid_s} giây (nên từ {limit_s} giây).",
                en="A sign-on token is valid for {valid_s} s only (should be {limit_s} s).",
            ),
            do=Text(
                vi="Nhà cung cấp đăng nhập tăng thời hạn của mã (ID token).",
                en="The sign-on's supplier lets ID tokens last longer.",
            ),
        ),
        "sign_on_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đăng nhập mất {took_s} giây (ngưỡng {limit_s} giây).",
                en="Signing on took {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Kiểm tra tải của máy chủ đăng nhập và đường truyền tới đó.",
                en="Check the load of the sign-on server and the line to it.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("sign-on-es256", expect=None),
        Example("sign-on-two-pages", expect=None),
        Example("sign-on-no-discovery", expect="wrong_content"),
        Example("sign-on-wrong-issuer", expect="wrong_issuer"),
        Example("sign-on-other-tenant", expect="wrong_issuer"),
        Example("sign-on-token-elsewhere", expect="redirect_refused"),
        Example("sign-on-to-elsewhere", expect="redirect_refused"),
        Example("sign-on-client-unknown", expect="client_rejected"),
        Example("sign-on-wrong-password", expect="credentials_rejected"),
        Example("sign-on-consent", expect="consent_required"),
        Example("sign-on-second-factor", expect="second_factor_required"),
        Example("sign-on-open", expect="password_not_asked"),
        Example("sign-on-other-state", expect="token_invalid"),
        Example("sign-on-token-busy", expect="maintenance"),
        Example("sign-on-no-token", expect="token_invalid"),
        Example("sign-on-no-keys", expect="wrong_content"),
        Example("sign-on-token-of-tenant", expect="token_invalid"),
        Example("sign-on-token-expired", expect="token_invalid"),
        Example("sign-on-token-nameless", expect="token_invalid"),
        Example("sign-on-token-timeless", expect="token_invalid"),
        Example("sign-on-nonce-missing", expect="token_invalid"),
        Example("sign-on-nonce-of-another", expect="token_invalid"),
        Example("sign-on-wrong-audience", expect="token_invalid"),
        Example("sign-on-wrong-party", expect="token_invalid"),
        Example("sign-on-other-access", expect="token_invalid"),
        Example("sign-on-key-unpublished", expect="token_invalid"),
        Example("sign-on-forged", expect="token_invalid"),
        Example("sign-on-alg-none", expect="token_invalid"),
        Example("sign-on-alg-hs256", expect="token_invalid"),
        Example("sign-on-access-refused", expect="token_invalid"),
        Example("sign-on-other-person", expect="wrong_record"),
        Example("sign-on-other-account", expect="wrong_record"),
        Example("sign-on-no-logout", expect="logout_missing"),
        Example("sign-on-session-kept", expect="session_kept"),
        Example("sign-on-code-reused", expect="code_reusable"),
        Example("sign-on-no-pkce", expect="pkce_not_enforced"),
        Example("sign-on-clock-ahead", expect="clock_wrong"),
        Example("sign-on-token-brief", expect="token_short_lived"),
        Example("sign-on-slow", expect="sign_on_slow"),
    ),
)
