"""What does an H.323 device do where a bridge should be?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Greets, is_janus
from twin.h323 import be_busy, be_mute, hang_up, ring, talk_otherwise
from twin.moves import Greet


def _device(vi: str, en: str, greet: Greet) -> Fault:
    return Fault(vi, en, Greets(greet), is_janus)


FAULTS: Mapping[str, Fault] = {
    "h323-rings": _device(
        "Ở địa chỉ của điểm cầu là một thiết bị H.323; cuộc gọi đổ chuông",
        "At the bridge's address there is an H.323 device; the call rings",
        ring,
    ),
    "h323-busy": _device(
        "Thiết bị H.323 từ chối cuộc gọi vì đang bận họp",
        "The H.323 device refuses the call, for it is in a conference",
        be_busy,
    ),
    "h323-mute": _device(
        "Thiết bị H.323 nhận cuộc gọi rồi im lặng",
        "The H.323 device takes the call and says nothing",
        be_mute,
    ),
    "h323-hangs-up": _device(
        "Thiết bị H.323 ngắt kết nối ngay khi được gọi",
        "The H.323 device hangs up as soon as it is called",
        hang_up,
    ),
    "h323-not": _device(
        "Ở cổng H.323 có một dịch vụ khác trả lời",
        "Another service answers at the port of H.323",
        talk_otherwise,
    ),
}
