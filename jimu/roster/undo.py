"""Taking back an edit by hand: each kind of edit with its way back, judged like any edit."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor
from jimu.roster import hand_actions, mend_actions
from jimu.roster.hand_actions import Edit
from jimu.roster.lifting import Back
from jimu.roster.models import Assignment
from jimu.roster.writing import lock_roster

Way = Callable[[Actor, datetime, UUID, Mapping[str, Any], Back], Edit]


def undo(*, actor: Actor, at: datetime, roster_id: UUID, entry_id: UUID) -> Edit:
    """Take back one edit by hand of the actor, when nothing has moved on since.

    Who was on a seat sits there as before: by the engine or by hand, with the leave given then. Raises NotFound for
    somebody else's or an unknown edit, Conflict when done already, BreaksRules when the rules forbid the way back.
    """
    entry = JournalEntry.objects.filter(
        pk=entry_id, target=f"roster:{roster_id}", account_id=actor.account_id, verb__in=WAYS_BACK
    ).first()
    if entry is None:
        raise NotFound(_("没有找到可以撤销的操作。"))
    with transaction.atomic():
        lock_roster(roster_id)
        if JournalEntry.objects.filter(target=f"roster:{roster_id}", data__undoes=str(entry.pk)).exists():
            raise Conflict(_("这一步已经撤销过了。"), code="already_undone")
        return WAYS_BACK[entry.verb](actor, at, roster_id, entry.data, _back(entry))


def _back(entry: JournalEntry) -> Back:
    kept = {entry.data["person"]: entry.data.get("kept", {})} if "person" in entry.data else {}
    if "other" in entry.data:
        kept[entry.data["other"]] = entry.data.get("other_kept", {})
    return Back(entry.pk, kept)


def _assigned(actor: Actor, at: datetime, roster_id: UUID, data: Mapping[str, Any], back: Back) -> Edit:
    seat = _seat_of(data["shift"], data["person"])
    return hand_actions.unassign(actor=actor, at=at, roster_id=roster_id, assignment_id=seat.pk, back=back)


def _released(actor: Actor, at: datetime, roster_id: UUID, data: Mapping[str, Any], back: Back) -> Edit:
    return hand_actions.assign(
        actor=actor, at=at, roster_id=roster_id, shift_id=UUID(data["shift"]), person_id=UUID(data["person"]), back=back
    )  # fmt: skip


def _moved(actor: Actor, at: datetime, roster_id: UUID, data: Mapping[str, Any], back: Back) -> Edit:
    seat = _seat_of(data["shift"], data["person"])
    return hand_actions.move(
        actor=actor, at=at, roster_id=roster_id, assignment_id=seat.pk, to_shift_id=UUID(data["from"]), back=back
    )  # fmt: skip


def _swapped(actor: Actor, at: datetime, roster_id: UUID, data: Mapping[str, Any], back: Back) -> Edit:
    one, two = _seat_of(data["shift"], data["person"]), _seat_of(data["from"], data["other"])
    return hand_actions.swap(
        actor=actor, at=at, roster_id=roster_id, assignment_id=one.pk, with_assignment_id=two.pk, back=back
    )  # fmt: skip


WAYS_BACK: Mapping[str, Way] = {
    "roster.assigned": _assigned,
    "roster.released": _released,
    "roster.moved": _moved,
    "roster.swapped": _swapped,
    mend_actions.VERB: mend_actions.take_back,
}


def _seat_of(shift_id: str, person_id: str) -> Assignment:
    seat = Assignment.objects.filter(shift=UUID(shift_id), person=UUID(person_id)).first()
    if seat is None:
        raise Conflict(_("之后又有了别的改动，不能直接撤销。请手动调整。"), code="moved_on")
    return seat
