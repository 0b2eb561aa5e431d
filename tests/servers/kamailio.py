"""How do the tests get a real SIP registrar and proxy, by every transport, and a second look?

`witness` asks the server itself, by datagrams written by hand, what it still holds of us.
"""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.servers.certificates import Files
from tests.servers.children import daemon, needed

ADDRESS = "127.0.0.1"
DOMAIN = "pbx.example"
USER, PASSWORD = "hall 12", 'mật "khẩu" \\ 12'
_HOME = "/usr/lib/x86_64-linux-gnu/kamailio/modules/"
_MODULES = (
    *("tm", "sl", "rr", "pv", "maxfwd", "textops", "siputils", "usrloc", "registrar", "auth"),
    *("xhttp", "tls", "nathelper", "websocket", "sanity", "dialog"),
)
_SETTINGS = """
debug=0
log_stderror=yes
fork=yes
children=1
tcp_children=1
enable_tls=yes
tcp_accept_no_cl=yes
LISTENS
alias="localhost"
alias="DOMAIN"
mpath="HOME"
MODULES
modparam("tls", "config", "FOLDER/tls.cfg")
modparam("usrloc", "db_mode", 0)
modparam("auth", "qop", "auth")
modparam("auth", "algorithm", "ALGORITHM")
modparam("nathelper", "nortpproxy_str", "")
modparam("tm", "fr_timer", 20000)
"""
_ROUTES = """
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (!sanity_check()) exit;
  if (proto == WS || proto == WSS) {
    force_rport();
    if (is_method("INVITE")) add_contact_alias();
  }
  if (is_method("OPTIONS") && $rU == "witness") {
    append_to_reply("X-Calls: $DLG_count\\r\\nX-Ringing: $stat(early_dialogs)\\r\\n");
    if (reg_fetch_contacts("location", "sip:ESCAPED@DOMAIN", "caller")) {
      append_to_reply("X-Contacts: $(ulc(caller=>count))\\r\\n");
    }
    sl_send_reply("200", "Seen");
    exit;
  }
  if (has_totag()) { route(WITHIN); exit; }
  if (is_method("OPTIONS") && uri == myself) { sl_send_reply("200", "Alive"); exit; }
  if (is_method("REGISTER")) { route(REGISTRATION); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  t_check_trans();
  if ($rU == "members-only") route(PROVEN);
  dlg_manage();
  record_route();
  $du = "sip:127.0.0.1:FAR_END";
  t_relay();
}
route[WITHIN] {
  if (loose_route()) {
    handle_ruri_alias();
    t_relay();
    exit;
  }
  if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
  sl_send_reply("404", "Not here");
}
route[REGISTRATION] {
  if (!pv_www_authenticate("DOMAIN", $var(password), "0")) {
    www_challenge("DOMAIN", "1");
    exit;
  }
  if (!save("location")) sl_reply_error();
}
route[PROVEN] {
  if (!pv_proxy_authenticate("DOMAIN", $var(password), "0")) {
    proxy_challenge("DOMAIN", "1");
    exit;
  }
  consume_credentials();
}
event_route[xhttp:request] {
  if ($hdr(Upgrade) =~ "websocket" && $rm =~ "GET") { if (ws_handle_handshake()) exit; }
  xhttp_reply("404", "Not Found", "", "");
}
"""
_TLS = """
[server:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
certificate = GOOD_CHAIN
private_key = GOOD_KEY
[server:127.0.0.1:EXPIRED]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
certificate = OLD_CHAIN
private_key = OLD_KEY
"""


@dataclass(frozen=True)
class Ports:
    """Where the server listens; `plain` is UDP and TCP."""

    plain: int
    tls: int
    expired: int
    ws: int
    wss: int


@contextmanager
def kamailio(
    folder: Path, ports: Ports, far_end: int, good: Files, old: Files, *, algorithm: str = "MD5"
) -> Iterator[int]:
    """A registrar for `DOMAIN` and a proxy to `far_end`'s port; gives its process id."""
    program = needed("kamailio")
    settings = folder / f"kamailio-{algorithm}"
    settings.mkdir()
    (settings / "tls.cfg").write_text(_tls(ports, good, old))
    config = settings / "kamailio.cfg"
    config.write_text(_config(settings, ports, far_end, algorithm))
    command = [program, "-DD", "-E", "-f", str(config), "-Y", str(settings)]
    listens = [(ADDRESS, ports.plain), (ADDRESS, ports.wss)]
    with daemon(command, listens, settings / "kamailio.log") as pid:
        yield pid


def _config(settings: Path, ports: Ports, far_end: int, algorithm: str) -> str:
    schemes = {"udp": ports.plain, "tcp": ports.plain, "tls": ports.tls}
    listens = [f"listen={scheme}:{ADDRESS}:{port}" for scheme, port in schemes.items()]
    listens += [f"listen=tls:{ADDRESS}:{port}" for port in (ports.expired, ports.wss)]
    listens.append(f"listen=tcp:{ADDRESS}:{ports.ws}")
    text = (
        _SETTINGS.replace("LISTENS", "\n".join(listens))
        .replace("HOME", _HOME)
        .replace("MODULES", "\n".join(f'loadmodule "{name}.so"' for name in _MODULES))
        .replace("FOLDER", str(settings))
        .replace("ALGORITHM", algorithm)
    )
    password = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    routes = _ROUTES.replace("FAR_END", str(far_end))
    routes = routes.replace("$var(password)", f'"{password}"').replace("ESCAPED", quote(USER))
    return (text + routes).replace("DOMAIN", DOMAIN)


def _tls(ports: Ports, good: Files, old: Files) -> str:
    return (
        _TLS.replace("EXPIRED", str(ports.expired))
        .replace("GOOD_CHAIN", str(good.chain))
        .replace("GOOD_KEY", str(good.key))
        .replace("OLD_CHAIN", str(old.chain))
        .replace("OLD_KEY", str(old.key))
    )


def witness(port: int) -> dict[str, int]:
    """How many calls the server holds, up or ringing; and how many contacts, if any."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5.0)
        sock.connect((ADDRESS, port))
        host, own = sock.getsockname()
        lines = (
            "OPTIONS sip:witness@localhost SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{own};branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 70",
            "From: <sip:tests@localhost>;tag=1",
            "To: <sip:witness@localhost>",
            f"Call-ID: {secrets.token_hex(8)}",
            "CSeq: 1 OPTIONS",
            "Content-Length: 0",
        )
        sock.send("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        answer = sock.recv(65_535).decode()
    found = {name: int(n) for name, n in re.findall(r"X-(\w+): (\d+)", answer)}
    found["Calls"] += found.pop("Ringing")
    return found
