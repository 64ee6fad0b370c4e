"""Who is a contact of whom in one building, by what the doors share. Pure; a person confirms each.

Source: the rules for contacts in housing, spring 2022 (DOMAIN: contacts in shared-kitchen housing). With a kitchen and toilet of
one's own: those of the same room are close contacts, the same floor and the floors above and below secondary ones. Without: who
shares kitchen or toilet, and the same floor in daily contact, are close contacts, the rest of the building secondary ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

CLOSE, SECONDARY = "close", "secondary"
#: Why a room is proposed; words.REASON_WORDS says each.
HOUSEHOLD, KITCHEN, DAILY, FLOOR, NEXT_FLOOR, BUILDING = "household", "kitchen", "daily", "floor", "next_floor", "building"


@dataclass(frozen=True)
class Door:
    """A room as the rules see it."""

    room_id: UUID
    entrance: str
    floor: int | None
    kitchen: str


class Tie(NamedTuple):
    """What ties a room to the case's: the kind of contact, and why."""

    kind: str
    reason: str


def shares(case: Door, building_shares: bool | None) -> bool:
    """Whether the case's room has no kitchen of its own: it names one that it shares, or its whole building is of that kind."""
    return bool(case.kitchen) or building_shares is True


def tie(case: Door, other: Door, *, shared: bool) -> Tie | None:
    """How a room of the same building is tied to the case's; None when it is not. Floors count within one entrance."""
    if other.room_id == case.room_id:
        return Tie(CLOSE, HOUSEHOLD)
    same_stair = other.entrance == case.entrance
    apart = abs(other.floor - case.floor) if same_stair and None not in (other.floor, case.floor) else None  # type: ignore[operator]
    if shared:
        if case.kitchen and other.kitchen == case.kitchen:
            return Tie(CLOSE, KITCHEN)
        return Tie(CLOSE, DAILY) if apart == 0 else Tie(SECONDARY, BUILDING)
    if apart == 0:
        return Tie(SECONDARY, FLOOR)
    return Tie(SECONDARY, NEXT_FLOOR) if apart == 1 else None


def ties(case: Door, doors: Iterable[Door], *, building_shares: bool | None) -> dict[UUID, Tie]:
    """Every room of the building that is tied to the case's."""
    shared = shares(case, building_shares)
    return {door.room_id: found for door in doors if (found := tie(case, door, shared=shared))}


def unknown(case: Door, doors: Iterable[Door]) -> int:
    """Rooms that the rules cannot place because a floor is missing, where floors decide."""
    others = [door for door in doors if door.room_id != case.room_id and door.entrance == case.entrance]
    return len(others) if case.floor is None else sum(1 for door in others if door.floor is None)
