"""What is said when the fault is our own, so that no unit is blamed for it?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import OPERATOR, Chapter, KindSpec, by
from rehearsal.model import Group, Outcome, Step, Text

_unknown = partial(KindSpec, Outcome.UNKNOWN, Group.SUPPORT)

_OBSERVE = {
    "observer_overloaded": _unknown(
        Text(
            "Máy đo quá tải khi đo nên kết quả không dùng được.",
            "The instrument was overloaded, so this result cannot be used.",
        ),
        by(
            OPERATOR,
            "giảm việc khác trên máy đo hoặc dùng máy mạnh hơn, rồi đo lại.",
            "take other work off the instrument or use a stronger machine, then measure again.",
        ),
    ),
    "observer_offline": _unknown(
        Text(
            "Máy đo mất kết nối mạng khi đo.",
            "The instrument itself was off the network during the measurement.",
        ),
        by(
            OPERATOR,
            "kiểm tra đường mạng của máy đo, rồi đo lại.",
            "check the instrument's own line, then measure again.",
        ),
    ),
    "clock_skewed": _unknown(
        Text(
            "Đồng hồ của máy đo lệch giờ nên kết quả không dùng được.",
            "The instrument's clock is wrong, so this result cannot be used.",
        ),
        by(
            OPERATOR,
            "đồng bộ đồng hồ máy đo với máy chủ thời gian (NTP), rồi đo lại.",
            "synchronise the instrument's clock with a time server (NTP), then measure again.",
        ),
    ),
    "deadline_in_queue": _unknown(
        Text(
            "Phép đo hết thời gian khi còn chờ đến lượt, chưa gửi gì đi.",
            "The measurement ran out of time in our queue, before anything was sent.",
        ),
        by(
            OPERATOR,
            "đo lại; nếu lặp lại, tăng thời gian hoặc giảm số phép đo cùng lúc.",
            "measure again; if it recurs, allow more time or fewer measurements at once.",
        ),
    ),
    "bug_in_rehearsal": _unknown(
        Text(
            "Phần mềm diễn tập gặp lỗi của chính nó nên chưa đo được.",
            "The rehearsal software met a fault of its own, so nothing was measured.",
        ),
        by(
            OPERATOR,
            "gửi chi tiết ghi kèm cho nhóm phát triển, rồi đo lại sau khi sửa.",
            "send the detail given to the developers, and measure again after the fix.",
        ),
    ),
    "hearing_untested": _unknown(
        Text(
            "Đã có mặt trong cuộc họp, nhưng chưa biết có nghe nhau với trung tâm không.",
            "Present in the meeting, but nobody knows whether it and the centre hear.",
        ),
        by(
            OPERATOR,
            "khắc phục điểm cầu trung tâm hoặc kéo dài cuộc họp, rồi điểm danh lại.",
            "mend the central bridge or hold the meeting longer, then call the roll again.",
        ),
    ),
    "needs_human_roll_call": _unknown(
        Text(
            "Máy đo không nghe được cuộc họp của sản phẩm này: cần điểm danh bằng người.",
            "No instrument of ours can listen to this product's meetings: people must call "
            "the roll.",
        ),
        by(
            OPERATOR,
            "gọi từng hội trường, ghi ai nghe thấy ai vào bảng, rồi nhập bằng "
            "`rehearse declare roll-call`.",
            "call each hall, write down who hears whom, and enter it by "
            "`rehearse declare roll-call`.",
        ),
    ),
    "address_is_placeholder": _unknown(
        Text(
            "Danh mục mới có địa chỉ giữ chỗ nên chưa đo.",
            "The inventory holds only a placeholder address, so nothing was measured.",
        ),
        by(
            OPERATOR,
            "xin đơn vị địa chỉ thật, ghi vào danh mục, rồi đo lại.",
            "ask the unit for the real address, enter it in the inventory, then measure again.",
        ),
    ),
}

UNFORESEEN = _unknown(
    Text(
        "Phần mềm diễn tập chưa có lời giải thích cho loại lỗi này nên chưa kết luận.",
        "The rehearsal software has no words for this kind of failure yet, so it concludes "
        "nothing.",
    ),
    by(
        OPERATOR,
        "gửi tên lỗi và chi tiết ghi kèm cho nhóm phát triển, rồi đo lại.",
        "send the kind and the detail given to the developers, then measure again.",
    ),
)

OURS = Chapter((Step.OBSERVE,), _OBSERVE)
