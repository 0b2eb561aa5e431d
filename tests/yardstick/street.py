"""Where does each misbehaving peer live? `python -m tests.yardstick.street FOLDER`."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from tests.servers.certificates import Issued, intermediate, issue, root, stranger, written
from tests.servers.children import free_ports, our_server, until_parent_ends
from tests.yardstick import lines, noise, pages, sockets
from tests.yardstick.house import PEERS, answer, answers, open_house

_HOSTS = ("*.street.example",)
_SHOP = answers(answer())
LISTEN = 16


@dataclass(frozen=True)
class Shop:
    """A page behind TLS: the chain that it shows, and how its TLS is tuned.

    One with manners sends its alert before it hangs up; asyncio's servers never do.
    """

    chain: tuple[Issued, ...]
    tune: Callable[[ssl.SSLContext], None] = lambda _context: None
    has_manners: bool = True


def _only(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], None]:
    def tune(context: ssl.SSLContext) -> None:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # OpenSSL 3 has no TLS 1.1 above that
        context.minimum_version = version
        context.maximum_version = version

    return tune


def _mutual(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], None]:
    def tune(context: ssl.SSLContext) -> None:
        _only(version)(context)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=root().pem.decode())

    return tune


def _by_name(chain: Sequence[Issued], folder: Path) -> Callable[[ssl.SSLContext], None]:
    """Shows that chain to those only who say which name they want."""

    def tune(context: ssl.SSLContext) -> None:
        named = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        files = written(folder, "by-name", *chain)
        named.load_cert_chain(files.chain, files.key)

        def choose(tls: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name:
                tls.context = named

        context.sni_callback = choose

    return tune


def _shops(folder: Path) -> dict[str, Shop]:
    over = intermediate()
    good = (issue("good", by=over, hosts=_HOSTS), over)
    theirs = issue("Somebody Else Issuing CA", by=stranger())
    plain_theirs = issue("R11", by=issue("Acme X1"))
    plain_ours = issue("R12", by=root())
    old = issue("R13", by=root(), days=(-30, -1))
    hint = x509.AccessDescription(
        Access.CA_ISSUERS, x509.UniformResourceIdentifier("http://ca.example/r12.der")
    )
    where = x509.AuthorityInformationAccess([hint])
    return {
        "good-tls12": Shop(good, _only(ssl.TLSVersion.TLSv1_2)),
        "good-tls13": Shop(good, _only(ssl.TLSVersion.TLSv1_3)),
        "good-by-name": Shop((issue("x", hosts=["*.nobody.example"]),), _by_name(good, folder)),
        "tls11-only": Shop(good, _only(ssl.TLSVersion.TLSv1_1)),
        "tls10-only": Shop(good, _only(ssl.TLSVersion.TLSv1)),
        "mutual-tls12": Shop(good, _mutual(ssl.TLSVersion.TLSv1_2)),
        "mutual-tls13": Shop(good, _mutual(ssl.TLSVersion.TLSv1_3)),
        "mutual-tls12-rude": Shop(good, _mutual(ssl.TLSVersion.TLSv1_2), has_manners=False),
        "expired": Shop((issue("x", by=over, hosts=_HOSTS, days=(-9, -1)), over)),
        "not-yet-valid": Shop((issue("x", by=over, hosts=_HOSTS, days=(1, 9)), over)),
        "wrong-host": Shop((issue("x", by=over, hosts=["other.example.org"]), over)),
        "self-signed": Shop((issue("x", hosts=_HOSTS),)),
        "intermediate-expired": Shop((issue("x", by=old, hosts=_HOSTS), old)),
        "untrusted-alone": Shop((issue("x", by=stranger(), hosts=_HOSTS),)),
        "untrusted-with-root": Shop((issue("x", by=stranger(), hosts=_HOSTS), stranger())),
        "untrusted-with-intermediate": Shop((issue("x", by=theirs, hosts=_HOSTS), theirs)),
        "untrusted-with-neutral-intermediate": Shop(
            (issue("x", by=plain_theirs, hosts=_HOSTS), plain_theirs)
        ),
        "chainless": Shop((good[0],)),
        "chainless-with-hint": Shop((issue("x", by=plain_ours, hosts=_HOSTS, extra=[where]),)),
        "chainless-without-hint": Shop((issue("x", by=plain_ours, hosts=_HOSTS),)),
    }


def _context(folder: Path, name: str, shop: Shop) -> ssl.SSLContext:
    files = written(folder, name, *shop.chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    shop.tune(context)
    return context


def open_shop(context: ssl.SSLContext) -> int:
    """A web server of the `ssl` module's own sockets, a thread for each caller."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=LISTEN)

    def serve(line: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as tls:
            tls.recv(65536)
            tls.sendall(answer())

    def accept() -> None:
        while True:
            line, _ = listening.accept()
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listening.getsockname()[1]


async def live(folder: Path) -> None:
    """Everybody at home until the parent ends."""
    (folder / "root.pem").write_bytes(root().pem)
    ports = {name: await open_house(behave) for name, behave in PEERS.items()}
    for name, shop in _shops(folder).items():
        tls = _context(folder, name, shop)
        ports[name] = open_shop(tls) if shop.has_manners else await open_house(_SHOP, tls)
    ports["tls-server"] = ports["good-tls13"]
    ports["nobody"] = free_ports(1)[0]
    ports["black-hole"], held = lines.full_backlog()
    await until_parent_ends(ports)
    del held


@contextmanager
def street(folder: Path) -> Iterator[dict[str, int]]:
    """The street in a process of its own; gives the port of each peer on 127.0.0.1."""
    with our_server("tests.yardstick.street", str(folder)) as ports:
        yield ports


__all__ = ["noise", "pages", "sockets", "street"]

if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore", DeprecationWarning)  # obsolete TLS is what we offer here
    asyncio.run(live(Path(sys.argv[1])))
