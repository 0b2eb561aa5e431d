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
    "silent_together": _unknown(
        Text(
            "Phần lớn điểm cầu cùng im lặng một lúc: do đường mạng của máy đo hoặc máy chủ "
            "dùng chung, không phải do đơn vị.",
            "Most bridges fell silent at the same moment: through the instrument's own line "
            "or a server that they share, not through the unit.",
        ),
        by(
            OPERATOR,
            "máy đo đã tự đo lại; nếu lặp lại, kiểm tra đường mạng của máy đo và máy chủ "
            "họp dùng chung, rồi đo lại.",
            "the instrument has measured again by itself; if it recurs, check its own line "
            "and the meeting server that they share, then measure again.",
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
    "budget_spent": _unknown(
        Text(
            "Kế hoạch chỉ cho phép ngần ấy yêu cầu, và đã dùng hết: phần còn lại chưa thử.",
            "The plan allows so many requests and they are used up: the rest was not tried.",
        ),
        by(
            OPERATOR,
            "tăng mức tải trong danh mục nếu hệ thống chịu được, rồi thử lại phần còn lại.",
            "allow more load in the inventory if the systems can bear it, and try the rest.",
        ),
    ),
    "host_spared": _unknown(
        Text(
            "Hệ thống trả lời lỗi hoặc quá chậm, nên việc thử dừng lại để không gây hại thêm.",
            "The system answered badly or far too late, so it was left alone: citizens use it.",
        ),
        by(
            OPERATOR,
            "xử lý nguyên nhân ghi ở các phép thử trước đó, rồi thử lại.",
            "mend what the tries before this one tell, and try again.",
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
    "needs_declaration": _unknown(
        Text(
            "Không có giao thức công khai để thử: cần một người có tên khai kết quả.",
            "No public protocol leads there: it needs a declaration by a named person.",
        ),
        by(
            OPERATOR,
            "in bảng bằng `rehearse declare template`, để đơn vị thử và ghi, rồi nhập bằng "
            "`rehearse declare systems`.",
            "print the sheet by `rehearse declare template`, let the unit try and fill it in, "
            "and enter it by `rehearse declare systems`.",
        ),
    ),
    "closing_unproven": _unknown(
        Text(
            "Địa chỉ cũ không trả lời rõ ràng, nên chưa biết là đã đóng hay chỉ đang hỏng.",
            "The old address gives no clear answer: it may be closed, or only broken.",
        ),
        by(
            OPERATOR,
            "hỏi đơn vị; nếu đã gỡ hẳn, ghi `null` cho trang này trong danh mục, rồi đo lại.",
            "ask the unit; where it is gone for good, enter `null` for this page in the "
            "inventory, then measure again.",
        ),
    ),
    "too_few_units": _unknown(
        Text(
            "Cuộc diễn tập này có quá ít đơn vị để thử hồ sơ liên đơn vị.",
            "This trial has too few units to try a dossier that passes between them.",
        ),
        by(
            OPERATOR,
            "diễn tập cùng lúc ít nhất ba đơn vị có giao diện hồ sơ, rồi đo lại.",
            "rehearse at least three units that have an interface, then measure again.",
        ),
    ),
    "not_measured_again": _unknown(
        Text(
            "Điều từng cản phép thử này đã đo lại và thông, nhưng chính nó chưa được đo lại.",
            "What stood in the way of this check was measured again and is mended; the check "
            "itself was not.",
        ),
        by(
            OPERATOR,
            "chạy `rehearse recheck`; điểm danh và giờ cao điểm cần tất cả cùng lúc, nên phải "
            "gọi tên phép thử bằng --only, hoặc chờ đợt diễn tập sau.",
            "run `rehearse recheck`; the roll call and the surge need everybody at once, so "
            "name the check by --only, or wait for the next trial.",
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
