"""Edits by hand: put somebody on a seat, take them off, move them; and take the last such edit back.

Every edit is judged by the engine's rules first. Limits of the body are never lifted; other hard rules are, by
somebody who may and who gives a reason, and the assignment keeps both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import live
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.journal import record
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor, visible
from jimu.people.models import Person
from jimu.roster import judge
from jimu.roster.errors import BreaksRules, SeatTaken, Stale
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.writing import free_seat, lock_roster, raise_version, refresh_filled

LONGEST_REASON = 200


@dataclass(frozen=True)
class Edit:
    """What an edit did: the roster's new version, the assignment it left (none after taking off), its journal entry."""

    version: int
    assignment: Assignment | None
    entry: JournalEntry


def assign(
    *,
    actor: Actor,
    at: datetime,
    roster_id: UUID,
    shift_id: UUID,
    person_id: UUID,
    expected_version: int | None = None,
    override_reason: str | None = None,
    undoes: UUID | None = None,
) -> Edit:
    """Put somebody on a free seat of a shift.

    `expected_version` may be left out: the seat and the rules are looked at again under the lock either way.
    Raises SeatTaken, BreaksRules (with every breach and whether it may be overridden), Stale, NotFound, NotPermitted.
    """
    with transaction.atomic():
        roster = _editable(roster_id, expected_version)
        shift = _shift(actor, roster, shift_id)
        person = _person(roster, person_id)
        _require_free_seat(shift, person)
        override = _judged(actor, at, roster, shift, person, override_reason, leaving=None)
        assignment = _seat(shift, person, override)
        return _done(
            actor, at, roster, [shift], assignment, "roster.assigned",
            {"person": str(person.pk), "shift": str(shift.pk), "rules": override.get("rules", []), **_undoing(undoes)},
        )  # fmt: skip


def unassign(
    *,
    actor: Actor,
    at: datetime,
    roster_id: UUID,
    assignment_id: UUID,
    expected_version: int | None = None,
    undoes: UUID | None = None,
) -> Edit:
    """Take somebody off a seat, which then stands open. Raises Conflict once there are marks of attendance."""
    with transaction.atomic():
        roster = _editable(roster_id, expected_version)
        assignment = _assignment(actor, roster, assignment_id)
        data = {"person": str(assignment.person_id), "shift": str(assignment.shift_id), **_undoing(undoes)}
        assignment.delete()
        return _done(actor, at, roster, [assignment.shift], None, "roster.released", data)


def move(
    *,
    actor: Actor,
    at: datetime,
    roster_id: UUID,
    assignment_id: UUID,
    to_shift_id: UUID,
    expected_version: int | None = None,
    override_reason: str | None = None,
    undoes: UUID | None = None,
) -> Edit:
    """Move somebody from a seat to a free seat of another shift, in one step. Raises as `assign` and `unassign` do."""
    with transaction.atomic():
        roster = _editable(roster_id, expected_version)
        old = _assignment(actor, roster, assignment_id)
        shift = _shift(actor, roster, to_shift_id)
        if shift.pk == old.shift_id:
            raise Invalid(_("这位同志已经在这个班次上。"), code="already_here")
        _require_free_seat(shift, old.person)
        override = _judged(actor, at, roster, shift, old.person, override_reason, leaving=old.pk)
        data = {
            "person": str(old.person_id), "shift": str(shift.pk), "from": str(old.shift_id),
            "rules": override.get("rules", []), **_undoing(undoes),
        }  # fmt: skip
        old.delete()
        assignment = _seat(shift, old.person, override)
        return _done(actor, at, roster, [old.shift, shift], assignment, "roster.moved", data)


def undo(*, actor: Actor, at: datetime, roster_id: UUID, entry_id: UUID) -> Edit:
    """Take back one edit by hand of the actor, when nothing has moved on since.

    The way back is judged like any edit. Raises NotFound for somebody else's or an unknown edit, Conflict when done already.
    """
    entry = JournalEntry.objects.filter(
        pk=entry_id, target=f"roster:{roster_id}", account_id=actor.account_id, verb__in=_WAYS_BACK
    ).first()
    if entry is None:
        raise NotFound(_("没有找到可以撤销的操作。"))
    with transaction.atomic():
        lock_roster(roster_id)
        if JournalEntry.objects.filter(target=f"roster:{roster_id}", data__undoes=str(entry.pk)).exists():
            raise Conflict(_("这一步已经撤销过了。"), code="already_undone")
        return _WAYS_BACK[entry.verb](actor, at, roster_id, entry)


def _undo_assign(actor: Actor, at: datetime, roster_id: UUID, entry: JournalEntry) -> Edit:
    seat = _seat_of(entry.data)
    return unassign(actor=actor, at=at, roster_id=roster_id, assignment_id=seat.pk, undoes=entry.pk)


def _undo_unassign(actor: Actor, at: datetime, roster_id: UUID, entry: JournalEntry) -> Edit:
    data = entry.data
    return assign(
        actor=actor, at=at, roster_id=roster_id, shift_id=UUID(data["shift"]), person_id=UUID(data["person"]),
        override_reason=_("撤销上一步"), undoes=entry.pk,
    )  # fmt: skip


