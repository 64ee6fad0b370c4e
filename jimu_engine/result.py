"""What a solve gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from jimu_engine.check import Report
from jimu_engine.problem import Roster


@dataclass(frozen=True)
class Step:
    """One line of the log: seconds since the start, cost, bound, open seats.

    ``best()`` makes the best roster so far and costs little until it is called. Who watches a solve has it; a result's log,
    which would otherwise hold every roster there was, does not.
    """

    seconds: float
    objective: float
    bound: float
    open_seats: int
    best: Callable[[], Roster] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Result:
    """The best roster found, judged by the checker; `bound` is a proven lower bound of any roster's cost."""

    roster: Roster
    report: Report
    bound: float
    seconds: float
    log: tuple[Step, ...] = ()

    @property
    def objective(self) -> float:
        """The checker's cost."""
        return self.report.objective

    @property
    def gap(self) -> float:
        """(cost − bound) / cost; 0 when both are 0."""
        return max(0.0, self.objective - self.bound) / max(abs(self.objective), 1e-9)

    @property
    def status(self) -> str:
        """optimal, feasible or infeasible (a pinned pair breaks a hard rule)."""
        if not self.report.feasible:
            return "infeasible"
        return "optimal" if self.gap < 1e-6 else "feasible"

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.status}: cost {self.objective:.2f}, bound {self.bound:.2f}, gap {self.gap:.2%}, "
            f"open seats {self.report.open_seats}, {self.seconds:.1f} s"
        )
