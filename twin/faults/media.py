"""What goes wrong with sound and picture, once the room is joined?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Talks, is_janus
from twin.media import weather
from twin.media.weather import Way

LOSS = 0.05
BETWEEN_PACKETS, BURST_PACKETS = 60, 8  # every fifth is the picture's, a burst for both
FAR_S = 0.2
SWAY_S = 0.16  # its mean deviation is a third: above the 50 ms of every limit
FLOWS_S, GAP_S = 1.5, 1.2
SATURATED = weather.Queue(growth=0.25, longest_s=1.2)
OVERLOADED = weather.labouring(growth=0.08, longest_s=1.5)


def _carries(vi: str, en: str, way: Way) -> Fault:
    return Fault(vi, en, Talks(way=way), is_janus)


_PATH = {
    "ice-blocked": _carries(
        "Tường lửa chặn mọi gói UDP: vào được phòng nhưng không mở được đường truyền",
        "A firewall drops every UDP packet: the room is joined, but no path for sound opens",
        Way(is_deaf=True),
    ),
    "dtls-fails": _carries(
        "Hệ thống họp từ chối thiết lập mã hóa âm thanh, hình ảnh",
        "The bridge refuses to set up encryption of sound and picture",
        Way(is_rude=True),
    ),
    "media-one-way-up": _carries(
        "Điểm cầu nghe được phòng họp, nhưng tiếng của điểm cầu không tới",
        "The hall hears the meeting, but its own sound never arrives",
        Way(up=weather.vanishing),
    ),
    "media-one-way-down": _carries(
        "Tiếng của điểm cầu tới phòng họp, nhưng không có gì truyền ngược lại",
        "The hall's sound arrives, but nothing comes back",
        Way(down=weather.vanishing),
    ),
}
_CONTENT = {
    "media-silent": _carries(
        "Âm thanh truyền đều nhưng chỉ có khoảng lặng, như khi micrô bị tắt",
        "Sound flows, but holds silence only, as with a muted microphone",
        Way(is_silenced=True),
    ),
    "video-frozen": _carries(
        "Hình ảnh đứng ở khung đầu tiên",
        "The picture stands still at its first frame",
        Way(is_frozen=True),
    ),
    "echo-in-hall": _carries(
        "Loa của hội trường dội vào micrô: người nói nghe lại chính mình",
        "The hall's loudspeakers reach its microphone: whoever speaks hears himself again",
        Way(echoes=True),
    ),
}
_QUALITY = {
    "media-loss-up": _carries(
        "Mất 5 % gói âm thanh, hình ảnh ở chiều gửi đi",
        "5 % of the packets are lost on the way to the bridge",
        Way(up=weather.losing(LOSS)),
    ),
    "media-loss-down": _carries(
        "Mất 5 % gói âm thanh, hình ảnh ở chiều nhận về",
        "5 % of the packets are lost on the way back",
        Way(down=weather.losing(LOSS)),
    ),
    "media-bursts": _carries(
        "Mất gói từng cụm ở chiều gửi đi, như mạng không dây bị nhiễu",
        "Packets are lost in bursts on the way to the bridge, as by disturbed Wi-Fi",
        Way(up=weather.bursting(BETWEEN_PACKETS, BURST_PACKETS)),
    ),
    "media-delay": _carries(
        "Âm thanh, hình ảnh chậm thêm 200 ms mỗi chiều",
        "Sound and picture take 200 ms longer each way",
        Way(up=weather.delaying(FAR_S), down=weather.delaying(FAR_S)),
    ),
    "media-jitter": _carries(
        "Các gói đến không đều, chênh nhau tới 160 ms",
        "Packets arrive unevenly, up to 160 ms apart from their time",
        Way(up=weather.swaying(SWAY_S), down=weather.swaying(SWAY_S)),
    ),
    "media-stalls": _carries(
        "Cứ 1,5 giây thì âm thanh, hình ảnh ngừng 1,2 giây",
        "Every 1.5 seconds sound and picture stop for 1.2",
        Way(up=weather.stalling(FLOWS_S, GAP_S), down=weather.stalling(FLOWS_S, GAP_S)),
    ),
    "media-saturated": _carries(
        "Đường lên nghẽn: trễ tăng dần rồi mất gói",
        "The uplink is saturated: delay grows, then packets are lost",
        Way(up=SATURATED),
    ),
    "bridge-overloaded": _carries(
        "Hệ thống họp quá tải: mọi người ở đó cùng bị trễ, mỗi lúc một hơn",
        "The bridge is overloaded: everybody there is delayed, more and more",
        Way(load=OVERLOADED),
    ),
}
FAULTS: Mapping[str, Fault] = {**_PATH, **_CONTENT, **_QUALITY}
