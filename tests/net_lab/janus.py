"""How does a test get a real Janus gateway in a namespace, with media and rooms of its own?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.net_lab.places import Place
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.children import needed

HOST = "bridge.lab.example"  # whom its certificate names
ADMIN_SECRET = "lab"
RTP_PORTS = (20000, 20999)
_PLAIN, _SECURE, _ADMIN = 8188, 8989, 7188  # free: the namespace is new
_HOME = "/usr/lib/x86_64-linux-gnu/janus"
_OTHERS = ",".join(
    f"libjanus_{name}.so"
    for name in (
        *("audiobridge", "duktape", "lua", "nosip", "recordplay", "sip"),
        *("streaming", "textroom", "videocall", "voicemail"),
    )
)
_ECHO = "libjanus_echotest.so"
_MAIN = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{home}/plugins"
  transports_folder = "{home}/transports"
  events_folder = "{home}/events"
  loggers_folder = "{home}/loggers"
  admin_secret = "{admin_secret}"
  debug_level = 3
}}
media: {{ rtp_port_range = "{first}-{last}" }}
nat: {{ ice_enforce_list = "{address}" }}
plugins: {{ disable = "{others}" }}
transports: {{ disable = "libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_nanomsg.so,\
libjanus_pfunix.so,libjanus_http.so" }}
"""
_WEBSOCKETS = """
general: {{
  json = "compact"
  ws = true
  ws_port = {plain}
  wss = true
  wss_port = {secure}
}}
admin: {{ admin_ws = true  admin_ws_port = {admin} }}
certificates: {{ cert_pem = "{chain}" cert_key = "{key}" }}
"""


@dataclass(frozen=True)
class Room:
    """A room of the VideoRoom plugin.

    `publishers` is how many may send: one more may join, and is refused when it offers.
    """

    id: int | str
    publishers: int = 300
    pin: str | None = None

    @property
    def settings(self) -> str:
        """Its block of the configuration."""
        pin = f'pin = "{self.pin}"' if self.pin else ""
        return (
            f'room-{self.id}: {{ description = "Room {self.id}" publishers = {self.publishers}'
            f' bitrate = 512000 audiocodec = "opus" videocodec = "vp8"'
            f" notify_joining = true {pin} }}\n"
        )


TRIAL = Room(20250620)


@dataclass(frozen=True)
class Gateway:
    """Where it listens: `wss` bears the certificate of `HOST`, which `trust` has issued."""

    ws: str
    wss: str
    admin: str
    trust: Path
    pid: int


@contextmanager
def janus_in(
    place: Place,
    folder: Path,
    rooms: Sequence[Room] = (TRIAL,),
    *,
    rtp_ports: tuple[int, int] = RTP_PORTS,
    string_ids: bool = False,
    has_echo: bool = True,
) -> Iterator[Gateway]:
    """A gateway with VideoRoom and, unless told otherwise, EchoTest at the place's address."""
    settings, trust = _certified(folder)
    _configure(settings, place.address, rtp_ports, has_echo=has_echo)
    _furnish(settings, rooms, string_ids=string_ids)
    command = [needed("janus"), "-o", "-F", str(settings), "-C", str(settings / "janus.jcfg")]
    listens = (_PLAIN, _SECURE, _ADMIN)
    with place.serving(command, listens, folder / "janus.log") as pid:
        yield Gateway(
            ws=f"ws://{place.address}:{_PLAIN}/",
            wss=f"wss://{HOST}:{_SECURE}/",
            admin=f"ws://{place.address}:{_ADMIN}/",
            trust=trust,
            pid=pid,
        )


def _certified(folder: Path) -> tuple[Path, Path]:
    """The folder of its settings, and the authority behind its certificate."""
    settings = folder / "janus"
    settings.mkdir()
    leaf = issue(HOST, by=intermediate(), hosts=[HOST])
    files = written(settings, "bridge", leaf, intermediate())
    websockets = _WEBSOCKETS.format(
        plain=_PLAIN, secure=_SECURE, admin=_ADMIN, chain=files.chain, key=files.key
    )
    (settings / "janus.transport.websockets.jcfg").write_text(websockets)
    trust = settings / "root.pem"
    trust.write_bytes(root().pem)
    return settings, trust


def _configure(
    settings: Path, address: str, rtp_ports: tuple[int, int], *, has_echo: bool
) -> None:
    first, last = rtp_ports
    main = _MAIN.format(
        folder=settings,
        home=_HOME,
        admin_secret=ADMIN_SECRET,
        first=first,
        last=last,
        address=address,
        others=_OTHERS if has_echo else f"{_OTHERS},{_ECHO}",
    )
    (settings / "janus.jcfg").write_text(main)


def _furnish(settings: Path, rooms: Sequence[Room], *, string_ids: bool) -> None:
    ids = "general: { string_ids = true }\n" if string_ids else ""
    blocks = "".join(room.settings for room in rooms)
    (settings / "janus.plugin.videoroom.jcfg").write_text(ids + blocks)
