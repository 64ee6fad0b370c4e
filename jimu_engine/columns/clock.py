"""When to stop by the clock, or never."""

from __future__ import annotations

import time
from dataclasses import dataclass

#: Seconds that stand for "no limit" where a solver wants a number.
ENDLESS = 1e8


@dataclass(frozen=True)
class Clock:
    """True once ``deadline`` (of time.monotonic, the same in every process) has passed; None: never."""

    deadline: float | None = None

    def __call__(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def left(self) -> float:
        """Seconds left, at least a hundredth."""
        return ENDLESS if self.deadline is None else max(0.01, self.deadline - time.monotonic())

    def share(self, part: float) -> Clock:
        """A clock that stops after this part of the time left."""
        return self if self.deadline is None else Clock(time.monotonic() + part * self.left())
