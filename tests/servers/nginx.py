"""How do the tests get a real nginx, one address and certificate for each way to be wrong?"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import Files
from tests.servers.children import daemon, needed

_MAIN = """
daemon off;
master_process on;
worker_processes 1;
error_log stderr crit;
pid FOLDER/nginx.pid;
USER
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path FOLDER/t1; proxy_temp_path FOLDER/t2; fastcgi_temp_path FOLDER/t3;
  uwsgi_temp_path FOLDER/t4; scgi_temp_path FOLDER/t5;
  default_type text/html;
  gzip on; gzip_min_length 1; gzip_proxied any;
  SERVERS
}
"""
_SERVER = """
  server {
    listen ADDRESS:PORT TLS;
    PAIR
    EXTRA
  }
"""


@dataclass(frozen=True)
class Site:
    """One server block; without files it speaks plain HTTP. `extra` is nginx's own language."""

    address: str
    port: int
    files: Files | None
    extra: str


def _block(site: Site) -> str:
    pair = (
        ""
        if site.files is None
        else (f"ssl_certificate {site.files.chain}; ssl_certificate_key {site.files.key};")
    )
    return (
        _SERVER.replace("ADDRESS", site.address)
        .replace("PORT", str(site.port))
        .replace("TLS", "ssl" if site.files else "")
        .replace("PAIR", pair)
        .replace("EXTRA", site.extra)
    )


@contextmanager
def nginx(folder: Path, sites: Sequence[Site]) -> Iterator[int]:
    """One nginx, run as the current user, with these sites; gives its process id."""
    program = needed("nginx")
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    text = (
        _MAIN.replace("SERVERS", "".join(_block(site) for site in sites))
        .replace("FOLDER", str(folder))
        .replace("USER", user)
    )
    config = folder / "nginx.conf"
    config.write_text(text)
    command = [program, "-p", str(folder), "-c", str(config), "-e", str(folder / "nginx.err")]
    listens = [(site.address, site.port) for site in sites]
    with daemon(command, listens, folder / "nginx.log") as pid:
        yield pid
