"""How do the tests get a real Prosody, with guests, accounts and conference rooms?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.certificates import Files
from tests.servers.children import daemon, needed
from tests.servers.xmpp import ACCOUNTS, CHAIR, GUESTS, MEMBERS, ROOM_OF, SEATS, SECRET

PATH = "/xmpp-websocket"
_SETTINGS = """
run_as_root = true
daemonize = false
data_path = "FOLDER/data"
plugin_paths = { "FOLDER/plugins" }
pidfile = "FOLDER/prosody.pid"
interfaces = {}
http_interfaces = { "ADDRESS" }
https_interfaces = { "ADDRESS" }
http_ports = { PLAIN }
https_ports = { SECURE }
https_ssl = { certificate = "CHAIN"; key = "KEY" }
modules_enabled = { "saslauth"; "disco"; "ping"; "websocket" }
modules_disabled = { "s2s"; "tls" }
c2s_ports = {}
http_default_host = "MEMBERS"
consider_websocket_secure = true
authentication = "internal_plain"
admins = { "CHAIR" }
limits = {}
log = { info = "*console" }
VirtualHost "GUESTS"
  authentication = "anonymous"
VirtualHost "MEMBERS"
Component "ROOMS_OF_GUESTS" "muc"
  muc_room_default_persistent = true
Component "ROOMS_OF_MEMBERS" "muc"
  modules_enabled = { "seats" }
  restrict_room_creation = "admin"
"""
# Prosody has no limit of its own; Jitsi adds one in this way, with this answer.
_PLUGIN = """
local st = require "util.stanza";
module:hook("muc-occupant-pre-join", function (event)
  local present = 0;
  for _ in event.room:each_occupant() do present = present + 1; end
  if present < SEATS then return; end
  event.origin.send(st.error_reply(event.stanza, "cancel", "service-unavailable"));
  return true;
end, 50);
"""


def _accounts(folder: Path) -> None:
    place = folder / "data" / MEMBERS.replace(".", "%2e") / "accounts"
    place.mkdir(parents=True)
    for user in ACCOUNTS:
        (place / f"{user}.dat").write_text(f'return {{ ["password"] = "{SECRET}" }};')


@contextmanager
def prosody(folder: Path, address: str, plain: int, secure: int, files: Files) -> Iterator[int]:
    """A server that speaks `ws` and `wss` at that address; gives its process id."""
    program = needed("prosody")
    home = folder / "prosody"
    home.mkdir()
    _accounts(home)
    (home / "plugins").mkdir()
    (home / "plugins" / "mod_seats.lua").write_text(_PLUGIN.replace("SEATS", str(SEATS)))
    settings = (
        _SETTINGS.replace("FOLDER", str(home))
        .replace("ADDRESS", address)
        .replace("PLAIN", str(plain))
        .replace("SECURE", str(secure))
        .replace("CHAIN", str(files.chain))
        .replace("KEY", str(files.key))
        .replace("CHAIR", f"{CHAIR}@{MEMBERS}")
        .replace("ROOMS_OF_GUESTS", ROOM_OF[GUESTS])
        .replace("ROOMS_OF_MEMBERS", ROOM_OF[MEMBERS])
        .replace("GUESTS", GUESTS)
        .replace("MEMBERS", MEMBERS)
    )
    (home / "prosody.cfg.lua").write_text(settings)
    command = [program, "--config", str(home / "prosody.cfg.lua"), "-F"]
    listens = [(address, plain), (address, secure)]
    with daemon(command, listens, folder / "prosody.log") as pid:
        yield pid
