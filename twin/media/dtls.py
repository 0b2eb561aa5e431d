"""How do a bridge and its guest agree on keys? DTLS 1.2 with `use_srtp` (RFC 5764)."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from pylibsrtp import Policy, Session

DTLS_1_2 = 0xFEFD  # version 1.3 frames its records otherwise; nobody asks for it yet
DATAGRAM_BYTES = 1200  # fits every path that a guest may have
RECORD_HEAD_BYTES = 13  # RFC 6347 4.1
READ_BYTES = 65536
LASTS = timedelta(days=30)  # as long as a browser's own
LABEL = b"EXTRACTOR-dtls_srtp"  # RFC 5764 4.2
HASHES = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
Fingerprint = tuple[str, str]  # the hash's name, and its bytes as AA:BB


@dataclass(frozen=True, slots=True)
class Profile:
    """How packets are protected: OpenSSL's name and libsrtp's number, key and salt lengths."""

    name: bytes
    number: int
    key_bytes: int
    salt_bytes: int


PROFILES = (
    Profile(b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    Profile(b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
)


@dataclass(frozen=True, slots=True)
class Keys:
    """What decrypts the guest's packets, and what encrypts ours."""

    inbound: Session
    outbound: Session


class Identity:
    """One self-signed certificate for every conversation of a city."""

    def __init__(self) -> None:
        """Make it."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _self_signed(key)
        digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
        self.fingerprint: Fingerprint = ("sha-256", _with_colons(digest))
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.set_min_proto_version(DTLS_1_2)
        self.context.set_max_proto_version(DTLS_1_2)
        self.context.set_options(SSL.OP_NO_QUERY_MTU)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _believe)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_tlsext_use_srtp(b":".join(profile.name for profile in PROFILES))


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "twin")])
    now = datetime.now(UTC)
    draft = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    draft = draft.not_valid_before(now - LASTS).not_valid_after(now + LASTS)
    return draft.sign(key, hashes.SHA256())


def _believe(*_told: object) -> bool:
    """Nobody vouches for a guest's certificate; the fingerprint in its SDP does."""
    return True


def _with_colons(digest: str) -> str:
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()


class Handshake:
    """One conversation: datagrams in, datagrams out. `keys` is set once it is agreed.

    `has_failed` says that it never will be; `has_ended` that the guest said goodbye.
    """

    def __init__(
        self, identity: Identity, expected: Iterable[Fingerprint], *, is_client: bool
    ) -> None:
        """`expected` are the fingerprints in the guest's SDP: all known ones must be right."""
        self.keys: Keys | None = None
        self.has_failed = self.has_ended = False
        self._expected = tuple(expected)
        self._is_client = is_client
        self._line = SSL.Connection(identity.context)
        self._line.set_ciphertext_mtu(DATAGRAM_BYTES)
        if is_client:
            self._line.set_connect_state()
        else:
            self._line.set_accept_state()

    def begin(self) -> list[bytes]:
        """The first flight: a client's greeting, nothing of a server."""
        return self._go_on()

    def receive(self, datagram: bytes) -> list[bytes]:
        """What to answer to a datagram."""
        if self.has_failed or self.has_ended:
            return []
        self._line.bio_write(datagram)
        return self._listen() if self.keys else self._go_on()

    def waits_s(self) -> float | None:
        """In how many seconds to repeat the last flight; None when nothing is awaited."""
        if self.keys or self.has_failed:
            return None
        return self._line.DTLSv1_get_timeout()

    def repeat(self) -> list[bytes]:
        """The last flight again, if it is time for it."""
        with contextlib.suppress(SSL.Error):
            self._line.DTLSv1_handle_timeout()
        return self._outgoing()

    def farewell(self) -> list[bytes]:
        """Close the conversation (RFC 5246 7.2.1)."""
        if self.keys and not self.has_ended:
            with contextlib.suppress(SSL.Error):
                self._line.shutdown()
        return self._outgoing()

    def _go_on(self) -> list[bytes]:
        try:
            self._line.do_handshake()
        except SSL.WantReadError:
            return self._outgoing()
        except SSL.Error:
            self.has_failed = True
            return self._outgoing()
        self._settle()
        return self._outgoing()

    def _settle(self) -> None:
        """The handshake is done: is it the right guest, and what are the keys?"""
        chosen = self._line.get_selected_srtp_profile()
        profile = next((p for p in PROFILES if p.name == chosen), None)
        if profile is None or not self._is_expected():
            self.has_failed = True
            return
        self.keys = self._extract(profile)

    def _is_expected(self) -> bool:
        certificate = self._line.get_peer_certificate(as_cryptography=True)
        if certificate is None:
            return False
        der = certificate.public_bytes(Encoding.DER)
        known = [(name.lower(), value) for name, value in self._expected]
        known = [(name, value) for name, value in known if name in HASHES]
        return bool(known) and all(
            value.upper() == _with_colons(HASHES[name](der).hexdigest())
            for name, value in known
        )

    def _extract(self, profile: Profile) -> Keys:
        """RFC 5764 4.2: the client's key, the server's, the client's salt, the server's."""
        key, salt = profile.key_bytes, profile.salt_bytes
        secret = self._line.export_keying_material(LABEL, 2 * (key + salt))
        salts = secret[2 * key :]
        client = secret[:key] + salts[:salt]
        server = secret[key : 2 * key] + salts[salt:]
        ours, theirs = (client, server) if self._is_client else (server, client)
        return Keys(
            _session(profile, theirs, Policy.SSRC_ANY_INBOUND),
            _session(profile, ours, Policy.SSRC_ANY_OUTBOUND),
        )

    def _listen(self) -> list[bytes]:
        """After the handshake only a repeated flight or a farewell can come."""
        try:
            self._line.recv(READ_BYTES)
        except SSL.WantReadError:
            pass
        except SSL.Error:  # ZeroReturnError is one: close_notify
            self.has_ended = True
        return self._outgoing()

    def _outgoing(self) -> list[bytes]:
        try:
            return list(_datagrams(self._line.bio_read(READ_BYTES)))
        except SSL.Error:  # nothing to read
            return []


def _session(profile: Profile, key: bytes, direction: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile.number)
    policy.window_size = 1024  # longer than any jitter of ours reorders
    return Session(policy)


def _datagrams(flight: bytes) -> Iterator[bytes]:
    """The records of a flight, as many in a datagram as fit."""
    packed = b""
    at = 0
    while at + RECORD_HEAD_BYTES <= len(flight):
        length = int.from_bytes(flight[at + 11 : at + 13], "big")
        record = flight[at : at + RECORD_HEAD_BYTES + length]
        if packed and len(packed) + len(record) > DATAGRAM_BYTES:
            yield packed
            packed = b""
        packed += record
        at += len(record)
    if packed:
        yield packed
