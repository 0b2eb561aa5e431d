"""Which words tell what changed, or how a prediction fared, in both languages?"""

from collections.abc import Mapping

from rehearsal.model import Light, Text
from rehearsal.model.comparison import CauseMovement, Caution, Movement, RuleMovement

# In the order in which a reader wants to know of them.
MOVEMENTS: Mapping[Movement, Text] = {
    Movement.NEWLY_FAILING: Text("Mới không đạt", "Newly failing"),
    Movement.STILL_FAILING: Text("Vẫn không đạt", "Still failing"),
    Movement.FIXED: Text("Đã xử lý", "Fixed"),
    Movement.PROVEN: Text(
        "Đã xử lý khi đo lại, lần sau vẫn đạt", "Fixed by a recheck, and proven since"
    ),
    Movement.BECAME_UNKNOWN: Text("Trở thành chưa rõ", "Became unknown"),
    Movement.STILL_UNKNOWN: Text("Vẫn chưa rõ", "Still unknown"),
    Movement.NEWLY_BLOCKED: Text("Mới bị chặn", "Newly blocked"),
    Movement.STILL_BLOCKED: Text("Vẫn bị chặn", "Still blocked"),
    Movement.FREED: Text("Hết bị chặn", "No longer blocked"),
    Movement.BECAME_KNOWN: Text("Nay đo được, dùng được", "Now measured, and works"),
    Movement.NEWLY_WARNED: Text("Mới có điều kiện", "Newly conditional"),
    Movement.STILL_WARNED: Text("Vẫn có điều kiện", "Still conditional"),
    Movement.IMPROVED: Text("Hết điều kiện, nay đạt", "No longer conditional"),
    Movement.STILL_PASSING: Text("Vẫn đạt", "Still passing"),
    Movement.NOT_COMPARABLE: Text("Không so sánh được", "Not comparable"),
    Movement.ADDED: Text("Mới có trong danh mục", "Added"),
    Movement.REMOVED: Text("Không còn trong danh mục", "Removed"),
    Movement.NOT_ASKED: Text("Một lần không hỏi, theo yêu cầu", "Left out of one on purpose"),
    Movement.ONLY_OLDER: Text("Chỉ hỏi ở lần trước", "Asked in the older trial only"),
    Movement.ONLY_NEWER: Text("Chỉ hỏi ở lần sau", "Asked in the newer trial only"),
}
TONES: Mapping[Movement, str] = {
    Movement.NEWLY_FAILING: "fail",
    Movement.STILL_FAILING: "fail",
    Movement.FIXED: "pass",
    Movement.PROVEN: "pass",
    Movement.FREED: "pass",
    Movement.BECAME_KNOWN: "pass",
    Movement.IMPROVED: "pass",
    Movement.STILL_PASSING: "pass",
    Movement.NEWLY_WARNED: "warn",
    Movement.STILL_WARNED: "warn",
    Movement.NEWLY_BLOCKED: "blocked",
    Movement.STILL_BLOCKED: "blocked",
}
CAUSE_MOVEMENTS: Mapping[CauseMovement, Text] = {
    CauseMovement.STILL: Text("Vẫn còn", "Still there"),
    CauseMovement.NEW: Text("Mới", "New"),
    CauseMovement.GONE: Text("Đã hết", "Gone"),
    CauseMovement.RESHAPED: Text("Còn, nhưng phạm vi khác", "There, with another reach"),
    CauseMovement.UNSEEN: Text(
        "Chưa rõ: một lần không đo được", "Unknown: one trial could not see"
    ),
    CauseMovement.NOT_COMPARABLE: Text("Không so sánh được", "Not comparable"),
    CauseMovement.ONLY_OLDER: Text("Chỉ lần trước hỏi", "Only the older trial asks"),
    CauseMovement.ONLY_NEWER: Text("Chỉ lần sau hỏi", "Only the newer trial asks"),
}
CAUSE_TONES: Mapping[CauseMovement, str] = {
    CauseMovement.STILL: "fail",
    CauseMovement.NEW: "fail",
    CauseMovement.RESHAPED: "fail",
    CauseMovement.ONLY_NEWER: "fail",
    CauseMovement.GONE: "pass",
}
RULE_MOVEMENTS: Mapping[RuleMovement, Text] = {
    RuleMovement.MET: Text("Nay đạt", "Now met"),
    RuleMovement.BROKEN: Text("Nay không đạt", "No longer met"),
    RuleMovement.BECAME_OPEN: Text("Nay chưa kết luận được", "Now undecided"),
    RuleMovement.SAME: Text("Như trước", "As before"),
    RuleMovement.ONLY_OLDER: Text("Chỉ có ở lần trước", "In the older trial only"),
    RuleMovement.ONLY_NEWER: Text("Chỉ có ở lần sau", "In the newer trial only"),
}
CAUTIONS: Mapping[Caution, Text] = {
    Caution.OTHER_CITY: Text(
        "Hai lần đo trên hai thành phố khác nhau; khác biệt dưới đây có thể chỉ do điều đó.",
        "The trials measured different cities; what differs below may be due to that alone.",
    ),
    Caution.OTHER_PHASE: Text(
        "Hai giai đoạn hỏi những điều khác nhau: chỉ phép thử cả hai đều hỏi mới được so sánh.",
        "The two phases ask different things: only what both ask is compared.",
    ),
    Caution.OTHER_GO_LIVE: Text(
        "Ngày vận hành chính thức đã đổi; điều tính đến ngày đó (như chứng thư) có thể khác.",
        "The day of go-live has moved; what counts towards it (certificates) may differ.",
    ),
    Caution.NARROWED: Text(
        "Có lần chỉ đo một phần theo yêu cầu; phần bỏ ra không tính là thêm hay bớt.",
        "One trial was narrowed on purpose; what was left out is neither added nor removed.",
    ),
    Caution.CUT_SHORT: Text(
        "Có lần chưa chạy hết; điều chưa kịp đo là chưa rõ, không phải đạt hay hỏng.",
        "One trial did not finish; what it did not reach is unknown, neither well nor broken.",
    ),
    Caution.RECHECKED: Text(
        "Có lần đã đo lại sau khi xử lý; so sánh dùng kết quả đo lại.",
        "One trial was measured again after repairs; that result is what is compared.",
    ),
}
HAPPENED: Mapping[Light, Text] = {
    Light.GREEN: Text("Xanh", "Green"),
    Light.YELLOW: Text("Vàng", "Yellow"),
    Light.RED: Text("Đỏ", "Red"),
    Light.GREY: Text("Xám: chưa dự báo", "Grey: nothing predicted"),
}
