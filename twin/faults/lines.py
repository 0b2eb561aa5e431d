"""What goes wrong with a transmission line, and with the server that measures it?"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from twin.fault import Carries, Fault, Responds, is_line
from twin.moves import for_ever
from twin.ndt7 import SUBPROTOCOL, Width
from twin.pages import Visit

SLOW_MBIT = 1.0  # less than one meeting needs, either way


async def _other_protocol(visit: Visit) -> web.StreamResponse:
    """A WebSocket that speaks no subprotocol at all."""
    line = web.WebSocketResponse()
    await line.prepare(visit.request)
    return await for_ever()


async def _mute(visit: Visit) -> web.StreamResponse:
    """An ndt7 server that neither sends nor answers."""
    line = web.WebSocketResponse(protocols=(SUBPROTOCOL,))
    await line.prepare(visit.request)
    return await for_ever()


def _carries(vi: str, en: str, width: Width) -> Fault:
    return Fault(vi, en, Carries(width), is_line)


FAULTS: Mapping[str, Fault] = {
    "line-slow-up": _carries(
        "Đường lên của đơn vị chỉ đạt 1 Mbit/s",
        "The unit's uplink carries 1 Mbit/s only",
        Width(up_max_mbit=SLOW_MBIT),
    ),
    "line-slow-down": _carries(
        "Đường xuống của đơn vị chỉ đạt 1 Mbit/s",
        "The unit's downlink carries 1 Mbit/s only",
        Width(down_max_mbit=SLOW_MBIT),
    ),
    "line-below-declared": _carries(
        "Đường lên chỉ đạt ba phần mười mức đơn vị khai báo",
        "The uplink carries three tenths of what the unit declares",
        Width(up_share=0.3),
    ),
    "line-bloat": _carries(
        "Khi đường lên đầy tải, mọi gói tin phải chờ thêm 0,4 giây",
        "While the uplink is loaded, every packet waits 0.4 s longer",
        Width(queue_s=0.4),
    ),
    "line-stalls": _carries(
        "Đường lên cứ truyền 0,3 giây lại ngừng 1,3 giây",
        "The uplink carries for 0.3 s, then nothing for 1.3 s, again and again",
        Width(pause_s=1.3, cycle_s=1.6),
    ),
    "ndt7-wrong-subprotocol": Fault(
        "Máy chủ đo đường truyền mở WebSocket nhưng không nói giao thức ndt7",
        "The measuring server opens a WebSocket but does not speak ndt7",
        Responds(_other_protocol),
        is_line,
    ),
    "ndt7-silent": Fault(
        "Máy chủ đo đường truyền nhận kết nối rồi không gửi gì",
        "The measuring server takes the connection and sends nothing",
        Responds(_mute),
        is_line,
    ),
    "ndt7-hangs-up": _carries(
        "Máy chủ đo đường truyền đóng kết nối sau 0,2 giây",
        "The measuring server hangs up after 0.2 s",
        Width(lasts_s=0.2),
    ),
}
