"""Where on the city's tile map does each unit lie?"""

from dataclasses import dataclass
from itertools import pairwise

from rehearsal.model import Assessment, Unit
from rehearsal.report.view import marks
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Places

TILE = 68  # user units of the drawing; with the gap a tile is 72 wide
PITCH = 72
LINE_MAX_CHARS = 8  # what fits into a tile at 11.5 units
LINES_MAX = 3
LINE_HEIGHT = 12
FOOT = 8  # below the last line


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a tile's label."""

    words: str
    y: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit, linked to its page."""

    x: int
    y: int
    href: str
    mark: Mark
    name: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TileMap:
    """The drawing's size in user units, and its tiles from north-west to south-east."""

    width: int
    height: int
    tiles: tuple[Tile, ...]
    unplaced: int


def tile_map(assessment: Assessment, places: Places) -> TileMap:
    """Return the map of all units that have a tile."""
    tiles = []
    for standing in assessment.units:
        owner = standing.owner
        if isinstance(owner, Unit) and owner.tile is not None:
            tiles.append(_tile(owner, owner.tile, marks.of_light(standing.light), places))
    tiles.sort(key=lambda tile: (tile.y, tile.x))
    width = max((tile.x for tile in tiles), default=0) + TILE
    height = max((tile.y for tile in tiles), default=0) + TILE
    return TileMap(width, height, tuple(tiles), len(assessment.units) - len(tiles))


def _tile(unit: Unit, at: tuple[int, int], mark: Mark, places: Places) -> Tile:
    column, row = at
    title = f"{unit.name}: {mark.word.vi} ({mark.word.en})"
    href = places.link(unit.slug).href
    assert href is not None, "every unit has a page"
    return Tile(column * PITCH, row * PITCH, href, mark, unit.name, title, _lines(unit.name))


def _lines(name: str) -> tuple[Line, ...]:
    words = name.split()[:8]
    lines = [words[0]] if words else []
    for _, word in pairwise(words):
        if len(lines[-1]) + 1 + len(word) <= LINE_MAX_CHARS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    shown = [_cut(line) for line in lines[:LINES_MAX]]
    first = TILE - FOOT - LINE_HEIGHT * (len(shown) - 1)
    return tuple(Line(line, first + LINE_HEIGHT * rank) for rank, line in enumerate(shown))


def _cut(line: str) -> str:
    return line if len(line) <= LINE_MAX_CHARS else line[: LINE_MAX_CHARS - 1] + "…"
