"""What holds of every person-by-day problem: rules lifted, people gone, costs told by two."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.curtois_family import Size, instance
from jimu_engine.columns import plain
from jimu_engine.columns.check import breaches, costs
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.model import DayModel, objective
from jimu_engine.columns.solve import DayResult, solve_days
from jimu_engine.formats.curtois import read
from jimu_engine.rules.days import DAY_RULES

FEW = settings(max_examples=12, deadline=None, derandomize=True)
families = st.builds(lambda people, shifts, seed: read(instance(Size(people, 14, shifts), seed)), st.integers(2, 5), st.integers(1, 3), st.integers(0, 99))


def solved(model: DayModel) -> DayResult:
    """Solved as far as a few units of work go; of most of these worlds that is proved to be the best."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "SMALL", 0)
        found = solve_days(model, seed=1, steps=12)
    other, _ = plain.whole(model, found.roster, Clock())
    # No roster is below what was claimed to be a bound, be it found here or by the whole problem in HiGHS, which shares no code with it.
    claimed = max(bound for _seconds, _cost, bound in found.log)
    assert claimed <= min(found.objective, objective(model, found.roster if other is None else other)) + 1e-6
    assert breaches(model, found.roster) == []
    # By the rules, one by one, which the solver does not ask.
    assert found.objective == pytest.approx(sum(costs(model, found.roster).values()))
    return found


def without(model: DayModel, person: int) -> DayModel:
    """The same with one person less."""
    people = len(model.people)
    kept = [p for p in range(people) if p != person]
    personal = {
        field.name: getattr(model, field.name)[kept]
        for field in fields(model)
        if isinstance(getattr(model, field.name), np.ndarray) and field.name in PERSONAL
    }  # fmt: skip
    return replace(model, people=tuple(model.people[p] for p in kept), **personal)


PERSONAL = {"allowed", "must_work", "cost", "max_type", "min_minutes", "max_minutes", "max_run", "min_run", "min_off", "max_weekends"}


@FEW
@given(families, st.sampled_from(sorted(DAY_RULES)))
def test_a_rule_lifted_never_makes_the_optimum_worse(model: DayModel, code: str) -> None:
    bound, free = solved(model), solved(DAY_RULES[code].lifted(model))
    # A bound is a promise about every roster there is, the stricter world's too.
    assert free.bound <= bound.objective + 1e-6
    if free.status == "optimal":
        assert free.objective <= bound.objective + 1e-6


@FEW
@given(families, st.data())
def test_a_person_gone_never_improves_coverage(model: DayModel, data: st.DataObject) -> None:
    # Only what is missing costs: an extra person who must have hours could else be one too many.
    bare = replace(model, cost=np.zeros_like(model.cost), constant=0.0, over=np.zeros_like(model.over))
    everybody, fewer = solved(bare), solved(without(bare, data.draw(st.integers(0, len(model.people) - 1))))
    assert everybody.bound <= fewer.objective + 1e-6
    if everybody.status == "optimal":
        assert everybody.objective <= fewer.objective + 1e-6
