"""How does a page say whether what was predicted came true?"""

from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.model import Light, Text
from rehearsal.model.comparison import Calibration, Miss, Share
from rehearsal.report.clock import Clock, day_text, number
from rehearsal.report.movements import HAPPENED
from rehearsal.report.safe import visible
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Link, Places

PREDICTED = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
OUTCOMES = (Light.GREEN, Light.YELLOW, Light.RED)
SHOWN_MAX = 200  # misses of one list; more, and nobody reads them one by one


@dataclass(frozen=True, slots=True)
class PredictedRow:
    """What happened to the units of one predicted light."""

    mark: Mark
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MissView:
    """One unit that fared otherwise than predicted."""

    link: Link
    predicted: Mark
    happened: Mark
    when: Text
    said_by: str
    note: str


@dataclass(frozen=True, slots=True)
class MissList:
    """All that were wrong the same way; `more` are not shown."""

    name: Text
    misses: tuple[MissView, ...]
    count: int
    more: int


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """The table, the two shares, who was predicted wrongly, and who is not told of."""

    run_id: str
    go_live: Text
    sentence: Text
    heads: tuple[Mark, ...]
    rows: tuple[PredictedRow, ...]
    red: Text
    green: Text
    lists: tuple[MissList, ...]
    is_told: bool


def calibration_view(found: Calibration, places: Places, clock: Clock) -> CalibrationView:
    """Return what the review says of the predictions; without facts, that there are none."""
    return CalibrationView(
        run_id=found.run_id,
        go_live=day_text(found.go_live),
        sentence=_sentence(found),
        heads=tuple(_mark(light) for light in OUTCOMES),
        rows=tuple(
            PredictedRow(_mark(a), tuple(found.table.get((a, b), 0) for b in OUTCOMES))
            for a in PREDICTED
        ),
        red=share_text(found.red_came_true),
        green=share_text(found.green_stayed),
        lists=(
            _misses(_ROSIER, found.rosier, places, clock),
            _misses(_GLOOMIER, found.gloomier, places, clock),
        ),
        is_told=found.facts > 0,
    )


def _mark(light: Light) -> Mark:
    return Mark(marks.of_light(light).tone, HAPPENED[light])


def share_text(share: Share) -> Text:
    """Return so many of so many, in per cent as well; of none, that there is none."""
    ratio = share.ratio
    if ratio is None:
        return Text("chưa có trường hợp nào để tính", "no case to count yet")
    hits, of, percent = number(share.hits), number(share.of), f"{100 * ratio:.0f} %"
    return Text(f"{hits.vi} trong {of.vi} ({percent})", f"{hits.en} of {of.en} ({percent})")


def _sentence(found: Calibration) -> Text:
    silent, strangers = len(found.silent), len(found.strangers)
    if not found.facts:
        return Text(
            "Chưa có thông tin nào về các đơn vị sau ngày vận hành, nên chưa tính gì cả.",
            "Nothing is told yet of the units since go-live, so nothing is computed.",
        )
    told = number(found.facts)
    vi = f"Đã biết tình hình thực tế của {told.vi} đơn vị; còn {silent} đơn vị chưa có tin."
    en = f"How {told.en} units really fared is known; of {silent} nobody has told yet."
    if strangers:
        vi += f" {strangers} đơn vị được kể tên không có trong lần diễn tập này."
        en += f" {strangers} named units took no part in this trial."
    return Text(vi, en)


def _misses(name: Text, misses: Sequence[Miss], places: Places, clock: Clock) -> MissList:
    views = tuple(_miss(miss, places, clock) for miss in misses[:SHOWN_MAX])
    return MissList(name, views, len(misses), len(misses) - len(views))


def _miss(miss: Miss, places: Places, clock: Clock) -> MissView:
    return MissView(
        link=places.link(miss.unit),
        predicted=_mark(miss.predicted),
        happened=_mark(miss.fact.light),
        when=clock.moment(miss.fact.at),
        said_by=visible(miss.fact.said_by),
        note=visible(miss.fact.note),
    )


_ROSIER = Text("Dự báo tốt hơn thực tế", "Predicted better than it went")
_GLOOMIER = Text("Dự báo xấu hơn thực tế", "Predicted worse than it went")
