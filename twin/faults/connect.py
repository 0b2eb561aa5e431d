"""What goes wrong when a connection is opened?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from twin.fault import Backlog, Fault, Greets, Listens, is_any
from twin.moves import finish_quietly, reset


async def _reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    reset(writer.transport)


FAULTS: Mapping[str, Fault] = {
    "connection-refused": Fault(
        "Máy chủ từ chối kết nối: không có dịch vụ nào lắng nghe ở cổng này",
        "The connection is refused: nothing listens on the port",
        Listens(Backlog.CLOSED),
        is_any,
    ),
    "connect-timeout": Fault(
        "Không ai trả lời khi mở kết nối, như gặp hố đen",
        "Nobody answers the connection request: a black hole",
        Listens(Backlog.FULL),
        is_any,
    ),
    "closed-on-accept": Fault(
        "Máy chủ nhận kết nối rồi đóng ngay",
        "The server accepts the connection and closes it at once",
        Greets(finish_quietly),
        is_any,
    ),
    "reset-on-accept": Fault(
        "Máy chủ nhận kết nối rồi ngắt đột ngột (RST)",
        "The server accepts the connection and resets it at once",
        Greets(_reset),
        is_any,
    ),
}
