"""One worker's way up: construct, relax, dive, then search; one small unit of work at a time."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from jimu_engine.columns.averaging import LEAN, Averaging, at_once, nearest
from jimu_engine.columns.clock import Clock, Pace
from jimu_engine.columns.generation import Part, Relaxation, generate
from jimu_engine.columns.hunt import Hunt
from jimu_engine.columns.loose import Relaxed, bound_at
from jimu_engine.columns.master import Pool
from jimu_engine.columns.model import DayModel, Floats, Ints, objective
from jimu_engine.columns.person import Planner
from jimu_engine.columns.plain import whole
from jimu_engine.columns.rounding import Dive, DiveStyle
from jimu_engine.columns.search import Search, construct, part_of
from jimu_engine.errors import NoSchedule

#: Up to so many covered (day, type) rows the whole LP leads from the start; above, windows of the horizon come first.
ROOT_ROWS = 450
#: Up to so many rows the whole LP is solved at all, by the first worker, while the others search.
WHOLE_ROWS = 1600
#: Covered rows in a first window.
WINDOW_ROWS = 250
#: Sizes of further windows, as multiples of the first.
GROWTH = (1.0, 1.0, 1.5, 1.5, 2.0, 2.0)
#: Passes in which prices learn and in which people agree, for even and odd workers; columns per person that the whole LP
#: then starts with; part of the time left that all this may take.
PASSES, SHORT_PASSES, NEAREST, AGREE_SHARE = (150, 100), (80, 80), 60, 0.6
#: Where one answer takes long (`Planner.brisk`), a first few passes, and the part of the time left that they may take: they leave a
#: roster early, whatever becomes of the machine, and prices from which more passes come to a better one than afresh.
EARLY_PASSES, EARLY_SHARE = (6, 4), 0.2
#: Passes that tell how long one takes here and now, and the part of the time left that more than one of them may take: one
#: alone may have met a moment in which others had the processor.
TRIES, TRY_SHARE = 4, 0.02
#: The same where the whole linear program leads: passes before it, columns per person it starts with, passes after it.
FIRST_PASSES, FIRST_NEAREST, AFTER_PASSES = (40, 40), 15, 30
#: Steps of search between two agreements; part of the time left that a bound at the prices learnt may take.
STEPS_BETWEEN, BOUND_SHARE = 40, 0.1
#: Passes for the bound of a long horizon, when there is a roster, and the part of the time left that they may take.
LOOSE_PASSES, LOOSE_SHARE = 400, 0.4
#: Part of the time left that the first relaxation may take before a dive starts from what is there.
RELAX_SHARE = 0.5
#: Part of the time left that a long dive may take before windows put its rest right.
DIVE_SHARE = 0.7
#: A roster so many times as dear as the best is not worth windows.
POLISH = 1.3
#: Least part of the effort that the hunt in the tree gets, and the search of neighborhoods; what of a gain is remembered.
LEAST_SHARE, MEMORY = 0.3, 0.97
#: Within this part of the bound the hunt is drawn to the best roster; from farther away it follows the linear program alone.
NEAR = 0.02
#: Effort (roughly seconds of one core) without a gain that ends a life.
LIFE = 120.0
#: Schedules per person kept from the root as starting columns for later parts.
SEEDS = 12


@dataclass(frozen=True)
class Lead:
    """What one worker's linear program over everything leaves to the others: its columns (person, row) and prices."""

    columns: list[tuple[int, NDArray[np.int16]]]
    prices: Floats


