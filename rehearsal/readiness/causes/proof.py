"""What speaks for a cause, what against it, and what would prove it wrong?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rehearsal.model import Level, Text
from rehearsal.readiness.causes.traits import TRAITS, Terms

NAMED = 3  # more names in one sentence, and nobody reads it

DISPROOFS: Mapping[Level, Text] = {
    Level.OBSERVER: Text(
        "Đo lại khi máy đo rảnh, hoặc từ một máy khác: nếu vẫn chưa có kết quả thì nguyên nhân "
        "không ở máy đo.",
        "Measure again with an idle instrument, or from another one: if there is still no "
        "result, the fault is not ours.",
    ),
    Level.VANTAGE: Text(
        "Đo lại từ một nơi khác và vào lúc khác: nếu vẫn như vậy thì không phải do nơi đo.",
        "Measure again from elsewhere and at another time: if nothing changes, the place "
        "of measuring is not to blame.",
    ),
    Level.HUB: Text(
        "Cho một đơn vị vào họp qua điểm cầu khác: nếu vẫn như vậy thì không phải do điểm "
        "cầu này.",
        "Let one unit join through another hub: if nothing changes, this hub is not to blame.",
    ),
    Level.SHARED_SYSTEM: Text(
        "Đo lại khi hệ thống chưa được xử lý: nếu có nơi tự hết thì phải tìm nguyên nhân khác.",
        "Measure again before the system is mended: if some are well, look for another cause.",
    ),
    Level.ATTRIBUTE: Text(
        "Đo lại sau khi bên phụ trách xử lý: nếu vẫn như vậy, hoặc có nơi tự hết khi chưa "
        "ai xử lý, thì phải tìm nguyên nhân khác.",
        "Measure again once it is mended: if nothing changed, or if some were well before "
        "anybody mended anything, look for another cause.",
    ),
    Level.UNIT: Text(
        "Đo lại khi đơn vị chưa xử lý gì: nếu tự hết, hoặc nơi khác cũng bắt đầu gặp, thì "
        "nguyên nhân không riêng của đơn vị này.",
        "Measure again before the unit mends anything: if it is well, or others begin to have "
        "the same trouble, the cause is not this unit's own.",
    ),
}
_OURS = Text(
    "Chính máy đo, hoặc điều kiện của buổi thử, làm cho chưa có kết quả; điều này không nói gì "
    "về đơn vị.",
    "The instrument itself, or how the trial was set up, left no result; this says nothing of "
    "the units.",
)
_UNLISTED = Text(
    "Danh mục không ghi điểm chung nào mà chỉ những đích này có; có thể thiếu tên nhà cung cấp "
    "hoặc nhà mạng.",
    "The inventory tells nothing that only these share; perhaps a supplier or a line provider "
    "is not entered yet.",
)


def ours() -> tuple[Text, ...]:
    """What is said where the fault is our own."""
    return (_OURS,)


def behind(fails: int, passes: int) -> Text:
    """How many with the same trait have the same trouble."""
    total = fails + passes
    return Text(
        f"{fails} trong {total} đích có chung điều này gặp cùng một vấn đề; {passes} đích "
        "không gặp.",
        f"{fails} of {total} targets that share this have the same trouble; {passes} have not.",
    )


def elsewhere(fails: int, total: int) -> tuple[Text, ...]:
    """How many fail alike that do not share the trait; nothing where nobody else was asked."""
    if not total:
        return ()
    return (
        Text(
            f"Ngoài phạm vi này, {fails} trong {total} đích gặp vấn đề ấy.",
            f"Of those that do not share it, {fails} of {total} have that trouble.",
        ),
    )


def exceptions(passing: Sequence[str]) -> tuple[Text, ...]:
    """Who should fail, were it this cause, and does not."""
    if not passing:
        return ()
    names = ", ".join(passing[:NAMED]) + (", …" if len(passing) > NAMED else "")
    count = len(passing)
    return (
        Text(
            f"{count} đích có chung điều này mà không gặp: {names}.",
            f"{count} that share this have no such trouble: {names}.",
        ),
    )


def rivals(found: Iterable[Terms]) -> tuple[Text, ...]:
    """What else these targets share, so that it cannot be ruled out."""
    told = [_named(terms) for terms in found][:NAMED]
    if not told:
        return ()
    vi, en = "; ".join(t.vi for t in told), "; ".join(t.en for t in told)
    return (Text(f"Cũng có thể là: {vi}.", f"It might as well be: {en}."),)


def _named(terms: Terms) -> Text:
    labels = [(TRAITS[name].label, value) for name, value in terms]
    vi = " + ".join(f"{label.vi} {value}" for label, value in labels)
    en = " + ".join(f"{label.en.lower()} {value}" for label, value in labels)
    return Text(vi, en)


def unlisted(fails: int, asked: int) -> tuple[Text, tuple[Text, ...]]:
    """For and against a cause that nobody has entered: too many alike to be by chance."""
    others = asked - fails
    told = Text(
        f"{fails} trong {asked} đích cùng loại gặp cùng một vấn đề, nhiều hơn mức ngẫu nhiên.",
        f"{fails} of {asked} targets of this sort have the same trouble, more than by chance.",
    )
    against = Text(
        f"{others} đích cùng loại không gặp.", f"{others} targets of the same sort have not."
    )
    return told, ((against,) if others else ()) + (_UNLISTED,)


def alone(alike: int, asked: int) -> Text:
    """For a fault of one target's own."""
    if asked <= 1:
        return Text(
            "Không có đích nào cùng loại để so sánh.",
            "There is no other target of this sort to compare it with.",
        )
    if alike <= 1:
        return Text(
            f"Trong {asked} đích cùng loại, chỉ đích này gặp vấn đề ấy.",
            f"Of {asked} targets of this sort only this one has such trouble.",
        )
    return Text(
        f"{alike} trong {asked} đích cùng loại gặp vấn đề ấy, không nhiều hơn mức ngẫu nhiên "
        "và không có điểm chung nào giải thích được.",
        f"{alike} of {asked} targets of this sort have such trouble, no more than by chance, "
        "and nothing that they share explains it.",
    )


def kept_out(count: int) -> tuple[Text, ...]:
    """How many units wait behind it."""
    if not count:
        return ()
    return (
        Text(
            f"{count} đơn vị đi qua đây bị chặn theo.",
            f"{count} units that go through it are blocked by it.",
        ),
    )
