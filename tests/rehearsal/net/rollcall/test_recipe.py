"""Who is in the meeting with sound, in which order, and does it travel whole?"""

from __future__ import annotations

from rehearsal.model import Network
from rehearsal.net.rollcall.recipe import SOUND_MAX, recipe_of
from rehearsal.net.rollcall.tongue import ORDER, Errand, line
from tests.rehearsal.net.rollcall.seated import door, recipe, target


def made(*targets, **roles):
    """The recipe for these."""
    return recipe_of(targets, Network(), door("a"), roles=roles, hold_s=10.0)


def test_the_centre_comes_first_and_the_hubs_follow():
    """Whoever is called upon finds them there."""
    people = [target(slug) for slug in ("a", "hub", "b", "middle")]

    found = made(*people, middle="central", hub="main")

    assert [seat.slug for seat in found.seats] == ["middle", "hub", "a", "b"]


def test_only_janus_has_sound():
    """Others take part by signing in; without any there is no such meeting."""
    assert [s.slug for s in made(target("a"), target("b", "xmpp")).seats] == ["a"]
    assert made(target("b", "xmpp")) is None


def test_too_many_have_no_sound():
    """What nobody measured is not promised."""
    assert made(*(target(f"u{n}") for n in range(SOUND_MAX + 1))) is None


def test_another_trial_in_the_room_has_other_numbers(monkeypatch):
    """So that neither takes the other's packets for its own: the upper half is drawn."""
    drawn = iter([17, 4711])
    monkeypatch.setattr("random.randrange", lambda _: next(drawn))

    senders = [[s.sender for s in recipe("central", "a").seats] for _ in range(2)]

    assert senders == [[17 << 16, (17 << 16) + 1], [4711 << 16, (4711 << 16) + 1]]


def test_it_travels_as_one_line():
    """What a process reads is what the trial wrote."""
    errand = Errand(recipe("central", "a"), (1,), listens_to_all=False)

    words = line(ORDER, errand)

    assert words.count(b"\n") == 1
    assert ORDER.validate_json(words) == errand
