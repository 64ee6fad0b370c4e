"""A seat that its own taker says yes to: judged as every edit is, without the right to edit, which the offer stands for."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from jimu.core import live
from jimu.core.events import announce
from jimu.core.journal import record
from jimu.core.permissions import Actor
from jimu.incidents.models import Incident
from jimu.people.models import Person
from jimu.roster import judge, standby
from jimu.roster.errors import BreaksRules, SeatTaken
from jimu.roster.events import LEFT, SeatOpened
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.roster.policy import OWN_WORD
from jimu.roster.writing import free_seat, lock_roster, raise_version, refresh_filled
from jimu.teams.models import Loan
from jimu.training.gate import able

# A judgement older than this is made anew, whatever its stamp says.
JUDGED_FOR = timedelta(hours=2)
LOOK_BACK = timedelta(days=8)


@dataclass(frozen=True)
class Judged:
    """When and on what somebody was found to fit; see `stamps`."""

    stamp: str
    at: datetime


def stamps(people: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """For each person a digest of what the rules look at that may change within hours: seats, loans, their own record.

    Three queries. Equal stamps: what was judged then holds now.
    """
    parts: dict[UUID, list[str]] = defaultdict(list)
    rows = Person.objects.filter(pk__in=people).values_list("pk", "updated_at", "active", "limits")
    for pk, updated_at, active, limits in rows:
        parts[pk] += [updated_at.isoformat(), str(active), ",".join(sorted(limits))]
    seats = Assignment.objects.filter(
        person__in=people, shift__roster__state=Roster.State.PUBLISHED, shift__roster__incident__state=Incident.State.ACTIVE,
        shift__ends_at__gt=at - LOOK_BACK,
    )  # fmt: skip
    for pk, shift_id in seats.order_by("person_id", "shift_id").values_list("person_id", "shift_id"):
        parts[pk].append(str(shift_id))
    loans = Loan.objects.filter(person__in=people, state=Loan.State.AGREED)
    for pk, loan_id in loans.values_list("person_id", "pk"):
        parts[pk].append(f"loan {loan_id}")
    return {pk: hashlib.blake2b("|".join(found).encode(), digest_size=16).hexdigest() for pk, found in parts.items()}


def free_seats(shift: Shift) -> int:
    """Seats of a shift at which nobody is expected: never filled, or left by somebody known to be missing. Two queries."""
    return standby.free_main_seats(shift)


def take(*, actor: Actor, at: datetime, roster_id: UUID, shift_id: UUID, person_id: UUID, judged: Judged | None = None, why: str = "") -> Assignment:
    """Give a free seat to the person who was offered it and said yes. The caller has seen to the offer.

    What they said of their times and limits before gives way to their yes. Raises SeatTaken, BreaksRules.
    """
    with transaction.atomic():
        roster = lock_roster(roster_id)
        shift = Shift.objects.select_related("unit", "post").get(pk=shift_id, roster=roster)
        taken = dict(Assignment.objects.filter(shift=shift).values_list("seat", "person_id"))
        if person_id in taken.values():
            return Assignment.objects.get(shift=shift, person=person_id)
        if not standby.free_main_seats(shift):
            raise SeatTaken
        override = _judged_now(roster, shift, person_id, at, judged, why, actor)
        made = Assignment.objects.create(
            shift=shift, person_id=person_id, seat=free_seat(set(taken)), origin=Assignment.Origin.CALL, pinned=True, override=override
        )
        refresh_filled(roster, [shift.pk])
        raise_version(roster)
        data = {"person": str(person_id), "shift": str(shift.pk)}
        record(actor=actor, at=at, verb="roster.taken", target=f"roster:{roster.pk}", scope=shift.unit.path, data=data)
        live.beat_sparingly(f"roster:{roster.pk}", f"roll:{shift.unit_id}", "board")
    return made


def _judged_now(
    roster: Roster, shift: Shift, person_id: UUID, at: datetime, judged: Judged | None, why: str, actor: Actor
) -> dict[str, Any]:
    """What the seat keeps of rules that their own word lifted. Raises BreaksRules."""
    if judged is not None and at - judged.at <= JUDGED_FOR and _still(shift, person_id, judged, at):
        return {}
    broken = judge.breaches_of_change(roster, placing={person_id: shift})
    if any(one.code not in OWN_WORD for one in broken):
        raise BreaksRules([one.as_dict() for one in broken], may_override=False)
    if not broken:
        return {}
    return {"rules": sorted({one.code for one in broken}), "reason": why, "by": actor.name, "at": at.isoformat()}


def _still(shift: Shift, person_id: UUID, judged: Judged, at: datetime) -> bool:
    """Whether nothing of what was judged has changed; certificates are looked at each time, since they can be revoked."""
    if stamps([person_id], at).get(person_id) != judged.stamp:
        return False
    asked = set(shift.post.qualifications)
    return not asked or asked <= set(able([person_id], shift.day).get(person_id, ()))


def give_back(*, actor: Actor, at: datetime, assignment_id: UUID) -> Shift | None:
    """Somebody who had said yes can no longer come: their seat opens. None when it is gone, has begun or has a mark."""
    found = Assignment.objects.select_related("shift__unit", "shift__roster").filter(pk=assignment_id).first()
    if found is None:
        return None
    with transaction.atomic():
        roster = lock_roster(found.shift.roster_id)
        rows = Assignment.objects.filter(pk=assignment_id, shift__starts_at__gt=at, check_ins=None)
        if not rows.exists():
            return None
        Assignment.objects.filter(pk=assignment_id).delete()
        refresh_filled(roster, [found.shift_id])
        raise_version(roster)
        announce(SeatOpened(found.shift_id, found.person_id, LEFT, at, actor.name))
        data = {"person": str(found.person_id), "shift": str(found.shift_id)}
        record(actor=actor, at=at, verb="roster.given_back", target=f"roster:{roster.pk}", scope=found.shift.unit.path, data=data)
        live.beat(f"roster:{roster.pk}", f"roll:{found.shift.unit_id}", "board")
    return found.shift


def last_duties(people: Mapping[UUID, Shift], at: datetime) -> dict[UUID, datetime]:
    """When people last did the post of the shift beside them at its place, those who did; a shift that they missed is none. One query."""
    rows = Assignment.objects.filter(
        person__in=list(people), shift__ends_at__lte=at, shift__roster__published_at__isnull=False,
    ).exclude(check_ins__mark=CheckIn.Mark.ABSENT)  # fmt: skip
    found: dict[UUID, datetime] = {}
    fields = rows.order_by("shift__starts_at").values_list("person_id", "shift__unit_id", "shift__post__code", "shift__starts_at")
    for person_id, unit_id, code, starts_at in fields:
        if (people[person_id].unit_id, people[person_id].post.code) == (unit_id, code):
            found[person_id] = starts_at
    return found
