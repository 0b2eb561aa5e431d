"""What goes wrong in the conversation with a bridge?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from twin.bridge import Caller, Edit, Script
from twin.fault import Fault, Talks, is_janus
from twin.moves import cut, flood
from twin.seating import Message

MEETING_S = 2.0  # how long a meeting lasts before a drop
SLOW_S = 1.0
OVERSIZE_CHARS = 4 << 20
INTERNAL_ERROR = 1011  # RFC 6455 7.4.1
_PING = b"\x89\x7d" + b"0" * 125  # RFC 6455 5.5.2: final, opcode 9, the longest payload


def _data(message: Message) -> dict[str, Any]:
    """What the plugin says in it, or nothing."""
    found = message.get("plugindata", {}).get("data", {})
    return found if isinstance(found, dict) else {}


def _is_joined(message: Message) -> bool:
    return _data(message).get("videoroom") == "joined"


def _instead(message: Message, data: dict[str, Any]) -> Message:
    return {**message, "plugindata": {**message["plugindata"], "data": data}}


def _refuses(code: int, error: str) -> Edit:
    """The room lets nobody in, and says so as the plugin would."""

    def edit(request: Message, answer: Message) -> Message:
        if not _is_joined(answer):
            return answer
        room = request["body"]["room"]
        refusal = {"videoroom": "event", "error_code": code, "error": error.format(room=room)}
        return _instead(answer, refusal)

    return edit


def _mute(_request: Message, _answer: Message) -> None:
    return None


def _mute_join(_request: Message, answer: Message) -> Message | None:
    return None if _is_joined(answer) else answer


def _broken(_request: Message, _answer: Message) -> str:
    return '{"janus": "success", "transaction": '


def _oversized(_request: Message, answer: Message) -> Message:
    return {**answer, "padding": "0" * OVERSIZE_CHARS}


def _unlisted(_request: Message, answer: Message) -> Message:
    if _data(answer).get("videoroom") != "participants":
        return answer
    return _instead(answer, {**_data(answer), "participants": []})


def _no_plugin(request: Message, answer: Message) -> Message:
    if request.get("janus") != "attach" or answer["janus"] != "success":
        return answer
    error = {"code": 460, "reason": f"No such plugin '{request['plugin']}'"}
    kept = {name: answer[name] for name in ("session_id", "transaction")}
    return {"janus": "error", **kept, "error": error}


async def _close_1011(caller: Caller, request: Message) -> None:
    if request.get("janus") == "create":
        await caller.socket.close(code=INTERNAL_ERROR, message=b"internal error")


async def _cut_off(caller: Caller, request: Message) -> None:
    if request.get("janus") == "create":
        cut(caller.transport)


async def _ping(caller: Caller) -> None:
    await flood(caller.transport, _PING * 256)


def _is_join(request: Message) -> bool:
    body = request.get("body")
    return isinstance(body, dict) and body.get("request") in {"join", "joinandconfigure"}


async def _drop_once(caller: Caller, request: Message) -> None:
    if _is_join(request) and not caller.bridge.has_cut:
        caller.start(_drop(caller))


async def _drop(caller: Caller) -> None:
    await asyncio.sleep(MEETING_S)
    if not caller.bridge.has_cut:
        caller.bridge.has_cut = True
        cut(caller.transport)


async def _drop_for_good(caller: Caller, request: Message) -> None:
    if _is_join(request):
        caller.start(_shut(caller))


async def _shut(caller: Caller) -> None:
    await asyncio.sleep(MEETING_S)
    caller.bridge.is_shut = True
    cut(caller.transport)


def _talks(vi: str, en: str, script: Script) -> Fault:
    return Fault(vi, en, Talks(script), is_janus)


def _keeps_out(vi: str, en: str, edit: Edit) -> Fault:
    """The gateway seats a guest whom the script refuses: where nobody else sits."""
    return Fault(vi, en, Talks(Script(edit=edit), is_apart=True), is_janus)


_REFUSALS = {
    "no-such-room": _keeps_out(
        "Điểm cầu không có phòng họp này",
        "The bridge has no such room",
        _refuses(426, "No such room ({room})"),
    ),
    "room-full": _keeps_out(
        "Phòng họp đã đủ người",
        "The room is full",
        _refuses(432, "Maximum number of publishers (120) already reached"),
    ),
    "join-denied": _keeps_out(
        "Phòng họp từ chối cho vào",
        "The room refuses the participant",
        _refuses(433, "Unauthorized (not in the allowed list)"),
    ),
    "plugin-missing": _talks(
        "Điểm cầu thiếu phần mềm phòng họp",
        "The bridge lacks the conference plugin",
        Script(edit=_no_plugin),
    ),
    "not-listed": _talks(
        "Vào được phòng họp nhưng không có tên trong danh sách",
        "Joined, but missing from the list of participants",
        Script(edit=_unlisted),
    ),
}
_SPEECH = {
    "signalling-mute": _keeps_out(
        "Điểm cầu mở WebSocket rồi không trả lời gì",
        "The bridge opens the WebSocket and answers nothing",
        _mute,
    ),
    "signalling-mute-join": _keeps_out(
        "Điểm cầu nhận yêu cầu vào phòng nhưng không báo kết quả",
        "The bridge acknowledges the join and never says how it ended",
        _mute_join,
    ),
    "malformed-message": _talks(
        "Điểm cầu gửi thông điệp không phải JSON",
        "The bridge sends a message that is not JSON",
        Script(edit=_broken),
    ),
    "oversized-message": _talks(
        "Điểm cầu gửi thông điệp dài 4 MB",
        "The bridge sends a message of 4 MB",
        Script(edit=_oversized),
    ),
    "ping-flood": _talks(
        "Điểm cầu gửi vô số lệnh ping",
        "The bridge sends pings without end",
        Script(greet=_ping),
    ),
    "slow-signalling": _talks(
        "Điểm cầu trả lời mỗi yêu cầu sau 1 giây",
        "The bridge takes a second for each answer",
        Script(delay_s=SLOW_S),
    ),
}
_DROPS = {
    "closed-1011": _talks(
        "Điểm cầu báo lỗi nội bộ (1011) và đóng kết nối",
        "The bridge closes the connection with 1011, internal error",
        Script(after=_close_1011),
    ),
    "closed-abruptly": _talks(
        "Kết nối tới điểm cầu đứt mà không có lời chào",
        "The connection to the bridge ends without a close frame",
        Script(after=_cut_off),
    ),
    "drops-mid-meeting": _talks(
        "Điểm cầu rớt khỏi cuộc họp sau 2 giây, vào lại được",
        "The bridge drops out of the meeting after 2 seconds; the next join works",
        Script(after=_drop_once),
    ),
    "drops-for-good": _talks(
        "Điểm cầu rớt khỏi cuộc họp sau 2 giây và không vào lại được",
        "The bridge drops out of the meeting after 2 seconds and stays away",
        Script(after=_drop_for_good),
    ),
}
FAULTS: Mapping[str, Fault] = {**_REFUSALS, **_SPEECH, **_DROPS}
