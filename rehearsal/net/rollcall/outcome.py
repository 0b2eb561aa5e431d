"""What do both ends together know of each participant? Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rehearsal.model import Failure, Step
from rehearsal.net.rollcall.doubt import doubt, doubt_failure, doubt_meeting
from rehearsal.net.rollcall.evidence import Attended, Delay, Gap, Hearing, Sound, Turn
from rehearsal.net.rollcall.recipe import CENTRAL, Recipe, Seat
from rehearsal.net.rollcall.roll import Roll
from rehearsal.net.rollcall.shared import (
    apart_from,
    are_most,
    beyond,
    common_delay,
    common_gaps,
    joined,
)
from rehearsal.net.rollcall.strain import Strain, worst
from rehearsal.net.rollcall.tongue import Account, Feed, Side

FIRST_S, FIRST_TRIPS = 2.0, 8.0  # until the first sound at the latest, as a bridge is judged
TOGETHER_S = 15.0  # a cut is noticed at different moments, and then asked about
_SILENCE = Hearing(None, 0, 0.0, None, None)


def outcomes(
    recipe: Recipe, accounts: Sequence[Account | None], feeds: Mapping[str, Feed]
) -> dict[str, Attended | Failure]:
    """By slug what is known of each, or why nothing is; ours is never theirs."""
    given = [account for account in accounts if account is not None]
    meeting = _Meeting(
        recipe,
        tuple(given),
        {side.slug: side for account in given for side in account.sides},
        {side.slug: account.strains for account in given for side in account.sides},
        feeds,
    )
    return {seat.slug: meeting.outcome(seat) for seat in recipe.seats}


@dataclass(frozen=True)
class _Meeting:
    """Everybody's own account, by slug."""

    recipe: Recipe
    accounts: tuple[Account, ...]
    sides: Mapping[str, Side]
    strains: Mapping[str, tuple[Strain, ...]]
    feeds: Mapping[str, Feed]

    def outcome(self, seat: Seat) -> Attended | Failure:
        """What became of one; a failure where that is all that can be said."""
        side = self.sides.get(seat.slug)
        if side is None:
            detail = "the media process ended before it gave its account"
            return Failure(Step.OBSERVE, "observer_overloaded", detail)
        if side.failure is not None or side.joined_s is None:
            failure = side.failure or Failure(Step.OBSERVE, "deadline_in_queue", "never in")
            return doubt_failure(failure, side, self.strains[seat.slug]) or failure
        strains = self._strains_for(seat)
        found = self._attended(seat, side, strains)
        return doubt(found, strains) or self._beyond_findings(seat, found, strains) or found

    def _strains_for(self, seat: Seat) -> tuple[Strain, ...]:
        """Of those who spoke for it and who listened; for the centre, everybody's."""
        if seat.role == CENTRAL:
            return tuple(strain for account in self.accounts for strain in account.strains)
        ears = self.strains[self.centre.slug] if self.centre else ()
        return (*self.strains[seat.slug], *ears)

    @cached_property
    def centre(self) -> Side | None:
        """The centre's side; None when it did not take part, and cannot speak of anybody."""
        for seat in self.recipe.seats:
            side = self.sides.get(seat.slug)
            if seat.role == CENTRAL and side is not None and side.published_s is not None:
                return None if side.failure is not None else side
        return None

    @cached_property
    def roll(self) -> Roll:
        """Who was called when, and who was heard then."""
        numbers = {seat.slug: seat.number for seat in self.recipe.seats}
        spoken = next((account.spoken for account in self.accounts if account.spoken), ())
        return Roll(self.recipe.schedule, numbers, spoken)

    @cached_property
    def units(self) -> tuple[Side, ...]:
        """Whoever took part, but the centre."""
        seated = (self.sides.get(s.slug) for s in self.recipe.seats if s.role != CENTRAL)
        return tuple(side for side in seated if side and side.published_s is not None)

    @cached_property
    def down(self) -> Mapping[str, Hearing]:
        """How each hears the centre."""
        centre = self.centre.slug if self.centre else ""
        return {side.slug: side.hears.get(centre, _SILENCE) for side in self.units}

    @cached_property
    def up(self) -> Mapping[str, Hearing]:
        """How the centre hears each."""
        heard = self.centre.hears if self.centre else {}
        return {side.slug: heard.get(side.slug, _SILENCE) for side in self.units}

    @cached_property
    def gaps(self) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
        """The silences that most had together: from the centre, and to it."""
        return common_gaps([*self.down.values()]), common_gaps([*self.up.values()])

    @cached_property
    def delays(self) -> tuple[Delay | None, Delay | None]:
        """How late most were together: from the centre, and to it."""
        return common_delay([*self.down.values()]), common_delay([*self.up.values()])

    def _attended(self, seat: Seat, side: Side, strains: Sequence[Strain]) -> Attended:
        is_centre = self.centre is not None and side.slug == self.centre.slug
        plain = Sound(
            published_s=side.published_s,
            shared_gaps=self._shared_gaps() if is_centre else (),
            shared_down=self.delays[0] if is_centre else None,
            shared_up=self.delays[1] if is_centre else None,
            round_trip_s=side.round_trip_s,
            observer=worst(strains),
        )
        has_centre = self.centre is not None and seat.role != CENTRAL
        sound = self._both_ways(plain, side) if has_centre else plain
        if seat.role != CENTRAL and any(s.role == CENTRAL for s in self.recipe.seats):
            sound = replace(sound, untested=self._untested(sound))
        return Attended(
            started_s=side.started_s,
            joined_s=side.joined_s or 0.0,
            left_s=side.left_s,
            present_at_join=side.present,
            drops=side.drops,
            sound=sound,
            due_s=self.recipe.schedule.due_s(seat.number),
        )

    def _both_ways(self, plain: Sound, side: Side) -> Sound:
        slug, centre = side.slug, self.centre
        if centre is None or slug not in self.up:
            return plain
        down, up = self.down[slug], self.up[slug]
        met = [
            m for m in (side.meets.get(centre.slug), centre.meets.get(slug)) if m is not None
        ]
        came_late = _came_late(side)
        hears = None if came_late and down.first_s is None else self._own(down, 0)
        heard = None if came_late and up.first_s is None else self._own(up, 1)
        return replace(
            plain,
            hears_centre=None if self._is_mute else hears,
            heard_by_centre=None if self._is_deaf else heard,
            turn=None if self._is_deaf or came_late else self._turn(slug, up),
            meets_centre=any(met) if met and not came_late else None,
            same_feed=self._sharing(slug),
            echoes=tuple(s for s in up.strangers if s == centre.slug or self._has_voice(s)),
            spoke_in_turn_of=self.roll.disturbed_by(slug),
        )

    def _turn(self, slug: str, up: Hearing) -> Turn | None:
        """Its turn, if it could be heard then: a wait or a silence is told by itself.

        Also a silence that all had together, which stands at the centre.
        """
        turn = self.roll.turn_of(slug)
        if turn is None or up.first_s is None:
            return turn
        ends_s = turn.began_s + turn.lasts_s
        is_cut = any(g.at_s < ends_s and turn.began_s < g.ends_s for g in up.gaps)
        return None if is_cut or up.first_s > turn.began_s else turn

    def _untested(self, sound: Sound) -> str:
        """Why nobody knows whether this one hears and is heard; empty when it is known.

        Who came at the very end is judged by how late that was.
        """
        if None not in (sound.hears_centre, sound.heard_by_centre):
            return ""
        if self.centre is None:
            return "the centre took no part"
        return self._cut_off().detail if self._is_mute or self._is_deaf else ""

    def _shared_gaps(self) -> tuple[Gap, ...]:
        pairs = zip(self.gaps, self.delays, strict=True)
        return joined(gap for gaps, delay in pairs for gap in beyond(gaps, delay))

    def _own(self, hearing: Hearing, way: int) -> Hearing:
        """What was heard, apart from what all had together on that way."""
        return apart_from(hearing, self.gaps[way], self.delays[way])

    @cached_property
    def _is_mute(self) -> bool:
        """Whether the centre itself was not heard, so that nobody is blamed for it."""
        return are_most(_silent(self.down), len(self.down))

    @cached_property
    def _is_deaf(self) -> bool:
        """Whether the centre itself heard nobody."""
        return are_most(_silent(self.up), len(self.up))

    def _beyond_findings(
        self, seat: Seat, found: Attended, strains: Sequence[Strain]
    ) -> Failure | None:
        """What leaves nothing else to be said of that one."""
        if found.sound is not None and found.sound.same_feed:
            told = f"same place in the room as {', '.join(found.sound.same_feed)}"
            return Failure(Step.SIGNALLING, "account_in_use", told)
        if seat.role != CENTRAL:
            return None
        if failure := self._own_cut(found):
            return failure
        if not (self._is_mute or self._is_deaf):
            return None
        return doubt_meeting(strains, found.joined_s, found.left_s) or self._cut_off()

    def _own_cut(self, found: Attended) -> Failure | None:
        """What others met then who could tell that our own line was cut: it sits alone."""
        for side in self.sides.values():
            if side.failure is None or side.failure.kind != "observer_offline":
                continue
            if any(abs(side.left_s - drop.at_s) < TOGETHER_S for drop in found.drops):
                return side.failure
        return None

    def _cut_off(self) -> Failure:
        """Why the centre itself took no part in the sound."""
        if self._is_mute and self._is_deaf:
            return Failure(Step.MEDIA, "no_media", "neither heard by most nor hearing them")
        told = "most did not hear it" if self._is_mute else "it did not hear most"
        return Failure(Step.MEDIA, "one_way_media", told)

    def _has_voice(self, slug: str) -> bool:
        """Whether it is also heard through a feed of its own."""
        return slug in self.up and self.up[slug].first_s is not None

    def _sharing(self, slug: str) -> tuple[str, ...]:
        """Others with the same feed, or who speak through it and have none of their own."""
        feed = self.feeds.get(slug)
        same = {other for other, its in self.feeds.items() if its == feed} - {slug}
        for owner, hearing in self.up.items():
            guests = {s for s in hearing.strangers if s in self.up and not self._has_voice(s)}
            if slug == owner:
                same |= guests
            elif slug in guests:
                same.add(owner)
        return tuple(sorted(same))


def _came_late(side: Side) -> bool:
    """Whether it came so late that the meeting ended before sound could have passed."""
    waited_s = side.left_s - (side.published_s or 0.0)
    return waited_s < FIRST_S + FIRST_TRIPS * side.round_trip_s


def _silent(heard: Mapping[str, Hearing]) -> int:
    return sum(hearing.first_s is None for hearing in heard.values())
