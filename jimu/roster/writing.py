"""What every write on a roster shares: the lock, the version, seat numbers, the count of taken seats."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from jimu.core import locks
from jimu.core.errors import NotFound
from jimu.roster.models import Assignment, CheckIn, Roster, Shift


def lock_roster(roster_id: UUID) -> Roster:
    """The roster, held until the transaction ends. Raises NotFound."""
    locks.hold(f"roster:{roster_id}")
    roster = (
        Roster.objects.select_for_update(of=("self",)).select_related("incident").filter(pk=roster_id).first()
    )
    if roster is None:
        raise NotFound(_("没有找到这份排班，它可能已被删除。"))
    return roster


def raise_version(roster: Roster) -> None:
    """Count one more change of a locked roster."""
    Roster.objects.filter(pk=roster.pk).update(version=F("version") + 1)
    roster.version += 1


def free_seat(taken: set[int]) -> int:
    """The lowest seat number that is not taken."""
    return next(n for n in range(len(taken) + 1) if n not in taken)


def refresh_filled(roster: Roster, shift_ids: Sequence[UUID] | None = None) -> None:
    """Count the taken seats of shifts again, without those who stand by, in one statement."""
    shifts = Shift.objects.filter(roster=roster)
    if shift_ids is not None:
        shifts = shifts.filter(pk__in=shift_ids)
    counted = (
        Assignment.objects.filter(shift=OuterRef("pk"), standby=False)
        .order_by()
        .values("shift")
        .annotate(n=Count("pk"))
        .values("n")
    )
    shifts.update(filled=Coalesce(Subquery(counted), 0))


def known_missing(rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    """Those of these seats whose newest mark says that the person did not come."""
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    return rows.filter(check_ins__mark=CheckIn.Mark.ABSENT).annotate(newest=Subquery(newest)).filter(newest=CheckIn.Mark.ABSENT).distinct()


def missing_people(shift_ids: Sequence[UUID]) -> set[UUID]:
    """Who has a seat of these shifts and is known not to have come; who only stood by left no seat empty. One query."""
    return set(known_missing(Assignment.objects.filter(shift__in=shift_ids, standby=False)).values_list("person_id", flat=True))
