"""Writes: personal links, one's own record with its shifts in view, doubts that are settled."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, NotFound
from jimu.core.permissions import Actor, visible
from jimu.own import queries
from jimu.own.models import Doubt, PersonalLink
from jimu.own.queries import InDoubt
from jimu.people import queries as people
from jimu.people.models import Person
from jimu.people.own_actions import OwnChange, change_own
from jimu.roster.models import Assignment

TOPIC = "own"
LASTS = timedelta(days=30)


class BreaksShifts(Conflict):
    """The change would make published shifts impossible; nothing was written. `seats` are those shifts."""

    code = "breaks_shifts"

    def __init__(self, seats: Sequence[InDoubt]) -> None:
        self.seats = seats
        sentence = _("这样改，有 {n} 个已经发布的班您就来不了了。请确认，负责人会看到并找人补位。").format(n=len(seats))
        super().__init__(sentence, shifts=[str(seat.assignment.shift_id) for seat in seats])


def change(*, actor: Actor, at: datetime, person_id: UUID, seen: datetime, wanted: OwnChange, sure: bool = False) -> list[InDoubt]:
    """Change one's own record; returns the published shifts in doubt by it. Unless `sure`, raises BreaksShifts for any
    that were not in doubt before, and writes nothing."""
    with transaction.atomic():
        locks.hold(f"own:{person_id}")
        before = {seat.assignment.pk for seat in queries.in_doubt(person_id, at)}
        change_own(actor=actor, at=at, person_id=person_id, seen=seen, change=wanted)
        now = queries.in_doubt(person_id, at)
        fresh = [seat for seat in now if seat.assignment.pk not in before]
        if fresh and not sure:
            raise BreaksShifts(fresh)
        _keep(actor, at, person_id, now)
    return now


def _keep(actor: Actor, at: datetime, person_id: UUID, now: Sequence[InDoubt]) -> None:
    """Write down what is in doubt now; what agrees again is in doubt no more."""
    Doubt.objects.filter(assignment__person=person_id).exclude(assignment__in=[seat.assignment.pk for seat in now]).delete()
    known = {doubt.assignment_id: doubt for doubt in Doubt.objects.filter(assignment__person=person_id)}
    for seat in now:
        doubt = known.get(seat.assignment.pk)
        if doubt is not None and doubt.rules == list(seat.rules):
            continue
        Doubt.objects.update_or_create(
            assignment=seat.assignment, defaults={"rules": list(seat.rules), "since": at, "settled_at": None, "settled_by": ""}
        )
        shift = seat.assignment.shift
        data = {"shift": str(shift.pk), "rules": list(seat.rules)}
        journal.record(actor=actor, at=at, verb="own.seat_in_doubt", target=f"person:{person_id}", scope=shift.unit.path, data=data)
    live.beat(TOPIC, "board")


def settle(*, actor: Actor, at: datetime, doubt_id: UUID) -> Doubt:
    """Somebody spoke with them: the seat stands. To give the seat away instead, the roster has its own ways."""
    with transaction.atomic():
        doubt = Doubt.objects.filter(visible(actor, "own.doubts", "assignment__shift__unit__path"), pk=doubt_id).first()
        if doubt is None:
            raise NotFound
        seat = Assignment.objects.select_related("shift__unit").get(pk=doubt.assignment_id)
        actor.require("roster.edit", seat.shift.unit.path)
        doubt.settled_at, doubt.settled_by = at, actor.name
        doubt.save(update_fields=["settled_at", "settled_by"])
        data = {"shift": str(seat.shift_id)}
        journal.record(actor=actor, at=at, verb="own.doubt_settled", target=f"person:{seat.person_id}", scope=seat.shift.unit.path, data=data)
        live.beat(TOPIC, "board")
    return doubt


def issue_link(*, actor: Actor, at: datetime, person_id: UUID) -> PersonalLink:
    """A fresh link of one person; the one before it ends."""
    with transaction.atomic():
        locks.hold(f"own:{person_id}")
        person = people.person_for(actor, person_id, "own.link")
        if not person.active:
            raise Conflict(_("{name}已退出，不能再发链接。").format(name=person.name), code="left")
        _end(person, actor, at)
        link = PersonalLink.objects.create(person=person, issued_at=at, issued_by=actor.name, expires_at=at + LASTS)
        _tell(actor, at, "own.link_issued", person)
    return link


def revoke_link(*, actor: Actor, at: datetime, person_id: UUID) -> None:
    """The link leads nowhere from now on. Raises Conflict when there is none."""
    with transaction.atomic():
        locks.hold(f"own:{person_id}")
        person = people.person_for(actor, person_id, "own.link")
        if not _end(person, actor, at):
            raise Conflict(_("没有可以收回的链接。"), code="no_link")
        _tell(actor, at, "own.link_revoked", person)


def _end(person: Person, actor: Actor, at: datetime) -> int:
    return PersonalLink.objects.filter(person=person, revoked_at=None).update(revoked_at=at, revoked_by=actor.name)


def _tell(actor: Actor, at: datetime, verb: str, person: Person) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=f"person:{person.pk}", scope=people.path_of(person), data={})
    live.beat("people")
