"""Who was in the meeting, second by second, and who dropped out of it?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rehearsal.model import Assessment, Attendance, Outcome, RollCall, Text
from rehearsal.report.clock import number, span
from rehearsal.report.order import vietnamese_key
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places

WIDTH = 720  # of the plot, in user units
HEIGHT = 132
LANE = 18  # the height of a participant's own lane below the curve
LANES_TOP = 164
LANES_MAX = 40  # a picture of more lanes is read by nobody; the table has them all
BAND_MIN = 2.0  # half a second of a long meeting is still seen
_NICE_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
_TICKS_MAX = 8
_LEVELS = 2  # lines at a half and at all participants


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled line of the plot at this coordinate."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in a participant's own lane."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Absence:
    """One participant who dropped out, for good or for some time, or was not heard."""

    who: Link
    mark: Mark
    told: tuple[Text, ...]
    bars: tuple[Bar, ...]
    silences: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One of them below the curve, on the same clock."""

    y: int
    absence: Absence


@dataclass(frozen=True, slots=True)
class Standstill:
    """What most lost of the sound together: a band across all lanes, and in words."""

    bar: Bar
    told: Text


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who came in within a second, and the longest that 95 of 100 of them waited."""

    second: str
    joined: int
    p95: Text


@dataclass(frozen=True, slots=True)
class Hearing:
    """How many heard the centre, and how many it heard, of those with sound."""

    tried: int
    hear: int
    heard: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class RollCallView:
    """The meeting in figures, as a curve, and the list of those who were missing."""

    mark: Mark
    expected: int
    joined: int
    peak: int
    skew: Text
    all_in: Text
    held: Text
    line: str
    area: str
    seconds: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    missing: tuple[Link, ...]
    unseen: tuple[Link, ...]
    drops: tuple[Absence, ...]
    standstills: tuple[Standstill, ...]
    lanes: tuple[Lane, ...]
    height: int
    arrivals: tuple[Arrivals, ...]
    hearing: Hearing | None


def roll_call(assessment: Assessment, places: Places) -> RollCallView | None:
    """Return the roll call, if there was one."""
    call = assessment.roll_call
    if call is None:
        return None
    end_s = _end_s(call)
    line = _curve(call, end_s)
    drops = _drops(call, end_s, places)
    top = LANES_TOP + LANE if call.silences else LANES_TOP  # theirs is the first lane
    lanes = tuple(Lane(top + LANE * n, one) for n, one in enumerate(drops[:LANES_MAX]))
    return RollCallView(
        mark=marks.of_outcome(Outcome.PASS if call.joined == call.expected else Outcome.FAIL),
        expected=call.expected,
        joined=call.joined,
        peak=call.peak_held,
        skew=span(call.start_skew_s),
        all_in=_all_in(call),
        held=span(call.hold_s),
        line=line,
        area=f"{line}V{HEIGHT}H0Z",
        seconds=_seconds(end_s),
        levels=_levels(call.expected),
        missing=_absent(call, places, is_known=True),
        unseen=_absent(call, places, is_known=False),
        drops=drops,
        standstills=tuple(_standstill(*silence, end_s) for silence in call.silences),
        lanes=lanes,
        height=top + LANE * len(lanes),
        arrivals=tuple(Arrivals(f"{j.second} s", j.joined, span(j.p95_s)) for j in call.joins),
        hearing=_hearing(call),
    )


def _hearing(call: RollCall) -> Hearing | None:
    if not call.with_sound:
        return None
    is_whole = call.hear == call.heard == call.with_sound
    mark = marks.of_outcome(Outcome.PASS if is_whole else Outcome.FAIL)
    return Hearing(call.with_sound, call.hear, call.heard, mark)


def _all_in(call: RollCall) -> Text:
    if call.all_in_s is None:
        missing = number(call.expected - call.joined)
        return Text(f"thiếu {missing.vi}", f"{missing.en} missing")
    return span(call.all_in_s)


def _end_s(call: RollCall) -> float:
    told = [call.hold_s, call.all_in_s or 0.0, 1.0]
    for one in call.attendance:
        told += [at for at in (one.joined_s, one.left_s) if at is not None]
        told += [at for drop in one.drops for at in drop if at is not None]
        told += [begins + lasts for begins, lasts in one.gaps]
    return max(told)


def _stays(one: Attendance, end_s: float) -> list[tuple[float, float]]:
    """Return the stretches in which this participant was in the meeting."""
    if one.joined_s is None:
        return []
    since: float | None = one.joined_s
    stays = []
    for dropped_s, back_s in sorted(one.drops, key=lambda drop: drop[0]):
        if since is not None:
            stays.append((since, dropped_s))
        since = back_s
    if since is not None:
        stays.append((since, end_s if one.left_s is None else one.left_s))
    return [(begin, until) for begin, until in stays if until > begin]


def _curve(call: RollCall, end_s: float) -> str:
    """Return an SVG path of how many were in at each moment."""
    changes: Counter[float] = Counter()
    for begin, until in (stay for one in call.attendance for stay in _stays(one, end_s)):
        changes[begin] += 1
        changes[until] -= 1
    present, path = 0, f"M0 {HEIGHT}"
    for at in sorted(moment for moment in changes if moment < end_s):
        present += changes[at]
        path += f"H{_x(at, end_s, WIDTH)}V{_y(present, call.expected)}"
    return f"{path}H{WIDTH}"


def _x(at: float, end_s: float, width: int) -> float:
    return round(min(max(at / end_s, 0), 1) * width, 1)


def _y(present: int, expected: int) -> float:
    return round(HEIGHT * (1 - present / max(expected, present, 1)), 1)


def _seconds(end_s: float) -> tuple[Tick, ...]:
    step = next((s for s in _NICE_STEPS_S if end_s / s <= _TICKS_MAX), _NICE_STEPS_S[-1])
    count = min(int(end_s // step), 2 * _TICKS_MAX)
    return tuple(Tick(_x(i * step, end_s, WIDTH), f"{i * step} s") for i in range(count + 1))


def _levels(expected: int) -> tuple[Tick, ...]:
    shown = [expected * part // _LEVELS for part in range(1, _LEVELS + 1)]
    return tuple(Tick(_y(level, expected), str(level)) for level in shown)


def _absent(call: RollCall, places: Places, *, is_known: bool) -> tuple[Link, ...]:
    absent = [a for a in call.attendance if a.joined_s is None and a.is_known is is_known]
    links = [places.link(one.slug) for one in absent]
    return tuple(sorted(links, key=lambda link: vietnamese_key(link.words.vi)))


def _drops(call: RollCall, end_s: float, places: Places) -> tuple[Absence, ...]:
    missed = [one for one in call.attendance if one.drops or one.gaps]
    views = [_absence(one, end_s, places) for one in missed]
    return tuple(sorted(views, key=lambda v: (v.mark.tone, vietnamese_key(v.who.words.vi))))


def _absence(one: Attendance, end_s: float, places: Places) -> Absence:
    stays = _stays(one, end_s)
    is_back = all(back is not None for _, back in one.drops)
    return Absence(
        who=places.link(one.slug),
        mark=marks.of_outcome(Outcome.WARN if is_back else Outcome.FAIL),
        told=tuple(_told(one)),
        bars=tuple(_bar(begins, ends, end_s) for begins, ends in stays),
        silences=tuple(_bar(at, at + lasts, end_s) for at, lasts in one.gaps),
    )


def _standstill(begins_s: float, lasts_s: float, end_s: float) -> Standstill:
    bar = _bar(begins_s, begins_s + lasts_s, end_s)
    at, lasted = span(begins_s), span(lasts_s)
    told = Text(
        f"Hầu hết điểm cầu cùng mất âm thanh từ {at.vi}, trong {lasted.vi}.",
        f"The sound of most bridges broke off together after {at.en}, for {lasted.en}.",
    )
    return Standstill(replace(bar, width=max(bar.width, BAND_MIN)), told)


def _bar(begins_s: float, ends_s: float, end_s: float) -> Bar:
    return Bar(_x(begins_s, end_s, WIDTH), round((ends_s - begins_s) / end_s * WIDTH, 1))


def _told(one: Attendance) -> Iterable[Text]:
    for begins_s, lasts_s in one.gaps:
        at, lasted = span(begins_s), span(lasts_s)
        yield Text(
            f"trung tâm không nghe thấy từ {at.vi}, trong {lasted.vi}",
            f"not heard at the centre from {at.en}, for {lasted.en}",
        )
    for dropped_s, back_s in one.drops:
        out = span(dropped_s)
        if back_s is None:
            yield Text(f"rớt lúc {out.vi}, không trở lại", f"dropped at {out.en}, never back")
        else:
            away, back = span(back_s - dropped_s), span(back_s)
            yield Text(
                f"rớt lúc {out.vi}, trở lại lúc {back.vi} (vắng {away.vi})",
                f"dropped at {out.en}, back at {back.en} (away {away.en})",
            )
