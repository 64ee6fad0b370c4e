"""When to stop: by the clock, because somebody asks, or never."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

#: Seconds that stand for "no limit" where a solver wants a number.
ENDLESS = 1e8


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
        return self if self.deadline is None else Clock(time.monotonic() + part * self.left(), self.asked)
