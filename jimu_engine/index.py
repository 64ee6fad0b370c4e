"""A problem compiled to arrays, shared by solve, recommend and explain; rules write their limits and costs into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jimu_engine.errors import BadProblem
from jimu_engine.problem import DAY, Person, Problem, Shift, Window
from jimu_engine.prompt import Asked, never

if TYPE_CHECKING:
    from jimu_engine.rules.pair import PairRule

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: Days before the horizon that arrays carry, for rules over any seven days.
PAST = 7
NO_LIMIT = 10**9
BITS = 62
#: People whose candidacy is looked at whatever the hurry, so that a small problem is whole however little time there is;
#: beyond that, shifts between two questions whether to hurry.
AT_ONCE, LOOK_UP = 2_000_000, 64


class Index:
    """Arrays over P people and S shifts of one problem.

    `candidates`: for shift s, people `cand_person[cand_ptr[s]:cand_ptr[s + 1]]` (sorted) may take it by every rule
    about one person and one shift, at the cost `cand_cost` of the pair. Once it is `hurried` the shifts left get none,
    and none get those that start before `since`.
    """

    def __init__(self, problem: Problem, hurried: Asked = never, *, since: int = 0) -> None:
        self.problem = problem
        self._hurried, self._since = hurried, since
        #: Whether candidates of some shifts were not looked for, because it was `hurried`.
        self.cut_short = False
        count = len(problem.people)
        self.pair_rules: list[PairRule] = []
        self.rest = np.full(count, -NO_LIMIT, np.int64)
        self.day_minutes = np.full(count, NO_LIMIT, np.int64)
        self.week_minutes = np.full(count, NO_LIMIT, np.int64)
        self.week_days = np.full(count, NO_LIMIT, np.int64)
        self.max_days_in_row = np.full(count, NO_LIMIT, np.int64)
        self.max_nights = np.full(count, NO_LIMIT, np.int64)
        self.most_days_on = np.full(count, NO_LIMIT, np.int64)
        self.suit_minutes = np.full(count, NO_LIMIT, np.int64)
        self.stint_minutes = np.full(count, NO_LIMIT, np.int64)
        self.stint_pause = 0
        #: Start, end and minutes of the last stint in a suit that began before the horizon.
        self.stint_before = np.tile(np.array([-NO_LIMIT, -NO_LIMIT, 0], np.int64), (count, 1))
        self.keep_most_shifts = False
        self.fair_weight = np.zeros(count)
        self.post_weight = self.team_weight = self.least_weight = self.rhythm_weight = 0.0
        self._reluctance = np.zeros(count)
        self._pair_costs: dict[tuple[int, int], float] = defaultdict(float)
        self.constant = 0.0
        self._found: dict[frozenset[str] | str, Bools] = {}
        self._open_to: dict[str, Bools] = {}
        self._closed: dict[str, tuple[Ints, Ints, Ints]] = {}
        self._code()
        for rule in problem.rules:
            rule.enforce(self)

    def _code(self) -> None:
        people, shifts = self.problem.people, self.problem.shifts
        both: tuple[Person | Shift, ...] = (*people, *shifts)
        quals = _bits("qualifications", (q for x in both for q in x.qualifications))
        kinds = _bits("kinds of people", (k for x in both for k in x.kinds))
        self.qualifications = np.array([_mask(p.qualifications, quals) for p in people], np.int64)
        self.expires = _expiries(people)
        self.kinds = np.array([_mask(p.kinds, kinds) | 1 << BITS for p in people], np.int64)
        self.shift_qualifications = np.array([_mask(s.qualifications, quals) for s in shifts], np.int64)
        self.shift_kinds = np.array([_mask(s.kinds, kinds) or 1 << BITS for s in shifts], np.int64)
        self.shift_place = [s.place for s in shifts]
        self.start = np.array([s.start for s in shifts], np.int64)
        self.end = np.array([s.end for s in shifts], np.int64)
        # Seats beyond the number of people nobody can fill: they take no memory here (see price_empty_seats).
        self.required = np.array([0 if s.requested else min(s.required, len(people)) for s in shifts], np.int64)
        self.under = np.zeros(len(shifts))
        self.night = np.array([s.night for s in shifts], np.int64)
        self.suit = np.array([s.suit for s in shifts], np.int64)
        posts: dict[tuple[str, str], int] = {}
        self.post = np.array([posts.setdefault((s.place, s.kind), len(posts)) for s in shifts], np.int64)
        self.posts = posts
        #: Numbers of posts whatever the place, and of teams; −1 is no team.
        self.kind_at: dict[str, int] = {}
        self.kind = np.array([self.kind_at.setdefault(s.kind, len(self.kind_at)) for s in shifts], np.int64)
        self.team_at = {"": -1}
        self.team = np.array([self.team_at.setdefault(s.team, len(self.team_at)) for s in shifts], np.int64)

    # What rules ask and set.

    def full(self, people: Ints, value: bool) -> Bools:
        """The same answer for all of these people."""
        return np.full(len(people), value)

    def is_kind(self, kinds: Iterable[str]) -> Bools:
        """Who is counted under one of these kinds."""
        wanted = frozenset(kinds)
        return self._cached(wanted, lambda p: p.kind in wanted)

    def has_limit(self, limit: str) -> Bools:
        """Who gave this limit."""
        return self._cached(limit, lambda p: limit in p.limits)

    def may_serve(self, place: str) -> Bools:
        """Who may serve at a place."""
        if place not in self._open_to:
            anywhere, bound = self._bound
            self._open_to[place] = anywhere.copy()
            self._open_to[place][bound.get(place, [])] = True
        return self._open_to[place]

    @cached_property
    def _bound(self) -> tuple[Bools, dict[str, list[int]]]:
        """Who may serve anywhere, and who else (by index) at each place."""
        anywhere, bound = np.zeros(len(self.problem.people), np.bool_), defaultdict(list)
        for n, person in enumerate(self.problem.people):
            anywhere[n] = person.places is None
            for place in person.places or ():
                bound[place].append(n)
        return anywhere, dict(bound)

    @cached_property
    def bound_to_places(self) -> tuple[int, ...]:
        """People (by index) to whom some place is closed for a while."""
        return tuple(n for n, person in enumerate(self.problem.people) if person.closed)

    def closed_at(self, place: str) -> tuple[Ints, Ints, Ints]:
        """Who (by index) is kept off a place, and from when to when."""
        if place not in self._closed:
            people = self.problem.people
            rows = [
                (n, w.start, w.end) for n in self.bound_to_places for w in people[n].closed.get(place, people[n].closed.get("", ()))
            ]
            table = np.array(rows, np.int64).reshape(-1, 3)
            self._closed[place] = table[:, 0], table[:, 1], table[:, 2]
        return self._closed[place]

    def _cached(self, key: frozenset[str] | str, test: Callable[[Person], bool]) -> Bools:
        """Of everybody, by kinds (a set) or by a limit."""
        if key not in self._found:
            self._found[key] = np.array([test(p) for p in self.problem.people], np.bool_)
        return self._found[key]

    def price_empty_seats(self) -> None:
        """Every empty seat costs what its shift says; those beyond the number of people are paid for anyway."""
        shifts = self.problem.shifts
        self.under[:] = [s.under for s in shifts]
        self.constant += sum(s.under * (s.required - len(self.problem.people)) for s in shifts if not s.requested and s.required > len(self.problem.people))

    def add_pair_cost(self, weight: float, *, reluctance: bool) -> None:
        """Price what people would rather not do."""
        for i, person in enumerate(self.problem.people):
            self._reluctance[i] += weight * person.reluctance if reluctance else 0.0
            for shift, cost in person.wishes.items():
                if shift in self.problem.shift_at:
                    self._pair_costs[(self.problem.shift_at[shift], i)] += weight * cost

    def add_published_gain(self, weight: float) -> None:
        """Keeping a published pair saves `weight`; all of them broken is where the cost starts."""
        for shift, person in self.problem.published:
            if shift in self.problem.shift_at and person in self.problem.person_at:
                self._pair_costs[(self.problem.shift_at[shift], self.problem.person_at[person])] -= weight
                self.constant += weight

    # Time.

    @cached_property
    def _time(self) -> tuple[int, NDArray[np.int32], Ints]:
        """Slot length, free slots counted from 0 per pattern of windows, and each person's pattern."""
        patterns: dict[tuple[tuple[Window, ...] | None, tuple[Window, ...]], int] = {}
        mine = [patterns.setdefault((p.available, p.unavailable), len(patterns)) for p in self.problem.people]
        edges = [*self.start.tolist(), *self.end.tolist(), DAY]
        edges += [t for a, u in patterns for w in (*(a or ()), *u) for t in (w.start, w.end)]
        slot = gcd(*edges)
        slots = (self.problem.days + 3) * DAY // slot
        free = np.zeros((len(patterns), slots), np.int32)
        for (available, unavailable), row in patterns.items():
            if available is None:
                free[row] = 1
            for window in available or ():
                free[row, max(0, window.start // slot) : max(0, window.end // slot)] = 1
            for window in unavailable:
                free[row, max(0, window.start // slot) : max(0, window.end // slot)] = 0
        counted = np.concatenate([np.zeros((len(patterns), 1), np.int32), free.cumsum(axis=1, dtype=np.int32)], axis=1)
        return slot, counted, np.array(mine, np.int64)

    def free(self, shift: int, people: Ints) -> Bools:
        """Who of these people is free for the whole of a shift."""
        slot, counted, mine = self._time
        low, high = int(self.start[shift]) // slot, int(self.end[shift]) // slot
        whole: Bools = (counted[:, high] - counted[:, low]) == high - low
        return whole[mine[people]]

    @cached_property
    def learning(self) -> dict[str, Bools]:
        """Who holds each qualification on trial only; those that nobody does are left out."""
        found: dict[str, Bools] = {}
        for i, person in enumerate(self.problem.people):
            for qualification in person.novice:
                found.setdefault(qualification, np.zeros(len(self.problem.people), np.bool_))[i] = True
        return found

    @cached_property
    def grain(self) -> int:
        """What every sum of shift lengths is a multiple of."""
        return gcd(*(self.end - self.start).tolist()) or 1

    # Candidates.

    def eligible(self, shift: int, people: Ints) -> Bools:
        """Which of these people every pair rule allows on the shift."""
        return self._allowed(self.pair_rules, shift, people)

    def _allowed(self, rules: Iterable[PairRule], shift: int, people: Ints) -> Bools:
        allowed = self.full(people, True)
        for rule in rules:
            allowed &= ~rule.blocks(self, shift, people)
        return allowed

    @cached_property
    def candidates(self) -> tuple[Ints, Ints, Floats]:
        """(cand_ptr, cand_person, cand_cost)."""
        pools = {place: np.flatnonzero(self._pool(place)) for place in dict.fromkeys(self.shift_place)}
        alike: dict[tuple[Hashable, ...], Ints] = {}
        found, looked = [], 0
        for shift in range(len(self.problem.shifts)):
            pool = pools[self.shift_place[shift]]
            looked += len(pool)
            self.cut_short = self.cut_short or (looked > AT_ONCE and shift % LOOK_UP == 0 and self._hurried())
            wanted = self.required[shift] and self.start[shift] >= self._since and not self.cut_short
            if not wanted:
                found.append(pool[:0])
                continue
            looks = [rule.looks_at(self, shift) for rule in self.pair_rules]
            kind = self.shift_place[shift], *looks
            if kind not in alike:
                lasting = (rule for rule, look in zip(self.pair_rules, looks, strict=True) if look is not None)
                alike[kind] = pool[self._allowed(lasting, shift, pool)]
            timed = (rule for rule, look in zip(self.pair_rules, looks, strict=True) if look is None)
            found.append(alike[kind][self._allowed(timed, shift, alike[kind])])
        ptr = np.concatenate([[0], np.cumsum([len(f) for f in found])]).astype(np.int64)
        person = np.concatenate(found).astype(np.int64) if found else np.zeros(0, np.int64)
        cost = self._reluctance[person]
        for (shift, who), extra in self._pair_costs.items():
            at = ptr[shift] + np.searchsorted(person[ptr[shift] : ptr[shift + 1]], who)
            if at < ptr[shift + 1] and person[at] == who:
                cost[at] += extra
        return ptr, person, cost

    def _pool(self, place: str) -> Bools:
        from jimu_engine.rules.place import AllowedPlace

        everybody = np.ones(len(self.problem.people), np.bool_)
        return self.may_serve(place) if any(isinstance(r, AllowedPlace) for r in self.pair_rules) else everybody

    def pair_cost(self, shift: int, person: int) -> float:
        """What wishes and published promises say of one pair."""
        return float(self._reluctance[person] + self._pair_costs.get((shift, person), 0.0))

    def pair_costs(self, shift: int, people: Ints) -> Floats:
        """The same for several people."""
        found: Floats = self._reluctance[people]
        if self._pair_costs:
            found += [self._pair_costs.get((shift, int(person)), 0.0) for person in people]
        return found


def _bits(what: str, names: Iterable[str]) -> dict[str, int]:
    found = {name: i for i, name in enumerate(dict.fromkeys(names))}
    if len(found) > BITS:
        raise BadProblem(f"more than {BITS} different {what}")
    return found


def _mask(names: Iterable[str], bits: dict[str, int]) -> int:
    return sum(1 << bits[name] for name in set(names))


def person_posts(index: Index, person: Person) -> list[int]:
    """The posts that a person knows from before, by number; −1 is one that this problem does not have."""
    return [index.posts.get(post, -1) for post in sorted(person.history.posts)]


def person_teams(index: Index, person: Person) -> list[int]:
    """The teams that a person was with, by number; −2 is one that this problem does not have."""
    return [index.team_at.get(team, -2) for team in sorted(person.history.teams)]


def person_shares(index: Index, person: Person) -> list[tuple[int, int, int]]:
    """(post, least, most) of the shifts that a person wants or may have; −1 is a post that this problem does not have."""
    limit = NO_LIMIT
    return [
        (index.kind_at.get(kind, -1), least, most if index.keep_most_shifts else limit)
        for kind, (least, most) in sorted(person.shifts_of.items())
    ]


def _expiries(people: Sequence[Person]) -> dict[str, Ints]:
    """For each qualification that ends for somebody: the minute from which it no longer holds, by person."""
    ending = sorted({q for person in people for q in person.expires})
    return {q: np.array([person.expires.get(q, NO_LIMIT) for person in people], np.int64) for q in ending}
