"""The way past all doors of a block: building by building, up one stair and down the next, and how pairs share it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from jimu.grid.splitting import natural


@dataclass(frozen=True)
class Stop:
    """A door on the way."""

    room_id: UUID
    building: str
    entrance: str
    floor: int | None
    number: str


def _stair(stop: Stop) -> tuple[Any, ...]:
    return natural(stop.building), natural(stop.entrance)


def _level(stop: Stop) -> int:
    return stop.floor if stop.floor is not None else -99


def walked(stops: Iterable[Stop]) -> list[Stop]:
    """Doors in the order of walking: stairs in turn upwards and downwards, floors in turn left to right and back.

    Doors of no known floor are taken at the foot of their stair.
    """
    route: list[Stop] = []
    for number, (_where, inside) in enumerate(groupby(sorted(stops, key=_stair), key=_stair)):
        floors = [sorted(group, key=lambda s: natural(s.number)) for _floor, group in groupby(sorted(inside, key=_level), key=_level)]
        for turn, doors in enumerate(floors if number % 2 == 0 else reversed(floors)):
            route += doors if turn % 2 == 0 else reversed(doors)
    return route


def shares(route: Sequence[Stop], pairs: int) -> list[list[Stop]]:
    """The route cut into even runs, one for each pair, in order."""
    cuts = [len(route) * n // pairs for n in range(pairs + 1)]
    return [list(route[a:b]) for a, b in pairwise(cuts)]
