"""Weeks one after another, each solved knowing only the weeks before it.

A week gets several candidates, made under different beliefs about the prices of the weeks to come. Each is tried out: the
rest of the horizon is played to its end on weeks like those seen so far, quickly, and the candidate whose plays cost least
is taken (rollout: one step of policy improvement).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jimu_engine.formats.inrc2 import History, Scenario, Week, WeekRoster
from jimu_engine.formats.inrc2_cost import after, end_cost, week_breaches, week_cost
from jimu_engine.weeks.master import MISSING, Shape
from jimu_engine.weeks.morrow import guards
from jimu_engine.weeks.patterns import Floats, Patterns
from jimu_engine.weeks.week import Market, choose, places, settle

#: Beliefs: the prices of weeks to come are this week's, times this. The first is the one to fall back on.
SCALES = (1.0, 0.8, 1.2, 0.6, 1.5)
#: What is paid for a place before anything is known.
FIRST = 20.0
#: Share of the time given that is planned: what has begun takes a little longer.
ENOUGH = 0.92
#: Shares of a week's time: for the first candidate, and for making all of them; the rest goes into plays.
FIRST_SHARE, MAKING = 0.3, 0.5
#: In a play: rounds of prices, re-solves in vain, and seconds at most for a week.
QUICK_ROUNDS, QUICK_IDLE, QUICK_SECONDS = 4, 1, 4.0
#: Plays of each candidate: with fewer than the first nothing is known, beyond the second nothing more is learnt.
LEAST_PLAYS, MOST_PLAYS = 4, 12


@dataclass(frozen=True)
class Rolled:
    """One week's roster, what it costs by rule, and the hard rules it breaks (none, where the week allows it)."""

    week: int
    roster: WeekRoster
    costs: dict[str, int]
    broken: tuple[str, ...]
    seconds: float

    @property
    def cost(self) -> int:
        """All of it."""
        return sum(self.costs.values())


def roll(
    scenario: Scenario,
    history: History,
    weeks: Iterable[Week],
    *,
    seconds: float,
    seed: int = 1,
    tell: Callable[[Rolled], None] = lambda rolled: None,
) -> Iterator[Rolled]:
    """Solve each week as it comes, `seconds` each. S6 and S7 are counted with the scenario's last week.

    Nothing of a week is looked at before the weeks before it are decided.
    """
    roller = _Roller(scenario, seed, seconds)
    for week in weeks:
        began = time.monotonic()
        roster = roller.decide(history, week)
        costs = dict(week_cost(scenario, history, week, roster))
        broken = tuple(week_breaches(scenario, history, week, roster))
        number, history = history.week, after(history, roster)
        if history.week == scenario.weeks:
            costs.update(end_cost(scenario, history))
        rolled = Rolled(number, roster, costs, broken, time.monotonic() - began)
        tell(rolled)
        yield rolled


@dataclass(frozen=True)
class _Candidate:
    """A roster of the week, what it costs now, and the prices it was made under."""

    roster: WeekRoster
    cost: float
    prices: Floats


def _clearly_best(plays: Floats) -> int:
    """The column of plays [plays, candidates] that beats the first by most, chance (a standard error) allowed for."""
    beyond = plays - plays[:, :1]
    error = beyond.std(axis=0, ddof=1) / np.sqrt(len(plays))
    return int(np.argmin(beyond.mean(axis=0) + error))


class _Roller:
    """What is kept from week to week: patterns, the last prices, the weeks seen."""

    def __init__(self, scenario: Scenario, seed: int, seconds: float) -> None:
        self.scenario, self.seed, self.seconds = scenario, seed, seconds
        self.patterns, self.shape = Patterns.of(scenario), Shape.of(scenario)
        self.prices = np.full((len(self.shape.skills), 7, len(scenario.shifts)), FIRST)
        self.seen: list[Week] = []

    def decide(self, history: History, week: Week) -> WeekRoster:
        """The week's roster."""
        self.seen.append(week)
        left = max(0, self.scenario.weeks - history.week - 1)
        market = self._market(history, week)
        # Before the clock starts: the first look compiles, once in the life of an installation.
        market.look(self.prices, left)
        until = time.monotonic() + ENOUGH * self.seconds
        candidates = self._candidates(market, left, until)
        best = candidates[0] if len(candidates) == 1 else self._tried(candidates, history, until)
        self.prices = best.prices
        return best.roster

    def _market(self, history: History, week: Week) -> Market:
        last = history.week + 1 >= self.scenario.weeks
        return Market(self.scenario, self.patterns, self.shape, week, history, () if last else guards(self.scenario, self.seen))

    def _candidates(self, market: Market, left: int, until: float) -> list[_Candidate]:
        """One candidate a belief, alike ones once; the last week needs no belief."""
        found: list[_Candidate] = []
        for number, scale in enumerate(SCALES if left else SCALES[:1]):
            now = time.monotonic()
            if number and until - now < (1 - MAKING) * self.seconds:
                break
            end = now + (FIRST_SHARE if left else 1.0) * self.seconds
            relaxed = settle(market, self.prices, left, now + 0.5 * (end - now), scale=scale)
            choice = choose(market, relaxed, seed=self.seed, until=end)
            roster = places(market, choice)
            if all(roster != other.roster for other in found):
                found.append(_Candidate(roster, self._cost(market.history, market.week, roster), relaxed.prices))
        return found

    def _cost(self, history: History, week: Week, roster: WeekRoster) -> float:
        broken = week_breaches(self.scenario, history, week, roster)
        return sum(week_cost(self.scenario, history, week, roster).values()) + MISSING * len(broken)

    def _tried(self, candidates: Sequence[_Candidate], history: History, until: float) -> _Candidate:
        """The candidate whose plays cost least; all of them are played on the same weeks."""
        rng = np.random.default_rng([self.seed, history.week])
        plays: list[list[float]] = []
        while time.monotonic() < until and len(plays) < MOST_PLAYS:
            drawn = [self.seen[i] for i in rng.integers(0, len(self.seen), self.scenario.weeks - history.week - 1)]
            played = []
            for candidate in candidates:
                played.append(candidate.cost + self._play(after(history, candidate.roster), drawn, candidate.prices, until))
                if time.monotonic() > until:
                    break
            # A round of plays that time cut short compares nothing.
            if len(played) == len(candidates) and time.monotonic() <= until:
                plays.append(played)
        return candidates[_clearly_best(np.array(plays))] if len(plays) >= LEAST_PLAYS else candidates[0]

    def _play(self, history: History, weeks: Sequence[Week], prices: Floats, until: float) -> float:
        """What the rest of the horizon costs when it is like these weeks and decided quickly."""
        total = 0.0
        for number, week in enumerate(weeks):
            market = self._market(history, week)
            end = min(until, time.monotonic() + QUICK_SECONDS)
            relaxed = settle(market, prices, len(weeks) - number - 1, end, rounds=QUICK_ROUNDS)
            roster = places(market, choose(market, relaxed, seed=self.seed, until=end, idle_after=QUICK_IDLE, least_grace=0.0))
            total += self._cost(history, week, roster)
            history, prices = after(history, roster), relaxed.prices
        return total + sum(end_cost(self.scenario, history).values())
