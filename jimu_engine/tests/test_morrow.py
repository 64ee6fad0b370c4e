"""What a week leaves for the morning after it."""

from dataclasses import replace

import numpy as np
import pytest

from jimu_engine.formats.inrc2 import read_history, read_scenario, read_week
from jimu_engine.formats.inrc2_cost import after, week_breaches
from jimu_engine.tests import week_texts
from jimu_engine.weeks.master import EXPOSED, Column, Master, Shape
from jimu_engine.weeks.morrow import Guard, guards
from jimu_engine.weeks.roll import roll

SCENARIO = read_scenario(week_texts.SCENARIO)
HISTORY = read_history(week_texts.HISTORY, SCENARIO)
WEEK = read_week(week_texts.WEEK, SCENARIO)


def test_a_guard_asks_for_the_most_that_any_day_seen_asked_and_for_no_more_than_there_are() -> None:
    found = guards(SCENARIO, [WEEK])
    assert found
    for guard in found:
        able = sum(bool(guard.skills & nurse.skills) for nurse in SCENARIO.nurses)
        assert 0 < guard.need <= able
        assert guard.open[-1], "a day off leaves every shift open"
        assert not guard.open.all()


def test_without_a_minimum_or_without_a_forbidden_sequence_nothing_is_guarded() -> None:
    idle = replace(WEEK, cover={cell: [(0, best) for _, best in needs] for cell, needs in WEEK.cover.items()})
    assert guards(SCENARIO, [idle]) == []
    assert guards(replace(SCENARIO, forbidden=frozenset()), [WEEK]) == []


def test_a_week_that_leaves_too_few_pays_and_one_that_leaves_enough_does_not() -> None:
    shape, idle = Shape.of(SCENARIO), replace(WEEK, cover={})
    open_ = np.array([False] * len(SCENARIO.shifts) + [True])
    skill = next(iter(SCENARIO.nurses[0].skills))
    able = [n for n, nurse in enumerate(SCENARIO.nurses) if skill in nurse.skills]
    guard = Guard(frozenset({skill}), len(able), open_)

    def cost(last: int) -> float:
        master = Master(SCENARIO, shape, idle, [guard])
        days = np.full(7, -1, np.int8)
        days[6] = last
        master.add([Column(n, days, 0.0) for n in range(len(SCENARIO.nurses))])
        return master.solve()[0]

    assert cost(-1) == 0
    assert cost(0) == EXPOSED * len(able)


def test_rolled_weeks_break_no_hard_rule() -> None:
    history = HISTORY
    for rolled in roll(SCENARIO, HISTORY, [replace(WEEK)] * (SCENARIO.weeks - HISTORY.week), seconds=1.0):
        assert rolled.broken == ()
        assert not week_breaches(SCENARIO, history, WEEK, rolled.roster)
        history = after(history, rolled.roster)


def test_a_whole_number_program_without_time_for_any_answer_leaves_a_lawful_week(monkeypatch: pytest.MonkeyPatch) -> None:
    # as on a machine so busy that HiGHS is stopped before its first roster
    monkeypatch.setattr("jimu_engine.weeks.master.Master.whole", lambda self, start=None: (float("inf"), []))
    for rolled in roll(SCENARIO, HISTORY, [WEEK] * (SCENARIO.weeks - HISTORY.week), seconds=0.1):
        assert rolled.broken == ()
