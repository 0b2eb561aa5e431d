"""Does each fault of connections and handshakes look on the wire as it is called?"""

from __future__ import annotations

import socket
import ssl
import subprocess

import pytest
from cryptography import x509

from tests.twin.calling import PATIENCE_S, Twin, read_all
from twin.faults import certificate


def host(fault: str) -> str:
    return f"{fault}.bridge.example"


def greet(line: socket.socket) -> bytes:
    """Say something like a ClientHello; what comes back."""
    line.sendall(b"\x16\x03\x01 hello")
    return line.recv(100)


def test_a_refused_connection_is_refused(city: Twin):
    """Nothing listens on the port."""
    with pytest.raises(ConnectionRefusedError):
        city.connect(host("connection-refused"))


def test_a_black_hole_never_answers(city: Twin):
    """SYNs are dropped: neither accepted nor refused."""
    address = (city.address(host("connect-timeout")), city.port(443))

    with pytest.raises(TimeoutError):
        socket.create_connection(address, 0.5)


def test_of_two_addresses_only_the_first_is_dead(city: Twin):
    """The dead address comes first; the good one is a healthy bridge."""
    dead, good = city.ask(host("dns-one-dead-address")).answer[0]

    with pytest.raises(TimeoutError):
        socket.create_connection((dead.address, city.port(443)), 0.3)
    with socket.create_connection((good.address, city.port(443)), PATIENCE_S) as line:
        assert line


@pytest.mark.parametrize("fault", ["closed-on-accept", "handshake-closed"])
def test_a_closed_connection_ends_without_a_reset(city: Twin, fault: str):
    """The caller reads end of file, even when it had something to say."""
    with city.connect(host(fault)) as line:
        assert greet(line) == b""


@pytest.mark.parametrize("fault", ["reset-on-accept", "handshake-reset"])
def test_a_reset_is_a_reset(city: Twin, fault: str):
    """The caller's read fails by RST."""
    with city.connect(host(fault)) as line, pytest.raises(ConnectionError):
        greet(line)


def test_a_stalled_handshake_says_nothing(city: Twin):
    """The ClientHello is taken and not answered."""
    with city.connect(host("handshake-stall")) as line:
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            greet(line)


HANDSHAKES = {
    "handshake-alert": "handshake failure",
    "client-certificate-required-tls12": "handshake failure",
    "tls-old-version": "protocol version",
    "plain-http-on-tls-port": "wrong version number",
    "banner-on-tls-port": "wrong version number",
}


@pytest.mark.parametrize(("fault", "reason"), HANDSHAKES.items())
def test_a_handshake_fails_for_its_own_reason(city: Twin, fault: str, reason: str):
    """OpenSSL names the alert, or what it met instead of TLS."""
    with pytest.raises(ssl.SSLError) as caught, city.secure(host(fault)):
        pass

    assert reason in str(caught.value).lower().replace("_", " ")


def test_tls13_demands_a_certificate_after_the_handshake(city: Twin):
    """A TLS 1.3 server can only refuse when the client believes that it is in."""
    with city.secure(host("client-certificate-required")) as line:
        assert line.version() == "TLSv1.3"
        with pytest.raises(ssl.SSLError, match=r"(?i)certificate.required"):
            line.recv(100)


def test_tls12_is_good_enough(city: Twin):
    """The healthy variant that speaks TLS 1.2 only."""
    with city.secure(host("tls12-only")) as line:
        assert line.version() == "TLSv1.2"


VERIFY_CODES = {  # of OpenSSL, x509_vfy.h
    "certificate-expired": 10,
    "certificate-not-yet-valid": 9,
    "certificate-wrong-host": 62,
    "certificate-self-signed": 18,
    "certificate-unknown-authority": 20,
    "certificate-unknown-root-only": 20,
    "certificate-chain-incomplete": 20,
    "certificate-expires-before-go-live": 0,
    "certificate-expires-after-go-live": 0,
    "intermediate-expired": 10,
}


def test_every_certificate_fault_has_its_verdict_here():
    """A new fault of certificates needs a verdict of OpenSSL."""
    assert VERIFY_CODES.keys() == certificate.FAULTS.keys()


@pytest.mark.parametrize(("fault", "code"), VERIFY_CODES.items())
def test_a_certificate_has_exactly_its_fault(city: Twin, fault: str, code: int):
    """`openssl s_client` gives the verdict, and nothing before it fails."""
    name = host(fault)
    command = ["openssl", "s_client", "-brief", "-verify_return_error"]
    command += ["-connect", f"{city.address(name)}:{city.port(443)}", "-servername", name]
    command += ["-verify_hostname", name, "-CAfile", city.said["network"]["trust"][0]]
    told = subprocess.run(command, input="", capture_output=True, text=True, check=False)

    expected = "Verification: OK" if code == 0 else f"verify error:num={code}:"
    assert expected in told.stderr


def test_the_incomplete_chain_is_one_certificate(city: Twin):
    """The leaf says where its issuer is; a leaf of a root has nothing to say."""

    def extensions(fault: str) -> x509.Extensions:
        address = (city.address(host(fault)), city.port(443))
        pem = ssl.get_server_certificate(address)
        return x509.load_pem_x509_certificate(pem.encode()).extensions

    assert extensions("certificate-chain-incomplete").get_extension_for_class(
        x509.AuthorityInformationAccess
    )
    with pytest.raises(x509.ExtensionNotFound):
        extensions("certificate-unknown-root-only").get_extension_for_class(
            x509.AuthorityInformationAccess
        )


def test_plain_http_on_the_tls_port_is_the_right_page(city: Twin):
    """Whoever speaks plain HTTP there is served."""
    name = "plain-http-on-tls-port.bridge.example"
    with city.connect(name) as line:
        line.sendall(
            f"GET /janus HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
        )

        assert read_all(line).startswith(b"HTTP/1.1 403")


def test_tls_on_the_plain_port_is_a_sound_tls_server(city: Twin):
    """Plain HTTP gets nowhere; TLS with the right name does."""
    name = "tls-on-plain-port.plain.example"
    with city.connect(name, 80) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        assert not line.recv(100).startswith(b"HTTP")

    with (
        city.connect(name, 80) as plain,
        city.context().wrap_socket(plain, server_hostname=name) as line,
    ):
        assert line.version() == "TLSv1.3"
