"""How do the tests get a number with so many lines? kamailio counts, sipp greets and echoes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.children import daemon, free_ports, needed
from tests.servers.kamailio import witness
from tests.servers.sipp import ADDRESS, bound, far_end

ECHO, NUMBER, BUSY, FULL = "9196", "1022", "busy", "1023"
LINES = 3
_SCENARIO = Path(__file__).with_name("trunk.xml")
_HOME = "/usr/lib/x86_64-linux-gnu/kamailio/modules/"
_MODULES = ("tm", "sl", "rr", "pv", "maxfwd", "textops", "siputils", "dialog")
# The digital milliwatt of G.711's table 5, ten times what is audible, for half a second.
_GREETING = bytes.fromhex("3421 2134 b4a1 a1b4") * 500
_CONFIG = """
debug=0
log_stderror=yes
fork=yes
children=1
tcp_children=1
listen=udp:127.0.0.1:PORT
listen=tcp:127.0.0.1:PORT
alias="localhost"
mpath="HOME"
MODULES
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("OPTIONS")) {
    append_to_reply("X-Calls: $DLG_count\\r\\nX-Ringing: $stat(early_dialogs)\\r\\n");
    sl_send_reply("200", "Seen");
    exit;
  }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) t_relay();
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  t_check_trans();
  $var(held) = $DLG_count + $(stat(early_dialogs){s.int});
  if ($var(held) >= LINES) {
    if ($rU == "FULL") append_to_reply("Retry-After: 5\\r\\n");
    if ($rU == "FULL") sl_send_reply("503", "Trunk Full");
    else sl_send_reply("486", "Busy Here");
    exit;
  }
  dlg_manage();
  record_route();
  if ($rU == "ECHO" || $rU == "BUSY") $du = "sip:127.0.0.1:MIRROR";
  else $du = "sip:127.0.0.1:MENU";
  t_relay();
}
"""


@dataclass(frozen=True)
class Trunk:
    """Where its switchboard listens, over UDP and TCP."""

    port: int

    @property
    def calls(self) -> int:
        """How many calls it holds, as it says itself."""
        return witness(self.port)["Calls"]


@contextmanager
def trunk(folder: Path) -> Iterator[Trunk]:
    """A number with `LINES` lines, and an echo number beside it."""
    port, menu, menu_control, media, mirror, control, echo_media = free_ports(7)
    (folder / "greeting.alaw").write_bytes(_GREETING)
    shutil.copy(_SCENARIO, folder)
    with ExitStack() as stack:
        stack.enter_context(far_end(folder, mirror, control, echo_media, "u1"))
        stack.enter_context(_menu(folder, menu, menu_control, media))
        stack.enter_context(_switchboard(folder, port, menu, mirror))
        yield Trunk(port)


@contextmanager
def _menu(folder: Path, port: int, control: int, media: int) -> Iterator[None]:
    command = [
        *(needed("sipp"), "-sf", _SCENARIO.name, "-nostdin", "-t", "u1"),
        *("-i", ADDRESS, "-p", str(port), "-cp", str(control)),
        *("-mi", ADDRESS, "-mp", str(media)),
    ]
    log = folder / "menu.log"
    with daemon(command, [], log):
        bound(port, log)
        yield


@contextmanager
def _switchboard(folder: Path, port: int, menu: int, mirror: int) -> Iterator[None]:
    settings = folder / "switchboard"
    settings.mkdir()
    modules = "\n".join(f'loadmodule "{name}.so"' for name in _MODULES)
    words = {"PORT": port, "MENU": menu, "MIRROR": mirror, "LINES": LINES, "HOME": _HOME}
    words |= {"ECHO": ECHO, "BUSY": BUSY, "FULL": FULL, "MODULES": modules}
    text = _CONFIG
    for word, meant in words.items():
        text = text.replace(word, str(meant))
    config = settings / "kamailio.cfg"
    config.write_text(text)
    command = [needed("kamailio"), "-DD", "-E", "-f", str(config), "-Y", str(settings)]
    with daemon(command, [(ADDRESS, port)], settings / "kamailio.log"):
        yield
