"""When to stop: small callables asked with (rounds done, best cost, bound), between rounds and, without figures (−1, NaN,
NaN), within long ones, there by any worker's thread.

A watcher (`progress`) that returns False ends a solve as well, and so does `OnRequest`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Stop = Callable[[int, float, float], bool]


@dataclass
class MaxRuntime:
    """Stop after so many seconds of wall time, from construction."""

    seconds: float
    began: float = field(default_factory=time.perf_counter)

    def __call__(self, rounds: int, best: float, bound: float) -> bool:
        return time.perf_counter() - self.began >= self.seconds


@dataclass(frozen=True)
class MaxRounds:
    """Stop after so many rounds; the same seed then gives the same roster."""

    rounds: int

    def __call__(self, rounds: int, best: float, bound: float) -> bool:
        return rounds >= self.rounds


@dataclass(frozen=True)
class SmallGap:
    """Stop when the cost is within a share of the bound."""

    share: float

    def __call__(self, rounds: int, best: float, bound: float) -> bool:
        return best - bound <= self.share * max(abs(best), 1e-9)


@dataclass(frozen=True)
class OnRequest:
    """Stop once `asked` says so: a signal came, somebody pressed a button."""

    asked: Callable[[], bool]

    def __call__(self, rounds: int, best: float, bound: float) -> bool:
        return self.asked()


@dataclass(frozen=True)
class FirstOf:
    """Stop when any of the given rules does."""

    rules: tuple[Stop, ...]

    def __call__(self, rounds: int, best: float, bound: float) -> bool:
        return any(rule(rounds, best, bound) for rule in self.rules)
