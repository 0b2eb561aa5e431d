"""How do the tests get a real ejabberd: another code base, another language, the same city?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.certificates import Files
from tests.servers.children import daemon, free_ports, needed
from tests.servers.xmpp import ACCOUNTS, CHAIR, GUESTS, MEMBERS, SECRET

PATH = "/ws"
_SETTINGS = f"""
loglevel: warning
hosts: ["{MEMBERS}", "{GUESTS}"]
certfiles: ["BOTH"]
acme: {{auto: false}}
s2s_access: none
host_config:
  "{MEMBERS}": {{auth_method: [internal]}}
  "{GUESTS}": {{auth_method: [anonymous], anonymous_protocol: sasl_anon}}
acl: {{chair: {{user: ["{CHAIR}@{MEMBERS}"]}}, guest: {{server: ["{GUESTS}"]}}}}
access_rules:
  opens_rooms: [{{allow: chair}}, {{allow: guest}}]
listen:
  - {{port: PLAIN, ip: "ADDRESS", module: ejabberd_http,
     request_handlers: {{"{PATH}": ejabberd_http_ws}}}}
  - {{port: SECURE, ip: "ADDRESS", module: ejabberd_http, tls: true,
     request_handlers: {{"{PATH}": ejabberd_http_ws}}}}
modules:
  mod_disco: {{}}
  mod_ping: {{}}
  mod_muc:
    hosts: ["conference.@HOST@"]
    access_create: opens_rooms
    default_room_options: {{persistent: false}}
"""


def _registrations(ready: int) -> str:
    """Erlang: make the accounts, then listen, so that we know that they are made."""
    made = (
        f'ok = ejabberd_auth:try_register(<<"{user}">>, <<"{MEMBERS}">>, <<"{SECRET}">>), '
        for user in ACCOUNTS
    )
    listens = f"{{ok, _}} = gen_tcp:listen({ready}, [{{ip, {{127, 0, 0, 1}}}}])"
    return f"{''.join(made)}{listens}, timer:sleep(infinity)."


@contextmanager
def ejabberd(
    folder: Path, address: str, plain: int, secure: int, files: Files
) -> Iterator[int]:
    """A server that speaks `ws` and `wss` at that address; gives its process id.

    Without a node name Erlang starts no `epmd`: the one process is all there is to end.
    """
    needed("ejabberdctl")
    (ready,) = free_ports(1)
    home = folder / "ejabberd"
    home.mkdir()
    both = home / "both.pem"
    both.write_bytes(files.chain.read_bytes() + files.key.read_bytes())
    settings = (
        _SETTINGS.replace("ADDRESS", address)
        .replace("PLAIN", str(plain))
        .replace("SECURE", str(secure))
        .replace("BOTH", str(both))
    )
    (home / "ejabberd.yml").write_text(settings)
    command = [
        *("env", f"HOME={home}", "ERL_LIBS=/usr/lib/x86_64-linux-gnu"),
        *(f"EJABBERD_CONFIG_PATH={home}/ejabberd.yml", f"EJABBERD_LOG_PATH={home}/own.log"),
        *(needed("erl"), "-noinput", "+S", "2", "-mnesia", "dir", f'"{home}/spool"'),
        *("-s", "ejabberd", "-eval", _registrations(ready)),
    ]
    listens = [(address, plain), (address, secure), ("127.0.0.1", ready)]
    with daemon(command, listens, folder / "ejabberd.log") as pid:
        yield pid
