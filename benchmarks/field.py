"""Against which servers is everybody measured?

One real nginx worker on as many loopback addresses as there are targets, and a port
where connections are neither accepted nor refused, like a machine that has gone.
"""

from __future__ import annotations

import contextlib
import ipaddress
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from benchmarks.spec import MARKER, Site

ZONE = "bench.example"
FIRST_ADDRESS = ipaddress.IPv4Address("127.1.0.1")
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin") or ""
READY_S = 10.0
PAGE = (
    "<!doctype html><html lang='vi'><head><meta charset='utf-8'><title>Trung tâm Phục vụ "
    "hành chính công</title><style>body{font-family:sans-serif}</style></head><body><h1>"
    f"Trung tâm Phục vụ hành chính công</h1><p>{MARKER}</p><ul>"
    + "".join(f"<li><a href='/thu-tuc/{n}'>Thủ tục số {n}</a></li>" for n in range(8))
    + "</ul><form action='/tra-cuu'><input name='ma'></form></body></html>"
)
_SETTINGS = """daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log crit;
events {{ worker_connections 16384; }}
http {{
  access_log off; keepalive_timeout 5; default_type text/html; charset utf-8;
  client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3;
  uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
  ssl_certificate {home}/chain.pem; ssl_certificate_key {home}/key.pem;
  ssl_protocols TLSv1.3; ssl_session_cache off; ssl_session_tickets off;
  server {{
{listens}
    root {home}/www;
  }}
}}
"""


def sites(count: int, port: int) -> tuple[Site, ...]:
    """That many names, each on a loopback address of its own."""
    return tuple(Site(f"u{n:05}.{ZONE}", str(FIRST_ADDRESS + n), port) for n in range(count))


def with_dead(living: tuple[Site, ...], dead_port: int) -> tuple[Site, ...]:
    """Every tenth of the sites moved to the port where nobody answers."""
    return tuple(
        Site(site.name, site.address, dead_port) if is_dead(n) else site
        for n, site in enumerate(living)
    )


def is_dead(number: int) -> bool:
    """Whether the site of that number is one of the tenth that is gone."""
    return number % 10 == 9  # noqa: PLR2004 - as the name says


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def web_server(home: Path, count: int) -> Iterator[int]:
    """Run nginx on `count` addresses; yields its port."""
    port = free_port()
    _write_certificates(home)
    (home / "www").mkdir()
    (home / "www" / "index.html").write_text(PAGE, encoding="utf-8")
    listens = "\n".join(f"    listen {s.address}:{port} ssl;" for s in sites(count, port))
    settings = home / "nginx.conf"
    settings.write_text(_SETTINGS.format(home=home, listens=listens), encoding="utf-8")
    with running([NGINX, "-p", str(home), "-c", str(settings)]):
        await_port(str(FIRST_ADDRESS + count - 1), port)
        yield port


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    """Run a program until the block ends; yields its process id."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def await_port(address: str, port: int) -> None:
    """Wait until somebody listens there; TimeoutError when nobody does."""
    until_s = time.monotonic() + READY_S
    while time.monotonic() < until_s:
        with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {address}:{port}")


@contextmanager
def black_hole(addresses: Iterable[str]) -> Iterator[int]:
    """A port with a full queue on each address, so that the kernel drops every SYN."""
    port = free_port()
    with contextlib.ExitStack() as stack:
        for address in addresses:
            _fill(stack, address, port)
        yield port


def _fill(stack: contextlib.ExitStack, address: str, port: int) -> None:
    hole = stack.enter_context(socket.socket())
    hole.bind((address, port))
    hole.listen(0)
    for _ in range(2):  # a queue of length 0 holds one; the second proves that it is full
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)  # noqa: FBT003 - the standard library's signature
        waiting.connect_ex((address, port))


def _write_certificates(home: Path) -> None:
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Benchmark root", authority_key, None, authority_key)
    leaf = _certificate(f"*.{ZONE}", key, root, authority_key)
    pem = serialization.Encoding.PEM
    (home / "root.pem").write_bytes(root.public_bytes(pem))
    (home / "chain.pem").write_bytes(leaf.public_bytes(pem))
    secret = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (home / "key.pem").write_bytes(secret)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signed_by: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(
            x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True
        )
    )
    if issuer is not None:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        draft = draft.add_extension(names, critical=False).add_extension(usage, critical=False)
    return draft.sign(signed_by, hashes.SHA256())
