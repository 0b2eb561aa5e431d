"""Which smallest set of shared traits explains the failures, and not the healthy ones?

Each set of causes has a score: the logarithm of how much better it foretells who fails and
who passes than "everybody failed by chance" does, less what it takes to believe in it.
Behind a cause 19 of 20 fail, elsewhere one of 500 does, or as many as the first search left
unexplained; a cause is believed the less, the more values its traits have of which just
this one is to blame. So a cause that explains nothing new costs more than it brings, and
one whose targets mostly pass brings nothing.

The best set is looked for step by step, from several beginnings and the best addition
first, then mended by putting rivals in and taking out what became superfluous. Confidence
is Bayes' rule over what was compared: a cause's share of the belief against all rivals
that could stand in its place, chance included.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rehearsal.readiness.causes.ground import Question
from rehearsal.readiness.causes.traits import SYSTEM, Term, Terms

BY_CAUSE, BY_CHANCE = 0.95, 0.002  # how many fail so behind a cause, and anywhere else
BELIEF = 100  # as many targets must tell otherwise before chance is thought to be worse
RARE = 6.0  # nats: of 400 traits and kinds that are compared, about one has a cause
MOSTLY = 0.5  # a trait whose targets mostly pass explains nothing
ALIKE_MIN = 2  # one failure shares nothing with nobody
STARTS = 12  # the best single causes, each of which may begin the best set
POOL = 30  # rivals kept of each round; those below are far less likely
CONFIDENCE_MAX = 0.99  # nobody can be certain from outside
NEAR = 3.0  # nats: a rival that is less likely than 1 in 20 need not be told
Chosen = tuple[Terms, ...]


@dataclass(frozen=True, slots=True)
class Believed:
    """Traits that explain failures: how surely, and what else would explain them as well."""

    terms: Terms
    mask: int
    confidence: float
    rivals: tuple[Terms, ...]


def explained(asked: Question) -> tuple[Believed, ...]:
    """The best set of causes, the one that explains most first; empty where chance does."""
    first = Search(asked, BY_CHANCE)
    search = Search(asked, first.chance(first.best()))
    chosen = search.best()
    ranked = sorted(chosen, key=lambda terms: (-asked.share(terms)[0], terms))
    return tuple(search.believed(terms, chosen) for terms in ranked)


class Search:
    """Looks for the set of causes with the best score, when so many fail by chance."""

    def __init__(self, asked: Question, by_chance: float) -> None:
        """`by_chance` is the share of targets that fail for no shared reason."""
        self._gain = math.log(BY_CAUSE / by_chance)
        self._loss = math.log((1 - by_chance) / (1 - BY_CAUSE))
        self._asked = asked
        self._ground = asked.ground
        self._pool: dict[Terms, None] = {}
        self._costs: dict[Terms, float] = {}

    def best(self) -> Chosen:
        """Add what helps most until nothing helps, then mend the set."""
        chosen: Chosen = ()
        while True:
            told = self.score(chosen)
            rated = self._promising(chosen, told)
            self._pool.update((terms, None) for _, terms in rated)
            if not rated or rated[0][0] <= 0:
                break
            chosen = (*chosen, rated[0][1])
        starts = [self._grown((terms,)) for terms in itertools.islice(self._pool, STARTS)]
        begun = [(self.score(set_), set_) for set_ in (chosen, *starts)]
        return self._mended(min(begun, key=_best_first)[1])

    def chance(self, chosen: Chosen) -> float:
        """How many fail by chance, as far as these causes tell: a share of all others."""
        mask = 0
        for terms in chosen:
            mask |= self._ground.mask(terms)
        fails = (self._asked.fails & ~mask).bit_count()
        passes = (self._asked.passes & ~mask).bit_count()
        return (fails + BELIEF * BY_CHANCE) / (fails + passes + BELIEF)

    def score(self, chosen: Chosen) -> float:
        """How much better than chance these causes foretell what was seen, in nats."""
        mask = 0
        for terms in chosen:
            mask |= self._ground.mask(terms)
        fails = (mask & self._asked.fails).bit_count()
        passes = (mask & self._asked.passes).bit_count()
        told = fails * self._gain - passes * self._loss
        return told - sum(self._cost(terms) for terms in chosen)

    def _cost(self, terms: Terms) -> float:
        if terms not in self._costs:
            self._costs[terms] = RARE + self._ground.doubt(terms)
        return self._costs[terms]

    def _promising(self, chosen: Chosen, told: float) -> list[tuple[float, Terms]]:
        """The best additions, best first; who cannot be among them is not even rated."""
        found: list[tuple[float, Terms]] = []
        counted = self._alike(self._left(chosen))
        hopes = [(n * self._gain - self._cost(terms), terms) for terms, n in counted.items()]
        for hope, terms in sorted(hopes, key=_best_first):
            if len(found) >= POOL and hope <= found[-1][0]:
                break
            if self._may_explain(terms):
                found.append((self.score((*chosen, terms)) - told, terms))
                found.sort(key=_best_first)
                del found[POOL:]
        return found

    def _left(self, chosen: Chosen) -> list[int]:
        """The failures that no chosen cause explains."""
        left = self._asked.fails
        for terms in chosen:
            left &= ~self._ground.mask(terms)
        return [place for place in self._asked.failing.values() if left >> place & 1]

    def _alike(self, left: Iterable[int]) -> dict[Terms, int]:
        """What several of them share: one trait, or one trait of one system's targets."""
        counted: Counter[Terms] = Counter()
        for place in left:
            terms = self._ground.traits[place]
            (system,) = (term for term in terms if term[0] == SYSTEM)
            counted.update([(term,) for term in terms])
            counted.update([(system, term) for term in terms if term is not system])
        return {terms: count for terms, count in counted.items() if count >= ALIKE_MIN}

    def _may_explain(self, terms: Terms) -> bool:
        """Whether enough fail behind it; two traits only where one says less than both.

        Where nobody has another value there is no comparison, so nearly all must fail.
        """
        fails, passes = self._asked.share(terms)
        least = MOSTLY if self._ground.compares(terms) else BY_CAUSE
        if fails < least * (fails + passes):
            return False
        return not any(self._extent((term,)) == self._extent(terms) for term in _parts(terms))

    def _extent(self, terms: Terms) -> int:
        return self._ground.mask(terms) & (self._asked.fails | self._asked.passes)

    def _mended(self, chosen: Chosen) -> Chosen:
        """The better set while there is one: a rival put in, or one taken out for good."""
        told = self.score(chosen)
        while True:
            others = (terms for terms in self._pool if terms not in chosen)
            tried = [self._pruned((*chosen, terms)) for terms in others]
            tried += [self._regrown(chosen, one) for one in chosen]
            rated = [(self.score(set_), set_) for set_ in tried]
            if not rated or min(rated, key=_best_first)[0] <= told:
                return chosen
            told, chosen = min(rated, key=_best_first)

    def _regrown(self, chosen: Chosen, without: Terms) -> Chosen:
        """The set without one of them, which several smaller ones may replace."""
        return self._grown(tuple(one for one in chosen if one != without), without)

    def _grown(self, chosen: Chosen, without: Terms = ()) -> Chosen:
        """The set with all that makes it better, and nothing that it makes idle."""
        told = self.score(chosen)
        while True:
            rest = (t for t in self._pool if t != without and t not in chosen)
            rated = [(self.score((*chosen, terms)), terms) for terms in rest]
            if not rated or min(rated, key=_best_first)[0] <= told:
                return self._pruned(chosen)
            told, best = min(rated, key=_best_first)
            chosen = (*chosen, best)

    def _pruned(self, chosen: Chosen) -> Chosen:
        """Without those that cost more than they bring, the least useful first."""
        while chosen:
            told = self.score(chosen)
            fewer = [tuple(t for t in chosen if t != one) for one in chosen]
            score, best = min(((self.score(set_), set_) for set_ in fewer), key=_best_first)
            if score < told:
                return chosen
            chosen = best
        return chosen

    def believed(self, terms: Terms, chosen: Chosen) -> Believed:
        """How surely it is this cause, when everything that could replace it is weighed."""
        told = self.score(chosen)
        others = tuple(one for one in chosen if one != terms)
        rivals = [
            (self.score((*others, rival)) - told, rival)
            for rival in self._pool
            if rival not in chosen and not self._says_the_same(rival, terms)
        ]
        doubts = math.exp(self.score(others) - told)
        doubts += math.fsum(math.exp(min(lead, 0.0)) for lead, _ in rivals)
        near = [rival for lead, rival in sorted(rivals, key=_best_first) if lead > -NEAR]
        confidence = min(CONFIDENCE_MAX, 1 / (1 + doubts))
        return Believed(terms, self._ground.mask(terms), confidence, tuple(near))

    def _says_the_same(self, one: Terms, other: Terms) -> bool:
        is_nested = set(one) <= set(other) or set(other) <= set(one)
        return is_nested and self._extent(one) == self._extent(other)


def _parts(terms: Terms) -> Sequence[Term]:
    return terms if len(terms) > 1 else ()


def _best_first(rated: tuple[float, tuple[object, ...]]) -> tuple[float, tuple[object, ...]]:
    """By score; equals by name, so that no order of measuring matters."""
    return -rated[0], rated[1]
