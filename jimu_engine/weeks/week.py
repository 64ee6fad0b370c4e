"""One week solved: column generation over listed patterns, a whole-number master, then neighborhoods of nurses."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from jimu_engine.formats.inrc2 import Contract, History, Nurse, Scenario, Week, WeekRoster
from jimu_engine.prompt import Asked
from jimu_engine.weeks.ahead import Ahead, look_ahead
from jimu_engine.weeks.master import MISSING, Column, Master, Shape
from jimu_engine.weeks.morrow import Guard
from jimu_engine.weeks.patterns import Floats, Ints, Patterns, wishes_of

#: Patterns entered a nurse and round; patterns a nurse in the whole-number master; nurses freed at once.
ENTER, KEPT, FREED = 3, 60, 10
#: Neighborhoods tried in vain before a week is left as it is.
IDLE = 25
#: By count: nodes of one whole-number program, and re-solves more while a minimum is missed.
NODES, GRACE_ROUNDS = 200, 20
#: A dive takes this part of the nurses left at each step; seconds at
#: least that a missed minimum may be worked on after time, and those of a re-solve then.
DIVE_PARTS, LEAST_GRACE, PICK_SECONDS = 8, 60.0, 3.0


@dataclass
class Market:
    """The week's nurses against its cover. `cost[n]` is what each pattern costs nurse n, what comes after included;
    `guards` are kept for the morning after."""

    scenario: Scenario
    patterns: Patterns
    shape: Shape
    week: Week
    history: History
    guards: Sequence[Guard] = ()
    cost: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        types = len(self.scenario.shifts)
        self._own, self._ends = [], []
        self._kinds: dict[tuple[Contract, int], Ahead] = {}
        for n, nurse in enumerate(self.scenario.nurses):
            past = self.history.pasts[n]
            cost, ends = self.patterns.cost(nurse, past, wishes_of(self.week, n, types))
            cost[~self.patterns.lawful(past)] = MISSING * 100
            self._own.append(cost)
            self._ends.append(ends)

    def look(self, prices: Floats) -> None:
        """Price what comes after by prices [weeks, groups, 7, types] of the weeks to come."""
        self._kinds = {}
        self.cost = []
        for n, nurse in enumerate(self.scenario.nurses):
            ahead = self._ahead(nurse, int(self.shape.group[n]), prices)
            self.cost.append(self._own[n] + ahead.of(self.patterns, self.history.pasts[n], self._ends[n]))

    def _ahead(self, nurse: Nurse, group: int, prices: Floats) -> Ahead:
        key = (nurse.contract, group)
        if key not in self._kinds:
            self._kinds[key] = look_ahead(self.scenario, nurse.contract, prices[:, group])
        return self._kinds[key]

    def way_on(self, nurse: int, pattern: int) -> tuple[Ints, float]:
        """How the nurse best goes on after a pattern at the prices last looked at: shifts [7 × weeks], and what they earn."""
        past, group = self.history.pasts[nurse], int(self.shape.group[nurse])
        total = past.total + int(self.patterns.total[pattern])
        weekends = past.weekends + int(self.patterns.weekend[pattern])
        ahead = self._kinds[self.scenario.nurses[nurse].contract, group]
        return ahead.way_on(total, weekends, self._ends[nurse][pattern])

    def reduced(self, prices: Floats, worth: Floats, nurses: Sequence[int] | None = None) -> list[Floats]:
        """What each pattern of each of these nurses (everybody, when none are named) costs beyond what it earns."""
        earned = []
        for g in range(len(self.shape.skills)):
            padded = np.concatenate([prices[g], np.zeros((7, 1))], axis=1)
            earned.append(padded[np.arange(7), self.patterns.days].sum(axis=1))
        return [self.cost[n] - earned[int(self.shape.group[n])] - worth[n] for n in (range(len(self.cost)) if nurses is None else nurses)]

    def column(self, nurse: int, pattern: int) -> Column:
        """A pattern as a column."""
        return Column(nurse, self.patterns.days[pattern], float(self.cost[nurse][pattern]))


@dataclass(frozen=True)
class Relaxed:
    """The linear program's end: its cost (a lower bound of the week's), prices, worths of nurses and of cells, and the columns met."""

    cost: float
    prices: Floats
    worth: Floats
    cells: Floats
    pool: list[set[int]]


def relax(market: Market, pool: list[set[int]], until: float, nurses: Sequence[int] | None = None) -> Relaxed:
    """Column generation from the patterns in `pool` until no pattern pays, or time is up; new ones for these nurses only
    (everybody, when none are named)."""
    free = range(len(pool)) if nurses is None else nurses
    master = Master(market.scenario, market.shape, market.week, market.guards)
    for n, known in enumerate(pool):
        if n in free:
            known.add(int(market.cost[n].argmin()))
        master.add([market.column(n, i) for i in sorted(known)])
    while True:
        cost, prices, worth = master.solve()
        new = []
        for n, reduced in zip(free, market.reduced(prices, worth, free), strict=True):
            best = np.argpartition(reduced, ENTER)[:ENTER]
            fresh = [int(i) for i in best if reduced[i] < -1e-6 and int(i) not in pool[n]]
            pool[n].update(fresh)
            new += [market.column(n, i) for i in fresh]
        # A program that still misses minima says nothing yet: whatever the clock, it goes on.
        if not new or (time.monotonic() > until and cost < MISSING):
            return Relaxed(cost, prices, worth, master.cells(), pool)
        master.add(new)


def near(reduced: Floats, count: int) -> set[int]:
    """The patterns of least reduced cost."""
    return set(np.argpartition(reduced, min(count, len(reduced) - 1))[:count].tolist())


@dataclass(frozen=True)
class Limit:
    """When a week's re-solves end: at a moment of time.monotonic, or after so many of them, and once `asked` says so."""

    until: float = math.inf
    rounds: int | None = None
    asked: Asked = lambda: False

    def over(self, rounds: int, seconds_more: float, rounds_more: int) -> bool:
        """Whether it has been reached, with so much more granted."""
        late = time.monotonic() >= self.until + seconds_more
        return late or self.asked() or (self.rounds is not None and rounds >= self.rounds + rounds_more)


