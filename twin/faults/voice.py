"""What goes wrong with a call to the 1022 number?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Lapses, has_contract

_PREFIX = "voice-"
_SAYS = {
    "unheard": ("Tổng đài thoại không trả lời lời gọi", "The switchboard ignores every call"),
    "busy": ("Số 1022 báo bận", "The number is busy"),
    "overloaded": (
        "Tổng đài thoại quá tải, hẹn gọi lại sau 30 giây",
        "The switchboard is overloaded, and says to call again in 30 s",
    ),
    "wrong-number": ("Số này không có trên tổng đài", "The switchboard has no such number"),
    "no-answer": ("Đổ chuông mãi không ai nhấc máy", "It rings, and nobody answers"),
    "no-codec": ("Tổng đài không nhận chuẩn G.711", "The switchboard refuses G.711"),
    "sound-elsewhere": (
        "Tổng đài hẹn nhận âm thanh ở địa chỉ lạ",
        "The switchboard wants the sound sent to a strange address",
    ),
    "slow-ring": (
        "Lúc rảnh, quay số xong hơn ba giây mới có chuông",
        "When idle, it rings after 3.4 seconds",
    ),
    "slow-answer": (
        "Lúc rảnh, chuông hơn hai giây mới nhấc máy",
        "When idle, it is answered after 2.4 s of ringing",
    ),
    "hangs-up": ("Nhấc máy rồi dập máy ngay", "The call is answered and hung up at once"),
    "bye-unanswered": ("Không xác nhận khi ta gác máy", "Hanging up is not confirmed"),
    "mute": ("Nhấc máy nhưng không gửi âm thanh", "The call is answered, and no sound comes"),
    "silent": ("Nhấc máy, chỉ có im lặng", "The call is answered, and holds silence only"),
    "deaf": (
        "Tổng đài nói được nhưng không nghe được người gọi",
        "The switchboard is heard, but hears nothing of the caller",
    ),
    "canned-echo": (
        "Số thử vọng phát sẵn một âm thay vì vọng lại",
        "The echo number plays a tone of its own instead of what it hears",
    ),
    "recoded": (
        "Cổng thoại mã hóa lại âm thanh trên đường đi (bình thường)",
        "A gateway recodes the sound on its way (healthy)",
    ),
    "no-echo": ("Không có số thử vọng", "There is no echo number"),
    "no-keys": ("Tổng đài không nhận phím bấm", "The switchboard takes no pressed keys"),
    "keys-dead": ("Bấm phím, menu không phản ứng", "The menu does not react to keys"),
    "key-stuck": ("Menu dừng sau phím đầu tiên", "The menu stops after the first key"),
    "greets-again": (
        "Bấm phím nào cũng nghe lại lời chào",
        "Whatever is pressed, the greeting is played again",
    ),
    "greeting-endless": ("Lời chào lặp không dứt", "The greeting does not end"),
    "lossy": ("Mất một phần năm gói âm thanh", "Every fifth packet of sound is lost"),
    "jitter": ("Gói âm thanh tới không đều", "Every second packet of sound is 160 ms late"),
    "few-lines": ("Chỉ có hai kênh thoại, sau đó báo bận", "Only two lines, then it is busy"),
    "trunk-full": (
        "Trung kế đầy từ cuộc gọi thứ tư, hẹn gọi lại sau hai giây",
        "The trunk is full from the fourth call on, and says to call again in two seconds",
    ),
    "slower": (
        "Từ cuộc gọi đồng thời thứ ba, chuông tới chậm",
        "From the third call at once on it rings after 3.4 seconds",
    ),
    "silent-under-load": (
        "Từ cuộc gọi đồng thời thứ ba, nhấc máy mà không có tiếng",
        "From the third call at once on no sound comes",
    ),
    "drops-under-load": (
        "Cuộc gọi đồng thời thứ ba bị ngắt giữa chừng",
        "From the third call at once on a call breaks off",
    ),
}
FAULTS: Mapping[str, Fault] = {
    _PREFIX + name: Fault(vi, en, Lapses(_PREFIX + name), has_contract("voice"))
    for name, (vi, en) in _SAYS.items()
}
