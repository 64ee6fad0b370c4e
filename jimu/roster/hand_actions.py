"""Edits by hand: put somebody on a seat, take them off, move them, let two change places, pin them.

Every edit is judged by the engine's rules first (`lifting.py` says which may give, for whom). `undo.py` takes edits back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import live
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.events import announce
from jimu.core.journal import record
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Incident
from jimu.people.models import Person
from jimu.roster import standby
from jimu.roster.errors import SeatTaken, Stale
from jimu.roster.events import LEFT, SeatOpened
from jimu.roster.lifting import Back, Case, kept, lifted
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.writing import free_seat, lock_roster, raise_version, refresh_filled


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
    back: Back | None = None,
    stands_by: bool = False,
) -> Edit:
    """Put somebody on a free seat of a shift, or let them stand by at it.

    `expected_version` may be left out: the seat and the rules are looked at again under the lock either way.
    Raises SeatTaken, BreaksRules (with every breach and whether it may be overridden), Stale, NotFound, NotPermitted.
    """
    with transaction.atomic():
        roster = _editable(roster_id, expected_version)
        shift = _shift(actor, roster, shift_id)
        person = _person(person_id)
        stands_by = stands_by or _stood_by(back, person)
        _require_free_seat(shift, person, stands_by=stands_by)
        case = Case(actor, at, roster, {person.pk: shift}, (), override_reason, back)
        assignment = _seat(shift, person, lifted(case)[person.pk], back, stands_by=stands_by)
        data = {"person": str(person.pk), "shift": str(shift.pk), "rules": assignment.override.get("rules", [])}
        return _done(case, [shift], assignment, "roster.assigned", data)


def unassign(
    *,
    actor: Actor,
    at: datetime,
    roster_id: UUID,
    assignment_id: UUID,
    expected_version: int | None = None,
    back: Back | None = None,
) -> Edit:
    """Take somebody off a seat, which then stands open. Raises Conflict once there are marks of attendance."""
    with transaction.atomic():
        roster = _editable(roster_id, expected_version)
        old = _assignment(actor, roster, assignment_id)
        data = {"person": str(old.person_id), "shift": str(old.shift_id), "kept": kept(old)}
        old.delete()
        _opened(roster, old, actor, at)
        return _done(Case(actor, at, roster, back=back), [old.shift], None, "roster.released", data)


def move(
    *,
    actor: Actor,
    at: datetime,
    roster_id: UUID,
    assignment_id: UUID,
    to_shift_id: UUID,
    expected_version: int | None = None,
    override_reason: str | None = None,
    back: Back | None = None,
) -> Edit:
    """Move somebody from a seat to a free seat of another shift, in one step. Raises as `assign` and `unassign` do."""
    with transaction.atomic():
        roster = _editable(roster_id, expected_version)
        old = _assignment(actor, roster, assignment_id)
        shift = _shift(actor, roster, to_shift_id)
        if shift.pk == old.shift_id:
            raise Invalid(_("这位同志已经在这个班次上。"), code="already_here")
        stands_by = _stood_by(back, old.person)
        _require_free_seat(shift, old.person, stands_by=stands_by)
        case = Case(actor, at, roster, {old.person_id: shift}, (old.pk,), override_reason, back)
        override = lifted(case)[old.person_id]
        data = {
            "person": str(old.person_id), "shift": str(shift.pk), "from": str(old.shift_id),
            "rules": override.get("rules", []), "kept": kept(old),
        }  # fmt: skip
        old.delete()
        _opened(roster, old, actor, at)
        made = _seat(shift, old.person, override, back, stands_by=stands_by)
        return _done(case, [old.shift, shift], made, "roster.moved", data)


def swap(
    *,
    actor: Actor,
    at: datetime,
    roster_id: UUID,
    assignment_id: UUID,
    with_assignment_id: UUID,
    expected_version: int | None = None,
    override_reason: str | None = None,
    back: Back | None = None,
) -> Edit:
    """Let two people on different shifts change places, in one step. Raises as `assign` and `unassign` do."""
    with transaction.atomic():
        roster = _editable(roster_id, expected_version)
        one, two = (_assignment(actor, roster, pk) for pk in (assignment_id, with_assignment_id))
        if one.shift_id == two.shift_id or one.person_id == two.person_id:
            raise Invalid(_("对调要选两个班次上的两位同志。"), code="nothing_to_swap")
        for person, shift in ((one.person, two.shift), (two.person, one.shift)):
            _require_absent(shift, person)
        placing = {one.person_id: two.shift, two.person_id: one.shift}
        case = Case(actor, at, roster, placing, (one.pk, two.pk), override_reason, back)
        overrides = lifted(case)
        data = {
            "person": str(one.person_id), "shift": str(two.shift_id), "from": str(one.shift_id),
            "other": str(two.person_id), "rules": sorted({r for o in overrides.values() for r in o.get("rules", [])}),
            "kept": kept(one), "other_kept": kept(two),
        }  # fmt: skip
        one.delete()
        two.delete()
        _seat(one.shift, two.person, overrides[two.person_id], back, stands_by=one.standby)
        moved = _seat(two.shift, one.person, overrides[one.person_id], back, stands_by=two.standby)
        return _done(case, [one.shift, two.shift], moved, "roster.swapped", data)


def pin(*, actor: Actor, at: datetime, roster_id: UUID, assignment_id: UUID, pinned: bool) -> Edit:
    """Hold somebody on their seat through later solves, or let go. Raises NotFound, NotPermitted, Conflict."""
    with transaction.atomic():
        roster = _editable(roster_id, None)
        found = _assignment(actor, roster, assignment_id)
        Assignment.objects.filter(pk=found.pk).update(pinned=pinned)
        found.pinned = pinned
        data = {"person": str(found.person_id), "shift": str(found.shift_id)}
        verb = "roster.pinned" if pinned else "roster.unpinned"
        return _done(Case(actor, at, roster), [found.shift], found, verb, data)


def _editable(roster_id: UUID, expected_version: int | None) -> Roster:
    roster = lock_roster(roster_id)
    if roster.state == Roster.State.SUPERSEDED:
        raise Conflict(_("这份排班已被新的替代。请到最新的排班里调整。"), code="superseded")
    if roster.incident.state != Incident.State.ACTIVE:
        raise Conflict(_("这次响应已经解除，排班不能再改。"), code="incident_over")
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


def _person(person_id: UUID) -> Person:
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


def _require_absent(shift: Shift, person: Person) -> None:
    if Assignment.objects.filter(shift=shift, person=person).exists():
        raise Conflict(_("%(name)s已经在这个班次上。") % {"name": person.name}, code="already_here")


def _require_free_seat(shift: Shift, person: Person, *, stands_by: bool = False) -> None:
    _require_absent(shift, person)
    if stands_by:
        if Assignment.objects.filter(shift=shift, standby=True).count() >= shift.spare:
            raise SeatTaken
        return
    # The seat of somebody who did not come is free, although the mark keeps it.
    if not standby.free_main_seats(shift):
        raise SeatTaken


def _stood_by(back: Back | None, person: Person) -> bool:
    """Whether the way back leads to where somebody only stood by."""
    return bool(back and back.kept.get(str(person.pk), {}).get("standby"))


def _seat(shift: Shift, person: Person, override: dict[str, Any], back: Back | None, *, stands_by: bool = False) -> Assignment:
    taken = set(Assignment.objects.filter(shift=shift).values_list("seat", flat=True))
    as_before = back.kept.get(str(person.pk), {}) if back else {}
    return Assignment.objects.create(
        shift=shift,
        person=person,
        seat=free_seat(taken),
        origin=as_before.get("origin", Assignment.Origin.HAND),
        pinned=as_before.get("pinned", True),
        override=override,
        standby=stands_by,
    )


def _opened(roster: Roster, seat: Assignment, actor: Actor, at: datetime) -> None:
    if roster.state == Roster.State.PUBLISHED and not seat.standby:
        announce(SeatOpened(seat.shift_id, seat.person_id, LEFT, at, actor.name))


def _done(
    case: Case, shifts: list[Shift], assignment: Assignment | None, verb: str, data: dict[str, Any]
) -> Edit:
    roster = case.roster
    if roster.state == Roster.State.PUBLISHED and any(shift.ends_at <= case.at for shift in shifts):
        raise Conflict(_("这个班次已经结束，记录不能再改。"), code="shift_over")
    refresh_filled(roster, [shift.pk for shift in shifts])
    raise_version(roster)
    if case.back:
        data["undoes"] = str(case.back.entry_id)
    entry = record(
        actor=case.actor, at=case.at, verb=verb, target=f"roster:{roster.pk}", scope=shifts[-1].unit.path, data=data
    )  # fmt: skip
    topics = [f"roster:{roster.pk}", *(f"roll:{shift.unit_id}" for shift in shifts)]
    live.beat(*topics, *(["board"] if roster.state == Roster.State.PUBLISHED else []))
    return Edit(version=roster.version, assignment=assignment, entry=entry)
