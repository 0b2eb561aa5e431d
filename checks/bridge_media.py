"""Does our voice reach this bridge and come back, and how well does it pass each way?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net import janus
from rehearsal.net.door import Door
from rehearsal.net.media.apart import apart
from rehearsal.net.media.meter import Heard
from rehearsal.net.media.sounding import Sounded

# Nothing may be said of a gap of half a second when we ourselves were late by half of it.
LAG_MAX_S = 0.25
Limits = Mapping[str, float]
# The limits on time: what is over one of them by less than we were late may be our own.
_TIMES = ("queue", "round_trip", "jitter", "first_audio", "gap")


async def probe(target: Target, door: Door) -> Sounded:
    """Send sound and a small picture, and measure them as they come back."""
    return await janus.sound(door, target)


def judge(seen: Sounded, limits: Limits, around: Circumstances) -> Iterator[Finding]:
    """What we, or what most share, may have made is not told of the bridge."""
    del around
    own = apart(seen)
    told = list(_told(own, limits))
    yield from _on_time(own, told, limits)
    codes = {finding.code for finding in told}
    doubted = [found.code for found in _told(seen, limits) if found.code not in codes]
    if doubted:
        detail = f"{', '.join(doubted)}, while most others missed the same"
        yield _ours("silent_together", detail)


def _on_time(seen: Sounded, told: Iterable[Finding], limits: Limits) -> Iterator[Finding]:
    """What our own lateness explains is ours."""
    late_s = seen.send_late_s if seen.send_late_s > limits["own_late"] else 0.0
    allowing = {**limits, **{name: limits[name] + late_s for name in _TIMES}}
    sure = {finding.code for finding in _told(seen, allowing)}
    for finding in told:
        if finding.code in sure:
            yield finding
            continue
        detail = f"{finding.code}, while we were {_ms(late_s)} ms late"
        yield _ours("observer_overloaded", detail)


def _ours(kind: str, detail: str) -> Finding:
    return Finding(kind, Outcome.UNKNOWN, {"step": Step.OBSERVE.value, "detail": detail})


def _told(seen: Sounded, limits: Limits) -> Iterator[Finding]:
    """One cause is told once: a full queue also delays, and a gap also loses."""
    if seen.via != "direct":
        yield CHECK.found("via_relay_only", via=seen.via, why=seen.not_direct)
    if seen.heard is None:
        if _is_silent(seen, limits):
            yield CHECK.found("silent", level_dbov=seen.loudness_dbov)
        return
    yield from _first(seen, seen.heard, limits)
    if seen.picture is not None and seen.picture.frozen_s > limits["frozen"]:
        yield CHECK.found("picture_frozen", frozen_s=round(seen.picture.frozen_s, 1))
    queue = next(_queue(seen, limits), None)
    if queue is not None:
        yield queue
        return
    delayed = [*_delay(seen, seen.heard, limits)]
    yield from delayed
    if seen.heard.longest_gap_s > limits["gap"]:
        yield _gap(seen.heard)
        return
    spoilt = [*_jitter(seen.heard, limits), *_loss(seen, seen.heard, limits)]
    yield from spoilt
    if not delayed and not spoilt:
        yield from _quality(seen, seen.heard, limits)


def _is_silent(seen: Sounded, limits: Limits) -> bool:
    return seen.loudness_dbov is None or seen.loudness_dbov <= limits["silence"]


def _queue(seen: Sounded, limits: Limits) -> Iterator[Finding]:
    """Which way everything takes longer while we send more."""
    if seen.queue_up_s > limits["queue"]:
        yield CHECK.found("uplink_saturated", queue_ms=_ms(seen.queue_up_s))
    elif seen.queue_s > limits["queue"]:
        yield CHECK.found("downlink_saturated", queue_ms=_ms(seen.queue_s))


def _first(seen: Sounded, heard: Heard, limits: Limits) -> Iterator[Finding]:
    limit_s = limits["first_audio"] + limits["first_audio_trips"] * seen.signalling_s
    if heard.first_s > limit_s:
        values = {"took_s": round(heard.first_s, 1), "limit_s": round(limit_s, 1)}
        yield CHECK.found("first_audio_slow", **values)


def _delay(seen: Sounded, heard: Heard, limits: Limits) -> Iterator[Finding]:
    """Where the delay varies much, the line's own is what the quickest packets took."""
    is_varied = heard.jitter_s > limits["jitter"]
    trip_s = heard.trip_p10_s if is_varied else heard.trip_p50_s
    if trip_s > limits["round_trip"]:
        mos = _mos(seen, 0.0)
        is_bad = trip_s > limits["round_trip_fail"] or mos < limits["mos_fail"]
        times = {"p50_ms": _ms(heard.trip_p50_s), "p95_ms": _ms(heard.trip_p95_s)}
        yield _graded("round_trip_slow", is_bad=is_bad, mos=mos, **times)


