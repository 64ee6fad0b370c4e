"""Staff to neighborhoods: fair by workload, with the skills each needs, near home, where they were. An exact minimum.

A minimum-cost flow: person → (unit, skill they fill there, or none) → unit → as many as it gets, each further one dearer.
Everybody deployable is sent somewhere; whoever may go nowhere is left over. Costs are whole thousandths, so the
optimum of the flow is the optimum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from jimu_engine.errors import BadProblem

SCALE = 1000
#: Leaving somebody at home who could go is worse than any way of sending them: so much at least.
LEFT_OVER = 10**7


@dataclass(frozen=True, slots=True)
class Unit:
    """A neighborhood: its workload (any unit, alike for all), and how many it needs who fill each skill."""

    id: str
    workload: float
    needs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployable:
    """Somebody to be sent. `last`: the unit they served; `distance`: km to units (missing: 0); `allowed`: None is anywhere."""

    id: str
    skills: frozenset[str] = frozenset()
    last: str = ""
    distance: Mapping[str, float] = field(default_factory=dict)
    allowed: frozenset[str] | None = None


@dataclass(frozen=True)
class Weights:
    """Prices: of unfairness (see `unfairness`), of each need not filled, a kilometre, and leaving the unit they know."""

    fairness: float = 10.0
    missing: float = 20.0
    distance: float = 0.5
    moved: float = 1.0


@dataclass(frozen=True)
class UnitShare:
    """What a unit gets and why: its fair share, who comes, needs in all and those nobody fills, who stay, how far all come."""

    unit: str
    fair: float
    people: tuple[str, ...]
    needed: int
    missing: Mapping[str, int]
    stayed: int
    kilometres: float

    @property
    def reason(self) -> str:
        """What explains its number: `fair` (within one of its share), more for its `needs`, for who is `near`, or `short`."""
        beyond = len(self.people) - self.fair
        if abs(beyond) < 1:
            return "fair"
        if beyond < 0:
            return "short"
        return "needs" if self.needed else "near"


@dataclass(frozen=True)
class Allotment:
    """Everybody's unit (`where`), units in their order, who could go nowhere, and the cost, which no other has less of."""

    where: Mapping[str, str]
    units: tuple[UnitShare, ...]
    left_over: tuple[str, ...]
    cost: float


def unfairness(given: int, fair: float) -> float:
    """Square of what a unit has beyond its share, by its share: one too few hurts a small unit more than a large one."""
    return (given - fair) ** 2 / max(fair, 1.0)


def allot(units: Sequence[Unit], staff: Sequence[Deployable], weights: Weights | None = None) -> Allotment:
    """The fairest way to send everybody somewhere. Raises BadProblem for values that mean nothing."""
    weights = weights or Weights()
    _validate(units, staff, weights)
    where = _Flow(units, staff, weights).solve()
    return judge(units, staff, where, weights)


def judge(units: Sequence[Unit], staff: Sequence[Deployable], where: Mapping[str, str], weights: Weights | None = None) -> Allotment:
    """What any way of sending people costs, and its shares; uses no solver. Raises BadProblem when it sends to nowhere."""
    weights = weights or Weights()
    known = {unit.id for unit in units}
    for person in staff:
        unit = where.get(person.id)
        if unit is not None and (unit not in known or not _allowed(person, unit)):
            raise BadProblem(f"{person.id} may not be sent to {unit}")
    shares = tuple(_share(unit, fair, [p for p in staff if where.get(p.id) == unit.id]) for unit, fair in zip(units, fair_shares(units, len(staff)), strict=True))
    total = 0
    for share in shares:
        total += _whole(weights.fairness * unfairness(len(share.people), share.fair))
        total += sum(share.missing.values()) * _whole(weights.missing)
    for person in staff:
        if person.id in where:
            total += _sent(person, where[person.id], weights)
    left = tuple(p.id for p in staff if p.id not in where)
    return Allotment(dict(where), shares, left, total / SCALE)


def fair_shares(units: Sequence[Unit], people: int) -> list[float]:
    """People in proportion to workload; evenly when there is none anywhere."""
    total = sum(unit.workload for unit in units)
    return [people * (unit.workload / total if total > 0 else 1 / len(units)) for unit in units]