class Climb:
    """Holds a search and a bound; ``advance`` does the next unit of work. ``rank`` makes workers differ."""

    def __init__(
        self, model: DayModel, *, seed: int, rank: int = 0, start: Ints | None = None
    ) -> None:
        self.model, self._rank = model, rank
        self.rng = np.random.default_rng([seed, rank])
        self.planners = [Planner(model, p) for p in range(len(model.people))]
        self.bound = -np.inf
        roster = construct(model, self.planners, self.rng) if start is None else start
        if roster is None:
            raise NoSchedule(self._stuck())
        self.search = Search(model, self.planners, roster, self.rng)
        self.pool = Pool(model)
        self._stop = Clock()
        self._plan = self._work()
        self.steps = 0
        #: The best of earlier lives, and what others told since the first; see ``_reborn``.
        self._kept: tuple[Ints, float] | None = None
        self._shares: tuple[list[int], Floats, Floats] | None = None
        #: What the first worker leads with, once it has it: found here, or told by the first.
        self.lead: Lead | None = None
        self.hunt: Hunt | None = None

    def _stuck(self) -> str:
        zero = np.zeros(self.model.horizon)
        for p, planner in enumerate(self.planners):
            if not planner.plan(self.model.cost[p], zero)[1]:
                return self.model.people[p]
        return self.model.people[-1]

    @property
    def done(self) -> bool:
        """Whether the roster is proved optimal."""
        slack = 1.0 - 1e-6 if self.model.integral else 1e-9
        return self.best[1] - self.bound < slack

    @property
    def best(self) -> tuple[Ints, float]:
        """The best roster so far and its cost."""
        mine = self.search.roster, self.search.cost
        return mine if self._kept is None or self._kept[1] > mine[1] else self._kept

    def hear(self, other: Ints, *, mix: bool = False) -> None:
        """What another worker found: taken where it is better (``mix``: or half of it); a later life goes its own way, and only keeps it."""
        if self._kept is not None:
            self._keep(other)
        elif mix:
            self.search.join(other)
        else:
            self.search.offer(other)

    def _keep(self, roster: Ints) -> None:
        cost = objective(self.model, roster)
        if self._kept is None or cost <= self._kept[1]:
            self._kept = roster.astype(np.int64), cost

    @property
    def rows(self) -> int:
        """How many (day, type) cells have a cover cost."""
        return int(((self.model.under > 0) | (self.model.over > 0)).sum())

    def advance(self, stop: Clock) -> None:
        """The next unit of work; returns soon after ``stop()``."""
        self._stop = stop
        next(self._plan)

    def _work(self) -> Iterator[None]:
        while True:
            before = self.search.cost
            if self.search.sweep(self._stop) >= before or self.rows > WHOLE_ROWS:
                break
        yield
        long = self.rows > ROOT_ROWS
        if long:
            columns = []
            if self._rank == 0 and self._brisk:
                columns += yield from self._agreed(EARLY_PASSES, EARLY_SHARE, opening=True)
            elif self._rank == 1 and self._brisk:
                yield from self._bounded()
            columns += yield from self._agreed(self._passes(), opening=True)
            # The second worker, where there is one, has told a bound by now.
            if self._rank == 0 and self._brisk and not self._near:
                yield from self._bounded()
            yield from self._windows()
        else:
            columns = at_once(self._agreed(self._passes(), opening=True))
            yield
            if self._rank == 0 and not all(planner.exact for planner in self.planners):
                # Else the linear program's bound is as good as any.
                yield from self._bounded()
        if not long:
            yield from self._led(columns, self.search.prices) if self._rank == 0 else self._followed()
        elif self.rows <= WHOLE_ROWS and self._rank == 0:
            yield from self._root(columns)
        if self.hunt is not None:
            yield from self._hunted(self.hunt)
        while True:
            yield from self._searched(STEPS_BETWEEN)
            if long:
                yield from self._agreed(SHORT_PASSES)

    def _searched(self, steps: int) -> Iterator[None]:
        """So many neighborhoods."""
        for _ in range(steps):
            self.search.step(self._stop)
            self.steps += 1
            yield

    def _followed(self) -> Iterator[None]:
        """Neighborhoods until the first worker has solved the whole linear program, then the same from its columns."""
        while self.lead is None:
            yield from self._searched(1)
        yield from self._led([self.pool.add(p, row.astype(np.int64))[0] for p, row in self.lead.columns], self.lead.prices)

    def _passes(self) -> tuple[int, int]:
        if self.rows <= ROOT_ROWS and self._rank % 2 == 0:
            return FIRST_PASSES
        return PASSES if self._rank % 2 == 0 else SHORT_PASSES

    def _hunted(self, hunt: Hunt) -> Iterator[None]:
        """Hunt and neighborhoods by turns, the more of what gained more for its effort lately; after long without a gain, from another roster."""
        while True:
            yield from self._life(hunt)
            yield from self._reborn(hunt)

    def _life(self, hunt: Hunt) -> Iterator[None]:
        gained, spent, idle = [1.0, 1.0], [1.0, 1.0], 0.0
        while idle < LIFE:
            rate = [gain / effort for gain, effort in zip(gained, spent, strict=True)]
            share = min(1.0 - LEAST_SHARE, max(LEAST_SHARE, rate[0] / max(1e-9, sum(rate))))
            turn = 0 if spent[0] * (1.0 - share) <= spent[1] * share else 1
            before, effort = self.search.cost, hunt.effort + self.search.effort
            if turn == 0:
                self._hunt(hunt)
            else:
                self.search.step(self._stop)
            self.steps += 1
            gain, effort = before - self.search.cost, hunt.effort + self.search.effort - effort
            gained[turn] = MEMORY * gained[turn] + gain
            spent[turn] = MEMORY * spent[turn] + effort
            idle = 0.0 if gain > 0 else idle + effort
            yield

    def _reborn(self, hunt: Hunt) -> Iterator[None]:
        """Another roster by agreement, to begin a new life from: near the bound a descent ends where chance has led it, and stays there."""
        assert self._shares is not None
        self._keep(self.search.roster)
        self.search.adopt(self._swept(self._from_shares(*self._shares)).roster)
        hunt.anew()
        yield

    def _hunt(self, hunt: Hunt) -> None:
        cost, constant = self.search.cost, self.model.constant
        step = 1.0 - 1e-6 if self.model.integral else 1e-6 * max(1.0, abs(cost))
        look = hunt.search if self._near else hunt.reach
        self.search.offer(look(self.search.roster, cost - constant - step, self._stop))
        self._raise_bound(hunt.bound)

    def _agreed(self, passes: tuple[int, int], most: float = AGREE_SHARE, *, opening: bool = False) -> Generator[None, None, list[int]]:
        """A roster by agreement within this part of the time left, with prices near the best; in the ``opening`` returns columns for
        the whole LP, where there will be one."""
        part, begun = self._everything(), time.monotonic()
        prices = np.zeros(part.need.shape) if self.search.prices is None else self.search.prices
        averaging = Averaging(part, self.pool if opening else Pool(self.model), prices, self.rng)
        lean = LEAN if opening else (LEAN[1], LEAN[1])
        tries = 0
        while tries < TRIES and (not tries or time.monotonic() - begun < TRY_SHARE * self._stop.left()):
            yield from averaging.learn(Pace(1), self._stop, lean=lean)
            tries += 1
        able = most * self._stop.left() * tries / max(1e-6, time.monotonic() - begun)
        scale, shares = min(1.0, able / sum(passes)), [most * part / sum(passes) for part in passes]
        yield from averaging.learn(self._stop.pace(max(1, int(scale * passes[0])), shares[0]), self._stop, lean=lean)
        learnt = averaging.prices
        if self._rank == 0 and not self._brisk:
            self._weak_bound(learnt)
        self.search.prices = learnt
        yield from averaging.agree(self._stop.pace(max(1, int(scale * passes[1])), shares[1] / (1.0 - shares[0])), self._stop)
        yield from self._settled(averaging.roster, polish=not opening)
        kept = NEAREST if self.rows > ROOT_ROWS else FIRST_NEAREST
        return nearest(part, self.pool, averaging.known, averaging.prices, kept) if opening else []

    def _settled(self, roster: Ints, *, polish: bool) -> Iterator[None]:
        """What was agreed on, with everybody's last word, if it is better; ``polish``: or may become so in windows."""
        roster = self._swept(roster).roster
        self.search.offer(roster)
        yield
        if polish:
            yield from self._polish(roster)

    def _swept(self, roster: Ints) -> Search:
        other, before = Search(self.model, self.planners, roster, self.rng), np.inf
        while other.cost < before and not self._stop():
            before = other.cost
            other.sweep(self._stop)
        return other

    def _everything(self) -> Part:
        everybody, free = np.arange(len(self.planners)), np.ones(self.model.horizon, bool)
        return part_of(self.model, self.planners, self.search.roster, self.search.count, everybody, free)

    def _root(self, columns: list[int]) -> Iterator[None]:
        """Where windows came first: the whole linear program, and dives from it."""
        pool = self.pool
        columns += [pool.add(p, row[p])[0] for row in (*self.search.past, self.search.roster) for p in range(len(row))]
        columns = list(dict.fromkeys(columns))
        share = RELAX_SHARE
        for style in self._styles():
            part = self._everything()
            relaxation = self._relaxed(part, columns, self.search.prices, share)
            share, columns = 1.0, list(relaxation.master.columns)
            yield
            clock = self._stop.share(DIVE_SHARE)
            roster = Dive(part, pool, relaxation.master, style, self.rng).run(np.inf, clock)
            if roster is not None:
                yield from self._polish(roster)
            yield

    def _relaxed(self, part: Part, columns: list[int], prices: Floats | None, share: float) -> Relaxation:
        relaxation = generate(part, self.pool, columns, prices=prices, interior=True, stop=self._stop.share(share))
        if part.exact:
            self._raise_bound(relaxation.bound)
        self._keep_seeds(self.pool, relaxation)
        return relaxation

    def _led(self, columns: list[int], prices: Floats | None) -> Iterator[None]:
        """The whole linear program, a roster by agreement from its shares, and what the hunt wants to know."""
        part, pool = self._everything(), self.pool
        columns += [pool.add(p, row)[0] for p, row in enumerate(self.search.roster)]
        relaxation = self._relaxed(part, list(dict.fromkeys(columns)), prices, RELAX_SHARE)
        master = relaxation.master
        self.lead = self.lead or Lead([(pool.person[n], pool.row[n]) for n in master.columns], relaxation.prices)
        yield
        self._shares = list(master.columns), master.values(), relaxation.prices
        yield from self._settled(self._from_shares(*self._shares), polish=False)
        if self._rank == 0 and not self.done:
            self._prove_few()
            yield
        if part.exact:
            self.hunt = Hunt(part, pool, relaxation, self.rng)

    def _prove_few(self) -> None:
        """Where there are few cells, the whole problem as one integer program: its bound rises where that of whole schedules does not."""
        roster, bound = whole(self.model, self.search.roster, self._stop)
        self.search.offer(roster)
        if bound > -np.inf:
            self._raise_bound(bound)

    def _from_shares(self, columns: list[int], values: Floats, prices: Floats) -> Ints:
        """A roster by agreement from the shares of the linear program."""
        averaging = Averaging(self._everything(), self.pool, prices, self.rng)
        averaging.weigh(columns, values)
        for _ in averaging.agree(Pace(AFTER_PASSES), self._stop.share(DIVE_SHARE)):
            pass
        return averaging.roster

    @property
    def _near(self) -> bool:
        """Whether the best is so near the bound that hunting pays."""
        return self.search.cost - self.bound <= NEAR * abs(self.search.cost)

    def _polish(self, roster: Ints) -> Iterator[None]:
        """A long dive is right nearly everywhere and spoils its last choices: windows put those right."""
        other = Search(self.model, self.planners, roster, self.rng, prices=self.search.prices)
        days = self._first_window()
        for shift in (0, days // 3):
            if other.cost > POLISH * self.search.cost:
                return
            for _ in other.windows(days, max(7, days * 2 // 3), shift, False, lambda: self._stop):
                self.search.offer(other.roster)
                yield

    def _styles(self) -> list[DiveStyle]:
        return [DiveStyle(steps=40, rounds=6, sure=0.99, even=1e-3), DiveStyle(noise=0.2), DiveStyle(steps=60, noise=0.05)]

    def _raise_bound(self, cover_and_requests: float) -> None:
        if not isfinite(cover_and_requests):
            return
        bound = self.model.constant + cover_and_requests
        if self.model.integral:
            bound = ceil(bound - 1e-4)
        self.bound = max(self.bound, bound)

    @cached_property
    def _brisk(self) -> bool:
        """Whether somebody's plan takes so long that they answer nearly, or is not exact."""
        return any(planner.brisk or not planner.exact for planner in self.planners)

    def _weak_bound(self, prices: Floats) -> None:
        """The bound at these prices, if a part of the time left suffices for everybody's part of it."""
        self._raise_bound(bound_at(self.model, self.planners, prices, self._stop.share(BOUND_SHARE)))

    def _bounded(self) -> Iterator[None]:
        """A bound for a long horizon, a few passes at a time."""
        relaxed = Relaxed(self.model, self.planners, self.rng)
        for _ in relaxed.learn(self._stop.pace(LOOSE_PASSES, LOOSE_SHARE), self._stop):
            self._raise_bound(relaxed.bound)
            yield

    def _keep_seeds(self, pool: Pool, relaxation: Relaxation) -> None:
        master = relaxation.master
        cost = np.asarray(master.lp.getSolution().col_dual)[master.first :]
        seeds: dict[int, list[Ints]] = {}
        for j in np.argsort(cost, kind="stable"):
            kept = seeds.setdefault(pool.person[master.columns[j]], [])
            if len(kept) < SEEDS:
                kept.append(pool.row[master.columns[j]])
        self.search.seeds, self.search.prices = seeds, relaxation.prices

    def _first_window(self) -> int:
        """Days of a first window, in whole weeks."""
        types = max(1.0, self.rows / self.model.horizon)
        return min(42, max(7, int(WINDOW_ROWS / types) // 7 * 7))

    def _windows(self) -> Iterator[None]:
        """Passes over the horizon; the second worker comes from the other end, so that two halves can be joined."""
        first = self._first_window()
        leads = self._rank == 0 and self.rows <= WHOLE_ROWS
        for turn, growth in enumerate(GROWTH[:2] if leads else GROWTH):
            before = self.search.cost
            days = min(self.model.horizon, int(first * growth))
            shift = 0 if turn % 2 == 0 else days // 3
            for _ in self.search.windows(days, max(7, days * 2 // 3), shift, self._rank % 2 == 1, lambda: self._stop):
                yield
            if turn and self.search.cost > before * 0.998:
                break
