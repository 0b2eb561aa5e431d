"""When all connect at once, is this bridge in, heard and hearing, to the end?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net import conference
from rehearsal.net.door import Door
from rehearsal.net.rollcall import presence
from rehearsal.net.rollcall.evidence import Attended, Delay, Gap, Hearing, Sound, Turn

# 116 handshakes at one barrier are half a second of work for one core; nothing here is
# judged by its duration, and a step's own deadline is three times as long as this.
LAG_MAX_S = 1.5
AROUND_S = 3.0  # what a lost connection does to the sound before and after it
PROMPT = Delay(0.0, 0.0)
Limits = Mapping[str, float]


async def probe(target: Target, door: Door) -> Attended:
    """Take part with sound where there is an assembly, or sign in and hold the connection."""
    meeting = door.meeting
    if meeting is None:
        raise ValueError("a roll call needs a meeting")
    if meeting.assembly is not None and meeting.assembly.seats(target):
        return await meeting.assembly.attend(target)
    return await presence.signed_in(target, door, meeting)


def judge(seen: Attended, limits: Limits, around: Circumstances) -> Iterator[Finding]:
    """Who comes back disturbs; who is away, mute or deaf is absent; unheard is unknown."""
    del around
    found = [*_drops(seen), *_of_sound(seen, limits)]
    if not found and seen.sound is not None and seen.sound.untested:
        values = {"step": Step.OBSERVE.value, "detail": seen.sound.untested}
        found.append(Finding("hearing_untested", Outcome.UNKNOWN, values))
    yield from found


def _of_sound(seen: Attended, limits: Limits) -> Iterator[Finding]:
    sound = seen.sound
    if sound is None:
        return
    if sound.meets_centre is False:
        yield CHECK.found("in_another_room")
        return
    deaf, mute = _is_silent(sound.hears_centre), _is_silent(sound.heard_by_centre)
    if deaf:
        yield CHECK.found("does_not_hear_centre")
    if sound.heard_by_centre is not None and (mute or _is_silent_in_turn(seen, sound)):
        yield _unheard(sound.heard_by_centre)
    if sound.echoes:
        yield CHECK.found("echo_from_hall", voices=", ".join(sound.echoes))
    gaps = list(_gaps(seen, sound, limits))
    yield from gaps
    if not gaps and not seen.drops:  # a silence loses too, and is told once
        yield from _loss(sound, limits)
    yield from _delay(sound, limits)
    yield from _gap_of_all(seen, sound, limits)
    yield from _delay_of_all(sound, limits)


def _drops(seen: Attended) -> Iterator[Finding]:
    for drop in seen.drops:
        values = {"at_s": round(drop.at_s, 1), "why": drop.why}
        if drop.back_s is None:
            yield CHECK.found("dropped_for_good", **values)
        else:
            away_s = round(drop.back_s - drop.at_s, 1)
            yield CHECK.found("dropped_and_returned", away_s=away_s, **values)


def _is_silent(hearing: Hearing | None) -> bool:
    """Whether nothing came of somebody who was there to be heard."""
    return hearing is not None and hearing.first_s is None


def _is_silent_in_turn(seen: Attended, sound: Sound) -> bool:
    """Called upon and not heard, though nothing else had cut it off just then."""
    turn, hearing = sound.turn, sound.heard_by_centre
    if turn is None or turn.heard or hearing is None or _is_too_late(hearing, turn):
        return False
    called = Gap(turn.began_s, turn.lasts_s)
    return not _is_explained(called, seen) and not any(map(called.meets, hearing.gaps))


def _is_too_late(hearing: Hearing, turn: Turn) -> bool:
    """Whether its words may come when the next one has been called."""
    return (hearing.delay_p95_ms or 0.0) > turn.lasts_s * 1000


def _unheard(hearing: Hearing) -> Finding:
    """Nothing arrived at all; or something did, but no word of whoever was called."""
    is_connected = hearing.first_s is not None or hearing.unmarked
    return CHECK.found("silent_when_called" if is_connected else "not_heard_at_centre")


def _gaps(seen: Attended, sound: Sound, limits: Limits) -> Iterator[Finding]:
    """The longest silence each way; what a lost connection explains was told already."""
    up = _longest(seen, sound.heard_by_centre, limits)
    down = _longest(seen, sound.hears_centre, limits)
    found = [gap for gap in (up, down) if gap and gap.lasts_s > limits["gap"]]
    if not found:
        return
    longest = max(found, key=lambda gap: gap.lasts_s)
    is_away = longest.lasts_s > limits["away"] or _is_last(longest, seen, limits)
    yield Finding(
        "gap_in_meeting",
        Outcome.FAIL if is_away else Outcome.WARN,
        {
            "lasts_s": round(longest.lasts_s, 1),
            "at_s": round(longest.at_s, 1),
            "up_s": _lasts(up),
            "down_s": _lasts(down),
        },
    )


def _gap_of_all(seen: Attended, sound: Sound, limits: Limits) -> Iterator[Finding]:
    """The longest silence that most had together; not what cut the centre off as well."""
    gaps = [gap for gap in sound.shared_gaps if not _is_explained(gap, seen)]
    longest = max(gaps, key=lambda gap: gap.lasts_s, default=None)
    if longest is not None and longest.lasts_s > limits["gap"]:
        is_long = longest.lasts_s > limits["standstill"]
        values = {"at_s": round(longest.at_s, 1), "lasts_s": round(longest.lasts_s, 1)}
        outcome = Outcome.FAIL if is_long else Outcome.WARN
        yield Finding("meeting_stood_still", outcome, values)


def _longest(seen: Attended, hearing: Hearing | None, limits: Limits) -> Gap | None:
    """The longest silence one way; also the one before the first word, if it was long."""
    if hearing is None or hearing.first_s is None:
        return None
    gaps = [gap for gap in hearing.gaps if not _is_explained(gap, seen)]
    patience_s = limits["first_audio"] + limits["first_audio_trips"] * _round_trip_s(seen)
    waited_s = hearing.waited_s or 0.0
    if waited_s > patience_s:
        gaps.append(Gap(hearing.first_s - waited_s, waited_s))
    if hearing.frozen_s > limits["gap"]:
        gaps.append(Gap(hearing.first_s, hearing.frozen_s))
    return max(gaps, key=lambda gap: gap.lasts_s, default=None)


def _is_explained(gap: Gap, seen: Attended) -> bool:
    """Whether a lost connection was the reason."""
    for drop in seen.drops:
        since_s = drop.at_s - AROUND_S
        back_s = seen.left_s if drop.back_s is None else drop.back_s
        if gap.meets(Gap(since_s, back_s + AROUND_S - since_s)):
            return True
    return False


def _is_last(gap: Gap, seen: Attended, limits: Limits) -> bool:
    """Whether the sound never came back, and not only because the meeting was over."""
    is_open = gap.ends_s >= seen.left_s - limits["gap"]
    return is_open and gap.lasts_s > limits["gone"]


def _round_trip_s(seen: Attended) -> float:
    return seen.sound.round_trip_s if seen.sound else 0.0


def _lasts(gap: Gap | None) -> float:
    return round(gap.lasts_s, 1) if gap else 0.0


def _loss(sound: Sound, limits: Limits) -> Iterator[Finding]:
    """What two packets of a short meeting may be by chance is told of nobody."""
    ways = (sound.heard_by_centre, sound.hears_centre)
    up, down = (h.own_loss if h else 0.0 for h in ways)
    if any(h and h.own_loss > _beyond_chance(limits["loss"], h.received) for h in ways):
        is_bad = max(up, down) > limits["loss_fail"]
        values = {"up_percent": round(100 * up, 1), "down_percent": round(100 * down, 1)}
        outcome = Outcome.FAIL if is_bad else Outcome.WARN
        yield Finding("loss_in_meeting", outcome, values)


def _beyond_chance(limit: float, packets: int) -> float:
    """The limit and two standard deviations of what chance makes of it."""
    return limit + 2 * math.sqrt(limit / max(1, packets))


def _delay(sound: Sound, limits: Limits) -> Iterator[Finding]:
    """Late is also who is heard when the next one has been called; not if all are."""
    ways = sound.heard_by_centre, sound.hears_centre
    up, down = (_own_delay_ms(hearing, limits) for hearing in ways)
    is_late = sound.turn is not None and bool(sound.spoke_in_turn_of)  # no silence explains it
    is_out_of_turn = is_late and not _shared_ms(ways[0], limits)
    if max(up, down) > limits["delay"] or is_out_of_turn:
        yield CHECK.found("voice_delayed", up_ms=round(up), down_ms=round(down))


def _own_delay_ms(hearing: Hearing | None, limits: Limits) -> float:
    """Beyond what everybody suffers."""
    if hearing is None or hearing.delay_p50_ms is None:
        return 0.0
    return hearing.delay_p50_ms - _shared_ms(hearing, limits)


def _shared_ms(hearing: Hearing | None, limits: Limits) -> float:
    """Nothing unless it is so much that somebody minds."""
    is_much = hearing is not None and hearing.shared_ms > limits["delay"]
    return hearing.shared_ms if hearing and is_much else 0.0


def _delay_of_all(sound: Sound, limits: Limits) -> Iterator[Finding]:
    """A long line delays evenly, and a full one its one way; who labours, all and unevenly."""
    ways = sound.shared_down or PROMPT, sound.shared_up or PROMPT  # as the centre sees them
    late = [delay for delay in ways if delay.p50_ms > limits["delay"]]
    values = {"up_ms": round(ways[0].p50_ms), "down_ms": round(ways[1].p50_ms)}
    if len(late) == len(ways) and all(_sways(delay, limits) for delay in late):
        yield CHECK.found("bridge_overloaded", **values)
    elif late:
        yield CHECK.found("voice_delayed", **values)


def _sways(delay: Delay, limits: Limits) -> bool:
    return delay.p95_ms - delay.p50_ms > limits["sway"]


def _finding(outcome: Outcome, *words: str, group: Group, **relations: Any) -> FindingSpec:
    says_vi, says_en, do_vi, do_en = words
    says, do = Text(says_vi, says_en), Text(do_vi, do_en)
    return FindingSpec(outcome, says, do, group, **relations)


_of_line = partial(_finding, group=Group.INFRASTRUCTURE)
_of_bridge = partial(_finding, group=Group.SYSTEMS)

CHECK = Check(
    id="bridge.roll_call",
    asks=Text(
        vi="Khi tất cả cùng kết nối, điểm cầu có vào được, nghe và nói được đến hết không?",
        en="When all connect at once, is the bridge in, heard and hearing, to the end?",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    protocols=frozenset(conference.PROTOCOLS),
    stage="roll_call",
    evidence=Attended,
    probe=probe,
    judge=judge,
    deadline_s=90.0,  # past the meeting: the last return, the farewells, the accounts
    holds=True,
    through_hub=True,
    lag_max_s=LAG_MAX_S,
    requires=("bridge.reach", "bridge.certificate", "bridge.signalling"),
    lab={
        "bridge_overloaded": "tests/servers/test_bridges.py"
        "::test_an_overloaded_bridge_is_no_units_fault",
        "meeting_stood_still": "tests/servers/test_bridges.py"
        "::test_a_bridge_that_stood_still_is_no_units_fault",
    },
    limits={
        "gap": Limit(0.5, "s", Text("mất cả một từ", "a whole word is lost")),
        "away": Limit(10.0, "s", Text("lâu hơn, họp đã đi tiếp", "longer, and it went on")),
        "gone": Limit(2.0, "s", Text("dài thế không do ngẫu nhiên", "so long is no chance")),
        "standstill": Limit(2.0, "s", Text("lâu hơn, ai cũng hỏi", "longer, and all ask")),
        "first_audio": Limit(2.0, "s", Text("lâu hơn, sẽ hỏi ai nghe", "longer, and all ask")),
        "first_audio_trips": Limit(
            8.0, "round trips", Text("theo kết quả đo", "as was measured")
        ),
        "loss": Limit(0.01, "ratio", Text("ITU-T G.1010: đã nghe thấy", "G.1010: is heard")),
        "loss_fail": Limit(0.03, "ratio", Text("ITU-T G.1010: mức tối đa", "G.1010: the most")),
        "delay": Limit(150.0, "ms", Text("ITU-T G.114: chưa phiền", "G.114: nobody minds")),
        "sway": Limit(100.0, "ms", Text("đường bận: 50 ms", "a busy line sways by 50 ms")),
    },
    findings={
        "in_another_room": _of_bridge(
            Outcome.FAIL,
            "Đã vào phòng họp nhưng không gặp điểm cầu trung tâm: hai bên ở hai "
            "phòng khác nhau.",
            "In a meeting room, but not the centre's: neither finds the other there.",
            "Kiểm tra địa chỉ, số phòng của điểm cầu; nếu nhiều máy chủ, kiểm tra "
            "kết nối giữa chúng.",
            "Check the bridge's address and room; with several servers, how they "
            "are connected.",
        ),
        "does_not_hear_centre": _of_line(
            Outcome.FAIL,
            "Đã vào phòng họp nhưng không nghe được điểm cầu trung tâm.",
            "In the meeting, but the centre is not heard here.",
            "Kiểm tra chiều nhận: tường lửa, dải cổng RTP và chuyển đổi địa chỉ "
            "(NAT) của đơn vị.",
            "Check the way in: the unit's firewall, RTP ports and address translation (NAT).",
            follows=("no_media", "one_way_media"),
        ),
        "not_heard_at_centre": _of_line(
            Outcome.FAIL,
            "Đã vào phòng họp nhưng điểm cầu trung tâm không nhận được âm thanh của đơn vị.",
            "In the meeting, but no sound of the unit reaches the centre.",
            "Kiểm tra chiều gửi: tường lửa, dải cổng RTP và chuyển đổi địa chỉ "
            "(NAT) của đơn vị.",
            "Check the way out: the unit's firewall, RTP ports and address translation (NAT).",
            follows=("no_media",),
            explains=frozenset({"no_media"}),  # the echo test cannot tell which way is dead
        ),
        "silent_when_called": _of_bridge(
            Outcome.FAIL,
            "Đến lượt điểm danh, điểm cầu trung tâm chỉ nhận được khoảng lặng từ đơn vị.",
            "When called upon, the unit gave the centre nothing but silence.",
            "Kiểm tra điểm cầu có bị tắt tiếng trên hệ thống họp không; thử lại "
            "micrô của hội trường.",
            "Check whether the meeting system mutes the bridge; test the hall's microphone.",
            follows=("silent",),
        ),
        "echo_from_hall": _of_bridge(
            Outcome.FAIL,
            "Tiếng của {voices} dội ngược lại cuộc họp qua điểm cầu này.",
            "The sound of {voices} comes back into the meeting through this bridge.",
            "Bật khử tiếng vọng, giảm âm lượng loa hoặc đặt micrô xa loa; kiểm tra "
            "bàn trộn âm thanh.",
            "Turn on echo cancellation, lower or move the loudspeakers; check the audio mixer.",
        ),
        "gap_in_meeting": _of_line(
            Outcome.FAIL,
            "Âm thanh bị ngắt {lasts_s} giây từ giây {at_s} (chiều đi {up_s} giây, "
            "chiều về {down_s} giây).",
            "Sound broke off for {lasts_s} s after {at_s} s (out {up_s} s, in {down_s} s).",
            "Kiểm tra đường truyền chập chờn, Wi-Fi và thiết bị trung gian; dùng mạng dây.",
            "Look for drops on the line, in Wi-Fi and devices between; use a cable.",
            follows=("gap", "media_stalled"),
        ),
        "meeting_stood_still": _of_bridge(
            Outcome.FAIL,
            "Hầu hết điểm cầu cùng mất âm thanh từ giây {at_s}, trong {lasts_s} giây: nguyên "
            "nhân ở máy chủ cầu truyền hình hoặc đường truyền của trung tâm, không phải ở hội "
            "trường.",
            "The sound of most bridges broke off together after {at_s} s, for {lasts_s} s: the "
            "cause is the conference server or the centre's own line, not the halls.",
            "Kiểm tra nhật ký và tải của máy chủ cầu truyền hình tại thời điểm đó, rồi đến "
            "đường truyền của điểm cầu trung tâm; chạy lại điểm danh.",
            "Look at the conference server's log and load at that moment, then at the centre's "
            "own line; repeat the roll call.",
        ),
        "loss_in_meeting": _of_line(
            Outcome.FAIL,
            "Mất {up_percent} % gói âm thanh gửi đến trung tâm và {down_percent} % "
            "gói nhận về.",
            "{up_percent} % of the sound to the centre is lost, and {down_percent} % from it.",
            "Kiểm tra đường truyền theo chiều mất gói: băng thông, cáp, cổng mạng, nhà mạng.",
            "Check the line in the direction that loses: bandwidth, cable, port, carrier.",
            follows=("loss_up", "loss_down", "loss_bursts"),
        ),
        "voice_delayed": _of_line(
            Outcome.WARN,
            "Tiếng nói đến chậm: gửi đi {up_ms} ms, nhận về {down_ms} ms; dễ nói "
            "chồng lên nhau.",
            "Speech arrives late: out {up_ms} ms, in {down_ms} ms; people talk "
            "over one another.",
            "Yêu cầu nhà mạng kiểm tra tuyến truyền; kiểm tra tải của hệ thống họp.",
            "Ask the carrier to check the route; check the meeting system's load.",
            follows=("round_trip_slow", "jitter_high"),
        ),
        "bridge_overloaded": _of_bridge(
            Outcome.FAIL,
            "Tiếng của hầu hết điểm cầu cùng đến chậm và thất thường (từ trung tâm {up_ms} ms, "
            "đến trung tâm {down_ms} ms): hệ thống họp quá tải.",
            "Most bridges' voices come late together and unevenly (from the centre {up_ms} ms, "
            "to it {down_ms} ms): the meeting system is overloaded.",
            "Tăng năng lực máy chủ cầu truyền hình hoặc giảm tải cho máy chủ; nếu máy chủ còn "
            "rảnh, kiểm tra đường truyền của điểm cầu trung tâm.",
            "Give the conference server more power or less to do; if it is idle, check the "
            "centre's own line.",
        ),
        "dropped_and_returned": _of_line(
            Outcome.WARN,
            "Mất kết nối ở giây {at_s} ({why}), {away_s} giây sau vào lại được.",
            "Cut off after {at_s} s ({why}), back {away_s} s later.",
            "Kiểm tra độ ổn định của đường truyền và thiết bị trung gian.",
            "Check how steady the line and the devices on it are.",
        ),
        "dropped_for_good": _of_line(
            Outcome.FAIL,
            "Mất kết nối ở giây {at_s} ({why}) và không vào lại được.",
            "Cut off after {at_s} s ({why}), and never back.",
            "Kiểm tra máy chủ cầu truyền hình và đường truyền; chạy lại điểm danh.",
            "Check the conference server and the line; repeat the roll call.",
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("drops-mid-meeting", expect="dropped_and_returned"),
        Example("drops-for-good", expect="dropped_for_good"),
        Example("wrong-room", expect="in_another_room"),
        Example("media-one-way-down", expect="does_not_hear_centre"),
        Example("media-one-way-up", expect="not_heard_at_centre"),
        Example("media-silent", expect="silent_when_called"),
        Example("echo-in-hall", expect="echo_from_hall"),
        Example("media-stalls", expect="gap_in_meeting"),
        Example("media-loss-up", expect="loss_in_meeting"),
        Example("media-delay", expect="voice_delayed"),
        Example("bridge-overloaded", expect="voice_delayed"),  # of one alone there
        Example("ice-blocked", expect="ice_failed"),
    ),
)
