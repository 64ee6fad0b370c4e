"""Repair against the least change there is, found exactly, in neighborhoods too large to try every roster."""

import random

import pytest

from jimu_engine import check, repair, solve
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import every_roster
from jimu_engine.tests.least_change import least_change, measure, world

SEEDS = range(8)


def dropped(seed: int, people: list[str]) -> set[str]:
    """A seventh to a fifth of everybody."""
    return set(random.Random(seed).sample(people, 3 + seed % 4))


@pytest.mark.parametrize("seed", range(6))
def test_the_exact_model_is_that_of_trying_every_roster(seed: int) -> None:
    case = world(seed, people=3, days=2, seats=1)
    case = case.replace(shifts=case.shifts[seed % 3 :: 5])
    now = solve(case, seed=1, stop=MaxRounds(2), with_bound=False).roster
    gone = {case.people[seed % 3].id}
    left = (each for each in every_roster(case) if not gone & {p for _, p in each.pairs()} and not check(case, each).hard)
    assert least_change(case, now, gone) == min(measure(case, now, each, gone) for each in left)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_repair_is_lawful_and_never_fills_more_than_the_exact_model_knows(seed: int) -> None:
    case = world(seed, people=(22, 26, 30, 34)[seed % 4])
    before = solve(case, seed=1, stop=MaxRounds(4), with_bound=False).roster
    gone = dropped(seed, [p.id for p in case.people])
    done = repair(case, before, gone=gone)
    assert not done.report.hard
    assert measure(case, before, done.roster, gone) >= least_change(case, before, gone)