def _undo_move(actor: Actor, at: datetime, roster_id: UUID, entry: JournalEntry) -> Edit:
    seat = _seat_of(entry.data)
    return move(
        actor=actor, at=at, roster_id=roster_id, assignment_id=seat.pk, to_shift_id=UUID(entry.data["from"]),
        override_reason=_("撤销上一步"), undoes=entry.pk,
    )  # fmt: skip


_WAYS_BACK = {"roster.assigned": _undo_assign, "roster.released": _undo_unassign, "roster.moved": _undo_move}


def _seat_of(data: Mapping[str, Any]) -> Assignment:
    seat = Assignment.objects.filter(shift=data["shift"], person=data["person"]).first()
    if seat is None:
        raise Conflict(_("之后又有了别的改动，不能直接撤销。请手动调整。"), code="moved_on")
    return seat


def _undoing(entry_id: UUID | None) -> dict[str, str]:
    return {"undoes": str(entry_id)} if entry_id else {}


def _editable(roster_id: UUID, expected_version: int | None) -> Roster:
    roster = lock_roster(roster_id)
    if roster.state == Roster.State.SUPERSEDED:
        raise Conflict(_("这份排班已被新的替代。请到最新的排班里调整。"), code="superseded")
    if expected_version is not None and roster.version != expected_version:
        raise Stale(version=roster.version)
    return roster


def _shift(actor: Actor, roster: Roster, shift_id: UUID) -> Shift:
    shift = (
        Shift.objects.select_related("post", "unit")
        .filter(visible(actor, "roster.view", "unit__path"), roster=roster, pk=shift_id)
        .first()
    )
    if shift is None:
        raise NotFound(_("没有找到这个班次，或它不在您负责的范围内。"))
    actor.require("roster.edit", shift.unit.path)
    return shift


def _person(roster: Roster, person_id: UUID) -> Person:
    # The judge decides whether the person belongs here; who is outside the incident's people is not found by it.
    person = Person.objects.filter(pk=person_id, active=True).first()
    if person is None:
        raise NotFound(_("没有找到这位同志。"))
    return person


def _assignment(actor: Actor, roster: Roster, assignment_id: UUID) -> Assignment:
    found = (
        Assignment.objects.select_related("shift__post", "shift__unit", "person")
        .filter(visible(actor, "roster.view", "shift__unit__path"), shift__roster=roster, pk=assignment_id)
        .first()
    )
    if found is None:
        raise NotFound(_("没有找到这个安排，它可能刚刚被改动。"))
    actor.require("roster.edit", found.shift.unit.path)
    if found.check_ins.exists():
        raise Conflict(_("这位同志已经签到，不能再改动这个安排。"), code="already_marked")
    return found


def _require_free_seat(shift: Shift, person: Person) -> None:
    people = list(Assignment.objects.filter(shift=shift).values_list("person_id", flat=True))
    if person.pk in people:
        raise Conflict(_("%(name)s已经在这个班次上。") % {"name": person.name}, code="already_here")
    if len(people) >= shift.needed:
        raise SeatTaken


def _judged(
    actor: Actor,
    at: datetime,
    roster: Roster,
    shift: Shift,
    person: Person,
    reason: str | None,
    *,
    leaving: UUID | None,
) -> dict[str, Any]:
    """What to keep of a broken rule; empty when none breaks. Raises BreaksRules when it must not or is not lifted."""
    breaches = judge.breaches_of_placing(roster, shift, person.pk, leaving=leaving)
    if not breaches:
        return {}
    if any(breach.bodily for breach in breaches):
        raise BreaksRules([breach.as_dict() for breach in breaches], may_override=False)
    words = (reason or "").strip()
    if not words:
        raise BreaksRules([breach.as_dict() for breach in breaches], may_override=True)
    return {
        "rules": sorted({breach.code for breach in breaches}),
        "reason": words[:LONGEST_REASON],
        "by": actor.name,
        "at": at.isoformat(),
    }


def _seat(shift: Shift, person: Person, override: dict[str, Any]) -> Assignment:
    taken = set(Assignment.objects.filter(shift=shift).values_list("seat", flat=True))
    return Assignment.objects.create(
        shift=shift,
        person=person,
        seat=free_seat(taken),
        origin=Assignment.Origin.HAND,
        pinned=True,
        override=override,
    )


def _done(
    actor: Actor,
    at: datetime,
    roster: Roster,
    shifts: list[Shift],
    assignment: Assignment | None,
    verb: str,
    data: dict[str, Any],
) -> Edit:
    refresh_filled(roster, [shift.pk for shift in shifts])
    raise_version(roster)
    entry = record(
        actor=actor, at=at, verb=verb, target=f"roster:{roster.pk}", scope=shifts[-1].unit.path, data=data
    )
    topics = [f"roster:{roster.pk}", *(f"roll:{shift.unit_id}" for shift in shifts)]
    live.beat(*topics, *(["board"] if roster.state == Roster.State.PUBLISHED else []))
    return Edit(version=roster.version, assignment=assignment, entry=entry)
