"""Reads of attendance: a day of a neighborhood, who came late, left early or did not come, and who says so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, reached
from jimu.grid.models import Unit
from jimu.relay import rules, seats
from jimu.roster.models import Assignment, CheckIn, Shift
from jimu.roster.roll_queries import place_for

RIGHT = "attendance.mark"
Mark = CheckIn.Mark


@dataclass
class Presence:
    """How somebody's shift went, from the marks in order."""

    assignment: Assignment
    marks: Sequence[CheckIn]
    counted: Any = None
    """What was counted of it, where the page asks for it."""

    @property
    def newest(self) -> CheckIn | None:
        return self.marks[-1] if self.marks else None

    @property
    def arrived_at(self) -> datetime | None:
        """The first arrival that a later word of absence did not take back."""
        since = [n for n, one in enumerate(self.marks) if one.mark == Mark.ABSENT]
        counted = self.marks[since[-1] + 1 :] if since else self.marks
        return next((one.at for one in counted if one.mark == Mark.ARRIVED), None)

    @property
    def left_at(self) -> datetime | None:
        """When they left, if that is the last word."""
        return self.newest.at if self.newest and self.newest.mark == Mark.LEFT else None

    @property
    def absent(self) -> bool:
        return self.newest is not None and self.newest.mark == Mark.ABSENT

    @property
    def late(self) -> int:
        """Minutes."""
        return rules.late_minutes(self.assignment.shift.starts_at, self.arrived_at)

    @property
    def early(self) -> int:
        """Minutes."""
        return rules.early_minutes(self.assignment.shift.ends_at, self.left_at)


def presence(rows: Sequence[Assignment]) -> list[Presence]:
    """Seats, fetched `with_marks`, as they went."""
    return [Presence(row, list(row.check_ins.all())) for row in rows]


@dataclass(frozen=True)
class Group:
    """One shift with how it went."""

    shift: Shift
    people: list[Presence] = field(default_factory=list)


def day_at(actor: Actor, unit_id: UUID, day: date) -> tuple[Unit, list[Group]]:
    """A day of a neighborhood, shift by shift. Three queries. Raises NotFound."""
    unit = place_for(actor, unit_id)
    rows = seats.in_force().filter(shift__unit=unit, shift__day=day, shift__post__requested_only=False)
    ordered = with_marks(rows.order_by("shift__starts_at", "shift__post__title", "seat"))
    groups: dict[UUID, Group] = {}
    for one in presence(list(ordered)):
        groups.setdefault(one.assignment.shift_id, Group(one.assignment.shift)).people.append(one)
    return unit, list(groups.values())


def with_marks(rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    """Seats with their marks in order. One query more."""
    return rows.prefetch_related(Prefetch("check_ins", CheckIn.objects.order_by("at", "id")))


def shift_for(actor: Actor, shift_id: UUID) -> Shift:
    """A shift whose code the actor may show: where they keep attendance, or serve themselves. Raises NotFound."""
    rows = Shift.objects.filter(pk=shift_id, roster__state="published").select_related("post", "unit")
    found = rows.filter(reached(actor, RIGHT, "unit__path")).first() if actor.paths(RIGHT) else None
    if found is None:
        raise NotFound
    return found
