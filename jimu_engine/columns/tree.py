"""Branch and price below a cap: decide who works what on which day, cell by cell, and give up as soon as nothing cheaper is left.

Depth first. At every node the linear program is priced again; a node whose bound is above the cap holds nothing of
interest. Cells are decided in groups, the surest first; a group that fails is halved, and a single cell that fails is
barred at its node, which is proof and not guess. A roster to stay near draws the decisions to it (guided dives: Danna,
Rothberg, Le Pape 2005), or holds some people's whole schedules as long as the bound allows. Or it keeps to whole
shortages drawn before: they are dear, and while they are split the bound is far too low.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from jimu_engine.columns.clock import Clock
from jimu_engine.columns.generation import Part
from jimu_engine.columns.kernel import INFINITE, worth
from jimu_engine.columns.master import Master, Pool
from jimu_engine.columns.model import Bools, Floats, Ints

#: A share or a value this near to whole is whole; a column's value this small is none.
WHOLE, NOTHING = 1e-6, 1e-7
#: A cell's share below which neither a group nor a guide chooses it.
LEAST_SHARE, LEAST_GUIDED = 0.2, 0.05
#: Pricings at a node at most, schedules entered a person and pricing, and trials to hold people's schedules.
PRICINGS, ENTER, HOLDS = 200, 2, 12
#: Shortages made whole at most.
SHORTAGES = 60

Cell = tuple[int, int, int]
Undo = list[tuple[int, int, Bools]]


@dataclass(frozen=True)
class Style:
    """Cells decided at once at most; how much chance reorders them; how strongly the near roster draws; what part of the
    people keeps its whole schedule; how many failures end the search."""

    group: int = 8
    noise: float = 0.1
    bonus: float = 0.0
    hold: float = 0.0
    fails: int = 20


@dataclass(frozen=True)
class Shortages:
    """Of how many each covered row is short, and the value of the linear program there."""

    short: Floats
    value: float


@dataclass(frozen=True)
class _View:
    """A solved node: value, shares [P, H, T + 1], the columns in use with their values, and the basis to come back to."""

    value: float
    shares: Floats
    used: Ints
    weight: Floats
    basis: Any

    @property
    def whole(self) -> bool:
        return bool((self.shares.max(axis=2) > 1 - WHOLE).all())


@dataclass
class _Level:
    """A decision on the way down: how to take it back, the cells, and the node it was taken at."""

    undo: Undo
    cells: list[Cell]
    at: _View


@dataclass
class Tree:
    """One search over a whole part. ``barred`` [P, H, T + 1] (first: a day off) is what is impossible; it grows by what is proved at the root.

    ``kept``: shortages that a search keeps to. After ``run``: ``exhausted`` tells that nothing at or below ``cap`` exists,
    ``nodes`` what it took.
    """

    part: Part
    pool: Pool
    master: Master
    cap: float
    near: Ints
    barred: Bools
    style: Style
    rng: np.random.Generator
    kept: Shortages | None = None
    nodes: int = 0
    fails: int = 0
    exhausted: bool = False
    _known: set[int] = field(default_factory=set)
    _sure: bool = True

    def __post_init__(self) -> None:
        self._known.update(self.master.columns)
        self._days = np.arange(self.part.model.horizon)
        self._rows, self._who = np.zeros((0, len(self._days)), np.int64), np.zeros(0, np.int64)
        self._guide = np.zeros(self.barred.shape)
        np.put_along_axis(self._guide, (self.near + 1)[:, :, None], self.style.bonus, 2)

    def run(self, stop: Clock) -> Ints | None:
        """A roster that costs at most ``cap``, or None."""
        if self.kept is not None:
            self.master.bound_shortages(self.kept.short, self.kept.short)
        view = self._evaluate(-np.inf, stop)
        partly = bool(self.style.hold) or self.kept is not None
        if view is None:
            self.exhausted = not partly and self._sure and not stop()
            return None
        root = self.barred.copy() if partly else None
        if self.style.hold:
            view = self._hold(view, stop)
        found, exhausted = self._descend(view, stop)
        if root is not None:
            self.barred[:] = root
        else:
            self.exhausted = exhausted and self._sure and not stop()
        return found

    def _descend(self, view: _View, stop: Clock) -> tuple[Ints | None, bool]:
        """The depth-first search below a node, and whether it saw everything. Leaves only root decisions behind."""
        path: list[_Level] = []
        size, found, here = self.style.group, None, view
        while self.fails <= self.style.fails and not stop():
            if here.whole:
                found = np.asarray(here.shares.argmax(axis=2) - 1, np.int64)
                break
            level = _Level([], self._surest(here, size), here)
            self._decide(level)
            below = self._evaluate(here.value, stop)
            if below is not None:
                path.append(level)
                here, size = below, min(self.style.group, size + 1)
                continue
            if stop():
                self._take_back(level)
                break
            back = self._back(path, level, stop)
            if back is None:
                return None, True
            here, size = back
        for level in reversed(path):
            self._take_back(level)
        return found, False

    def _back(self, path: list[_Level], level: _Level, stop: Clock) -> tuple[_View, int] | None:
        """Where to go on after a failure, and with how large a group; None when nothing is left."""
        while True:
            self.fails += 1
            self._take_back(level)
            self._return_to(level.at)
            if len(level.cells) > 1:
                return level.at, max(1, len(level.cells) // 2)
            p, d, t = level.cells[0]
            if path:
                path[-1].undo.append((p, d, self.barred[p, d].copy()))
            if not stop():
                self.barred[p, d, t + 1] = True
            here = self._evaluate(-np.inf, stop)
            if here is not None:
                return here, 1
            if not path:
                return None
            level = path.pop()

    def _decide(self, level: _Level) -> None:
        for p, d, t in level.cells:
            level.undo.append((p, d, self.barred[p, d].copy()))
            self.barred[p, d] = True
            self.barred[p, d, t + 1] = False

    def _take_back(self, level: _Level) -> None:
        for p, d, before in reversed(level.undo):
            self.barred[p, d] = before
        level.undo.clear()

    def _hold(self, view: _View, stop: Clock) -> _View:
        """Some people keep the near roster's schedules, as many as asked for and the bound allows."""
        order = [int(p) for p in self.rng.permutation(len(self.near))]
        wanted = max(1, int(self.style.hold * len(order)))
        held, chunk = 0, max(1, wanted // 2)
        for _ in range(HOLDS):
            if not order or held >= wanted or stop():
                break
            some = order[: min(chunk, wanted - held)]
            level = _Level([], [(p, int(d), int(self.near[p, d])) for p in some for d in self._days], view)
            self._decide(level)
            below = self._evaluate(view.value, stop)
            if below is not None:
                held, order, view = held + len(some), order[len(some) :], below
                continue
            self._take_back(level)
            self._return_to(view)
            order = order[1:] if len(some) == 1 else order
            chunk = max(1, len(some) // 2)
        return view

    def whole_shortages(self, stop: Clock) -> Shortages | None:
        """Shortages made whole one by one, half by the program's shares, half by chance; None where that leads above the cap."""
        view = self._evaluate(-np.inf, stop)
        for _ in range(SHORTAGES):
            short = self.master.shortages()
            split = np.nonzero(np.abs(short - np.round(short)) > 10 * WHOLE)[0]
            if view is None or not len(split):
                break
            cell = int(self.rng.choice(split))
            up = bool(self.rng.random() < 0.25 + (short[cell] - np.floor(short[cell])) / 2)
            below = self._shorter(view, cell, short[cell], up, stop)
            view = below or self._shorter(view, cell, short[cell], not up, stop)
        return None if view is None else Shortages(np.round(self.master.shortages()), view.value)

    def _shorter(self, view: _View, cell: int, short: float, up: bool, stop: Clock) -> _View | None:
        """The node where this cell is short of the next whole number up or down; None where it is above the cap."""
        least, most = self.master.least, self.master.most
        if up:
            self.master.bound_shortages(_with(least, cell, np.ceil(short)), most)
        else:
            self.master.bound_shortages(least, _with(most, cell, np.floor(short)))
        below = self._evaluate(-np.inf, stop)
        if below is None:
            self.master.bound_shortages(least, most)
            self._return_to(view)
        return below

    def _surest(self, view: _View, size: int) -> list[Cell]:
        """Up to ``size`` undecided cells that go together, the surest first; the near roster's count for more."""
        leaning = view.shares + self._guide * (view.shares > LEAST_GUIDED)
        best = leaning.argmax(axis=2)
        lead = np.take_along_axis(leaning, best[:, :, None], 2)[:, :, 0]
        share = np.take_along_axis(view.shares, best[:, :, None], 2)[:, :, 0]
        open_ = view.shares.max(axis=2) < 1 - WHOLE
        score = np.where(open_, lead + self.style.noise * self.rng.random(lead.shape), -1.0)
        rows, who = self._rows[view.used], self._who[view.used]
        fits, cells = np.ones(len(who), bool), list[Cell]()
        for place in np.argsort(-score, axis=None):
            p, d = divmod(int(place), len(self._days))
            if score[p, d] < 0 or len(cells) >= size:
                break
            keep = fits & (who == p) & (rows[:, d] == best[p, d] - 1)
            # together with those just chosen it would leave the person without a column
            if cells and view.weight[keep].sum() < min(float(share[p, d]), LEAST_SHARE):
                continue
            fits &= keep | (who != p)
            cells.append((p, d, int(best[p, d]) - 1))
        return cells

    def _columns(self) -> tuple[Ints, Ints]:
        new = self.master.columns[len(self._who) :]
        if new:
            self._rows = np.concatenate([self._rows, np.array([self.pool.row[n] for n in new], np.int64)])
            self._who = np.concatenate([self._who, np.array([self.pool.person[n] for n in new], np.int64)])
        return self._rows, self._who

    def _evaluate(self, floor: float, stop: Clock) -> _View | None:
        """The node as it stands, priced to the end unless its value is still the ``floor``; None where it is above the cap."""
        self.nodes += 1
        rows, who = self._columns()
        out: Bools = self.barred[who[:, None], self._days[None], rows + 1]
        self.master.keep(np.logical_not(out.any(axis=1)))
        value, prices, _ = self.master.solve(stop, dual_simplex=True)
        if value > floor + NOTHING:
            for _ in range(PRICINGS):
                bound, fresh = self._price(prices)
                if bound > self.cap or stop():
                    return None
                if not fresh or value - bound < WHOLE:
                    break
                self.master.add(self.pool, fresh)
                self._known.update(fresh)
                value, prices, _ = self.master.solve(stop)
            if value > self.cap:
                # what is not priced out by the bound is not proved
                self._sure = self._sure and value - bound < 10 * WHOLE
                return None
        return None if stop() else self._view(value)

    def _price(self, prices: Floats) -> tuple[float, list[int]]:
        """The bound at these prices and the columns that are new to the master."""
        part, fresh = self.part, dict[int, None]()
        bound = float((prices * part.need).sum()) + self.master.owed(prices)
        settled = (np.logical_not(self.barred).sum(axis=2) == 1).all(axis=1)
        for p, planner in enumerate(part.planners):
            only = np.asarray(self.barred[p].argmin(axis=1) - 1, np.int64) if settled[p] else None
            if only is not None and self.pool.number(p, only) in self._known:
                bound += worth(part.model.cost[p] - prices, only)
                continue
            work = np.where(self.barred[p, :, 1:], INFINITE, part.model.cost[p] - prices)
            low, found = planner.plan(work, np.where(self.barred[p, :, 0], INFINITE, 0.0), ENTER)
            bound += low
            for row in found:
                number = self.pool.add(p, row)[0]
                if number not in self._known:
                    fresh[number] = None
        return bound, list(fresh)

    def _view(self, value: float) -> _View:
        rows, who = self._columns()
        values = self.master.values()
        used = np.nonzero(values > NOTHING)[0]
        shares = np.zeros(self.barred.shape)
        np.add.at(shares, (who[used][:, None], self._days[None], rows[used] + 1), values[used][:, None])
        return _View(value, shares, used, values[used], self.master.lp.getBasis())

    def _return_to(self, view: _View) -> None:
        """Go on from the basis of a node seen before; columns that came since stay out of it."""
        missing = self.master.first + len(self.master.columns) - len(view.basis.col_status)
        if missing:
            view.basis.col_status = [*view.basis.col_status, *([highspy.HighsBasisStatus.kLower] * missing)]
        self.master.lp.setBasis(view.basis)


def _with(values: Floats, place: int, value: float) -> Floats:
    """A copy with another value in one place."""
    other = values.copy()
    other[place] = value
    return other