class _Flow:
    """The network: a source, people, (unit, skill) pairs, units, a sink."""

    def __init__(self, units: Sequence[Unit], staff: Sequence[Deployable], weights: Weights) -> None:
        self.units, self.staff, self.weights = units, staff, weights
        self.arcs: list[tuple[int, int, int, int]] = []
        self._places: list[tuple[int, int, int, int]] = []
        self.choices: list[tuple[int, int]] = []
        self.source, self.sink = 0, 1
        self.first_unit = 2 + len(staff)
        self.nodes = self.first_unit + len(units)

    def solve(self) -> dict[str, str]:
        skilled = self._units()
        for n, person in enumerate(self.staff):
            self.arcs.append((self.source, 2 + n, 1, 0))
            self._choices(n, person, skilled)
        # Whoever may go somewhere can be added there, at no more than the dearest way and the dearest place.
        dearest = 1 + sum(max((cost for *_, cost in arcs), default=0) for arcs in (self.arcs, self._places))
        home = max(LEFT_OVER * SCALE, dearest)
        self.arcs += [*self._places, *((2 + n, self.sink, 1, home) for n in range(len(self.staff)))]
        # Most processes of the service never allot: they start without it.
        from ortools.graph.python import min_cost_flow

        flow = min_cost_flow.SimpleMinCostFlow()
        table = np.array(self.arcs, np.int64).reshape(-1, 4)
        numbers = flow.add_arcs_with_capacity_and_unit_cost(*(table[:, i] for i in range(4)))
        flow.set_node_supply(self.source, len(self.staff))
        flow.set_node_supply(self.sink, -len(self.staff))
        if flow.solve() != flow.OPTIMAL:
            raise BadProblem("the weights are too large to reckon with")
        used = flow.flows(numbers)
        found = {}
        for arc, (n, u) in zip(self._choice_arcs, self.choices, strict=True):
            if used[arc]:
                found[self.staff[n].id] = self.units[u].id
        return found

    def _units(self) -> list[dict[str, int]]:
        """Arcs from a unit's skills to it (a need filled saves its price), and from it to the sink (each one dearer)."""
        skilled = []
        for u, (unit, fair) in enumerate(zip(self.units, fair_shares(self.units, len(self.staff)), strict=True)):
            nodes = {}
            for skill, count in sorted(unit.needs.items()):
                nodes[skill], self.nodes = self.nodes, self.nodes + 1
                self.arcs.append((nodes[skill], self.first_unit + u, count, -_whole(self.weights.missing)))
            skilled.append(nodes)
            costs = [_whole(self.weights.fairness * unfairness(k, fair)) for k in range(len(self.staff) + 1)]
            for before, after in pairwise(costs):
                self._places.append((self.first_unit + u, self.sink, 1, after - before))
        self._choice_arcs: list[int] = []
        return skilled

    def _choices(self, n: int, person: Deployable, skilled: list[dict[str, int]]) -> None:
        for u, unit in enumerate(self.units):
            if not _allowed(person, unit.id):
                continue
            cost = _sent(person, unit.id, self.weights)
            for node in (self.first_unit + u, *(node for skill, node in skilled[u].items() if skill in person.skills)):
                self._choice_arcs.append(len(self.arcs))
                self.choices.append((n, u))
                self.arcs.append((2 + n, node, 1, cost))


def _share(unit: Unit, fair: float, people: list[Deployable]) -> UnitShare:
    stayed = sum(person.last == unit.id for person in people)
    far = sum(person.distance.get(unit.id, 0.0) for person in people)
    return UnitShare(unit.id, fair, tuple(p.id for p in people), sum(unit.needs.values()), _missing(unit, people), stayed, far)


def _missing(unit: Unit, people: list[Deployable]) -> dict[str, int]:
    """Needs left when each person fills one skill, as many as possible are filled (augmenting paths)."""
    slots = [skill for skill, count in sorted(unit.needs.items()) for _ in range(min(int(count), len(people)))]
    holder: dict[int, int] = {}

    def seat(n: int, seen: set[int]) -> bool:
        for j, skill in enumerate(slots):
            if skill in people[n].skills and j not in seen:
                seen.add(j)
                if j not in holder or seat(holder[j], seen):
                    holder[j] = n
                    return True
        return False

    for n in range(len(people)):
        seat(n, set())
    filled = [slots[j] for j in holder]
    return {skill: count - filled.count(skill) for skill, count in sorted(unit.needs.items()) if count > filled.count(skill)}


def _sent(person: Deployable, unit: str, weights: Weights) -> int:
    moved = bool(person.last) and person.last != unit
    return _whole(weights.distance * person.distance.get(unit, 0.0)) + (_whole(weights.moved) if moved else 0)


def _allowed(person: Deployable, unit: str) -> bool:
    return person.allowed is None or unit in person.allowed


def _whole(cost: float) -> int:
    return round(cost * SCALE)


def _validate(units: Sequence[Unit], staff: Sequence[Deployable], weights: Weights) -> None:
    if not units:
        raise BadProblem("there is no unit to send anybody to")
    for what, ids in (("unit", [u.id for u in units]), ("person", [p.id for p in staff])):
        if len(set(ids)) < len(ids):
            raise BadProblem(f"a {what} is there twice")
    _finite("a workload", (unit.workload for unit in units))
    _finite("a need", (count for unit in units for count in unit.needs.values()))
    for count in (count for unit in units for count in unit.needs.values()):
        if count != int(count):
            raise BadProblem(f"a need is a whole number of people, not {count}")
    _finite("a distance", (km for person in staff for km in person.distance.values()))
    _finite("a weight", (weights.fairness, weights.missing, weights.distance, weights.moved))


def _finite(what: str, values: Iterable[float]) -> None:
    for value in values:
        if not math.isfinite(value) or not 0 <= value <= 1e6:
            raise BadProblem(f"{what} must be a number between 0 and a million, not {value}")
