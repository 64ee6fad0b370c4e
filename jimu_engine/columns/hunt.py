"""Hunting for a roster cheaper than the best: searches of the tree, one after another, each begun differently.

The whole linear program is solved before; its prices tell which columns a cheaper roster can hold at all, and each search
starts from a small program with the nearest of those. What a search proves at the root is kept for the next.
"""

from __future__ import annotations

import numpy as np

from jimu_engine.columns.clock import Clock
from jimu_engine.columns.generation import Part, Relaxation, generate
from jimu_engine.columns.master import Pool
from jimu_engine.columns.model import Ints
from jimu_engine.columns.tree import Style, Tree

#: Columns per person that a search starts with.
START = 40
#: Failures that end a search: so many, and more the longer all were in vain, so that in the end one proves that nothing is
#: left; with schedules held it proves nothing and need not be long.
FAILS, HELD_FAILS = 12, 40
#: From far away: what part of the way down to the bound is left when a search is content; cells decided at once.
#: After a failure the next aims higher.
AIM, FAR_GROUP = 0.5, 8
#: States of one person's recursion that take as long as the rest of a node.
STATES = 400
#: How strongly the best roster draws at most; what part of the people keeps its schedules at most, and how often any does.
BONUS, HOLD, HOLDING = 2.0, 0.8, 0.75


class Hunt:
    """After the whole relaxation of ``part`` (everybody, every day, exact plans).

    ``bound``: no roster has a lower cost of requests and cover; ``effort`` counts work, roughly in seconds of one core.
    """

    def __init__(self, part: Part, pool: Pool, relaxation: Relaxation, rng: np.random.Generator) -> None:
        self._part, self._rng = part, rng
        self._prices, self.bound = relaxation.prices, relaxation.bound
        master = relaxation.master
        dear = np.asarray(master.lp.getSolution().col_dual)[master.first :]
        self._seeds: list[list[tuple[float, Ints]]] = [[] for _ in part.planners]
        for j in np.argsort(dear, kind="stable"):
            number = master.columns[j]
            self._seeds[pool.person[number]].append((float(dear[j]), pool.row[number].astype(np.int64)))
        people, days, types = part.model.size
        self._barred = np.zeros((people, days, types + 1), bool)
        self._vain, self._short = 0, 0
        self._heavy = 1.0 + sum(planner.states for planner in part.planners) / len(part.planners) / STATES
        self.effort = 0.0

    def reach(self, near: Ints, cap: float, stop: Clock) -> Ints | None:
        """As ``search``, from far away: aims well below ``cap``, and follows the linear program instead of ``near``.

        What it proves holds for its aim only, so none of it is kept but the bound.
        """
        aim = self.bound + (cap - self.bound) * (AIM + (1.0 - AIM) * min(1.0, self._short / 3))
        known = self._barred.copy()
        found = self._searched(near, aim, Style(group=FAR_GROUP, fails=FAILS), stop)
        self._short = 0 if found is not None else self._short + 1
        self._barred[:] = known
        return found

    def search(self, near: Ints, cap: float, stop: Clock) -> Ints | None:
        """A roster whose requests and cover cost at most ``cap``, or None. ``near`` costs more than ``cap``; caps never rise."""
        found = self._searched(near, cap, self._style(), stop)
        self._vain = 0 if found is not None else self._vain + 1
        return found

    def _searched(self, near: Ints, cap: float, style: Style, stop: Clock) -> Ints | None:
        part, pool = self._part, Pool(self._part.model)
        columns = [pool.add(p, near[p])[0] for p in range(len(near))]
        for p, seeds in enumerate(self._seeds):
            columns += [pool.add(p, row)[0] for dear, row in seeds[:START] if dear <= cap - self.bound]
        relaxation = generate(part, pool, list(dict.fromkeys(columns)), prices=self._prices, target=cap, stop=stop)
        tree = Tree(part, pool, relaxation.master, cap, near, self._barred, style, self._rng)
        found = tree.run(stop)
        self.effort += (1 + tree.nodes) * (1 + len(relaxation.master.cells) / 100) * self._heavy / 140
        if tree.exhausted:
            self.bound = max(self.bound, cap)
        return found

    def _style(self) -> Style:
        hold = HOLD * self._rng.random() if self._rng.random() < HOLDING else 0.0
        fails = FAILS + self._vain**2 // 8
        return Style(bonus=BONUS * self._rng.random(), hold=hold, fails=min(fails, HELD_FAILS) if hold else fails)
