"""Marks of who stood at their post: appended, the newest counts."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.events import announce
from jimu.core.journal import record
from jimu.core.permissions import Actor, reached
from jimu.roster import standby
from jimu.roster.events import NO_SHOW, SeatOpened
from jimu.roster.models import Assignment, CheckIn, Roster

EARLY = timedelta(hours=2)
LATE = timedelta(hours=12)


def mark(
    *, actor: Actor, at: datetime, assignment_id: UUID, mark: str, how: str = CheckIn.How.ROLL, why: str = ""
) -> CheckIn:
    """Record that somebody arrived, left or did not come, and how that is known. The same mark again changes nothing.

    Raises NotFound outside the actor's part, Conflict for a roster that is not in force, Invalid for an
    unknown mark or a time far from the shift.
    """
    if mark not in CheckIn.Mark.values:
        raise Invalid(_("没有这种签到状态。"), code="unknown_mark")
    with transaction.atomic():
        if mark == CheckIn.Mark.ABSENT:
            # Whoever stands by may step in below: the roster is held before the seat, as every edit does.
            locks.hold(*(f"roster:{pk}" for pk in Assignment.objects.filter(pk=assignment_id).values_list("shift__roster", flat=True)))
        assignment = (
            Assignment.objects.select_for_update(of=("self",))
            .select_related("shift__unit", "shift__post", "shift__roster")
            .filter(reached(actor, "attendance.mark", "shift__unit__path"), pk=assignment_id)
            .first()
        )
        if assignment is None:
            raise NotFound
        shift = assignment.shift
        if shift.roster.state != Roster.State.PUBLISHED:
            raise Conflict(_("只有已发布的排班才能签到。请先发布，或打开最新的排班。"), code="not_published")
        if not shift.starts_at - EARLY <= at <= shift.ends_at + LATE:
            raise Invalid(_("现在离这个班次太远，不能签到。班前两小时起可以签到。"), code="not_now")
        newest = CheckIn.objects.filter(assignment=assignment).order_by("-at", "-id").first()
        if newest is not None and newest.mark == mark:
            return newest
        made = CheckIn.objects.create(assignment=assignment, mark=mark, how=how, why_sealed=sealed.seal(why), at=at, marked_by=actor.name)
        record(
            actor=actor, at=at, verb=f"attendance.{mark}", target=f"assignment:{assignment.pk}", scope=shift.unit.path,
            data={"mark": mark, "how": how, "shift": str(shift.pk)},
        )  # fmt: skip
        if mark == CheckIn.Mark.ABSENT and not assignment.standby:
            standby.step_in(roster=shift.roster, shift=shift, at=at, actor=actor)
            announce(SeatOpened(shift.pk, assignment.person_id, NO_SHOW, at, actor.name))
        live.beat(f"roster:{shift.roster_id}", f"roll:{shift.unit_id}", "board")
    return made


def carry_marks(*, before: Roster, after: Roster, at: datetime) -> int:
    """Marks of shifts that are on move along when a newer roster keeps the same people there; returns how many."""
    on_now = {"shift__starts_at__lte": at + EARLY, "shift__ends_at__gt": at}
    kept = {
        (post_id, day, person_id): pk
        for pk, post_id, day, person_id in Assignment.objects.filter(
            shift__roster=after, **on_now
        ).values_list("pk", "shift__post_id", "shift__day", "person_id")
    }
    rows = CheckIn.objects.filter(
        assignment__shift__roster=before,
        assignment__shift__starts_at__lte=at + EARLY,
        assignment__shift__ends_at__gt=at,
    ).select_related("assignment__shift")
    carried = []
    for row in rows:
        seat = row.assignment
        new = kept.get((seat.shift.post_id, seat.shift.day, seat.person_id))
        if new:
            carried.append(_copied(row, new))
    CheckIn.objects.bulk_create(carried, batch_size=500)
    return len(carried)


def _copied(row: CheckIn, assignment_id: UUID) -> CheckIn:
    return CheckIn(
        assignment_id=assignment_id, mark=row.mark, how=row.how, why_sealed=row.why_sealed, at=row.at, marked_by=row.marked_by
    )
