"""The least change, exactly: a model for CP-SAT of what a repair may do, to hold the engine's repair against.

It knows the rules of `standing` and no history; the engine shares nothing of it but the problem and who may take which shift.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from ortools.sat.python import cp_model

from jimu_engine import Person, Problem, Roster, Shift, check, rules
from jimu_engine.index import Index
from jimu_engine.tests.cases import DAY, HOUR

REST, DAY_MINUTES, WEEK_MINUTES, WEEK_DAYS, NIGHTS, SUIT = 600, 480, 2400, 5, 2, 240
SKILLS = ("scan", "drive", "order", "carry")
#: What an empty seat costs.
UNDER = 100.0
Found = tuple[float, int]


def standing() -> tuple[rules.Rule, ...]:
    """A lockdown's rules, as far as the model knows them."""
    return (
        rules.Qualified(), rules.AllowedPlace(), rules.Available(), rules.Limits(), rules.MinimumRest(REST), rules.WeeklyRestDay(),
        rules.NightsInRow(NIGHTS), rules.SuitStint(SUIT, 30, SUIT), rules.DailyCap(DAY_MINUTES), rules.WeeklyCap(WEEK_MINUTES, WEEK_DAYS),
        rules.Cover(), rules.Fairness(),
    )  # fmt: skip


def world(seed: int, *, people: int = 30, days: int = 7, seats: int = 2) -> Problem:
    """A neighborhood: posts with and without skills by day, in the evening and at night, people of two skills each at most."""
    dice = random.Random(seed)
    shifts = []
    for day in range(days):
        for start, hours in ((6, 4), (10, 8), (18, 4), (22, 8)):
            for post in range(3):
                skill = dice.choice((*SKILLS, None))
                shifts.append(
                    Shift(
                        f"{day}-{start}-{post}", day * DAY + start * HOUR, day * DAY + (start + hours) * HOUR, f"post{post}",
                        dice.choice("ab"), dice.randint(1, seats), UNDER, frozenset({skill} if skill else ()),
                        suit=hours == 4 and dice.random() < 0.5,
                    )
                )  # fmt: skip
    some = [
        Person(
            f"p{n:02}", qualifications=frozenset(dice.sample(SKILLS, dice.choice((0, 1, 2)))),
            places=dice.choice((None, frozenset("a"), frozenset("b"))), limits=frozenset({"no_night"} if dice.random() < 0.4 else ()),
        )
        for n in range(people)
    ]  # fmt: skip
    return Problem(days, tuple(some), tuple(shifts), standing())


def tiny(seed: int, counts: tuple[float, ...] = (UNDER,)) -> tuple[Problem, frozenset[str]]:
    """A neighborhood of some days, and one or two who drop out; of every other four less than half of the shifts, so that people
    are to spare there. A seat counts for one of `counts`."""
    people, days, seats = ((6, 2, 1), (8, 2, 2), (10, 3, 1), (12, 3, 2))[seed % 4]
    case, dice = world(seed, people=people, days=days, seats=seats), random.Random(seed)
    if seed // 4 % 2:
        case = case.replace(shifts=tuple(one for one in case.shifts if dice.random() < 0.45))
    gone = frozenset(dice.sample([person.id for person in case.people], 1 + seed % 2))
    return case.replace(shifts=tuple(replace(one, under=dice.choice(counts)) for one in case.shifts)), gone


def measure(case: Problem, before: Roster, after: Roster, gone: Collection[str]) -> Found:
    """(cost of open seats, pairs that others than those gone lost)."""
    lost = {pair for pair in before.pairs() if pair[1] not in gone} - set(after.pairs())
    return check(case, after).by_rule.get("cover", 0.0), len(lost)


def least_change(case: Problem, before: Roster, gone: Collection[str], seconds: float = 3600.0) -> Found:
    """The same of the best there is: seats first, then pairs kept. Raises AssertionError when it is not proved in time."""
    model = cp_model.CpModel()
    ptr, who, _ = Index(case).candidates
    x = {
        (s, int(p)): model.new_bool_var(f"{s}-{p}")
        for s in range(len(case.shifts)) for p in who[ptr[s] : ptr[s + 1]] if case.people[int(p)].id not in gone
    }  # fmt: skip
    mine: defaultdict[int, list[int]] = defaultdict(list)
    on: defaultdict[int, list[int]] = defaultdict(list)
    for s, p in x:
        mine[p].append(s)
        on[s].append(p)
    for s, people in on.items():
        model.add(sum(x[s, p] for p in people) <= case.shifts[s].required)
    for p, open_to in mine.items():
        _limits(model, case, {s: x[s, p] for s in open_to})
    kept = [x[case.shift_at[s], case.person_at[p]] for s, p in before.pairs() if p not in gone]
    # A seat outweighs all that could be kept.
    model.maximize(sum(round(case.shifts[s].under) * (len(kept) + 1) * one for (s, _), one in x.items()) + sum(kept))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers, solver.parameters.random_seed = seconds, 2, 1
    assert solver.solve(model) == cp_model.OPTIMAL
    best = Roster.of((case.shifts[s].id, case.people[p].id) for (s, p), one in x.items() if solver.value(one))
    assert not check(case, best).hard
    return measure(case, before, best, gone)


def _limits(model: cp_model.CpModel, case: Problem, mine: dict[int, cp_model.IntVar]) -> None:
    """One person's rules."""
    shifts, days = case.shifts, range(case.days + 1)
    for s in mine:
        # Shifts under way or less than the rest ago when this one starts.
        model.add_at_most_one(one for a, one in mine.items() if shifts[a].start <= shifts[s].start < shifts[a].end + REST)
    works, touched, night = ([model.new_bool_var("") for _ in days] for _ in range(3))
    for s, one in mine.items():
        model.add_implication(one, works[shifts[s].day])
        for day in range(shifts[s].day, shifts[s].last_day + 1):
            model.add_implication(one, touched[day])
        if shifts[s].night:
            model.add_implication(one, night[shifts[s].day])
    for day in days:
        here = {s: one for s, one in mine.items() if shifts[s].day == day}
        model.add(sum(shifts[s].minutes * one for s, one in here.items()) <= DAY_MINUTES)
        model.add(sum(shifts[s].minutes * one for s, one in here.items() if shifts[s].suit) <= SUIT)
        week = range(day, day + 7)
        model.add(sum(shifts[s].minutes * one for s, one in mine.items() if shifts[s].day in week) <= WEEK_MINUTES)
        model.add(sum(works[day : day + 7]) <= WEEK_DAYS)
        model.add(sum(touched[day : day + 7]) <= 6)
        model.add(sum(night[day : day + NIGHTS + 1]) <= NIGHTS)