@dataclass
class Choice:
    """One pattern a nurse, and what the week costs with it (what comes after included)."""

    patterns: list[int]
    cost: float


def choose(
    market: Market,
    relaxed: Relaxed,
    *,
    seed: int,
    limit: Limit,
    idle_after: int = IDLE,
    least_grace: float = LEAST_GRACE,
    tell: Callable[[Choice], None] = lambda best: None,
    whole: bool = True,
) -> Choice:
    """A good whole choice: the master over the nearest patterns (if `whole`), then exact re-solves of some nurses at a time.

    Ends when `idle_after` re-solves in a row were in vain; goes on beyond the limit, for `least_grace` seconds at least or
    `GRACE_ROUNDS` re-solves, while a minimum is missed that could be met. `tell` hears of each better choice.
    """
    reduced = market.reduced(relaxed.prices, relaxed.worth)
    allowed = [sorted(near(each, KEPT)) for each in reduced]
    wide = [sorted(near(each, 6 * KEPT)) for each in reduced]
    best = _dive(market, wide)
    tell(best)
    until, counted = limit.until, limit.rounds is not None
    if whole:
        best = _pick(market, allowed, best, None if counted else max(1.0, 0.5 * (until - time.monotonic())))
        tell(best)
    rng = np.random.default_rng(seed)
    everybody = np.arange(len(reduced))
    idle, rounds = 0, 0

    def missed() -> bool:
        return best.cost >= relaxed.cost + 0.5 * MISSING

    def goes_on() -> bool:
        # A minimum that is missed though it can be met is worth more than the limit.
        grace = (least_grace, GRACE_ROUNDS) if missed() else (0.0, 0)
        return not limit.over(rounds, *grace) and (missed() or idle < idle_after)

    while best.cost > relaxed.cost + 1e-6 and goes_on():
        freed = FREED if time.monotonic() < until else FREED // 2
        drawn = rng.choice(everybody, min(freed, len(everybody)), replace=False).tolist()
        anew = missed()
        if anew:
            some = _priced_anew(market, best, _with_able(market, best, drawn, rng))
        else:
            some = [wide[n] if n in drawn else [best.patterns[n]] for n in everybody.tolist()]
        left = until - time.monotonic()
        better = _pick(market, some, best, None if counted else min(8.0, left) if left > 0.5 else PICK_SECONDS)
        rounds += 1
        idle = 0 if better.cost < best.cost - 1e-6 else idle + 1
        best = better if better.cost < best.cost - 1e-6 else best
        tell(best)
        if len(drawn) == len(everybody) and (idle or not anew):
            break
    return best


