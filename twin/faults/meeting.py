"""What goes wrong with a meeting: who may enter, whom one meets, and for how long?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.bridge import Caller, Script
from twin.fault import CutsOff, Fault, Talks, is_janus
from twin.seating import Message

SHARED_ID = 1169  # of the one account that several bridges use
CUT_AFTER_S = 4.0  # the sound of a meeting is under way by then, even of an island
CUT_S = 10.0
_UNAUTHORIZED, _MISSING = 433, 429


def _body(request: Message) -> Message:
    body = request.get("body")
    return body if isinstance(body, dict) else {}


def _is_entrance(request: Message) -> bool:
    """Whether somebody wants to take part, and not only to listen."""
    body = _body(request)
    is_join = body.get("request") in {"join", "joinandconfigure"}
    return is_join and body.get("ptype") == "publisher"


def _on_one_account(request: Message) -> Message:
    if not _is_entrance(request):
        return request
    return {**request, "body": {**request["body"], "id": SHARED_ID}}


def _locked(request: Message, answer: Message) -> Message:
    """A room with a pin, which nobody was told (janus_videoroom.c)."""
    plugin = answer.get("plugindata")
    if plugin is None or plugin["data"].get("videoroom") != "joined":
        return answer
    has_pin = "pin" in _body(request)
    code = _UNAUTHORIZED if has_pin else _MISSING
    error = "Unauthorized (wrong pin)" if has_pin else "Missing mandatory element (pin)"
    data = {"videoroom": "event", "error_code": code, "error": error}
    return {**answer, "plugindata": {**plugin, "data": data}}


async def _cut_once(caller: Caller, request: Message) -> None:
    if _is_entrance(request):
        caller.bridge.cut_line(CUT_AFTER_S, CUT_S)


async def _cut_for_good(caller: Caller, request: Message) -> None:
    if _is_entrance(request):
        caller.bridge.cut_line(CUT_AFTER_S, None)


FAULTS: Mapping[str, Fault] = {
    "room-locked": Fault(
        "Phòng họp bị khóa bằng mã mà đơn vị không được báo",
        "The room is locked with a code that the unit was not told",
        Talks(Script(edit=_locked), is_apart=True),
        is_janus,
    ),
    "wrong-room": Fault(
        "Điểm cầu vào một phòng khác: đúng số phòng nhưng không gặp ai",
        "The hall sits in another room: its number is right, but nobody else is there",
        Talks(is_apart=True),
        is_janus,
    ),
    "account-shared": Fault(
        "Nhiều điểm cầu dùng chung một tài khoản: chỉ điểm cầu vào trước được nhận",
        "Several halls use one account: only the first of them is let in",
        Talks(Script(alter=_on_one_account)),
        is_janus,
    ),
    "cut-mid-meeting": Fault(
        "Đường truyền đứt 10 giây giữa cuộc họp rồi có lại",
        "The line is cut for 10 seconds in mid-meeting, then comes back",
        Talks(Script(after=_cut_once)),
        is_janus,
    ),
    "cut-for-good": Fault(
        "Đường truyền đứt giữa cuộc họp và không có lại",
        "The line is cut in mid-meeting and does not come back",
        Talks(Script(after=_cut_for_good)),
        is_janus,
    ),
    "hub-cut": Fault(
        "Điểm cầu chính mất đường truyền: các đơn vị đi qua đó không gặp được ai khác",
        "A main bridge is cut off: the units behind it meet nobody else",
        CutsOff(),
        is_janus,
    ),
}
