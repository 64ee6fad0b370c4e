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
from jimu_engine.columns.tree import Shortages, Style, Tree

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
#: How often a search is about whole shortages, once as many others were in vain; how often those are drawn; up to how
#: many whole costs above the bound (farther up, where most shortages are open, ever more seldom).
SHORT, SHORT_AFTER, DRAWING, SHORT_NEAR = 0.8, 3, 0.5, 3.0
#: How far below the next whole cost a value may lie to be as good as one on it.
NEARLY = 0.02


class Met:
    """Whole shortages met so far, and how often each was searched.

    Where costs are whole numbers and the linear program's value is one already, its own solutions are nearly rosters: a
    search there ends after few decisions, and is worth more than one that begins far below the next whole cost.
    """

    def __init__(self) -> None:
        self._met: dict[bytes, Shortages] = {}
        self._tries: dict[bytes, int] = {}

    def note(self, drawn: Shortages) -> None:
        """Remember what was drawn."""
        self._tries.setdefault(drawn.short.tobytes(), 0)
        self._met[drawn.short.tobytes()] = drawn

    def choose(self, cap: float, rng: np.random.Generator) -> Shortages | None:
        """One to search, the likelier the nearer its value is to a whole cost and the less it was searched; None: none known."""
        keys = [key for key, met in self._met.items() if met.value <= cap]
        if not keys:
            return None
        value = np.array([self._met[key].value for key in keys])
        weight = 1.0 / (NEARLY + np.ceil(value - NEARLY) - value).clip(NEARLY) / (1 + np.array([self._tries[key] for key in keys]))
        key = keys[int(rng.choice(len(keys), p=weight / weight.sum()))]
        self._tries[key] += 1
        return self._met[key]


class Hunt:
    """After the whole relaxation of ``part`` (everybody, every day, exact plans).

    What is barred is proved below the lowest cap so far; a search with a higher one, from a rougher roster, keeps none of its own proofs.
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
        self._vain, self._short, self._cap = 0, 0, np.inf
        self._met = Met()
        self._heavy = 1.0 + sum(planner.states for planner in part.planners) / len(part.planners) / STATES
        self.effort = 0.0

    def anew(self) -> None:
        """From here on it is about another roster: what was in vain for the last says nothing of it."""
        self._vain, self._short = 0, 0

    def reach(self, near: Ints, cap: float, stop: Clock) -> Ints | None:
        """As ``search``, from far away: aims well below ``cap``, and follows the linear program instead of ``near``.

        What it proves holds for its aim only, so none of it is kept but the bound.
        """
        aim = self.bound + (cap - self.bound) * (AIM + (1.0 - AIM) * min(1.0, self._short / 3))
        found = self._searched(near, aim, Style(group=FAR_GROUP, fails=FAILS), stop, keep=False)
        self._short = 0 if found is not None else self._short + 1
        return found

    def search(self, near: Ints, cap: float, stop: Clock) -> Ints | None:
        """A roster whose requests and cover cost at most ``cap``, or None. ``near`` costs more than ``cap``."""
        chance = SHORT * min(1.0, SHORT_NEAR / max(1e-9, cap - self.bound)) ** 2
        short = self._vain >= SHORT_AFTER and bool(self._rng.random() < chance)
        keep, self._cap = cap <= self._cap, min(cap, self._cap)
        found = self._searched(near, cap, self._loose() if short else self._style(), stop, short=short, keep=keep)
        self._vain = 0 if found is not None else self._vain + (not short)
        return found

    def _searched(self, near: Ints, cap: float, style: Style, stop: Clock, *, short: bool = False, keep: bool = True) -> Ints | None:
        known, part, pool = self._barred if keep else self._barred.copy(), self._part, Pool(self._part.model)
        columns = [pool.add(p, near[p])[0] for p in range(len(near))]
        for p, seeds in enumerate(self._seeds):
            columns += [pool.add(p, row)[0] for dear, row in seeds[:START] if dear <= cap - self.bound]
        relaxation = generate(part, pool, list(dict.fromkeys(columns)), prices=self._prices, target=cap, stop=stop)
        tree = Tree(part, pool, relaxation.master, cap, near, known, style, self._rng)
        found = self._below_shortages(tree, stop) if short else tree.run(stop)
        self.effort += (1 + tree.nodes) * (1 + len(relaxation.master.cells) / 100) * self._heavy / 140
        if tree.exhausted and cap <= self._cap:
            self.bound = max(self.bound, cap)
        return found

    def _below_shortages(self, tree: Tree, stop: Clock) -> Ints | None:
        """Draw shortages to remember, or search below some of those remembered."""
        known = None if self._rng.random() < DRAWING else self._met.choose(tree.cap, self._rng)
        if known is not None:
            tree.kept = known
            return tree.run(stop)
        drawn = tree.whole_shortages(stop)
        if drawn is not None and not stop():
            self._met.note(drawn)
        return None

    def _loose(self) -> Style:
        return Style(bonus=BONUS * self._rng.random() * int(self._rng.random() < 0.5), fails=FAILS)

    def _style(self) -> Style:
        hold = HOLD * self._rng.random() if self._rng.random() < HOLDING else 0.0
        fails = FAILS + self._vain**2 // 8
        return Style(bonus=BONUS * self._rng.random(), hold=hold, fails=min(fails, HELD_FAILS) if hold else fails)
