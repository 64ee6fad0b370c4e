"""What if there were more people of a kind, or more to do: the same roster gone on with in the changed world, and in this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from jimu_engine.check import Report, check
from jimu_engine.errors import BadProblem
from jimu_engine.problem import Person, Problem, Roster, Shift
from jimu_engine.solve import solve
from jimu_engine.stop import MaxRounds, Stop

#: Ids of people who do not exist begin with this.
NEW = "new:"


@dataclass(frozen=True)
class WhatIf:
    """The world changed, the roster found in it, and the checker's word: `before` on the roster gone on with as long in the
    world as it is, `after` on the one found. What more searching alone would gain is in both."""

    problem: Problem
    roster: Roster
    before: Report
    after: Report

    @property
    def filled_more(self) -> int:
        """Seats filled beyond those filled before."""
        return self.after.filled_seats - self.before.filled_seats

    @property
    def open_more(self) -> int:
        """Seats left open beyond those left open before (negative: fewer)."""
        return self.after.open_seats - self.before.open_seats


def what_if(
    problem: Problem,
    roster: Roster,
    *,
    more: Mapping[str, int] | None = None,
    like: Mapping[str, Person] | None = None,
    demand: float = 0.0,
    seed: int = 1,
    stop: Callable[[], Stop] = lambda: MaxRounds(12),
) -> WhatIf:
    """`more` people by kind, and `demand` more seats as a share (0.1: ten in a hundred more; −0.1: fewer).

    `stop` makes the rule that ends each of the two searches. Newcomers can do and may go like `like[kind]`, else anything anywhere at any time. Raises BadProblem for a share that
    is no number or takes more than there is, BadRoster for a stranger's roster.
    """
    if not -1 <= demand <= 10:
        raise BadProblem(f"demand can change by −1 (nothing left) to 10 (eleven times), not {demand}")
    newcomers = tuple(person for kind, count in sorted((more or {}).items()) for person in _newcomers(kind, count, (like or {}).get(kind)))
    changed = problem.replace(people=(*problem.people, *newcomers), shifts=scaled(problem.shifts, 1 + demand))
    check(problem, roster)
    fitting = Roster.of((s, p) for s, people in roster.seats.items() for p in people[: changed.shifts[changed.shift_at[s]].required])
    before = solve(problem, seed=seed, stop=stop(), start=roster, with_bound=False).report
    result = solve(changed, seed=seed, stop=stop(), start=fitting, with_bound=False)
    return WhatIf(changed, result.roster, before, result.report)


def scaled(shifts: tuple[Shift, ...], factor: float) -> tuple[Shift, ...]:
    """Shifts with their seats scaled; what rounding leaves is carried on within a post, so that its total is right."""
    carried: dict[tuple[str, str], float] = {}
    found = []
    for shift in shifts:
        post = (shift.place, shift.kind)
        wanted = shift.required * factor + carried.get(post, 0.0)
        seats = max(0, int(wanted + 0.5 + 1e-9))
        carried[post] = wanted - seats
        found.append(replace(shift, required=seats))
    return tuple(found)


def _newcomers(kind: str, count: int, like: Person | None) -> list[Person]:
    if count < 0:
        raise BadProblem(f"{count} more people of kind {kind!r} cannot be")
    model = like or Person("", (kind,))
    return [replace(model, id=f"{NEW}{kind}:{n}", kinds=(kind, *(k for k in model.kinds if k != kind))) for n in range(count)]
