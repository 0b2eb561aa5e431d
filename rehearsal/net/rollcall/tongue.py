"""In which words do the trial and its media processes talk? One line of JSON a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from rehearsal.model import Failure, Rung
from rehearsal.net.rollcall.evidence import Drop, Hearing
from rehearsal.net.rollcall.recipe import Recipe
from rehearsal.net.rollcall.strain import Strain

LINE_BYTES = 64 * 1024 * 1024  # an account of 232 feeds takes less than one

Feed = int | str


@dataclass(frozen=True, slots=True)
class Errand:
    """The first line to a process: the meeting, and which seats are its own."""

    recipe: Recipe
    own: tuple[int, ...]
    listens_to_all: bool
    word: Literal["errand"] = "errand"


@dataclass(frozen=True, slots=True)
class Opening:
    """When the meeting opens, by `time.monotonic()`."""

    at: float
    word: Literal["opening"] = "opening"


@dataclass(frozen=True, slots=True)
class News:
    """Under which feed somebody publishes now, by slug."""

    feeds: dict[str, Feed]
    word: Literal["news"] = "news"


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has all it needs and waits for the opening."""

    word: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class Published:
    """That participant's sound is in the room now."""

    slug: str
    feed: Feed
    word: Literal["published"] = "published"


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing is heard any more of somebody: told while it lasts."""

    at: str
    of: str
    since_s: float
    word: Literal["silent"] = "silent"


@dataclass(frozen=True, slots=True)
class Side:
    """What one participant did and heard; `hears` and `meets` are by the others' slugs."""

    slug: str
    started_s: float
    rungs: tuple[Rung, ...]
    failure: Failure | None = None
    joined_s: float | None = None
    left_s: float = 0.0
    present: int = 0
    drops: tuple[Drop, ...] = ()
    feed: Feed | None = None
    published_s: float | None = None
    round_trip_s: float = 0.0
    hears: dict[str, Hearing] = field(default_factory=dict)
    meets: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """The last line of a process. `spoken` has for each slot whose feed brought whose voice.

    `cpu_s` is what the meeting took, from its opening on.
    """

    sides: tuple[Side, ...]
    strains: tuple[Strain, ...]
    spoken: tuple[tuple[tuple[str, str], ...], ...] = ()
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    word: Literal["account"] = "account"


Order = Errand | Opening | News
Said = Ready | Published | Silent | Account

ORDER: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Field(discriminator="word")])
SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="word")])


def line(adapter: TypeAdapter[Any], sentence: Order | Said) -> bytes:
    """A sentence as it is written."""
    return adapter.dump_json(sentence) + b"\n"