def _gap(heard: Heard) -> Finding:
    values = {"longest_s": round(heard.longest_gap_s, 1), "count": heard.gap_count}
    return CHECK.found("gap", at_s=round(heard.gaps[0].at_s, 1), **values)


def _jitter(heard: Heard, limits: Limits) -> Iterator[Finding]:
    if heard.jitter_s > limits["jitter"]:
        is_bad = heard.jitter_s > limits["jitter_fail"]
        yield _graded("jitter_high", is_bad=is_bad, jitter_ms=_ms(heard.jitter_s))


def _loss(seen: Sounded, heard: Heard, limits: Limits) -> Iterator[Finding]:
    """Each way by itself; bursts are another fault than evenly spread losses."""
    ways = {"loss_up": seen.loss_up, "loss_down": seen.loss_down}
    high = {code: loss for code, loss in ways.items() if loss > limits["loss"]}
    if high and heard.mean_burst > limits["burst"]:
        is_bad = max(high.values()) > limits["loss_fail"]
        lost = {f"{code}_percent": _percent(loss) for code, loss in ways.items()}
        bursts = {"bursts": heard.bursts, "longest": heard.longest_burst}
        yield _graded("loss_bursts", is_bad=is_bad, **bursts, **lost)
        return
    for code, loss in high.items():
        mos = _mos(seen, loss)
        is_bad = loss > limits["loss_fail"] or mos < limits["mos_fail"]
        yield _graded(code, is_bad=is_bad, percent=_percent(loss), mos=mos)


def _quality(seen: Sounded, heard: Heard, limits: Limits) -> Iterator[Finding]:
    """What each for itself is within its limit may still add up to sound that tires."""
    loss = max(seen.loss_up, seen.loss_down)
    mos = seen.score(loss).mos
    if mos < limits["mos"]:
        values = {"mos": round(mos, 1), "limit": limits["mos"], "percent": _percent(loss)}
        times = {"trip_ms": _ms(heard.trip_p50_s), "jitter_ms": _ms(heard.jitter_s)}
        yield _graded("mos_low", is_bad=mos < limits["mos_fail"], **values, **times)


def _graded(code: str, *, is_bad: bool, **values: object) -> Finding:
    """Between green and red it is a warning."""
    return Finding(code, Outcome.FAIL if is_bad else Outcome.WARN, values)


def _mos(seen: Sounded, loss: float) -> float:
    return round(seen.score(loss).mos, 1)


def _ms(duration_s: float) -> int:
    return round(duration_s * 1000)


def _percent(ratio: float) -> float:
    return round(100 * ratio, 1)


def _line(vi: str, en: str, do_vi: str, do_en: str) -> FindingSpec:
    """A finding that the line is asked about; red, unless it stays below the red limit."""
    says, do = Text(vi, en), Text(do_vi, do_en)
    return FindingSpec(Outcome.FAIL, says, do, Group.INFRASTRUCTURE)


