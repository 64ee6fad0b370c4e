"""Large neighbourhood search: free some people on some days, solve that part almost exactly, keep what is not worse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from jimu_engine.columns.check import person_breaches
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.generation import Part, Relaxation, generate
from jimu_engine.columns.master import Pool
from jimu_engine.columns.model import OFF, Bools, DayModel, Floats, Ints, objective, presence
from jimu_engine.columns.person import Planner
from jimu_engine.columns.rounding import Dive, DiveStyle, choose

#: Rosters remembered from windows: columns for the whole LP to start from.
PAST = 16


@dataclass
class Move:
    """A kind of neighbourhood: how many days are free (the horizon: all) and for how many (person, day) cells."""

    days: int
    cells: float
    dive: bool = False
    gain: float = 1.0
    spent: float = 1.0
    tries: int = 0


@dataclass
class Search:
    """A roster under improvement. ``step`` changes it; ``cost`` is always its true objective."""

    model: DayModel
    planners: list[Planner]
    roster: Ints
    rng: np.random.Generator
    prices: Floats | None = None
    seeds: dict[int, list[Ints]] = field(default_factory=dict)
    past: list[Ints] = field(default_factory=list)
    effort: float = 0.0

    def __post_init__(self) -> None:
        self.moves = moves_for(self.model)
        self.adopt(self.roster)

    def adopt(self, roster: Ints) -> None:
        """Continue from another roster."""
        self.roster = roster.astype(np.int64)
        self.count = presence(self.roster, len(self.model.shifts))
        self.cost = objective(self.model, self.roster)

    def sweep(self, stop: Clock) -> float:
        """Re-plan everybody once, each against all others; never worse for a feasible roster."""
        model = self.model
        for p in map(int, self.rng.permutation(len(self.planners))):
            if stop():
                break
            self._count(p, -1)
            marginal = np.where(self.count < model.need, -model.under, model.over)
            cost = model.cost[p] + marginal
            row = self.planners[p].best(cost, model.usual)
            if row is not None and _total(cost, row) < _total(cost, self.roster[p]):
                self.roster[p] = row
            self._count(p, 1)
        self.cost = objective(model, self.roster)
        return self.cost

    def _count(self, p: int, by: int) -> None:
        held = np.nonzero(self.roster[p] != OFF)[0]
        self.count[held, self.roster[p, held]] += by

    def pick(self) -> Move:
        """A move kind, the more often the more it gained for its effort."""
        rate = np.array([m.gain / m.spent for m in self.moves])
        chance = rate / rate.sum() * 0.7 + 0.3 / len(rate)
        return self.moves[int(self.rng.choice(len(rate), p=chance))]

    def step(self, stop: Clock) -> None:
        """Try one neighbourhood."""
        move = self.pick()
        part = self._part(move)
        before = self.cost
        effort = self._improve(part, move.dive, stop)
        self.effort += effort
        move.gain = 0.9 * move.gain + (before - self.cost)
        move.spent = 0.9 * move.spent + effort
        move.tries += 1
        self._resize(move, effort)

    def _resize(self, move: Move, effort: float) -> None:
        """Keep steps short enough to try many, large enough to find something. Effort is counted, not timed."""
        if effort > (16.0 if move.dive else 8.0):
            move.cells *= 0.9
        elif effort < 3.0:
            move.cells = min(move.cells * 1.05, float(self.roster.size))

    def _part(self, move: Move) -> Part:
        model = self.model
        people, days = self.roster.shape
        center = self._center()
        free = np.ones(days, bool)
        if move.days < days:
            start = int(np.clip(center - self.rng.integers(0, move.days), 0, days - move.days))
            free[:] = False
            free[start : start + move.days] = True
        size = int(np.clip(round(move.cells / move.days), min(2, people), people))
        chosen = np.sort(self.rng.choice(people, size, replace=False, p=self._attention(free)))
        return part_of(model, self.planners, self.roster, self.count, chosen, free)

    def _center(self) -> int:
        """A day, more often one whose cover costs more."""
        model = self.model
        if self.rng.random() < 0.4:
            return int(self.rng.integers(model.horizon))
        short = np.maximum(model.need - self.count, 0) * model.under
        extra = np.maximum(self.count - model.need, 0) * model.over
        weight = (short + extra).sum(axis=1) + 1e-3
        return int(self.rng.choice(model.horizon, p=weight / weight.sum()))

    def _attention(self, free: Bools) -> Floats:
        """Chance of each person to be freed: those who could help short cells there more often."""
        model = self.model
        short = (np.maximum(model.need - self.count, 0) * model.under)[free]
        able = (model.allowed[:, free] * short).sum(axis=(1, 2))
        weight = 1.0 + 2.0 * able / max(1e-9, float(able.max()))
        return np.asarray(weight / weight.sum())

    def _improve(self, part: Part, dive: bool, stop: Clock, rounds: int = 40) -> float:
        """Solve the part, rounding by a dive or by an integer master; returns effort (LP rounds and branching, roughly in seconds of one core)."""
        model = self.model
        pool = Pool(model)
        columns = [pool.add(int(p), self.roster[p])[0] for p in part.people]
        current = sum(pool.cost) + _part_cover(part, self.count)
        if part.whole:
            columns += [pool.add(int(p), row)[0] for p in part.people for row in self.seeds.get(int(p), [])]
        step = 1.0 if model.integral else 1e-6 * max(1.0, abs(current))
        target = current - step + 1e-4 * step
        relaxation = generate(
            part, pool, list(dict.fromkeys(columns)), prices=self.prices, want=2, target=target, rounds=rounds, stop=stop
        )
        self._learn(part, relaxation)
        effort = len(pool.row) * (1 + len(relaxation.master.cells) / 100) / 500
        if relaxation.bound >= target or stop():
            return effort
        if dive:
            found = Dive(part, pool, relaxation.master, DiveStyle(steps=40, noise=0.1), self.rng).run(target, stop)
        else:
            found = choose(part, pool, relaxation, current=current, nodes=60, stop=stop)
        self.offer(found)
        return effort * 2

    def offer(self, roster: Ints | None) -> bool:
        """Take a roster that is not worse."""
        if roster is None or objective(self.model, roster) > self.cost + 1e-9:
            return False
        self.adopt(roster)
        return True

    def _learn(self, part: Part, relaxation: Relaxation) -> None:
        """Remember the prices found for the free cells: a good start for whatever overlaps them."""
        if self.prices is None:
            self.prices = np.zeros(part.need.shape)
        if len(part.people) * 2 >= len(self.roster):
            self.prices[part.days] = relaxation.prices[part.days]

    def windows(
        self, days: int, stride: int, shift: int, backward: bool, clock: Callable[[], Clock]
    ) -> Iterator[None]:
        """Dive through the horizon in overlapping windows in which everybody is free."""
        last = max(0, self.model.horizon - days)
        starts = sorted({*range(shift, last, stride), last, *([0] if shift >= stride else [])})
        for start in reversed(starts) if backward else starts:
            free = np.zeros(self.model.horizon, bool)
            free[start : start + days] = True
            everybody = np.arange(len(self.roster))
            part = part_of(self.model, self.planners, self.roster, self.count, everybody, free)
            self._improve(part, dive=True, stop=clock(), rounds=400)
            self.past = [*self.past[-PAST + 1 :], self.roster.copy()]
            yield

    def join(self, other: Ints) -> None:
        """Take what another found, or its half of the horizon where that, with our half, is better still."""
        mine, middle = self.roster, self.model.horizon // 2
        self.offer(other)
        for first, second in ((mine, other), (other, mine)):
            mixed = np.concatenate([first[:, :middle], second[:, middle:]], axis=1).astype(np.int64)
            for p in map(int, np.nonzero((mixed != self.roster).any(axis=1))[0]):
                if person_breaches(self.model, p, mixed[p]):
                    mixed[p] = self.roster[p]
            self.offer(mixed)


def _total(cost: Floats, row: Ints) -> float:
    held = np.nonzero(row != OFF)[0]
    return float(cost[held, row[held]].sum())


def part_of(model: DayModel, planners: list[Planner], roster: Ints, count: Ints, people: Ints, free: Bools) -> Part:
    """The part where these people are free on these days."""
    own = presence(roster[people], len(model.shifts))
    return Part(model, planners, roster, people, free, model.need - (count - own))


def _part_cover(part: Part, count: Ints) -> float:
    """Cover cost of the free days as they stand."""
    model = part.model
    own = presence(part.roster[part.people], len(model.shifts))
    inside = part.days[:, None]
    short = np.maximum(part.need - own, 0) * model.under * inside
    extra = np.maximum(own - part.need, 0) * model.over * inside
    return float(short.sum() + extra.sum())


def moves_for(model: DayModel) -> list[Move]:
    """Windows of one to eight weeks for fewer and fewer people, and a few people for the whole horizon."""
    lengths = [n for n in (5, 7, 10, 14, 21, 28, 56) if n < model.horizon]
    small = [*(Move(n, 300.0) for n in lengths), Move(model.horizon, max(220.0, 3.0 * model.horizon))]
    return [*small, Move(min(28, model.horizon), 1200.0, dive=True), Move(model.horizon, 1200.0, dive=True)]


def construct(model: DayModel, planners: list[Planner], rng: np.random.Generator) -> Ints | None:
    """A first roster: everybody in random order, each best against those already placed; None when someone cannot."""
    people, days, types = model.size
    roster = np.full((people, days), OFF, np.int64)
    count = np.zeros((days, types), np.int64)
    for p in map(int, rng.permutation(people)):
        marginal = np.where(count < model.need, -model.under, model.over)
        row = planners[p].best(model.cost[p] + marginal, model.usual)
        if row is None:
            return None
        roster[p] = row
        held = np.nonzero(row != OFF)[0]
        count[held, row[held]] += 1
    return roster
