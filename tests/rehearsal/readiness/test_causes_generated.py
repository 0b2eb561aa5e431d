"""Are planted causes found, all of them and no others, in cities that nobody drew by hand?"""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest

from benchmarks.cities import Town, standings_without, town
from benchmarks.marks import Marks, marks
from checks import CHECKS
from rehearsal.model import Cause, Failure, Level, Light, Step
from rehearsal.readiness.causes import find_causes
from rehearsal.readiness.causes.explaining import BY_CHANCE, Search
from rehearsal.readiness.causes.ground import Ground, Question, question
from rehearsal.readiness.causes.symptoms import symptoms_by_fate
from tests.rehearsal.readiness.small_city import assessed, city, morning, unit

CITY, NATION = 114, 3_321
CITIES = 36
BUSY = Failure(Step.HTTP_EXCHANGE, "maintenance", "")


def found_in(drawn: Town) -> tuple[Cause, ...]:
    return find_causes(drawn.standings, drawn.inventory, CHECKS)


def over(units: int, seeds: range) -> Marks:
    """One to six planted causes, by turns."""
    told = Marks()
    for seed in seeds:
        drawn = town(seed, units, 1 + seed % 6)
        told += marks(drawn, found_in(drawn))
    return told


def test_planted_causes_are_found_in_cities():
    """114 units, 1 to 6 causes, noise: 19 of 20 lines are true, 19 of 20 causes are found."""
    told = over(CITY, range(CITIES))

    assert told.planted > 3 * CITIES
    assert told.precision >= 0.95, told
    assert told.recall >= 0.95, told
    assert told.lone_found >= 0.95 * told.lone > 0, told


@pytest.mark.timeout(300)
def test_planted_causes_are_found_in_a_nation():
    """3,321 units with some two hundred lone failures among them."""
    told = over(NATION, range(4, 6))

    assert told.planted >= 10
    assert told.precision >= 0.95, told
    assert told.recall >= 0.95, told
    assert told.lone_found >= 0.95 * told.lone > 100, told


@pytest.mark.parametrize("seed", range(4))
def test_a_healthy_city_with_noise_has_no_shared_cause(seed: int):
    """Lone failures stay alone: chance has no supplier."""
    drawn = town(seed, CITY, 0)
    shared = [c for c in found_in(drawn) if len(c.targets) > 1]

    assert {c.level for c in shared} <= {Level.OBSERVER}
    assert len(drawn.lone) > 0


@pytest.mark.parametrize("seed", range(6))
def test_mending_from_the_top_frees_as_many_as_was_said(seed: int):
    """With the first n causes mended, just so many units turn green, for every n."""
    drawn = town(seed, CITY, 1 + seed)
    causes = found_in(drawn)
    green = sum(s.light is Light.GREEN for s in drawn.standings)
    for count, cause in enumerate(causes, 1):
        mended = {target for one in causes[:count] for target in one.targets}
        after = standings_without(drawn, mended)
        freed = sum(s.light is Light.GREEN for s in after) - green

        assert freed == cause.frees_with_above, cause.id


@pytest.mark.parametrize("seed", range(6))
def test_mending_one_frees_as_many_as_was_said(seed: int):
    """`frees` of each cause alone, counted in a city where only that one is mended."""
    drawn = town(seed, CITY, 1 + seed)
    green = sum(s.light is Light.GREEN for s in drawn.standings)
    for cause in found_in(drawn):
        after = standings_without(drawn, set(cause.targets))

        assert sum(s.light is Light.GREEN for s in after) - green == cause.frees, cause.id


@pytest.mark.parametrize("seed", range(3))
def test_every_trouble_belongs_to_one_cause(seed: int):
    """Nothing is left out, nothing is told twice."""
    drawn = town(seed, CITY, 6)
    told = [(t, c.kind) for c in found_in(drawn) for t in c.targets]
    verdicts = [v for s in drawn.standings for v in s.verdicts]

    assert sorted(told) == sorted((v.target.id, f.code) for v in verdicts for f in v.findings)


def test_adding_a_healthy_unit_worsens_no_other():
    """One more unit that passes takes no unit out of any cause, and adds no cause."""
    slugs = [f"xa-{n}" for n in range(8)]
    cut = {f"* xa-{n}/mail": BUSY for n in range(0, 8, 2)}
    for count in (8, 9, 10):
        units = [unit(slug, "hai-duong", ("mail",)) for slug in slugs]
        units += [unit(f"them-{n}", "hai-phong", ("mail",)) for n in range(count - 8)]
        found = assessed(city(units), morning(city(units), cut)).causes

        assert {t for c in found for t in c.targets} == {f"xa-{n}/mail" for n in range(0, 8, 2)}


def small(seed: int) -> Question:
    """A dozen units with a few traits and some failures, all at random."""
    chance = random.Random(seed)
    units = []
    for n in range(12):
        one = unit(f"xa-{n:02}", chance.choice(("p", "q")), ("mail",))
        targets = tuple(replace(t, supplier=chance.choice("ABC")) for t in one.targets)
        units.append(replace(one, targets=targets, provider=chance.choice("XYZ")))
    inventory = city(units)
    bad = chance.choice("ABC"), chance.choice("XYZ")
    struck = [u for u in units if u.targets[1].supplier == bad[0] or u.provider == bad[1]]
    cut = {f"* {one.slug}/mail": BUSY for one in struck if chance.random() < 0.9}
    found = assessed(inventory, morning(inventory, cut | {"* xa-00/mail": BUSY}))
    verdicts = [v for s in (*found.hubs, *found.units) for v in s.verdicts]
    ground = Ground(verdicts, {u.slug: u for u in inventory.units})
    ((fate, members),) = symptoms_by_fate(verdicts, set(), CHECKS).items()
    return question(ground, fate, members)


@pytest.mark.parametrize("seed", range(20))
def test_no_other_set_of_causes_is_better(seed: int):
    """Every set of up to three causes is tried here; the search found none that is worse."""
    asked = small(seed)
    search = Search(asked, BY_CHANCE)
    traits = {t for place in asked.failing.values() for t in asked.ground.traits[place]}
    pairs = (tuple(sorted(pair)) for pair in itertools.combinations(traits, 2))
    mail = ("system", "mail")
    possible = [(t,) for t in traits] + [pair for pair in pairs if mail in pair]
    mostly = [t for t in possible if asked.share(t)[0] >= max(2, asked.share(t)[1])]
    sets = (set_ for n in range(4) for set_ in itertools.combinations(mostly, n))

    assert search.score(search.best()) >= max(map(search.score, sets)) - 1e-9
