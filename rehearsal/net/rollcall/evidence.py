"""What is known of one participant after the meeting? Facts; every time after the barrier."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehearsal.model import Observer


@dataclass(frozen=True, slots=True)
class Drop:
    """A connection lost in the meeting; seconds after the barrier."""

    at_s: float
    why: str
    back_s: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was heard for `lasts_s`; `noticed_s` is how soon we knew, while it lasted."""

    at_s: float
    lasts_s: float
    noticed_s: float | None = None

    @property
    def ends_s(self) -> float:
        """When something was heard again, or nobody listened any more."""
        return self.at_s + self.lasts_s

    def meets(self, other: Gap) -> bool:
        """Whether they have a moment in common."""
        return max(self.at_s, other.at_s) < min(self.ends_s, other.ends_s)


@dataclass(frozen=True, slots=True)
class Delay:
    """How late most of the voices came at least, one way, in milliseconds."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """What arrived of one speaker; `first_s` is None when nothing ever did.

    `loss` is a ratio of 0 to 1, of all that was sent; the delay is one way, on one clock.
    `waited_s` is from our asking for it to the first packet, `frozen_s` the longest time
    in which nothing new came. In this speaker's feed also came packets of `strangers`, by
    slug, and `unmarked` ones: what bears no number of ours is silence, or nobody's.
    `longest_burst` is how many packets in a row were lost at most.
    Of its median delay most others had `shared_ms` as well; and of its loss, `shared_loss`
    fell into silences of most.
    """

    first_s: float | None
    received: int
    loss: float
    delay_p50_ms: float | None
    delay_p95_ms: float | None
    gaps: tuple[Gap, ...] = ()
    strangers: tuple[str, ...] = ()
    waited_s: float | None = None
    frozen_s: float = 0.0
    unmarked: int = 0
    shared_ms: float = 0.0
    longest_burst: int = 0
    shared_loss: float = 0.0

    @property
    def own_loss(self) -> float:
        """The loss that is not everybody's."""
        return self.loss - self.shared_loss


@dataclass(frozen=True, slots=True)
class Turn:
    """When this participant was called upon; `others` were heard then and not called."""

    began_s: float
    lasts_s: float
    heard: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """Both ways between one participant and the centre; None without the centre.

    `meets_centre` says whether one finds the other in its room. `same_feed` are others who
    have the same place in the room, `echoes` those whose sound comes back through this one,
    `spoke_in_turn_of` those who were called upon while this one was heard.
    `untested` says why it is not known whether one hears the other; empty when it is.
    At the centre alone stands what most participants had together: the silences in
    `shared_gaps`, and the delays on the way to it and from it.
    `observer` is the health of the processes that spoke and listened.
    """

    published_s: float | None
    hears_centre: Hearing | None = None
    heard_by_centre: Hearing | None = None
    turn: Turn | None = None
    meets_centre: bool | None = None
    same_feed: tuple[str, ...] = ()
    echoes: tuple[str, ...] = ()
    spoke_in_turn_of: tuple[str, ...] = ()
    shared_gaps: tuple[Gap, ...] = ()
    shared_up: Delay | None = None
    shared_down: Delay | None = None
    round_trip_s: float = 0.0
    untested: str = ""
    observer: Observer = field(default_factory=Observer)


@dataclass(frozen=True, slots=True)
class Attended:
    """One bridge's roll call; `due_s` is when its start was planned.

    `sound` is None when none was tried: another protocol, too many participants.
    """

    started_s: float
    joined_s: float
    left_s: float
    present_at_join: int
    drops: tuple[Drop, ...] = ()
    sound: Sound | None = None
    due_s: float = 0.0
