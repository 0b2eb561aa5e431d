"""Which failures of one fate belong together, and on which level lies the fault?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Inventory, Level, Text
from rehearsal.readiness.causes import proof
from rehearsal.readiness.causes.explaining import BY_CHANCE, Believed, explained
from rehearsal.readiness.causes.ground import Ground, Question, question
from rehearsal.readiness.causes.symptoms import Fate, Symptom
from rehearsal.readiness.causes.traits import SYSTEM, TRAITS, VANTAGE

CHANCE_MAX = 1e-4  # of some hundred sorts of failures in a city, none by chance
UNLISTED_MAX = 0.5  # what nobody can name is no better than an even bet
LONE = 0.9  # a unit's own fault, unless others share what nobody entered
OURS = 0.99  # our instrument says so of itself


@dataclass(frozen=True, slots=True)
class Bundle:
    """The symptoms of one cause, with what is made of them."""

    members: tuple[Symptom, ...]
    scope: Mapping[str, str]
    level: Level
    confidence: float
    evidence: tuple[Text, ...]
    against: tuple[Text, ...] = ()


class Bundler:
    """Sorts the symptoms of one fate into bundles."""

    def __init__(self, ground: Ground, inventory: Inventory) -> None:
        """Know the city, and who shares what."""
        self._ground = ground
        self._city = inventory.city.name
        self._units = {unit.slug: unit for unit in inventory.units}
        self._hubs = {hub.slug for hub in inventory.hubs}

    def bundles(self, fate: Fate, members: Sequence[Symptom]) -> list[Bundle]:
        """Those that share a trait, those that share what nobody knows, and each other."""
        if fate.is_ours:
            return [self._ours(members)]
        asked = question(self._ground, fate, members)
        found, left = [], list(members)
        for belief in explained(asked):
            mine = [s for s in left if self._place(asked, s) & belief.mask]
            left = [s for s in left if not self._place(asked, s) & belief.mask]
            if mine:
                found.append(self._shared(mine, belief, asked))
        return [*found, *self._others(left, asked)]

    def _place(self, asked: Question, symptom: Symptom) -> int:
        return 1 << asked.failing[symptom.verdict.target.id]

    def _ours(self, members: Sequence[Symptom]) -> Bundle:
        """Nobody is blamed: where we measured from, or what we could not ask."""
        return Bundle(
            members=tuple(members),
            scope=self._our_scope(members),
            level=Level.OBSERVER,
            confidence=OURS,
            evidence=proof.ours(),
        )

    def _our_scope(self, members: Sequence[Symptom]) -> Mapping[str, str]:
        if len(_targets(members)) == 1:
            return {"target": _targets(members)[0]}
        if len(keys := _keys(members)) == 1:
            return {SYSTEM: keys[0]}
        seen = (s.verdict.measurement for s in members)
        vantages = {measured.vantage if measured else "" for measured in seen}
        if len(vantages) == 1 and "" not in vantages:
            return {VANTAGE: vantages.pop()}
        return {"city": self._city}

    def _shared(self, mine: Sequence[Symptom], belief: Believed, asked: Question) -> Bundle:
        fails, passes = asked.share(belief.terms)
        passing = [t for t, place in asked.passing.items() if belief.mask >> place & 1]
        rest = len(asked.failing) - fails, len(asked.failing) + len(asked.passing)
        terms = sorted(belief.terms, key=lambda term: term[0] != SYSTEM)
        keys = _keys(mine)
        named = {SYSTEM: keys[0]} if len(keys) == 1 else {}
        return Bundle(
            members=tuple(mine),
            scope=named | dict(terms),
            level=TRAITS[terms[-1][0]].level,
            confidence=belief.confidence,
            evidence=(
                proof.behind(fails, passes),
                *proof.elsewhere(rest[0], rest[1] - fails - passes),
            ),
            against=(*proof.exceptions(passing), *proof.rivals(belief.rivals)),
        )

    def _others(self, left: Sequence[Symptom], asked: Question) -> Iterator[Bundle]:
        """What no known trait explains, by the sort of target."""
        by_key: dict[str, list[Symptom]] = {}
        for symptom in left:
            by_key.setdefault(symptom.verdict.target.key, []).append(symptom)
        everybody = (*asked.failing, *asked.passing)
        counts = Counter(target.partition("/")[2] for target in everybody)
        for key, members in by_key.items():
            count = counts[key]
            own = [s for s in members if s.verdict.target.owner in self._units]
            alike = len(_targets(own))
            is_more = alike > 1 and by_chance(alike, count) < CHANCE_MAX
            if is_more:
                yield self._unlisted(own, alike, count)
            rest = [s for s in members if not is_more or s not in own]
            yield from (self._lone(mine, alike, count) for mine in _by_target(rest))

    def _unlisted(self, members: Sequence[Symptom], alike: int, asked: int) -> Bundle:
        """More alike than by chance: something is shared that no inventory tells."""
        told, against = proof.unlisted(alike, asked)
        provinces = {self._units[s.verdict.target.owner].former_province for s in members}
        scope = {SYSTEM: members[0].verdict.target.key}
        if len(provinces) == 1 and "" not in provinces:
            scope["former_province"] = provinces.pop()
        sure = UNLISTED_MAX * (1 - by_chance(alike, asked))
        return Bundle(tuple(members), scope, Level.ATTRIBUTE, sure, (told,), against)

    def _lone(self, members: Sequence[Symptom], alike: int, asked: int) -> Bundle:
        target = members[0].verdict.target
        level = Level.HUB if target.owner in self._hubs else Level.SHARED_SYSTEM
        return Bundle(
            members=tuple(members),
            scope={"target": target.id},
            level=Level.UNIT if target.owner in self._units else level,
            confidence=LONE,
            evidence=(proof.alone(alike, asked),),
        )


def by_chance(alike: int, asked: int) -> float:
    """How likely so many of them, or more, fail alike by chance (Poisson)."""
    mean = asked * BY_CHANCE
    fewer = (math.exp(-mean + n * math.log(mean) - math.lgamma(n + 1)) for n in range(alike))
    return max(0.0, 1 - math.fsum(fewer))


def _targets(members: Iterable[Symptom]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.verdict.target.id for s in members))


def _keys(members: Iterable[Symptom]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.verdict.target.key for s in members))


def _by_target(members: Iterable[Symptom]) -> Iterable[list[Symptom]]:
    found: dict[str, list[Symptom]] = {}
    for symptom in members:
        found.setdefault(symptom.verdict.target.id, []).append(symptom)
    return found.values()
