"""The first shift of somebody newly certified: who it is, who stands beside them, and the sign-off after which they are on their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import live
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor, reached
from jimu.roster import policy
from jimu.roster.facts import kinds_of
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.training.certificates import sign_off_first_shift
from jimu.training.gate import Able, able

if TYPE_CHECKING:
    from jimu.roster.roll_queries import Seat


Sides = tuple[set[UUID], set[UUID]]


def sides_of(shifts: Sequence[tuple[Shift, Sequence[UUID]]]) -> list[Sides]:
    """For each shift with its people (novices, veterans): who does it on trial, and who holds all that it asks for on their own.

    Three queries however many there are. What people are able to do is read as of the last of the days.
    """
    people = [person for _shift, here in shifts for person in here]
    held = able(people, max((shift.day for shift, _here in shifts), default=date.min))
    kinds = kinds_of(people)
    return [_sides(shift, here, held, kinds) for shift, here in shifts]


def _sides(
    shift: Shift, people: Sequence[UUID], held: Mapping[UUID, Mapping[str, Able]], kinds: Mapping[UUID, frozenset[str]]
) -> Sides:
    wanted = set(shift.post.qualifications)
    novices, veterans = set(), set()
    for person in people if wanted else ():
        trained, mine = policy.kind_qualifications(kinds.get(person, frozenset())), held.get(person, {})
        if any(code in mine and mine[code].supervise and code not in trained for code in wanted):
            novices.add(person)
        elif wanted <= {*mine, *trained}:
            veterans.add(person)
    return novices, veterans


def with_trials(groups: "Sequence[tuple[Shift, Sequence[Seat]]]") -> "list[list[Seat]]":
    """The seats of shifts with first shifts marked, each with the veterans who have arrived."""
    found = sides_of([(shift, [seat.assignment.person_id for seat in seats]) for shift, seats in groups])
    return [_marked(seats, *sides) for (_shift, seats), sides in zip(groups, found, strict=True)]


def _marked(seats: "Sequence[Seat]", novices: set[UUID], veterans: set[UUID]) -> "list[Seat]":
    there = [seat.assignment for seat in seats if seat.assignment.person_id in veterans and seat.mark in (CheckIn.Mark.ARRIVED, CheckIn.Mark.LEFT)]
    return [replace(seat, trial=True, supervisors=there) if seat.assignment.person_id in novices else seat for seat in seats]


def sign_off(*, actor: Actor, at: datetime, assignment_id: UUID, supervisor_id: UUID) -> Assignment:
    """The veteran `supervisor_id` (an assignment of the same shift) saw that they can; from now on they pass the gate alone.

    Both must have been marked as arrived. Raises NotFound outside the actor's part, Conflict or Invalid otherwise.
    """
    with transaction.atomic():
        rows = Assignment.objects.select_related("shift__post", "shift__unit", "shift__roster", "person__unit")
        seat = rows.filter(reached(actor, "attendance.mark", "shift__unit__path"), pk=assignment_id).first()
        if seat is None:
            raise NotFound
        beside = rows.filter(shift=seat.shift_id, pk=supervisor_id).exclude(pk=seat.pk).first()
        if beside is None:
            raise Invalid(_("带教的人要在同一个班次上。"), code="not_beside")
        if seat.shift.roster.state != Roster.State.PUBLISHED:
            raise Conflict(_("只有已发布的排班才能确认首班。"), code="not_published")
        if actor.person_id == seat.person_id:
            raise Invalid(_("首班要由带班的人确认，不能自己确认。"), code="own_first_shift")
        ((novices, veterans),) = sides_of([(seat.shift, [seat.person_id, beside.person_id])])
        if seat.person_id not in novices:
            raise Conflict(_("首班已经确认过了。"), code="already_supervised")
        if beside.person_id not in veterans:
            raise Invalid(_("{name}自己还不能独立做这个岗位，不能带教。").format(name=beside.person.name), code="no_veteran")
        if not all(CheckIn.objects.filter(assignment=one, mark=CheckIn.Mark.ARRIVED).exists() for one in (seat, beside)):
            raise Conflict(_("两个人都到岗签到以后，才能确认首班。"), code="not_arrived")
        sign_off_first_shift(actor=actor, at=at, person=seat.person, qualifications=seat.shift.post.qualifications, supervisor=beside.person.name)
        live.beat(f"roster:{seat.shift.roster_id}", f"roll:{seat.shift.unit_id}", "board")
    return seat
