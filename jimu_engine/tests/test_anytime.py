"""Best so far at every moment: ended by a count, the clock, a watcher or a signal, and gone on from."""

import math
import os
import signal
import threading
import time
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from benchmarks.curtois_family import Size, instance
from jimu_engine import Problem, Step, check, rules, solve
from jimu_engine.columns.check import breaches
from jimu_engine.columns.climb import Climb, Lead
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.model import DayModel, Ints, objective
from jimu_engine.columns.solve import solve_days
from jimu_engine.columns.worker import Helper, receive, send, serve
from jimu_engine.formats.curtois import read
from jimu_engine.formats.inrc2 import read_history, read_scenario, read_week
from jimu_engine.prompt import finished
from jimu_engine.stop import FirstOf, MaxRounds, MaxRuntime, OnRequest, SmallGap, Stop
from jimu_engine.tests import week_texts
from jimu_engine.tests.cases import every_roster, person, problem, shift
from jimu_engine.weeks.master import Shape
from jimu_engine.weeks.patterns import Patterns
from jimu_engine.weeks.roll import roll
from jimu_engine.weeks.week import Choice, Limit, Market, choose, relax

SCENARIO = read_scenario(week_texts.SCENARIO)
HISTORY = read_history(week_texts.HISTORY, SCENARIO)
WEEK = read_week(week_texts.WEEK, SCENARIO)


class Slow(Helper):
    """A worker that others keep from the processor for a while, whenever it is asked."""

    unheard: ClassVar[list[bool]] = []

    def ask(self, roster: Ints | None, steps: int | None, lead: Lead | None) -> None:
        super().ask(roster, steps, lead)
        os.kill(self._child.pid, signal.SIGSTOP)
        threading.Timer(2.0, os.kill, (self._child.pid, signal.SIGCONT)).start()

    def close(self) -> None:
        # Whether the run ended without hearing this worker out.
        self.unheard.append(self.waiting)
        super().close()


def days(seed: int = 3, people: int = 10, length: int = 28) -> DayModel:
    return read(instance(Size(people, length, 4), seed))


@pytest.mark.parametrize("seed", [1, 2])
def test_by_count_a_slow_second_worker_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = days()
    swift = solve_days(problem, seed=seed, steps=3, workers=2)
    monkeypatch.setattr("jimu_engine.columns.solve.Helper", Slow)
    monkeypatch.setattr(Slow, "unheard", [])
    slow = solve_days(problem, seed=seed, steps=3, workers=2)
    assert Slow.unheard == [False]
    assert (slow.roster == swift.roster).all()
    assert (slow.objective, slow.bound) == (swift.objective, swift.bound)


