"""Does who calls 1022 get through, hear and get heard, and how many can at once?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.voice.ladder import Ladder
from rehearsal.net.voice.number import Called, call_number

LOST_MIN = 5  # packets: fewer may still be on their way when we hang up


async def probe(target: Target, door: Door) -> Called:
    """Call as a citizen does, press the menu's keys, then call many times at once."""
    return await call_number(target, door)


def judge(
    seen: Called, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """What a caller waits for, what he hears, whether he is heard, and who still gets in."""
    for name, code in (("post_dial", "post_dial_slow"), ("ring", "answer_slow")):
        took_s = seen.post_dial_s if name == "post_dial" else seen.ring_s
        if took_s > limits[name]:
            yield CHECK.found(code, took_s=round(took_s, 1), limit_s=limits[name])
    if not seen.menu.is_greeted:
        yield CHECK.found("nothing_heard", packets=seen.sound.received)
        return
    yield from _of_the_sound(seen, limits)
    yield from _of_the_menu(seen)
    if seen.ladder is not None:
        yield from _of_the_ladder(seen.ladder)


def _of_the_sound(seen: Called, limits: Mapping[str, float]) -> Iterator[Finding]:
    sound = seen.sound
    percent = 100 * sound.lost / max(1, sound.lost + sound.received)
    if percent > limits["loss"] and sound.lost >= LOST_MIN:
        yield CHECK.found("sound_lossy", percent=round(percent, 1), limit=limits["loss"])
    jitter_s = sound.jitter_s - sound.late_s  # what we ourselves were late is nobody's jitter
    if jitter_s > limits["jitter"]:
        yield CHECK.found("sound_uneven", jitter_s=round(jitter_s, 2), limit_s=limits["jitter"])
    if seen.echo_problem:
        yield CHECK.found("echo_unanswered", kind=seen.echo_problem)
    if seen.echo is not None and not seen.echo.is_ours:
        yield CHECK.found("not_heard", packets=seen.echo.sound.sent)


def _of_the_menu(seen: Called) -> Iterator[Finding]:
    """A menu that reacts to nothing because it hears nothing is no other trouble."""
    menu = seen.menu
    if not menu.takes_keys:
        yield CHECK.found("keys_not_taken")
    elif menu.is_endless:
        yield CHECK.found("speech_endless")
    is_heard = menu.reacts or seen.echo is None or seen.echo.is_ours
    if menu.dead_key and is_heard:
        yield CHECK.found("menu_dead", key=menu.dead_key)


def _of_the_ladder(ladder: Ladder) -> Iterator[Finding]:
    if ladder.is_short:
        yield CHECK.found("lines_short", up=ladder.up, lines=ladder.lines, kind=ladder.kind)
    elif ladder.ended_by == "slow":
        took_s = round(max(ladder.post_dial_s), 1)
        yield CHECK.found("slow_together", up=ladder.up, took_s=took_s)
    elif ladder.ended_by == "silent":
        yield CHECK.found("mute_together", up=ladder.up, silent=ladder.silent)
    elif ladder.ended_by == "dropped":
        yield CHECK.found("dropped_together", up=ladder.up, kind=ladder.kind)


CHECK = Check(
    id="hotline.voice",
    asks=Text(
        vi="Gọi 1022 có người nghe, hai bên có nghe nhau, mấy người gọi được cùng lúc?",
        en="Is a call to 1022 answered, do both sides hear, and how many can call at once?",
    ),
    kinds=frozenset({TargetKind.SYSTEM, TargetKind.HOTLINE}),
    contracts=frozenset({"voice"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Called,
    probe=probe,
    judge=judge,
    deadline_s=1800.0,  # nine announcements of a minute, and 200 calls, one every five seconds
    limits={
        "post_dial": Limit(
            3.0,
            "s",
            Text(
                "ITU-T E.721: cuộc gọi nội hạt có chuông sau trung bình ba giây",
                "ITU-T E.721: a local call rings after three seconds on average",
            ),
        ),
        "ring": Limit(
            2.0,
            "s",
            Text(
                "menu do máy trả lời phải nhấc máy ngay hồi chuông đầu tiên",
                "a menu is answered by a machine, which needs no second ring",
            ),
        ),
        "loss": Limit(
            3.0,
            "%",
            Text(
                "từ 3 % gói mất, giọng nói qua G.711 bắt đầu khó nghe (ITU-T G.113)",
                "from 3 % of lost packets on, speech in G.711 begins to suffer (ITU-T G.113)",
            ),
        ),
        "jitter": Limit(
            0.06,
            "s",
            Text(
                "bộ đệm của điện thoại thường giữ 60 ms; đến muộn hơn là mất",
                "a telephone's buffer mostly holds 60 ms; what comes later is lost",
            ),
        ),
    },
    findings={
        "post_dial_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Quay số xong {took_s} giây mới có chuông (ngưỡng {limit_s} giây).",
                en="It rang {took_s} s after dialling (limit {limit_s} s).",
            ),
            do=Text(
                vi="Nhờ nhà mạng và quản trị tổng đài kiểm tra định tuyến số 1022.",
                en="Ask the carrier and the switchboard's administrator to check its routing.",
            ),
        ),
        "answer_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Chuông reo {took_s} giây mới nhấc máy (ngưỡng {limit_s} giây).",
                en="It was answered after {took_s} s of ringing (limit {limit_s} s).",
            ),
            do=Text(
                vi="Cho menu trả lời tự động nhấc máy ngay, và kiểm tra tải của tổng đài.",
                en="Let the automatic menu answer at once, and check the switchboard's load.",
            ),
        ),
        "nothing_heard": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Cuộc gọi đã nối nhưng không nghe thấy gì ({packets} gói âm thanh).",
                en="The call was answered, and nothing was heard ({packets} packets came).",
            ),
            do=Text(
                vi="Mở các cổng RTP chiều về, kiểm tra NAT và tệp lời chào của tổng đài.",
                en="Open the RTP ports towards the caller; check NAT and the greeting's file.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "sound_lossy": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Mất {percent} % tiếng từ tổng đài (ngưỡng {limit} %).",
                en="{percent} % of the hotline's sound is lost (limit {limit} %).",
            ),
            do=Text(
                vi="Kiểm tra băng thông và thứ tự ưu tiên (QoS) cho đường trung kế thoại.",
                en="Check the bandwidth and priority (QoS) of the voice trunk.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "sound_uneven": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Tiếng từ tổng đài tới không đều: {jitter_s} giây (ngưỡng {limit_s} giây).",
                en="The hotline's sound comes unevenly: {jitter_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Ưu tiên gói thoại trên đường truyền và xem tải của máy chủ âm thanh.",
                en="Give voice priority on the line, and check the media server's load.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "not_heard": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Một chiều: nghe được tổng đài, nhưng {packets} gói ta nói không vọng lại.",
                en="One way only: the hotline is heard, but hears none of {packets} packets.",
            ),
            do=Text(
                vi="Mở các cổng RTP chiều tới tổng đài và kiểm tra NAT; gọi lại số thử vọng.",
                en="Open the RTP ports towards the switchboard, check NAT; call it again.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "echo_unanswered": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Số thử vọng không gọi được ({kind}), nên chưa biết tổng đài có nghe ta.",
                en="The echo number cannot be called ({kind}): who hears us is not known.",
            ),
            do=Text(
                vi="Bật số thử vọng trên tổng đài, hoặc bỏ mục echo khỏi danh mục.",
                en="Turn the echo number on, or take `echo` out of the inventory.",
            ),
        ),
        "keys_not_taken": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Tổng đài không nhận phím bấm theo RFC 4733, nên chưa thử được menu.",
                en="The switchboard takes no keys by RFC 4733, so the menu was not tried.",
            ),
            do=Text(
                vi="Bật telephone-event (RFC 4733) trên trung kế và menu thoại.",
                en="Turn telephone-event (RFC 4733) on, at the trunk and in the menu.",
            ),
        ),
        "speech_endless": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Lời thoại của menu không dứt, nên chưa bấm được phím.",
                en="The menu's words do not end, so its keys were not tried.",
            ),
            do=Text(
                vi="Cho lời thoại dừng và chờ phím; nếu vốn dài, ghi speech_s vào danh mục.",
                en="Let it stop and wait for a key; if it is long, enter `speech_s`.",
            ),
        ),
        "menu_dead": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Bấm phím {key}, menu không chuyển sang lời thoại mới.",
                en="Key {key} was pressed, and the menu said nothing new.",
            ),
            do=Text(
                vi="Kiểm tra kịch bản menu và việc chuyển phím (RFC 4733) qua trung kế; nếu "
                "không có số thử vọng, kiểm tra cả chiều âm thanh tới tổng đài.",
                en="Check the menu's script and how the trunk passes keys (RFC 4733); without "
                "an echo number, the sound towards the switchboard, too.",
            ),
        ),
        "lines_short": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Khi đang có {up} cuộc gọi, cuộc tiếp theo không vào được ({kind}); "
                "đã khai {lines} kênh.",
                en="With {up} calls up the next one got no line ({kind}); {lines} lines "
                "are declared.",
            ),
            do=Text(
                vi="Đối chiếu với số cuộc gọi của người dân lúc đó, rồi thêm kênh trung kế.",
                en="Compare with the citizens' calls at that time, then add trunk channels.",
            ),
        ),
        "slow_together": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Khi có {up} cuộc gọi cùng lúc, {took_s} giây mới có chuông.",
                en="With {up} calls at once it rings after {took_s} s.",
            ),
            do=Text(
                vi="Kiểm tra tải của tổng đài và giới hạn số cuộc gọi mỗi giây của trung kế.",
                en="Check the switchboard's load and the trunk's limit of calls a second.",
            ),
        ),
        "mute_together": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Khi có {up} cuộc gọi cùng lúc, {silent} cuộc được nối mà không có tiếng.",
                en="With {up} calls at once, {silent} were answered and had no sound.",
            ),
            do=Text(
                vi="Tăng dải cổng RTP và số kênh âm thanh của tổng đài cho đủ số kênh.",
                en="Widen the switchboard's RTP ports and sound channels to all of its lines.",
            ),
        ),
        "dropped_together": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Khi có {up} cuộc gọi cùng lúc, một cuộc bị ngắt giữa chừng ({kind}).",
                en="With {up} calls at once, one that was up broke off ({kind}).",
            ),
            do=Text(
                vi="Xem nhật ký tổng đài lúc đo; kiểm tra giới hạn cuộc gọi đồng thời.",
                en="Read the switchboard's log at that time; check its limit of calls at once.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("voice-recoded", expect=None),
        Example("voice-unheard", expect="signalling_timeout"),
        Example("voice-busy", expect="sip_486"),
        Example("voice-overloaded", expect="sip_503"),
        Example("voice-wrong-number", expect="sip_404"),
        Example("voice-no-answer", expect="not_answered"),
        Example("voice-no-codec", expect="no_codec_in_common"),
        Example("voice-sound-elsewhere", expect="media_address_refused"),
        Example("voice-hangs-up", expect="session_ended"),
        Example("voice-bye-unanswered", expect="signalling_timeout"),
        Example("voice-slow-ring", expect="post_dial_slow"),
        Example("voice-slow-answer", expect="answer_slow"),
        Example("voice-mute", expect="nothing_heard"),
        Example("voice-silent", expect="nothing_heard"),
        Example("voice-deaf", expect="not_heard"),
        Example("voice-canned-echo", expect="not_heard"),
        Example("voice-no-echo", expect="echo_unanswered"),
        Example("voice-no-keys", expect="keys_not_taken"),
        Example("voice-keys-dead", expect="menu_dead"),
        Example("voice-key-stuck", expect="menu_dead"),
        Example("voice-greets-again", expect="menu_dead"),
        Example("voice-greeting-endless", expect="speech_endless"),
        Example("voice-lossy", expect="sound_lossy"),
        Example("voice-jitter", expect="sound_uneven"),
        Example("voice-few-lines", expect="lines_short"),
        Example("voice-trunk-full", expect="lines_short"),
        Example("voice-slower", expect="slow_together"),
        Example("voice-silent-under-load", expect="mute_together"),
        Example("voice-drops-under-load", expect="dropped_together"),
    ),
)
