"""Who sits where: candidates onto open seats, through the engine. No database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from jimu.teams import rules
from jimu.teams.rules import Candidate, SeatPlan
from jimu_engine.assemble import EMPTY, assemble, complete


@dataclass(frozen=True)
class Slot:
    """An open seat of a cell. `team` and `key` (template, seat code) say which seats are alike."""

    seat_id: UUID
    team: UUID
    key: tuple[str, str]
    plan: SeatPlan
    cell: UUID
    exclusive: str = ""
    room: int = 1

    @property
    def family(self) -> str:
        """The teams among which somebody may sit `room` times: those that exclude each other, else one template."""
        return self.exclusive or self.key[0]


def batches(slots: Sequence[Slot]) -> list[list[Slot]]:
    """Slots that must be filled together, in the order given; seats of people in several teams come by themselves."""
    found: dict[tuple[str, str], list[Slot]] = {}
    for slot in slots:
        found.setdefault((slot.family, slot.key[1] if slot.room > 1 else ""), []).append(slot)
    return list(found.values())


def match(
    slots: Sequence[Slot], people: Sequence[Candidate], load: Mapping[UUID, int], held: Mapping[tuple[UUID, str], int]
) -> list[tuple[Slot, Candidate]]:
    """Fill one batch: as many required seats as can be, then as many others, then the best fit.

    `load`: seats that people hold already; `held`: those in a family. Seats that take people from anywhere are priced
    over all cells at once, the others cell by cell; chains then fill what that division left open.
    """
    if not slots:
        return []
    current = [replace(person, load=load.get(person.person_id, 0)) for person in people]
    family, room = slots[0].family, slots[0].room
    rooms = np.array([max(0, room - held.get((person.person_id, family), 0)) for person in current], np.int64)
    options = _options(slots, current, rooms)
    found = np.full(len(slots), EMPTY, np.int64)
    for group in _groups(slots):
        left = rooms - np.bincount(found[found >= 0], minlength=len(current))
        _price(group, slots, current, options, left, found)
    required = [slot.plan.required for slot in slots]
    full = complete([pair[0].tolist() for pair in options], required, rooms.tolist(), found)
    return [(slot, current[person]) for slot, person in zip(slots, full.tolist(), strict=True) if person != EMPTY]


Options = tuple[NDArray[np.int64], NDArray[np.float64]]


def _options(slots: Sequence[Slot], people: Sequence[Candidate], rooms: NDArray[np.int64]) -> list[Options]:
    """For each slot the people who may take it and what each costs; worked out once for seats alike."""
    home: dict[UUID | None, list[int]] = {}
    roving: list[int] = []
    for n, person in enumerate(people):
        if rooms[n] > 0:
            home.setdefault(person.cell, []).append(n)
            if person.roving or person.cell is None:
                roving.append(n)
    known: dict[tuple[UUID, tuple[str, str]], Options] = {}
    for slot in slots:
        if (slot.cell, slot.key) not in known:
            pool = home.get(slot.cell, [])
            if slot.plan.home == "any":
                here = set(pool)
                pool = [*pool, *(n for n in roving if n not in here)]
            may = [n for n in pool if not rules.why_not(slot.plan, people[n], slot.cell)]
            costs = [rules.cost(slot.plan, people[n], slot.cell) for n in may]
            known[(slot.cell, slot.key)] = np.array(may, np.int64), np.array(costs, np.float64)
    return [known[(slot.cell, slot.key)] for slot in slots]


def _groups(slots: Sequence[Slot]) -> list[list[int]]:
    wide = [n for n, slot in enumerate(slots) if slot.plan.home == "any"]
    by_cell: dict[UUID, list[int]] = {}
    for n, slot in enumerate(slots):
        if slot.plan.home != "any":
            by_cell.setdefault(slot.cell, []).append(n)
    return [group for group in (wide, *by_cell.values()) if group]


def _price(
    group: Sequence[int], slots: Sequence[Slot], people: Sequence[Candidate], options: Sequence[Options],
    left: NDArray[np.int64], found: NDArray[np.int64],
) -> None:  # fmt: skip
    pool = np.unique(np.concatenate([options[n][0] for n in group]))
    pool = pool[left[pool] > 0]
    if not pool.size:
        return
    column_of = np.full(len(people), -1, np.int64)
    column_of[pool] = np.arange(pool.size)
    cost = np.full((len(group), pool.size), np.inf)
    for row, n in enumerate(group):
        who, price = options[n]
        columns = column_of[who]
        cost[row, columns[columns >= 0]] = price[columns >= 0]
    required = np.array([slots[n].plan.required for n in group], bool)
    for n, column in zip(group, assemble(cost, required, left[pool]).tolist(), strict=True):
        if column != EMPTY:
            found[n] = pool[column]


def fill(slots: Sequence[Slot], people: Sequence[Candidate], sitting: Sequence[tuple[UUID, str]]) -> list[tuple[Slot, Candidate]]:
    """Fill all batches in turn. `sitting`: (person, family) of every seat that is held already."""
    load = Counter(person for person, _ in sitting)
    held = Counter(sitting)
    found: list[tuple[Slot, Candidate]] = []
    for batch in batches(slots):
        for slot, person in match(batch, people, load, held):
            load[person.person_id] += 1
            held[(person.person_id, slot.family)] += 1
            found.append((slot, person))
    return found
