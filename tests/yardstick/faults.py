"""What must be said of each peer of the street? The yardstick: design, section 5.

A row is a peer's name, and the step and kind that name its fault; None: nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.model import Expect, Step, Target, TargetKind
from tests.yardstick.house import CODE

ADDRESSES = ["127.0.0.1"]
# Names at which the name server itself misbehaves, or leads nowhere.
ZONE: Mapping[str, object] = {
    "dns-nxdomain": "nxdomain",
    "dns-no-answer": [],
    "dns-servfail": "servfail",
    "dns-refused": "refused",
    "dns-silent": "silent",
    "dns-garbage": "garbage",
    "dns-echo": "echo",
    "dns-about-another": "another",
    "dns-formerr": "formerr",
    "dns-unspecified": ["0.0.0.0"],
    "dns-broadcast": ["255.255.255.255"],
    "dns-multicast": ["224.0.0.251"],
    "dns-link-local": ["169.254.10.10"],
    "dns-unspecified-mapped": ["::ffff:0.0.0.0"],
    "good-truncated": "truncated",
}
RESOLVE = {
    "dns-nxdomain": "nxdomain",
    "dns-no-answer": "no_answer",
    "dns-servfail": "servfail",
    "dns-refused": "refused_by_resolver",
    "dns-silent": "resolver_timeout",
    "dns-garbage": "malformed_reply",
    "dns-echo": "malformed_reply",
    "dns-about-another": "malformed_reply",
    "dns-formerr": "malformed_reply",
    "dns-unspecified": "bogus_address",
    "dns-broadcast": "bogus_address",
    "dns-multicast": "bogus_address",
    "dns-link-local": "bogus_address",
    "dns-unspecified-mapped": "bogus_address",
}
CONNECT = {
    "nobody": "connection_refused",
    "black-hole": "connect_timeout",
    "closed-on-accept": "closed_on_accept",
    "reset-on-accept": "reset_on_accept",
}
CONNECT_PLAIN = {
    "closed-on-accept-plain": "closed_on_accept",
    "reset-on-accept-plain": "reset_on_accept",
}
TLS = {
    "expired": "certificate_expired",
    "intermediate-expired": "certificate_expired",
    "not-yet-valid": "certificate_not_yet_valid",
    "wrong-host": "certificate_wrong_host",
    "self-signed": "certificate_self_signed",
    "untrusted-alone": "certificate_unknown_authority",
    "untrusted-with-root": "certificate_unknown_authority",
    "untrusted-with-intermediate": "certificate_unknown_authority",
    "untrusted-with-neutral-intermediate": "certificate_unknown_authority",
    "chainless": "certificate_chain_incomplete",
    "chainless-with-hint": "certificate_chain_incomplete",
    "mutual-tls12": "client_certificate_required",
    "mutual-tls13": "client_certificate_required",
    "mutual-tls12-rude": "client_certificate_required",
    "tls11-only": "protocol_version_unsupported",
    "tls10-only": "protocol_version_unsupported",
    "alert-protocol-version": "protocol_version_unsupported",
    "hello-of-tls10": "protocol_version_unsupported",
    "hello-of-tls11": "protocol_version_unsupported",
    "alert-handshake-failure": "handshake_refused",
    "alert-unrecognized-name": "server_name_unknown",
    "ssh-on-tls": "peer_not_tls",
    "smtp-on-tls": "peer_not_tls",
    "noise-on-tls": "peer_not_tls",
    "plain-http-400": "peer_not_tls",
    "plain-http-patient": "peer_not_tls",
    "plain-http-hangs-up": "peer_not_tls",
    "hello-closed": "handshake_closed",
    "half-record-closed": "handshake_closed",
    "hello-reset": "handshake_reset",
    "half-record-reset": "handshake_reset",
    "hello-silent": "handshake_timeout",
    "half-record-silent": "handshake_timeout",
}
HTTP = {
    "tls-server": "peer_is_tls",
    "tls-drops-plain-text": "peer_is_tls",
    "tls-waits-at-plain-text": "peer_is_tls",
    "tls-alert-at-plain-text": "peer_is_tls",
    "silent-at-request": "response_timeout",
    "silent-in-status": "response_stalled",
    "silent-in-headers": "response_stalled",
    "silent-in-body": "response_stalled",
    "silent-after-interim": "response_stalled",
    "silent-in-chunks": "response_stalled",
    "drips": "response_stalled",
    "closed-at-request": "connection_closed_early",
    "closed-in-status": "response_truncated",
    "closed-in-headers": "response_truncated",
    "closed-in-body": "response_truncated",
    "closed-in-chunks": "response_truncated",
    "closed-before-last-chunk": "response_truncated",
    "gzip-cut-short": "response_truncated",
    "reset-at-request": "connection_reset",
    "reset-in-body": "connection_reset",
    "not-http": "malformed_response",
    "ssh-on-plain": "malformed_response",
    "binary-noise": "malformed_response",
    "bad-status": "malformed_response",
    "bad-length": "malformed_response",
    "two-lengths": "malformed_response",
    "bad-chunk": "malformed_response",
    "unasked-coding": "malformed_response",
    "gzip-that-is-none": "malformed_response",
    "endless-headers": "malformed_response",
    "endless-header": "malformed_response",
    "endless-interim": "malformed_response",
    "endless-chunk-extension": "malformed_response",
    "endless-trailers": "malformed_response",
    "endless-body": "response_too_large",
    "endless-chunks": "response_too_large",
    "gzip-bomb": "decompression_bomb",
    "redirect-to-itself": "redirect_loop",
    "redirect-outside": "redirect_refused",
    "redirect-to-no-web": "redirect_refused",
    "status-401": "unauthorized",
    "status-407": "unauthorized",
    "status-429": "rate_limited",
    "status-503": "maintenance",
    "status-511": "captive_page",
    "status-403": "unexpected_status",
    "status-404": "unexpected_status",
    "status-500": "unexpected_status",
    "status-502": "unexpected_status",
    "page-of-another-unit": "wrong_content",
    "page-with-longer-number": "wrong_content",
    "page-empty": "wrong_content",
    "page-default": "wrong_content",
    "page-json-error": "wrong_content",
    "page-code-in-link": "wrong_content",
    "page-code-in-attribute": "wrong_content",
    "page-code-in-comment": "wrong_content",
    "page-code-in-script": "wrong_content",
    "page-of-open-tags": "wrong_content",
    "page-of-comments": "wrong_content",
    "page-of-marked-sections": "wrong_content",
    "page-of-entities": "wrong_content",
    "tiny-chunks": "response_too_large",
    "page-login-echo": "unauthorized",
    "page-captive-form": "captive_page",
    "page-captive-refresh": "captive_page",
}
UPGRADE = {
    "ws-wrong-accept": "wrong_accept",
    "ws-no-accept": "wrong_accept",
    "ws-wrong-subprotocol": "wrong_subprotocol",
    "ws-no-subprotocol": "wrong_subprotocol",
    "ws-no-upgrade": "upgrade_refused",
    "ws-forbidden": "upgrade_refused",
    "ws-plain-page": "upgrade_refused",
    "ws-closed": "connection_closed_early",
    "ws-cut-short": "response_truncated",
    "ws-noise": "malformed_response",
    "ws-endless-headers": "malformed_response",
    "ws-silent": "response_timeout",
    "ws-reset": "connection_reset",
}
SIGNALLING = {
    "janus-mute": "signalling_timeout",
    "janus-only-acknowledges": "signalling_timeout",
    "janus-no-json": "malformed_message",
    "janus-a-list": "malformed_message",
    "janus-no-word": "malformed_message",
    "janus-deep": "malformed_message",
    "janus-bad-utf8": "malformed_message",
    "janus-masked": "malformed_message",
    "janus-compressed": "malformed_message",
    "janus-reserved-opcode": "malformed_message",
    "janus-pings": "malformed_message",
    "janus-chatter": "malformed_message",
    "janus-plugindata-a-list": "malformed_message",
    "janus-joined-without-id": "malformed_message",
    "janus-huge": "response_too_large",
    "janus-huge-announced": "response_too_large",
    "janus-endless-message": "response_too_large",
    "janus-endless-nothing": "response_too_large",
    "janus-closed-1000": "closed_1000",
    "janus-closed-1011": "closed_1011",
    "janus-closed-1013": "closed_1013",
    "janus-gone": "closed_1006",
    "janus-half-frame": "closed_1006",
    "janus-reset": "closed_1006",
    "janus-no-such-room": "no_such_room",
    "janus-room-full": "room_full",
    "janus-pin-wrong": "join_denied",
    "janus-pin-missing": "join_denied",
    "janus-unknown-error": "signalling_error",
    "janus-code-a-list": "signalling_error",
    "janus-no-session": "signalling_error",
}
SOUND = {
    "https": ("good-tls12", "good-tls13", "good-truncated"),
    "http": (
        *("good-page", "good-gzip", "good-chunks", "good-http10", "good-until-close"),
        *("good-interim", "good-json", "good-utf8-and-entity", "good-redirect"),
        "good-deflate",
    ),
    "ws": ("good-janus",),
}


@dataclass(frozen=True)
class Row:
    """One peer: how it is called upon, and what must be said of it."""

    peer: str
    scheme: str
    step: Step | None
    kind: str | None

    def target(self, port: int) -> Target:
        """The peer as a target of the inventory."""
        is_bridge = self.scheme == "ws"
        return Target(
            id=f"{self.peer}/it",
            owner=self.peer,
            name=self.peer,
            kind=TargetKind.BRIDGE if is_bridge else TargetKind.SYSTEM,
            url=f"{self.scheme}://{self.peer}.street.example:{port}/",
            protocol="janus" if is_bridge else self.scheme,
            expect=Expect(200, CODE),
            room=20250620,
        )


def _rows() -> list[Row]:
    table = (
        ("https", Step.RESOLVE, RESOLVE),
        ("https", Step.CONNECT, CONNECT),
        ("http", Step.CONNECT, CONNECT_PLAIN),
        ("https", Step.TLS_HANDSHAKE, TLS),
        ("http", Step.HTTP_EXCHANGE, HTTP),
        ("ws", Step.WS_UPGRADE, UPGRADE),
        ("ws", Step.SIGNALLING, SIGNALLING),
    )
    return [
        Row(peer, scheme, step, kind)
        for scheme, step, kinds in table
        for peer, kind in kinds.items()
    ]


FAULTS = _rows()
HEALTHY = [Row(peer, scheme, None, None) for scheme, peers in SOUND.items() for peer in peers]