# Why each limit has its value, and where it is from.
_HEARD = "ITU-T G.1010 and Microsoft Teams: 1 % is heard"
_MOST = "ITU-T G.1010: the most that speech bears"
_BY_CHANCE = "losses by chance come one by one: 1 / (1 - loss)"
_HALF = "half of ITU-T G.114's 150 ms each way, for the halls"
_G114 = "ITU-T G.114: 150 ms each way, people interrupt"
_TEAMS = "Microsoft, Media quality and network performance in Teams; Cisco's guide agrees"
_BUFFERS = "beyond it buffers drop sound or add to the delay"
_ASK = "longer, and people ask whether they can be heard"
_MEASURED = "what joining takes, as measured"
_WORD = "a word is lost; concealment covers 60 ms at most"
_ROOM = "a line with room to spare delays big packets by far less"
_STILL = "nobody takes so long a still picture for a person"
_OURS = "half of a full queue: what is later may be our own"
_QUIET = "a muted microphone gives -91, a quiet hall -60"
_PLEASED = "ITU-T G.107 annex B: R of 80, users are satisfied"
_SORRY = "ITU-T G.107 annex B: below it many are dissatisfied"
CHECK = Check(
    id="bridge.media",
    asks=Text(
        vi="Tiếng nói của đơn vị có đến được cuộc họp và nghe lại được rõ không?",
        en="Does the unit's voice reach the meeting, and does sound come back well?",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    schemes=frozenset({"wss", "ws"}),
    protocols=frozenset({"janus"}),
    stage="media",
    evidence=Sounded,
    probe=probe,
    judge=judge,
    through_hub=True,
    deadline_s=120.0,  # directly, then by each of two relays, and the measuring itself
    lag_max_s=LAG_MAX_S,
    requires=("bridge.reach", "bridge.certificate", "bridge.signalling"),
    lab={
        "via_relay_only": "tests/net_lab/test_media.py::test_the_way_round",
        "downlink_saturated": "tests/servers/test_janus_media.py::test_a_narrow_way_back",
        "first_audio_slow": "tests/servers/test_janus_media.py::test_a_path_that_opens_late",
        "mos_low": "tests/net_lab/test_media.py::test_what_adds_up",  # by other limits
    },
    limits={
        "loss": Limit(0.01, "ratio per 15 s", Text("ITU-T G.1010: đã nghe thấy", _HEARD)),
        "loss_fail": Limit(0.03, "ratio per 15 s", Text("ITU-T G.1010: mức tối đa", _MOST)),
        "burst": Limit(2.0, "packets", Text("mất ngẫu nhiên thì rời từng gói", _BY_CHANCE)),
        "round_trip": Limit(0.15, "s", Text("nửa mức 150 ms của ITU-T G.114", _HALF)),
        "round_trip_fail": Limit(0.3, "s", Text("ITU-T G.114: nói chồng lên nhau", _G114)),
        "jitter": Limit(0.03, "s", Text("Microsoft Teams, Cisco: trên mức này là kém", _TEAMS)),
        "jitter_fail": Limit(0.05, "s", Text("bộ đệm phải bỏ tiếng hoặc thêm trễ", _BUFFERS)),
        "first_audio": Limit(2.0, "s", Text("lâu hơn, sẽ hỏi có ai nghe không", _ASK)),
        "first_audio_trips": Limit(8.0, "round trips", Text("theo kết quả đo", _MEASURED)),
        "gap": Limit(0.5, "s", Text("mất một từ; bộ giải mã che được 60 ms", _WORD)),
        "queue": Limit(0.1, "s", Text("đường còn dư thì gói lớn trễ ít hơn nhiều", _ROOM)),
        "frozen": Limit(2.0, "s", Text("không ai đứng yên lâu đến thế", _STILL)),
        "own_late": Limit(0.05, "s", Text("nửa hàng đợi đầy: trễ hơn có thể do ta", _OURS)),
        "silence": Limit(-70.0, "dBov", Text("micrô tắt: -91, hội trường lặng: -60", _QUIET)),
        "mos": Limit(4.0, "MOS", Text("ITU-T G.107 phụ lục B: hài lòng", _PLEASED)),
        "mos_fail": Limit(
            3.6, "MOS", Text("ITU-T G.107 phụ lục B: nhiều người khó chịu", _SORRY)
        ),
    },
    findings={
        "via_relay_only": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Âm thanh chỉ đi được qua máy chủ TURN ({via}); đường trực tiếp: {why}.",
                en="Sound passes only by the TURN server ({via}); directly: {why}.",
            ),
            do=Text(
                vi="Mở dải cổng UDP của hệ thống họp trên tường lửa; đường vòng tăng độ trễ.",
                en="Open the meeting system's UDP ports in the firewall; the detour delays.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "silent": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Có tín hiệu trở về nhưng chỉ là im lặng ({level_dbov} dBov).",
                en="Packets come back, but they hold silence ({level_dbov} dBov).",
            ),
            do=Text(
                vi="Kiểm tra điểm cầu có bị tắt tiếng trên hệ thống họp không; thử lại micrô.",
                en="Check whether the meeting system mutes the bridge; test the microphone.",
            ),
        ),
        "first_audio_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Sau {took_s} giây mới nghe được âm thanh đầu tiên (ngưỡng {limit_s} giây).",
                en="The first sound came after {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Kiểm tra tải của hệ thống họp, máy chủ STUN, TURN và đường truyền.",
                en="Check the meeting system's load, its STUN and TURN servers and the line.",
            ),
        ),
        "picture_frozen": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Hình ảnh vẫn truyền nhưng đứng yên {frozen_s} giây.",
                en="The picture keeps coming, but stood still for {frozen_s} s.",
            ),
            do=Text(
                vi="Khởi động lại máy quay và bộ mã hóa; kiểm tra tải của hệ thống họp.",
                en="Restart camera and encoder; check the meeting system's load.",
            ),
        ),
        "uplink_saturated": _line(
            "Khi gửi nhiều hơn, âm thanh trễ thêm {queue_ms} ms: chiều gửi hết băng thông.",
            "Sending more makes sound {queue_ms} ms later: no upload bandwidth is left.",
            "Tăng băng thông chiều gửi hoặc bớt việc khác trên đường truyền trong giờ họp.",
            "Get more upload bandwidth, or keep other traffic off the line during meetings.",
        ),
        "downlink_saturated": _line(
            "Khi nhận nhiều hơn, âm thanh trễ thêm {queue_ms} ms: chiều nhận hết băng thông.",
            "Receiving more makes sound {queue_ms} ms later: no download bandwidth is left.",
            "Tăng băng thông chiều nhận hoặc bớt việc khác trên đường truyền trong giờ họp.",
            "Get more download bandwidth, or keep other traffic off the line during meetings.",
        ),
        "round_trip_slow": _line(
            "Âm thanh đi về mất {p50_ms} ms (95 % dưới {p95_ms} ms), điểm nghe MOS {mos}.",
            "Sound takes {p50_ms} ms there and back (95 % below {p95_ms} ms), MOS {mos}.",
            "Yêu cầu nhà mạng kiểm tra tuyến truyền; tránh đường vệ tinh, di động, VPN vòng.",
            "Ask the carrier to check the route; avoid satellite, mobile and detours by VPN.",
        ),
        "gap": _line(
            "Âm thanh bị ngắt {count} lần, lâu nhất {longest_s} giây, lần đầu ở giây {at_s}.",
            "Sound broke off {count} times, for up to {longest_s} s, first after {at_s} s.",
            "Kiểm tra đường truyền chập chờn, Wi-Fi và thiết bị trung gian; dùng mạng dây.",
            "Look for drops on the line, in Wi-Fi and devices between; use a cable.",
        ),
        "jitter_high": _line(
            "Độ trễ dao động {jitter_ms} ms, tiếng nói dễ bị méo hoặc ngắt.",
            "The delay varies by {jitter_ms} ms, so that speech is distorted or broken.",
            "Ưu tiên âm thanh (QoS) trên bộ định tuyến; dùng mạng dây thay Wi-Fi.",
            "Give sound priority (QoS) in the router; use a cable instead of Wi-Fi.",
        ),
        "loss_bursts": _line(
            "Mất gói từng chùm: {bursts} chùm, dài nhất {longest} gói "
            "(chiều đi {loss_up_percent} %, chiều về {loss_down_percent} %).",
            "Packets are lost in bursts: {bursts}, the longest of {longest} "
            "(there {loss_up_percent} %, back {loss_down_percent} %).",
            "Kiểm tra Wi-Fi, cáp và cổng mạng chập chờn, hàng đợi tràn ở bộ định tuyến.",
            "Check Wi-Fi, loose cables and ports, and queues that overflow in the router.",
        ),
        "mos_low": _line(
            "Điểm nghe MOS chỉ {mos} (ngưỡng {limit}): đi về {trip_ms} ms, dao động "
            "{jitter_ms} ms, mất {percent} % gói cộng lại.",
            "MOS is only {mos} (limit {limit}): {trip_ms} ms there and back, {jitter_ms} ms of "
            "jitter and {percent} % of loss together.",
            "Kiểm tra đường truyền vào giờ họp: tải, Wi-Fi, tuyến của nhà mạng.",
            "Look at the line in the hours of meetings: its load, Wi-Fi, the carrier's route.",
        ),
        "loss_up": _line(
            "Mất {percent} % gói trên chiều từ đơn vị đến cuộc họp, điểm nghe MOS {mos}.",
            "{percent} % of packets are lost on the way to the meeting, MOS {mos}.",
            "Kiểm tra chiều gửi của đường truyền: băng thông, cáp, cổng mạng, nhà mạng.",
            "Check the line's upload direction: bandwidth, cable, port, carrier.",
        ),
        "loss_down": _line(
            "Mất {percent} % gói trên chiều từ cuộc họp về đơn vị, điểm nghe MOS {mos}.",
            "{percent} % of packets are lost on the way from the meeting, MOS {mos}.",
            "Kiểm tra chiều nhận của đường truyền và tải của hệ thống họp.",
            "Check the line's download direction, and the meeting system's load.",
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("media-one-way-up", expect="no_media"),
        Example("media-one-way-down", expect="one_way_media"),
        Example("media-silent", expect="silent"),
        Example("media-loss-up", expect="loss_up"),
        Example("media-loss-down", expect="loss_down"),
        Example("media-bursts", expect="loss_bursts"),
        Example("media-delay", expect="round_trip_slow"),
        Example("media-jitter", expect="jitter_high"),
        Example("media-stalls", expect="gap"),
        Example("media-saturated", expect="uplink_saturated"),
        Example("video-frozen", expect="picture_frozen"),
        Example("ice-blocked", expect="ice_failed"),
        Example("dtls-fails", expect="dtls_failed"),
    ),
)
