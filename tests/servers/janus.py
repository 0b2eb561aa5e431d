"""How do the tests get a real Janus gateway, with rooms to join and one that needs a pin?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.certificates import Files
from tests.servers.children import daemon, needed

ROOM, ROOM_WITH_PIN, ROOM_OF_TWO, NO_ROOM = 20250620, 4321, 2222, 999
_HOME = "/usr/lib/x86_64-linux-gnu/janus"
_MAIN = f"""
general: {{
  configs_folder = "FOLDER"
  plugins_folder = "{_HOME}/plugins"
  transports_folder = "{_HOME}/transports"
  events_folder = "{_HOME}/events"
  loggers_folder = "{_HOME}/loggers"
  debug_level = 3
}}
media: {{ rtp_port_range = "21000-21999" }}
nat: {{ ice_enforce_list = "MEDIA" }}
plugins: {{ disable = "DISABLED" }}
transports: {{ disable = "libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_nanomsg.so,\
libjanus_pfunix.so,libjanus_http.so" }}
"""
_OTHER_PLUGINS = ",".join(
    f"libjanus_{name}.so"
    for name in (
        *("audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip"),
        *("streaming", "textroom", "videocall", "voicemail"),
    )
)
_WEBSOCKETS = """
general: {
  json = "compact"
  ws = true
  ws_port = PLAIN
  ws_ip = "ADDRESS"
  wss = true
  wss_port = SECURE
  wss_ip = "ADDRESS"
}
certificates: { cert_pem = "CHAIN" cert_key = "KEY" }
"""
_ROOMS = f"""
room-{ROOM}: {{ description = "Trial" publishers = 150 notify_joining = true }}
room-{ROOM_WITH_PIN}: {{ description = "With a pin" pin = "2025" publishers = 10 }}
room-{ROOM_OF_TWO}: {{ description = "Nobody fits in" publishers = 0 }}
"""


@contextmanager
def janus(
    folder: Path, media: Sequence[str], plain: int, secure: int, files: Files
) -> Iterator[int]:
    """A gateway with sound at these addresses, `ws` and `wss` at the first; its process id."""
    program = needed("janus")
    settings = folder / "janus"
    settings.mkdir()
    address = media[0]
    main = (
        _MAIN.replace("FOLDER", str(settings))
        .replace("MEDIA", ",".join(media))
        .replace("DISABLED", _OTHER_PLUGINS)
    )
    websockets = (
        _WEBSOCKETS.replace("ADDRESS", address)
        .replace("PLAIN", str(plain))
        .replace("SECURE", str(secure))
        .replace("CHAIN", str(files.chain))
        .replace("KEY", str(files.key))
    )
    (settings / "janus.jcfg").write_text(main)
    (settings / "janus.transport.websockets.jcfg").write_text(websockets)
    (settings / "janus.plugin.videoroom.jcfg").write_text(_ROOMS)
    command = [program, "-o", "-F", str(settings), "-C", str(settings / "janus.jcfg")]
    listens = [(address, plain), (address, secure)]
    with daemon(command, listens, folder / "janus.log") as pid:
        yield pid
