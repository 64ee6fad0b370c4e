"""When to stop: by the clock, because somebody asks, or never."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: Seconds that stand for "no limit" where a solver wants a number.
ENDLESS = 1e8


@dataclass(frozen=True)
class Pace:
    """How far work is that was given so many steps and so many seconds: the farther of both, from 0 to 1 (done) and beyond.

    By steps alone a machine that is slower from here on than it was when they were counted would never come to the end.
    """

    steps: int
    seconds: float = math.inf
    begun: float = 0.0

    def __call__(self, done: int) -> float:
        return max(done / self.steps, (time.monotonic() - self.begun) / self.seconds)

    def __iter__(self) -> Iterator[tuple[int, float]]:
        """Number each step that is still to be done, and how far the work is before it."""
        done = 0
        while (part := self(done)) < 1.0:
            yield done, part
            done += 1


@dataclass(frozen=True)
class Clock:
    """True once ``deadline`` (of time.monotonic, the same in every process) has passed, None: never; or once ``asked`` says so."""

    deadline: float | None = None
    asked: Callable[[], bool] | None = None

    def __call__(self) -> bool:
        late = self.deadline is not None and time.monotonic() >= self.deadline
        return late or (self.asked is not None and self.asked())

    def left(self) -> float:
        """Seconds left, at least a hundredth."""
        if self():
            return 0.01
        return ENDLESS if self.deadline is None else max(0.01, self.deadline - time.monotonic())

    def at_most(self, seconds: float) -> float:
        """So many seconds or what is left. Without a deadline no limit: a run by count must not depend on the machine's load."""
        return min(ENDLESS if self.deadline is None else seconds, self.left())

    def share(self, part: float) -> Clock:
        """A clock that stops after this part of the time left."""
        return self if self.deadline is None or self() else Clock(time.monotonic() + part * self.left(), self.asked)

    def pace(self, steps: int, part: float) -> Pace:
        """So many steps within this part of the time left; without a deadline the steps alone count."""
        return Pace(steps) if self.deadline is None else Pace(steps, part * self.left(), time.monotonic())
