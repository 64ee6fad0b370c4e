"""The least that any rosters of some weeks cost when all are known: a plain model in CP-SAT, apart from patterns and prices."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from ortools.sat.python import cp_model

from jimu_engine.formats.inrc2 import (
    OFF_RUN,
    OPTIMAL,
    PREFERENCE,
    SAME_SHIFT,
    TOTAL,
    WEEKENDS,
    WHOLE_WEEKEND,
    WORK_RUN,
    History,
    Past,
    Scenario,
    Week,
    WeekRoster,
)

#: A day: a variable or, in the past, 0 or 1.
Day = Any


class Optimum:
    """The model. `cost` is None when no roster keeps the hard rules."""

    def __init__(self, scenario: Scenario, history: History, weeks: Sequence[Week]) -> None:
        self.scenario, self.history, self.weeks = scenario, history, weeks
        self.model = cp_model.CpModel()
        self.costs: list[Any] = []
        self.days = range(7 * len(weeks))
        types, skills = range(len(scenario.shifts)), range(len(scenario.skills))
        self.fills = {
            (n, d, s, k): self.model.new_bool_var("")
            for n, nurse in enumerate(scenario.nurses)
            for d, s, k in product(self.days, types, skills)
            if k in nurse.skills
        }
        for n, past in enumerate(history.pasts):
            self._nurse(n, past)
        for d, s, k in product(self.days, types, skills):
            low, best = weeks[d // 7].cover.get((s, k), ((0, 0),) * 7)[d % 7]
            here = sum(var for (_, *at), var in self.fills.items() if at == [d, s, k])
            self.model.add(here >= low)
            self._beyond(OPTIMAL, best - here)
        self.model.minimize(sum(self.costs))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(self.model)
        assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        self.cost = round(solver.objective_value) if status == cp_model.OPTIMAL else None
        chosen = [] if self.cost is None else [key for key, var in self.fills.items() if solver.value(var)]
        self.rosters: list[WeekRoster] = [{(n, d % 7): (s, k) for n, d, s, k in chosen if d // 7 == w} for w in range(len(weeks))]

    def _beyond(self, weight: int, amount: Any) -> None:
        """`weight` for each of the amount above nothing."""
        over = self.model.new_int_var(0, 1000, "")
        self.model.add(over >= amount)
        self.costs.append(weight * over)

    def _nurse(self, n: int, past: Past) -> None:
        scenario, contract, types = self.scenario, self.scenario.nurses[n].contract, range(len(self.scenario.shifts))
        on = [[self.model.new_bool_var("") for _ in types] for _ in self.days]
        work, off = ([self.model.new_bool_var("") for _ in self.days] for _ in range(2))
        for d in self.days:
            for s in types:
                self.model.add(sum(v for (m, e, t, _), v in self.fills.items() if (m, e, t) == (n, d, s)) == on[d][s])
            self.model.add(sum(on[d]) == work[d])
            self.model.add(work[d] + off[d] == 1)
            for before, s in scenario.forbidden:
                self.model.add((int(past.last == before) if d == 0 else on[d - 1][before]) + on[d][s] <= 1)
            self.costs += [PREFERENCE * (work[d] if s < 0 else on[d][s]) for m, e, s in self.weeks[d // 7].requests if (m, e) == (n, d % 7)]
        begun = past.last >= 0
        self._runs(([0] + [1] * past.work) if begun else [0], work, contract.work, WORK_RUN)
        self._runs([0] if begun else [0] + [1] * past.off, off, contract.off, OFF_RUN)
        for s in types:
            self._runs([0] + [1] * (past.same if past.last == s else 0), [on[d][s] for d in self.days], scenario.runs[s], SAME_SHIFT)
        weekends = [self._weekend(work[d], work[d + 1], whole=contract.whole_weekend) for d in self.days if d % 7 == 5]
        if self.history.week + len(self.weeks) == scenario.weeks:
            total = past.total + sum(work)
            self._beyond(TOTAL, total - contract.total[1])
            self._beyond(TOTAL, contract.total[0] - total)
            self._beyond(WEEKENDS, past.weekends + sum(weekends) - contract.weekends)

    def _weekend(self, saturday: Day, sunday: Day, *, whole: bool) -> Day:
        worked = self.model.new_bool_var("")
        self.model.add(worked >= saturday)
        self.model.add(worked >= sunday)
        if whole:
            self._beyond(WHOLE_WEEKEND, saturday - sunday)
            self._beyond(WHOLE_WEEKEND, sunday - saturday)
        return worked

    def _runs(self, past: list[Day], now: list[Day], limits: tuple[int, int], weight: int) -> None:
        """Runs of ones: each day above the most, and each day that an ended run is below the least. `past` begins with a 0."""
        least, most = limits
        line, first = past + now, len(past)
        for end in range(first, len(line)):
            if end - most >= 0:
                self._beyond(weight, sum(line[end - most : end + 1]) - most)
        # A run [begin, end) that ends today, with a day after it.
        for end in range(first, len(line)):
            for length in range(1, least):
                if (begin := end - length) >= 1:
                    inside = sum(line[begin:end]) - line[begin - 1] - line[end]
                    self._beyond(weight * (least - length), inside - length + 1)
