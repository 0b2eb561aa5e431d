"""Which action does each finding belong to, across trials, and how far is it?

A pair of target and code belongs to one action for ever. Seen again it keeps its action
open, or opens it again; passed in a recheck it is mended, in a whole trial proven. What is
not measured is never passed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from rehearsal.follow_up.clear import cells_of
from rehearsal.follow_up.observation import Observation, Place, observation_of
from rehearsal.model import Assessment, Cause, Owners, Step
from rehearsal.model.action import (
    Action,
    ActionEvent,
    ActionState,
    Happening,
    Pair,
    Turn,
)

KEY_CHARS = 7  # 35 bits: a thousand actions collide once in 70,000 cities
_OPEN = frozenset({ActionState.OPEN, ActionState.REOPENED})
_RANK = {state: rank for rank, state in enumerate(ActionState)}
_TURNS = {
    ActionState.OPEN: Turn.OPENED,
    ActionState.REOPENED: Turn.REOPENED,
    ActionState.MENDED: Turn.MENDED,
    ActionState.PROVEN: Turn.PROVEN,
}


def actions_of(
    assessments: Iterable[Assessment], events: Iterable[ActionEvent], owners: Owners
) -> tuple[Action, ...]:
    """The actions after these runs and their rechecks; open ones first, by units freed."""
    return followed(map(observation_of, assessments), events, owners)


def followed(
    observations: Iterable[Observation], events: Iterable[ActionEvent], owners: Owners
) -> tuple[Action, ...]:
    """The same from observations, in any order; events in the order they came in."""
    tally = _Tally()
    for seen in sorted(observations, key=lambda one: (one.at, one.label)):
        tally.read(seen)
    written: dict[str, list[ActionEvent]] = {}
    for event in events:
        written.setdefault(event.action, []).append(event)
    found = [tally.action(t, written.get(t.key, ()), owners) for t in tally.threads.values()]
    return tuple(sorted(found, key=_open_first))


def not_closed(actions: Iterable[Action]) -> tuple[Action, ...]:
    """What a review must list: everything that no later trial has proven."""
    return tuple(action for action in actions if not action.is_closed)


def _open_first(action: Action) -> tuple[bool, int, int, int, datetime, str]:
    is_open = action.state in _OPEN
    weight = -action.frees, -len(action.units)
    return (
        not is_open,
        _RANK[action.state] * (not is_open),
        *weight,
        action.opened,
        action.key,
    )


class _Thread:
    """One action while its history is read."""

    def __init__(self, key: str, cause: Cause, seen: Observation) -> None:
        self.key = key
        self.cause = cause
        self.scope = dict(cause.scope)
        self.opened, self.opened_in = seen.at, seen.label
        self.pairs: dict[Pair, None] = {}
        self.units: dict[str, None] = {}
        self.frees = self.noted_in = 0
        self.state: ActionState | None = None
        self.history: list[Happening] = []
        self.measured = seen.at


class _Owed:
    """Which checks must still pass on one pair until it is mended, and until it is proven."""

    def __init__(self, step: Step | None) -> None:
        self.step = step
        self.checks: frozenset[str] = frozenset()
        self.mend: frozenset[str] = frozenset()
        self.prove: frozenset[str] = frozenset()
        self.seen_in = 0

    def told(self, checks: frozenset[str], number: int) -> None:
        """It failed: every check that ever told it must pass again."""
        self.checks |= checks
        self.mend = self.prove = self.checks
        self.seen_in = number

    def passed(self, checks: frozenset[str], number: int, *, is_recheck: bool) -> bool:
        """These checks passed on it; whether that changed anything."""
        before = self.mend, self.prove
        self.mend -= checks
        if not is_recheck:
            self.prove -= checks
        is_changed = before != (self.mend, self.prove)
        self.seen_in = number if is_changed else self.seen_in
        return is_changed


class _Tally:
    """All actions, read one observation after the other."""

    def __init__(self) -> None:
        self.threads: dict[str, _Thread] = {}
        self.number = self.last_whole = 0
        self._of: dict[Pair, _Thread] = {}
        self._owed: dict[Pair, _Owed] = {}
        self._like: dict[tuple[str, str], list[_Thread]] = {}
        self._places: dict[str, Place] = {}

    def read(self, seen: Observation) -> None:
        """What failed, what joined, what passed; then what that makes of each action."""
        self.number += 1
        self.last_whole = self.last_whole if seen.is_recheck else self.number
        self._places |= seen.places
        told = self._again(seen)
        for cause in seen.causes:
            told |= self._join(cause, seen)
        passed = self._pass(seen)
        for thread in list(self.threads.values()):
            if thread.key in told or thread.key in passed:
                self._turn(thread, seen, is_told=thread.key in told)

    def _again(self, seen: Observation) -> set[str]:
        known = [(pair, checks) for pair, checks in seen.told.items() if pair in self._of]
        for pair, checks in known:
            self._owed[pair].told(checks, self.number)
        return {self._of[pair].key for pair, _ in known}

    def _join(self, cause: Cause, seen: Observation) -> set[str]:
        """New pairs join the action whose cause this is, or open one."""
        pairs = seen.pairs_of(cause)
        held = Counter(self._of[pair].key for pair in pairs if pair in self._of)
        thread = self._leading(held) or self._open_like(cause) or self._opened(cause, seen)
        for pair, checks in pairs.items():
            self._take(thread, pair, checks, cause.step)
        self._note(thread, cause, seen)
        return {self._of[pair].key for pair in pairs}

    def _leading(self, held: Counter[str]) -> _Thread | None:
        """Of several actions that one cause touches, the one with most of it; the older."""
        most = max(held.values(), default=0)
        return next((t for t in self.threads.values() if most and held[t.key] == most), None)

    def _take(
        self, thread: _Thread, pair: Pair, checks: frozenset[str], step: Step | None
    ) -> None:
        mine = self._of.setdefault(pair, thread)
        mine.pairs.setdefault(pair)
        self._owed.setdefault(pair, _Owed(step)).told(checks, self.number)

    def _note(self, thread: _Thread, cause: Cause, seen: Observation) -> None:
        """What its gravest cause says now; how many units it frees, only a whole trial says."""
        thread.units |= dict.fromkeys(cause.units)
        if thread.noted_in == self.number:
            return
        thread.noted_in = self.number
        thread.cause = cause
        if not seen.is_recheck or thread.state is None:
            thread.frees = cause.frees

    def _open_like(self, cause: Cause) -> _Thread | None:
        alike = self._like.get((cause.kind, _plain(cause.scope)), ())
        return next((t for t in alike if any(self._owed[p].mend for p in t.pairs)), None)

    def _opened(self, cause: Cause, seen: Observation) -> _Thread:
        thread = _Thread(self._key(cause, seen.label), cause, seen)
        self.threads[thread.key] = thread
        self._like.setdefault((cause.kind, _plain(cause.scope)), []).append(thread)
        return thread

    def _key(self, cause: Cause, label: str) -> str:
        """Short, and the same however often the journal is read."""
        told = [label, cause.kind, _plain(cause.scope)]
        while (key := _digest(told)) in self.threads:
            told.append(min(cause.targets, default=""))
        return key

    def _pass(self, seen: Observation) -> set[str]:
        passed = set()
        for pair, owed in self._owed.items():
            if owed.prove and pair not in seen.told:
                checks = frozenset(c for c in owed.prove if seen.passes(c, pair[0], owed.step))
                if owed.passed(checks, self.number, is_recheck=seen.is_recheck):
                    passed.add(self._of[pair].key)
        return passed

    def _turn(self, thread: _Thread, seen: Observation, *, is_told: bool) -> None:
        before, thread.state = thread.state, self._state(thread)
        thread.measured = seen.at
        left = sum(bool(self._owed[pair].mend) for pair in thread.pairs)
        turn = _TURNS[thread.state]
        if thread.state is before:
            if thread.state not in _OPEN or not is_told or seen.is_recheck:
                return
            turn = Turn.STILL
        thread.history.append(Happening(seen.at, turn, seen.label, seen.is_recheck, left))

    def _state(self, thread: _Thread) -> ActionState:
        owed = [self._owed[pair] for pair in thread.pairs]
        if any(one.mend for one in owed):
            was_mended = thread.state not in (None, ActionState.OPEN)
            return ActionState.REOPENED if was_mended else ActionState.OPEN
        is_proven = not any(one.prove for one in owed)
        return ActionState.PROVEN if is_proven else ActionState.MENDED

    def action(self, thread: _Thread, events: Iterable[ActionEvent], owners: Owners) -> Action:
        """The action as it stands after all that was read."""
        pairs = tuple(sorted(thread.pairs))
        failing = tuple(pair for pair in pairs if self._owed[pair].mend)
        cause = thread.cause
        assert thread.state is not None, "every thread was read to its end"
        return Action(
            key=thread.key,
            state=thread.state,
            group=cause.group,
            kind=cause.kind,
            scope=thread.scope,
            says=cause.says,
            pairs=pairs,
            failing=failing,
            units=tuple(sorted(thread.units)),
            frees=thread.frees,
            opened=thread.opened,
            opened_in=thread.opened_in,
            cells=cells_of(
                cause,
                pairs,
                {check for pair in pairs for check in self._owed[pair].checks},
                places=self._places,
                opened=thread.opened,
                events=events,
                owners=owners,
            ),
            history=tuple(thread.history),
            measured=thread.measured,
            not_measured=sum(self._owed[p].seen_in < self.last_whole for p in failing),
        )


def _plain(scope: Mapping[str, str]) -> str:
    return json.dumps(dict(scope), sort_keys=True, ensure_ascii=False)


def _digest(told: list[str]) -> str:
    digest = hashlib.sha256("\0".join(told).encode()).digest()
    return f"V-{base64.b32encode(digest).decode()[:KEY_CHARS]}"
