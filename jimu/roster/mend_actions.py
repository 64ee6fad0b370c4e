"""Writes of a repair: everything in one step, told to whom it concerns, and taken back in one step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import clock, live
from jimu.core.errors import Conflict
from jimu.core.events import announce
from jimu.core.journal import record
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.roster import mending, words
from jimu.roster.errors import Stale
from jimu.roster.events import LEFT, SeatOpened
from jimu.roster.hand_actions import Edit
from jimu.roster.lifting import Back, kept
from jimu.roster.mending import Place, Proposal
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.roster.queries import roster_for
from jimu.roster.standby import read
from jimu.roster.writing import free_seat, lock_roster, raise_version, refresh_filled

SALT = "mending"
VERB, UNDONE = "roster.mended", "roster.mend_undone"
# What somebody looked at longer ago than this is looked at again.
GOOD_FOR = timedelta(minutes=10)
SOON, NAMED = timedelta(hours=24), 6


def token_of(proposal: Proposal) -> str:
    """What a page keeps of the proposal it showed, so that just this is done."""
    told = {"roster": str(proposal.roster.pk), "version": proposal.roster.version, "at": proposal.at.isoformat(), "changes": proposal.digest}
    return signing.dumps(told, salt=SALT)


def mend(*, actor: Actor, at: datetime, roster_id: UUID, token: str) -> Edit:
    """Do what a proposal said, if it still holds. Raises Stale when the roster, the people or the time went on, NotPermitted, Conflict."""
    seen = _read(token, roster_id)
    roster = roster_for(actor, roster_id, "roster.edit")
    if roster.version != seen["version"]:
        raise Stale(version=roster.version)
    proposal = mending.propose(actor, roster, datetime.fromisoformat(seen["at"]))
    if proposal.digest != seen["changes"] or any(place.shift.starts_at <= at for place in _places(proposal)):
        raise Stale(version=roster.version)
    for path in {place.shift.unit.path for place in _places(proposal)}:
        actor.require("roster.edit", path)
    with transaction.atomic():
        locked = lock_roster(roster_id)
        if locked.version != seen["version"]:
            raise Stale(version=locked.version)
        return _write(actor, at, locked, proposal)


def _read(token: str, roster_id: UUID) -> Mapping[str, Any]:
    try:
        seen: Mapping[str, Any] = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise Stale from None
    if seen["roster"] != str(roster_id):
        raise Stale
    return seen


def _places(proposal: Proposal) -> list[Place]:
    return [place for step in proposal.steps for place in (*step.left, *step.taken)]


def _write(actor: Actor, at: datetime, roster: Roster, proposal: Proposal) -> Edit:
    if not proposal.steps:
        raise Conflict(_("没有要改的。"), code="nothing_to_mend")
    out = {(*read(shift), UUID(person)) for shift, person in proposal.removed}
    rows = Assignment.objects.select_related("shift__unit").filter(
        shift__in={shift for shift, _standby, _person in out}, person__in={person for _shift, _standby, person in out}
    )
    gone = [row for row in rows if (row.shift_id, row.standby, row.person_id) in out]
    if len(gone) != len(out) or CheckIn.objects.filter(assignment__in=gone).exists():
        raise Stale(version=roster.version)
    Assignment.objects.filter(pk__in=[row.pk for row in gone]).delete()
    added = [(*read(shift), UUID(person)) for shift, person in sorted(proposal.added)]
    made = _seat(added)
    data = {
        "out": [{"shift": str(row.shift_id), "person": str(row.person_id), "seat": row.seat, **kept(row)} for row in gone],
        "in": [{"shift": str(row.shift_id), "person": str(row.person_id)} for row in made],
    }  # fmt: skip
    edit = _done(actor, at, roster, {row.shift_id for row in (*gone, *made)}, VERB, data)
    if roster.state == Roster.State.PUBLISHED:
        _announce(gone, made, actor, at)
        _tell(proposal, edit.entry, actor, at)
    return edit


def _seat(pairs: Sequence[tuple[UUID, bool, UUID]], as_before: Mapping[tuple[UUID, UUID], Mapping[str, Any]] | None = None) -> list[Assignment]:
    """Put people on free seats of shifts, as the engine would, or as they sat before."""
    taken: dict[UUID, set[int]] = {}
    for shift_id, seat in Assignment.objects.filter(shift__in={shift for shift, _standby, _person in pairs}).values_list("shift_id", "seat"):
        taken.setdefault(shift_id, set()).add(seat)
    made = []
    for shift_id, standby, person_id in pairs:
        here = taken.setdefault(shift_id, set())
        seat = free_seat(here)
        here.add(seat)
        more = (as_before or {}).get((shift_id, person_id), {})
        made.append(Assignment(shift_id=shift_id, person_id=person_id, seat=seat, standby=standby, **more))
    return Assignment.objects.bulk_create(made)


def _done(actor: Actor, at: datetime, roster: Roster, shift_ids: set[UUID], verb: str, data: dict[str, Any]) -> Edit:
    refresh_filled(roster, sorted(shift_ids))
    raise_version(roster)
    data["version"] = roster.version
    units = dict(Shift.objects.filter(pk__in=shift_ids).values_list("unit_id", "unit__path"))
    scope = next(iter(units.values())) if len(units) == 1 else roster.scope
    entry = record(actor=actor, at=at, verb=verb, target=f"roster:{roster.pk}", scope=scope, data=data)
    live.beat(f"roster:{roster.pk}", *(f"roll:{unit}" for unit in units), *(["board"] if roster.state == Roster.State.PUBLISHED else []))
    return Edit(version=roster.version, assignment=None, entry=entry)


def _announce(gone: Sequence[Assignment], made: Sequence[Assignment], actor: Actor, at: datetime) -> None:
    """Say which seats came free and were not filled again: substitutes are sought for them."""
    refilled = Counter(row.shift_id for row in made if not row.standby)
    for row in gone:
        if row.standby:
            continue
        if refilled[row.shift_id]:
            refilled[row.shift_id] -= 1
        else:
            announce(SeatOpened(row.shift_id, row.person_id, LEFT, at, actor.name))


def _tell(proposal: Proposal, entry: JournalEntry, actor: Actor, at: datetime) -> None:
    today, letters = clock.today(), []
    for step in proposal.steps:
        new, old = (said(places, today) for places in (step.taken, step.left))
        if new and old:
            text = _("排班有调整：您原来的班（%(old)s）不用去了，请改为：%(new)s。来不了请尽快说。") % {"old": old, "new": new}
        elif new:
            text = _("排班有调整，请您来：%(new)s。来不了请尽快说。") % {"new": new}
        else:
            text = _("排班有调整：%(old)s 您不用来了。谢谢！") % {"old": old}
        unit_id = (*step.taken, *step.left)[0].shift.unit_id
        urgency = Urgency.URGENT if step.starts_at - at < SOON else Urgency.ROUTINE
        letters.append(Letter(key=f"mended:{entry.pk}:{step.person_id}", unit_id=unit_id, person_id=step.person_id, text=text, urgency=urgency))
    enqueue(actor=actor, at=at, letters=letters, subject=f"mend:{entry.pk}")


def said(places: Sequence[Place], today: date) -> str:
    """Seats in words, the first few by name."""
    told = [_place_words(place, today) for place in places[:NAMED]]
    more = len(places) - len(told)
    return _("；").join(told) + (_(" 等 %(n)d 班") % {"n": len(places)} if more > 0 else "")


def _place_words(place: Place, today: date) -> str:
    shift = place.shift
    when = words.duty_time(shift.starts_at, shift.ends_at, today)
    said = f"{when} {shift.unit.name} {shift.post.title}"
    return _("%(seat)s（待命）") % {"seat": said} if place.standby else said


def take_back(actor: Actor, at: datetime, roster_id: UUID, data: Mapping[str, Any], back: Back) -> Edit:
    """Everybody sits as before the repair. Raises Conflict when anything was changed since."""
    with transaction.atomic():
        roster = lock_roster(roster_id)
        mending.require_alive(roster)
        if roster.version != data["version"]:
            raise Conflict(_("之后又有了别的改动，不能直接撤销。请手动调整。"), code="moved_on")
        made = _rows(data["in"])
        touched = {row.shift_id for row in made} | {UUID(one["shift"]) for one in data["out"]}
        shifts = list(Shift.objects.select_related("unit").filter(pk__in=touched))
        for path in {shift.unit.path for shift in shifts}:
            actor.require("roster.edit", path)
        if any(shift.starts_at <= at for shift in shifts) or CheckIn.objects.filter(assignment__in=made).exists():
            raise Conflict(_("有的班次已经开始或签到，不能直接撤销。请手动调整。"), code="moved_on")
        Assignment.objects.filter(pk__in=[row.pk for row in made]).delete()
        again = _seat(
            [(UUID(one["shift"]), one["standby"], UUID(one["person"])) for one in data["out"]],
            {(UUID(one["shift"]), UUID(one["person"])): {key: one[key] for key in ("origin", "pinned", "override")} for one in data["out"]},
        )  # fmt: skip
        edit = _done(actor, at, roster, touched, UNDONE, {"undoes": str(back.entry_id)})
        if roster.state == Roster.State.PUBLISHED:
            _announce(made, again, actor, at)
            _tell_back([*made, *again], edit.entry, actor, at)
        return edit


def _rows(pairs: Sequence[Mapping[str, str]]) -> list[Assignment]:
    wanted = {(UUID(one["shift"]), UUID(one["person"])) for one in pairs}
    rows = Assignment.objects.filter(shift__in={shift for shift, _person in wanted}, person__in={person for _shift, person in wanted})
    return [row for row in rows if (row.shift_id, row.person_id) in wanted]


def _tell_back(rows: Sequence[Assignment], entry: JournalEntry, actor: Actor, at: datetime) -> None:
    text = _("刚才通知您的排班调整已经撤销，仍按原来的安排。")
    units = dict(Shift.objects.filter(pk__in={row.shift_id for row in rows}).values_list("pk", "unit_id"))
    letters = {
        row.person_id: Letter(
            key=f"mended:{entry.pk}:{row.person_id}", unit_id=units[row.shift_id], person_id=row.person_id, text=text, urgency=Urgency.URGENT
        )
        for row in rows
    }
    enqueue(actor=actor, at=at, letters=list(letters.values()), subject=f"mend:{entry.pk}")