@pytest.mark.parametrize("counted", [True, False])
def test_a_worker_begins_by_itself_unless_its_work_is_counted(counted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # A first worker that is slow to get ready must not give the second more units than it asks for.
    class Counting:
        best, bound, done = (np.zeros((1, 1), dtype=np.int64), 0.0), 0.0, False
        units: ClassVar[list[Clock]] = []

        def __init__(self, *told: object, **more: object) -> None: ...

        def advance(self, clock: Clock) -> None:
            self.units.append(clock)
            time.sleep(0.001)

    monkeypatch.setattr("jimu_engine.columns.worker.Climb", Counting)
    (inbox, questions), (answers, outbox) = os.pipe(), os.pipe()
    child = threading.Thread(target=serve, args=(inbox, outbox))
    child.start()
    send(questions, (None, 1, 1, None, Clock(), counted))
    time.sleep(0.2)
    while not counted and len(Counting.units) <= 3:
        time.sleep(0.01)
    send(questions, ("sync", None, 3, None))
    assert receive(answers)[1] == 0.0
    os.close(questions)
    child.join()
    assert (len(Counting.units) == 3) is counted


def test_a_report_that_says_false_ends_a_run_by_days() -> None:
    told: list[float] = []

    def report(seconds: float, cost: float, bound: float) -> bool:
        told.append(cost)
        return False

    problem = days()
    found = solve_days(problem, steps=10**6, report=report)
    assert breaches(problem, found.roster) == []
    assert len(told) <= 2
    assert found.objective == objective(problem, found.roster) <= told[0]


def test_a_request_ends_a_run_by_days_that_is_deep_in_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    # A unit of work that never ends stands for a linear program of minutes.
    deep, free = threading.Event(), threading.Event()

    def advance(climb: Climb, stop: Clock) -> None:
        deep.set()
        free.wait()

    monkeypatch.setattr(Climb, "advance", advance)
    problem = days()
    found = solve_days(problem, steps=10, asked=deep.is_set)
    free.set()
    assert breaches(problem, found.roster) == []
    assert found.objective == objective(problem, found.roster)


def test_work_that_fails_says_so_although_it_runs_in_a_thread() -> None:
    def fail() -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        finished(fail, lambda: False)


def seats() -> Problem:
    """More to do than people can, with a cost of unfairness, so that a search never runs out of moves at once."""
    shifts = [shift(f"s{d}-{h}", d, h, 4) for d in range(5) for h in (6, 12, 18)]
    return problem(shifts, [person(f"p{i}") for i in range(4)], rule=rules.standard())


class Rounds:
    """Counts the rounds it is asked about; as `progress` it ends the solve at the step given."""

    def __init__(self, last: int) -> None:
        self.last, self.steps = last, list[Step]()

    def __call__(self, step: Step) -> bool:
        self.steps.append(step)
        return len(self.steps) < self.last


def test_a_watcher_ends_a_solve_and_sees_the_best_roster_meanwhile() -> None:
    case, watch = seats(), Rounds(2)
    found = solve(case, stop=MaxRounds(10**6), progress=watch)
    # The last step is the result's.
    assert len(watch.steps) == 3
    for step in watch.steps:
        assert step.best is not None
        report = check(case, step.best())
        assert report.feasible
        assert report.open_seats == step.open_seats
    assert found.log[-1].best is None
    assert watch.steps[-1].best is not None
    assert watch.steps[-1].best() == found.roster


def test_each_rule_stops_where_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((12.9, 13.0))
    monkeypatch.setattr("jimu_engine.stop.time.perf_counter", lambda: next(now))
    clock = MaxRuntime(3.0, began=10.0)
    assert [clock(0, 9.0, 1.0), clock(0, 9.0, 1.0)] == [False, True]
    assert [SmallGap(0.1)(0, best, 90.0) for best in (101.0, 100.0, 90.0)] == [False, True, True]
    assert [SmallGap(0.1)(0, -90.0, bound) for bound in (-100.0, -99.0)] == [False, True]
    assert [SmallGap(0.0)(0, 0.0, bound) for bound in (-1.0, 0.0)] == [False, True]
    assert not SmallGap(0.1)(0, 100.0, float("-inf"))
    either = FirstOf((MaxRounds(3), SmallGap(0.1)))
    assert [either(2, 101.0, 90.0), either(3, 101.0, 90.0), either(2, 100.0, 90.0)] == [False, True, True]
    assert not FirstOf(())(10**9, 0.0, 0.0)
    asked = threading.Event()
    request = OnRequest(asked.is_set)
    assert not request(0, 0.0, 0.0)
    asked.set()
    assert request(0, 0.0, 0.0)


@pytest.mark.parametrize("stop", [MaxRuntime(0.0, began=0.0), SmallGap(1e9), FirstOf((MaxRounds(10**9), SmallGap(1e9))), MaxRounds(0)])
def test_a_solve_heeds_each_rule(stop: Stop) -> None:
    case, watch = seats(), Rounds(10**9)
    found = solve(case, stop=stop, progress=watch)
    assert check(case, found.roster).feasible
    assert len(watch.steps) == 2


@pytest.mark.parametrize("seed", range(4))
def test_a_solve_that_goes_on_is_never_dearer(seed: int) -> None:
    case = seats()
    before = solve(case, seed=seed, stop=MaxRounds(3))
    again = solve(case, seed=seed + 10, stop=MaxRounds(0), start=before.roster)
    assert again.objective <= before.objective + 1e-9
    assert check(case, again.roster).objective == pytest.approx(again.objective)


def test_a_start_that_filling_makes_dearer_is_kept() -> None:
    # Worth so little that fairness costs more than the seat left open.
    case = problem([shift("a", under=0.0), shift("b", 1, under=0.0)], [person("li"), person("wu")], rule=rules.standard())
    best = min(every_roster(case), key=lambda each: (not check(case, each).feasible, check(case, each).objective))
    assert solve(case, stop=MaxRounds(0), start=best).objective == pytest.approx(check(case, best).objective)


@pytest.mark.parametrize("seed", [1, 4])
def test_weeks_by_count_are_the_same_for_the_same_seed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [rolled.roster for rolled in roll(SCENARIO, HISTORY, [WEEK, WEEK], rounds=2, seed=seed)]
    # A clock that runs a thousand times as fast stands for a machine that is busy.
    true = time.monotonic
    monkeypatch.setattr("jimu_engine.weeks.roll.time.monotonic", lambda: 1000.0 * true())
    assert [rolled.roster for rolled in roll(SCENARIO, HISTORY, [WEEK, WEEK], rounds=2, seed=seed)] == first
    with pytest.raises(ValueError, match="seconds or rounds"):
        next(iter(roll(SCENARIO, HISTORY, [WEEK])))


def test_by_count_a_week_is_re_solved_no_oftener_than_told(monkeypatch: pytest.MonkeyPatch) -> None:
    picked: list[float | None] = []

    def pick(market: Market, allowed: list[list[int]], start: Choice, seconds: float | None) -> Choice:
        picked.append(seconds)
        return start

    monkeypatch.setattr("jimu_engine.weeks.week._pick", pick)
    monkeypatch.setattr("jimu_engine.weeks.week.FREED", 2)
    market = Market(SCENARIO, Patterns.of(SCENARIO), Shape.of(SCENARIO), WEEK, HISTORY)
    market.look(np.zeros((0, len(Shape.of(SCENARIO).skills), 7, 3)))
    relaxed = replace(relax(market, [set() for _ in SCENARIO.nurses], math.inf), cost=-10.0)
    choose(market, relaxed, seed=1, limit=Limit(rounds=3))
    # One over everybody, then as many as told, and never by seconds.
    assert picked == [None] * 4


def test_weeks_that_are_asked_to_end_leave_those_decided() -> None:
    asked = threading.Event()
    weeks = roll(SCENARIO, HISTORY, [WEEK, WEEK], rounds=1, asked=asked.is_set)
    first = next(weeks)
    assert not first.broken
    asked.set()
    assert list(weeks) == []


def test_a_week_in_work_ends_with_its_best_so_far_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    deep, free = threading.Event(), threading.Event()

    def pick(market: Market, allowed: list[list[int]], start: Choice, seconds: float | None) -> Choice:
        deep.set()
        free.wait()
        return start

    monkeypatch.setattr("jimu_engine.weeks.week._pick", pick)
    found = list(roll(SCENARIO, HISTORY, [WEEK, WEEK], rounds=1, asked=deep.is_set))
    free.set()
    assert [rolled.week for rolled in found] == [0]
    assert not found[0].broken