def _with_able(market: Market, best: Choice, drawn: list[int], rng: np.random.Generator) -> list[int]:
    """As many nurses as were drawn, half of them such as have a skill of which a minimum is missed."""
    short = missing(market, best)
    able = [n for n, nurse in enumerate(market.scenario.nurses) if nurse.skills & short]
    some = rng.choice(able, min(len(able), (len(drawn) + 1) // 2), replace=False).tolist() if able else []
    return sorted([*some, *[n for n in drawn if n not in some][: len(drawn) - len(some)]])


def _priced_anew(market: Market, best: Choice, free: list[int]) -> list[list[int]]:
    """What each nurse may do while all but the free stay as they are.

    Where hundreds of patterns cost the same at the prices of the whole week, the nearest may hold none that meets the minimum;
    the prices of the neighborhood tell them apart, and its program knows those that do.
    """
    there = relax(market, [{i} for i in best.patterns], math.inf, free)
    allowed = [[i] for i in best.patterns]
    for n, reduced in zip(free, market.reduced(there.prices, there.worth, free), strict=True):
        allowed[n] = sorted(near(reduced, KEPT) | there.pool[n])
    return allowed


def _dive(market: Market, allowed: list[list[int]]) -> Choice:
    """A whole choice from the linear program alone, however slow the machine: the likeliest patterns are taken, a few a time."""
    master = Master(market.scenario, market.shape, market.week, market.guards)
    master.add([market.column(n, i) for n, patterns in enumerate(allowed) for i in patterns])
    begin = np.concatenate([[0], np.cumsum([len(patterns) for patterns in allowed])])
    taken = dict[int, int]()
    while len(taken) < len(allowed):
        master.solve()
        values = master.values()
        likely = {n: int(values[begin[n] : begin[n + 1]].argmax()) for n in range(len(allowed)) if n not in taken}
        sure = sorted(likely, key=lambda n: -values[begin[n] + likely[n]])
        for n in sure[: max(1, len(sure) // DIVE_PARTS)]:
            taken[n] = allowed[n][likely[n]]
            master.shut([j for j in range(begin[n], begin[n + 1]) if j != begin[n] + likely[n]])
    return Choice([taken[n] for n in range(len(allowed))], master.solve()[0])


def _pick(market: Market, allowed: list[list[int]], start: Choice | None, seconds: float | None) -> Choice:
    """The best choice among these patterns, found by HiGHS within the time given, or by count; `start` when it finds none."""
    effort = {"mip_max_nodes": NODES} if seconds is None else {"time_limit": seconds}
    master = Master(market.scenario, market.shape, market.week, market.guards, effort=effort)
    numbers: list[tuple[int, int]] = []
    for n, patterns in enumerate(allowed):
        keep = patterns if start is None or start.patterns[n] in patterns else [*patterns, start.patterns[n]]
        master.add([market.column(n, i) for i in keep], whole=True)
        numbers += [(n, i) for i in keep]
    hint = None if start is None else [j for j, (n, i) in enumerate(numbers) if start.patterns[n] == i]
    cost, chosen = master.whole(hint)
    picked = dict(numbers[j] for j in chosen)
    if len(picked) < len(allowed):
        return start or Choice([int(np.argmin(each)) for each in market.cost], float("inf"))
    return Choice([picked[n] for n in range(len(allowed))], cost)


def missing(market: Market, choice: Choice) -> frozenset[int]:
    """The skills of which a minimum is missed somewhere."""
    filled = Counter((d, *place) for (_, d), place in places(market, choice).items())
    needs = market.week.cover.items()
    return frozenset(k for (s, k), days in needs for d, (low, _) in enumerate(days) if filled[d, s, k] < low)


def places(market: Market, choice: Choice) -> WeekRoster:
    """Who fills which skill: an assignment a day and shift, minimum first, then optimum, then whatever the nurse can."""
    from jimu_engine.weeks.places import fill

    roster: WeekRoster = {}
    for d in range(7):
        for s in range(len(market.scenario.shifts)):
            here = [n for n, i in enumerate(choice.patterns) if market.patterns.days[i, d] == s]
            needs = {k: market.week.cover[s, k][d] for k in range(len(market.scenario.skills)) if (s, k) in market.week.cover}
            for n, k in fill([market.scenario.nurses[n].skills for n in here], needs).items():
                roster[here[n], d] = s, k
    return roster
