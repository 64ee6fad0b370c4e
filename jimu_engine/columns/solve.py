"""Solve a person-by-day problem: anytime, with one or more workers, reporting a lower bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from jimu_engine.columns.check import breaches
from jimu_engine.columns.climb import Climb
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.model import DayModel, Ints, objective
from jimu_engine.columns.worker import Helper
from jimu_engine.errors import EngineError
from jimu_engine.prompt import Asked, finished

#: In a count-based run workers meet after so many units of work; in a timed run after so many seconds.
MEET_UNITS = 10
MEET_SECONDS = 2.0
#: In a timed run the end waits so many seconds for what the other workers have.
LAST_WORD = 0.3


class BrokenStart(EngineError, ValueError):
    """The roster to start from does not fit the problem or breaks a hard rule."""


@dataclass(frozen=True)
class DayResult:
    """The best roster [P, H] (−1: off), its recomputed cost, a lower bound (−inf: none) and (seconds, cost, bound) log."""

    roster: Ints
    objective: float
    bound: float
    seconds: float
    log: tuple[tuple[float, float, float], ...]

    @property
    def status(self) -> str:
        """``optimal`` when bound and cost meet, else ``feasible``."""
        return "optimal" if self.objective - self.bound < 1e-6 else "feasible"


#: Told seconds, cost and bound whenever the cost or the bound is better; ends the run by returning False.
Report = Callable[[float, float, float], bool | None]


@dataclass
class _Request:
    """Somebody's wish that the run end: told from outside, or by the report's answer."""

    outside: Asked | None
    made: bool = False

    def __call__(self) -> bool:
        return self.made or (self.outside is not None and self.outside())


@dataclass
class _Run:
    model: DayModel
    climb: Climb
    helpers: list[Helper]
    begun: float
    report: Report
    keep: Callable[[Ints], None]
    request: _Request
    clock: Clock
    log: list[tuple[float, float, float]] = field(default_factory=list)

    def note(self) -> None:
        cost, bound = self.climb.best[1], self.climb.bound
        if not self.log or cost < self.log[-1][1]:
            self.keep(self.climb.best[0])
        if not self.log or self.log[-1][1:] != (cost, bound):
            self.log.append((time.monotonic() - self.begun, cost, bound))
            self.request.made = self.report(*self.log[-1]) is False or self.request.made

    def hear(self, found: tuple[Ints, float]) -> None:
        """Take over what a helper found."""
        self.climb.hear(found[0], mix=True)
        self.climb.bound = max(self.climb.bound, found[1])

    def listen(self, late: Clock | None = None) -> None:
        """Hear what the helpers found, waiting for it until ``late``."""
        for helper in self.helpers:
            found = helper.answer(late)
            if found is not None:
                self.hear(found)

    def meet(self, *, wait: bool, steps: int | None) -> None:
        """Hear what the helpers found, tell them ours."""
        self.listen(self.clock if wait else None)
        for helper in self.helpers:
            if not helper.waiting:
                helper.ask(self.climb.best[0], steps, self.climb.lead)


def solve_days(
    model: DayModel,
    *,
    seed: int = 1,
    seconds: float | None = None,
    steps: int | None = None,
    workers: int = 1,
    start: Ints | None = None,
    report: Report = lambda seconds, cost, bound: None,
    keep: Callable[[Ints], None] = lambda roster: None,
    asked: Asked | None = None,
) -> DayResult:
    """Solve until ``seconds`` have passed, each worker did ``steps`` units of work, or the roster is proved optimal.

    Without ``seconds`` the same seed, steps and workers give the same roster, however busy the machine: workers meet
    after the same units of work and wait for each other. With ``seconds`` nothing is repeatable, be it one worker or more.
    ``keep`` is given every roster that is better than the last, so that not even a power cut loses it. ``report`` returning False ends the run. So does ``asked()``, within a second: the work is then left where it is.
    ``start`` must keep all hard rules; what comes back is never dearer. Raises NoSchedule when somebody has no schedule
    at all, BadProblem for a model that means nothing, BrokenStart when the start breaks a rule, ValueError when there is no stop rule.
    """
    if seconds is None and steps is None:
        raise ValueError("Expected seconds or steps.")
    model.check()
    broken = [] if start is None else breaches(model, start)
    if broken:
        raise BrokenStart(f"the start roster breaks a hard rule: {broken[0]}")
    begun = time.monotonic()
    request = _Request(asked)
    clock = Clock(None if seconds is None else begun + seconds, request)
    helpers = [Helper(model, seed, rank, start, clock, counted=steps is not None) for rank in range(1, max(1, workers))]
    try:
        climb = Climb(model, seed=seed, start=start)
        run = _Run(model, climb, helpers, begun, report, keep, request, clock)
        run.note()
        if asked is None:
            _climb(run, steps)
        else:
            finished(lambda: _climb(run, steps), request)
    finally:
        for helper in helpers:
            helper.close()
    return _result(run)


def _climb(run: _Run, steps: int | None) -> None:
    """The loop: a unit of work, a note, now and then a meeting."""
    late = run.clock
    units, met = 0, time.monotonic()
    while not run.climb.done and not late() and (steps is None or units < steps):
        if steps is None:
            run.climb.advance(late)
            if time.monotonic() - met > MEET_SECONDS:
                run.meet(wait=False, steps=None)
                met = time.monotonic()
        else:
            batch = min(MEET_UNITS, steps - units)
            run.meet(wait=True, steps=batch)
            for _ in range(batch):
                if late():
                    break
                run.climb.advance(late)
            units += batch
        run.note()
    if not run.climb.done:
        _last_word(run, counted=steps is not None)


def _last_word(run: _Run, *, counted: bool) -> None:
    """What the helpers found. By count it belongs to the result, so it is waited for while there is time; by time a helper
    deep in a unit of work is not waited for."""
    if counted:
        run.listen(run.clock)
    end = time.monotonic() + LAST_WORD
    while any(h.waiting for h in run.helpers) and time.monotonic() < end:
        run.listen()
        time.sleep(0.01)
    run.note()


def _result(run: _Run) -> DayResult:
    roster = np.array(run.climb.best[0])
    broken = breaches(run.model, roster)
    if broken:
        raise AssertionError(f"the search broke a rule: {broken[0]}")
    cost = objective(run.model, roster)
    return DayResult(roster, cost, min(run.climb.bound, cost), time.monotonic() - run.begun, tuple(run.log))
