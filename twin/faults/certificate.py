"""What is wrong with a certificate?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from twin.authority import DAY, Authority, Identity, Period
from twin.fault import Fault, Shows, is_tls

ENDS_BEFORE = timedelta(days=2)  # before go-live
ENDS_AFTER = timedelta(days=10)  # after go-live, less than the 30 days that are asked


def _expired(authority: Authority, host: str) -> Identity:
    period = Period(authority.now - 365 * DAY, authority.now - DAY)
    return authority.leaf((host,), period=period)


def _not_yet_valid(authority: Authority, host: str) -> Identity:
    period = Period(authority.now + 2 * DAY, authority.usual.ends)
    return authority.leaf((host,), period=period)


def _wrong_host(authority: Authority, _host: str) -> Identity:
    return authority.leaf(("default.hosting.example",))


def _self_signed(authority: Authority, host: str) -> Identity:
    return authority.self_signed(host)


def _unknown_authority(authority: Authority, host: str) -> Identity:
    root = authority.issuer("Unknown Root CA")
    issuer = authority.issuer("Unknown Issuing CA", above=root)
    return authority.leaf((host,), issuer=issuer)


def _unknown_root(authority: Authority, host: str) -> Identity:
    return authority.leaf((host,), issuer=authority.issuer("Unknown Root CA"))


def _incomplete(authority: Authority, host: str) -> Identity:
    whole = authority.leaf((host,))
    return Identity(whole.chain[:1], whole.key)


def _ends_before(authority: Authority, host: str) -> Identity:
    ends = authority.go_live - ENDS_BEFORE
    return authority.leaf((host,), period=Period(authority.now - 60 * DAY, ends))


def _ends_after(authority: Authority, host: str) -> Identity:
    ends = authority.go_live + ENDS_AFTER
    return authority.leaf((host,), period=Period(authority.now - 60 * DAY, ends))


def _old_intermediate(authority: Authority, host: str) -> Identity:
    period = Period(authority.now - 365 * DAY, authority.now - DAY)
    old = authority.issuer("Twin City Old CA", above=authority.root, period=period)
    return authority.leaf((host,), issuer=old)


def _shows(vi: str, en: str, issue: Callable[[Authority, str], Identity]) -> Fault:
    return Fault(vi, en, Shows(issue), is_tls)


FAULTS: Mapping[str, Fault] = {
    "certificate-expired": _shows(
        "Chứng thư số đã hết hạn từ hôm qua", "The certificate expired yesterday", _expired
    ),
    "certificate-not-yet-valid": _shows(
        "Chứng thư số chưa tới ngày có hiệu lực",
        "The certificate is not valid yet",
        _not_yet_valid,
    ),
    "certificate-wrong-host": _shows(
        "Chứng thư số được cấp cho tên miền khác",
        "The certificate was issued for another name",
        _wrong_host,
    ),
    "certificate-self-signed": _shows(
        "Chứng thư số tự ký", "The certificate signed itself", _self_signed
    ),
    "certificate-unknown-authority": _shows(
        "Chứng thư số do một cơ quan lạ cấp, kèm chứng thư trung gian của cơ quan đó",
        "An unknown authority issued the certificate; its intermediate is sent along",
        _unknown_authority,
    ),
    "certificate-unknown-root-only": _shows(
        "Chứng thư số do chứng thư gốc lạ cấp trực tiếp, gửi một mình",
        "An unknown root signed the certificate directly; it is sent alone",
        _unknown_root,
    ),
    "certificate-chain-incomplete": _shows(
        "Máy chủ không gửi kèm chứng thư trung gian",
        "The server does not send the intermediate certificate",
        _incomplete,
    ),
    "certificate-expires-before-go-live": _shows(
        "Chứng thư số hết hạn 2 ngày trước ngày vận hành chính thức",
        "The certificate ends 2 days before go-live",
        _ends_before,
    ),
    "certificate-expires-after-go-live": _shows(
        "Chứng thư số hết hạn 10 ngày sau ngày vận hành chính thức",
        "The certificate ends 10 days after go-live",
        _ends_after,
    ),
    "intermediate-expired": _shows(
        "Chứng thư trung gian mà máy chủ gửi kèm đã hết hạn",
        "The intermediate certificate that the server sends has expired",
        _old_intermediate,
    ),
}
