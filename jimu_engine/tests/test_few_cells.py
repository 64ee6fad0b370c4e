"""Problems of few cells are also given whole to HiGHS: it proves there what whole schedules leave open."""

from math import inf

import numpy as np
import pytest

from benchmarks.curtois_family import Size, instance
from jimu_engine.columns import plain
from jimu_engine.columns.check import breaches
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.model import OFF, DayModel, objective
from jimu_engine.columns.solve import solve_days
from jimu_engine.formats.curtois import read
from jimu_engine.tests.curtois_texts import model, row

WEAK = Size(10, 14, 2)


@pytest.fixture(scope="module")
def open_gap() -> DayModel:
    """Ten people, two weeks: the bound of whole schedules is 211, the best roster costs 218."""
    return read(instance(WEAK, 2))


@pytest.mark.parametrize(("small", "proved"), [(0, False), (plain.SMALL, True)])
def test_a_gap_that_columns_leave_is_closed_where_there_are_few_cells(open_gap, monkeypatch, small: int, proved: bool) -> None:
    monkeypatch.setattr(plain, "SMALL", small)
    found = solve_days(open_gap, seed=1, steps=6)
    assert (found.status == "optimal") == proved
    assert found.bound <= 218 <= found.objective
    assert not breaches(open_gap, found.roster)


def test_what_it_finds_is_what_it_proves(open_gap) -> None:
    start = solve_days(open_gap, seed=1, steps=1).roster
    found, bound = plain.whole(open_gap, start, Clock())
    assert found is not None
    assert not breaches(open_gap, found)
    assert objective(open_gap, found) == pytest.approx(open_gap.constant + bound, abs=1e-6) == 218


def test_above_so_many_cells_nothing_is_tried(open_gap, monkeypatch) -> None:
    monkeypatch.setattr(plain, "SMALL", int(open_gap.allowed.sum()) - 1)
    assert plain.whole(open_gap, np.full(open_gap.size[:2], OFF), Clock()) == (None, -inf)


def test_who_asks_for_the_end_does_not_wait_for_the_proof(monkeypatch) -> None:
    hard = read(instance(Size(16, 28, 2), 1))
    monkeypatch.setattr(plain, "SMALL", 10_000)
    monkeypatch.setattr(plain, "NODES", 10_000_000)
    asked = []

    def soon() -> bool:
        asked.append(1)
        return len(asked) > 3

    _, bound = plain.whole(hard, np.full(hard.size[:2], OFF), Clock(asked=soon))
    assert len(asked) > 3
    assert hard.constant + bound < solve_days(hard, seed=1, steps=2).objective


@pytest.mark.parametrize(
    ("cells", "changes", "broken"),
    [
        ("EEEEEEE", {"max_run": 3}, True), ("EEE.EEE", {"max_run": 3}, False),
        (".E.EE..", {"min_run": 2}, True), ("E.EE.EE", {"min_run": 2}, False),
        ("EE.EE..", {"min_off": 2}, True), ("EE..EE.", {"min_off": 2}, False),
        ("LE.....", {}, True), ("EL.....", {}, False),
        ("EEE....", {"max_minutes": 960}, True), ("EE.....", {"max_minutes": 960}, False),
        ("E......", {"min_minutes": 960}, True), ("EE.....", {"min_minutes": 960}, False),
        ("EEE....", {"caps": "E=2|L=14"}, True), ("EEL....", {"caps": "E=2|L=14"}, False),
        (".....E.", {"max_weekends": 0}, True), ("EEEE...", {"max_weekends": 0}, False),
    ],
)  # fmt: skip
def test_its_rows_and_the_checker_say_the_same_of_a_roster(cells: str, changes: dict[str, object], broken: bool) -> None:
    problem = model(1, 7, **changes)
    assert bool(breaches(problem, row(cells))) == broken
    form = plain.plain(problem)
    works = {v: float(row(cells)[p, d] == t) for (p, d, t), v in form.works.items()}
    program = plain.program(form)
    for variable, value in works.items():
        program.changeColBounds(variable, value, value)
    program.run()
    assert (program.modelStatusToString(program.getModelStatus()) == "Infeasible") == broken
