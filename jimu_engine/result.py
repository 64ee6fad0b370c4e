"""What a solve gives back."""

from __future__ import annotations

from dataclasses import dataclass

from jimu_engine.check import Report
from jimu_engine.problem import Roster


@dataclass(frozen=True)
class Step:
    """One line of the log: seconds since the start, cost, bound, open seats."""

    seconds: float
    objective: float
    bound: float
    open_seats: int


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
