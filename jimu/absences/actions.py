"""Writes: people drop out together, everything that follows in one transaction; they return; they take up what stands open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.absences import letters, naming, queries
from jimu.absences.models import Absence, Absentee
from jimu.calls import leaving as offers
from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.incidents import order_silence
from jimu.people import out_actions
from jimu.people.models import Person
from jimu.people.words import PAUSED
from jimu.relay import hours
from jimu.roster import attendance, hand_actions
from jimu.roster.events import DROPPED_OUT
from jimu.roster.hand_actions import Edit
from jimu.roster.models import Assignment, CheckIn
from jimu.roster.releasing import free
from jimu.teams.leaving import vacate

LOCK, TOPIC = "absences", "absences"
LONGEST = timedelta(days=60)
LONGEST_WORDS = 120


@dataclass(frozen=True)
class Term:
    """Until when, and why: a word of `Absence.Reason` with what was said beside."""

    until: datetime
    reason: str
    words: str = ""


def send_out(*, actor: Actor, at: datetime, person_ids: Collection[UUID], term: Term) -> Absence:
    """People drop out until a moment: nobody counts on them, their seats stand open, substitutes are asked, deputies told.

    Who is out already stays as they are. Raises NotFound outside the actor's part, Invalid, Conflict when all are out.
    """
    _require_sound(term, at)
    with transaction.atomic():
        locks.hold(LOCK)
        people = naming.chosen(actor, person_ids)
        seen = queries.preview(people, at, term.until)
        if not seen.people:
            raise Conflict(_("他们都已经在不在岗名单里了。"), code="all_out")
        absence = Absence.objects.create(
            unit=_unit(actor, seen.people), reason_sealed=sealed.seal(term.reason), words_sealed=sealed.seal(term.words.strip()),
            starts_at=at, ends_at=term.until, made_by=actor.name,
        )  # fmt: skip
        paused = {person.pk for person in seen.people if PAUSED in person.limits}
        out_actions.send_out(actor=actor, at=at, people=seen.people, until=term.until)
        absence.outcome = _let_go(absence, seen, paused, actor, at)
        absence.save(update_fields=["outcome"])
        letters.send(absence, seen, actor=actor, at=at)
        data = {"people": len(seen.people), "until": term.until.isoformat(), **absence.outcome}
        journal.record(actor=actor, at=at, verb="absences.sent_out", target=absence.target, scope=absence.unit.path, data=data)
        live.beat(TOPIC, "board")
    return absence


def _require_sound(term: Term, at: datetime) -> None:
    if term.reason not in Absence.Reason.values:
        raise Invalid(_("请选一个原因。"), code="unknown_reason")
    if not at < term.until <= at + LONGEST:
        raise Invalid(_("回来的日子要在今天之后、60 天之内。"), code="bad_until")
    if len(term.words) > LONGEST_WORDS:
        raise Invalid(_("说明最多 {most} 字。").format(most=LONGEST_WORDS), code="words_too_long")


def _unit(actor: Actor, people: Sequence[Person]) -> Unit:
    """The smallest part that holds those of the people who belong to one, within what the actor may see."""
    mine = [path or Unit.objects.filter(depth=1).values_list("path", flat=True).first() for path in actor.paths(naming.SEND)]
    paths = [person.unit.path for person in people if person.unit and actor.may(naming.SEND, person.unit.path)]
    shared = min(paths, key=len) if paths else min(filter(None, mine), key=len)
    while not all(path.startswith(shared) for path in paths):
        shared = shared[: -Unit.steplen]
    unit: Unit = Unit.objects.get(path=shared)
    return unit


def _let_go(absence: Absence, seen: queries.Preview, paused: Collection[UUID], actor: Actor, at: datetime) -> dict[str, int]:
    """Offers, team seats, shifts and orders of these people go on without them. What each gave up is kept for their return."""
    ids = [person.pk for person in seen.people]
    shifts: dict[UUID, list[list[str]]] = {pk: [] for pk in ids}
    for row in queries.seats_lost(ids, at, absence.ends_at):
        shifts[row.person_id].append([str(row.shift.post_id), row.shift.day.isoformat()])
    withdrawn = offers.leave(ids, at=at, until=absence.ends_at, by=actor.name)
    vacated = vacate(ids, actor=actor, at=at)
    freed = _sign_off(ids, actor, at) + free(
        Q(person__in=ids, shift__starts_at__lt=absence.ends_at), at=at, verb="roster.freed_by_absence",
        data={"absence": str(absence.pk)}, actor=actor, cause=DROPPED_OUT, begun=True,
    )  # fmt: skip
    Absentee.objects.bulk_create(
        Absentee(
            absence=absence, person_id=pk, was_paused=pk in paused, shifts=shifts[pk], seats=[str(seat) for who, seat in vacated if who == pk]
        )
        for pk in ids
    )
    passed = order_silence.leave(ids, at=at)
    return {"shifts": freed, "seats": len(vacated), "offers": withdrawn, "orders": passed}


def _sign_off(ids: Collection[UUID], actor: Actor, at: datetime) -> int:
    """Who stands at a post now leaves it: what they served is counted, and their seat is free for somebody else."""
    # Wherever they serve: the act is about the person, its right was looked at there.
    doer = replace(SYSTEM, account_id=actor.account_id, name=actor.name)
    standing = queries.seats_lost(ids, at, at).filter(check_ins__mark=CheckIn.Mark.ARRIVED).distinct()
    here = [row.pk for row in standing if _newest(row) == CheckIn.Mark.ARRIVED]
    for pk in here:
        attendance.mark(actor=doer, at=at, assignment_id=pk, mark=CheckIn.Mark.LEFT)
    hours.count_now(Assignment.objects.filter(pk__in=here), at)
    for pk in here:
        attendance.mark(actor=doer, at=at, assignment_id=pk, mark=CheckIn.Mark.ABSENT)
    return len(here)


def _newest(seat: Assignment) -> str:
    mark = seat.check_ins.order_by("-at", "-id").values_list("mark", flat=True).first()
    return mark or ""


def come_back(*, actor: Actor, at: datetime, absence_id: UUID, person_ids: Collection[UUID] = ()) -> int:
    """People of an absence return before its end, all of them when none is named; returns how many.

    They may be asked again at once. Their seats are not taken from whoever has them by now: what stands open is offered.
    """
    with transaction.atomic():
        locks.hold(LOCK)
        absence = queries.absence_for(actor, absence_id, naming.SEND)
        rows = [row for row in absence.people.all() if row.ended_at is None and (not person_ids or row.person_id in set(person_ids))]
        if not rows:
            raise Conflict(_("他们已经回来了。"), code="nobody_out")
        _end(absence, rows, Absentee.End.EARLY, "absences.came_back", actor, at)
    return len(rows)


def prolong(*, actor: Actor, at: datetime, absence_id: UUID, until: datetime) -> Absence:
    """Those of an absence who are still out stay out longer: shifts of the days more open too, and they and their deputies are told.

    Raises NotFound, Invalid for a day that is no later, Conflict when nobody of it is out.
    """
    with transaction.atomic():
        locks.hold(LOCK)
        absence = queries.absence_for(actor, absence_id, naming.SEND)
        rows = [row for row in absence.people.all() if row.ended_at is None]
        if not rows:
            raise Conflict(_("他们已经回来了。"), code="nobody_out")
        if not absence.ends_at < until <= at + LONGEST:
            raise Invalid(_("新的日子要在原来的日子之后、60 天之内。"), code="bad_until")
        people = list(Person.objects.filter(pk__in=[row.person_id for row in rows]).select_related("unit"))
        for row in rows:
            more = queries.seats_lost([row.person_id], at, until)
            row.shifts = [*row.shifts, *([str(one.shift.post_id), one.shift.day.isoformat()] for one in more)]
        Absentee.objects.bulk_update(rows, ["shifts"])
        before, absence.ends_at = absence.ends_at, until
        absence.save(update_fields=["ends_at"])
        out_actions.send_out(actor=actor, at=at, people=people, until=until)
        ids = [person.pk for person in people]
        offers.leave(ids, at=at, until=until, by=actor.name)
        freed = free(
            Q(person__in=ids, shift__starts_at__lt=until), at=at, verb="roster.freed_by_absence",
            data={"absence": str(absence.pk)}, actor=actor, cause=DROPPED_OUT,
        )  # fmt: skip
        absence.outcome = {**absence.outcome, "shifts": absence.outcome.get("shifts", 0) + freed}
        absence.save(update_fields=["outcome"])
        letters.prolonged(absence, people, queries.deputies_of(people), actor=actor, at=at)
        data = {"people": len(people), "from": before.isoformat(), "until": until.isoformat(), "shifts": freed}
        journal.record(actor=actor, at=at, verb="absences.prolonged", target=absence.target, scope=absence.unit.path, data=data)
        live.beat(TOPIC, "board")
    return absence


def settle(at: datetime) -> int:
    """Whose term is over returns; returns how many. Safe to run twice."""
    with transaction.atomic():
        locks.hold(LOCK)
        due = Absence.objects.filter(ends_at__lte=at, people__ended_at=None).select_related("unit").distinct()
        count = 0
        for absence in due:
            rows = list(absence.people.filter(ended_at=None).select_related("person"))
            _end(absence, rows, Absentee.End.OVER, "absences.over", SYSTEM, at)
            count += len(rows)
    return count


def _end(absence: Absence, rows: Sequence[Absentee], end: str, verb: str, actor: Actor, at: datetime) -> None:
    people = list(Person.objects.filter(pk__in=[row.person_id for row in rows]).select_related("unit"))
    out_actions.take_back(actor=actor, at=at, people=people, paused={row.person_id for row in rows if row.was_paused})
    Absentee.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at, ended_by=actor.name, end=end)
    fresh = Absence.objects.prefetch_related("people__person").get(pk=absence.pk)
    back = {row.pk for row in rows}
    letters.welcome(absence, [one for one in queries.former(fresh, at) if one.row.pk in back], actor=actor, at=at)
    journal.record(actor=actor, at=at, verb=verb, target=absence.target, scope=absence.unit.path, data={"people": len(rows)})
    live.beat(TOPIC, "board")


def serve_again(*, actor: Actor, at: datetime, absence_id: UUID, absentee_id: UUID, shift_id: UUID) -> Edit:
    """Somebody who is back takes a shift that they had given up, if it still stands open; judged as every edit is.

    Raises NotFound, Conflict while they are out, SeatTaken, BreaksRules.
    """
    with transaction.atomic():
        absence = queries.absence_for(actor, absence_id, naming.SEND)
        row = next((one for one in absence.people.all() if one.pk == absentee_id), None)
        if row is None:
            raise NotFound
        if row.ended_at is None:
            raise Conflict(_("还没有登记回来。"), code="still_out")
        cells = {(UUID(post), date.fromisoformat(day)) for post, day in row.shifts}
        shift = next((one for one in queries.open_cells(cells, at) if one.pk == shift_id), None)
        if shift is None:
            raise Conflict(_("这个班已经有人了，或已经开始。"), code="shift_gone")
        done = hand_actions.assign(actor=actor, at=at, roster_id=shift.roster_id, shift_id=shift.pk, person_id=row.person_id)
        data: Mapping[str, str] = {"person": str(row.person_id), "shift": str(shift.pk)}
        journal.record(actor=actor, at=at, verb="absences.served_again", target=absence.target, scope=shift.unit.path, data=data)
        live.beat(TOPIC)
    return done
