"""A neighborhood's week as it hangs on a wall: posts by day, with names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Post
from jimu.roster.models import Assignment, Roster, Shift


@dataclass(frozen=True)
class Slot:
    """One post on one day: names by seat, and how many seats stand open."""

    names: Sequence[str]
    open: int


@dataclass(frozen=True)
class PaperRow:
    """A post in one shift of the day; None where the post has no shift."""

    post: Post
    slots: Sequence[Slot | None]


def week_sheet(actor: Actor, roster: Roster, unit_id: UUID, days: Sequence[date]) -> list[PaperRow]:
    """Posts by time, each with its names for every day. Two queries."""
    span = {"day__gte": days[0], "day__lte": days[-1]}
    shifts = list(
        Shift.objects.filter(
            visible(actor, "roster.view", "unit__path"), roster=roster, unit=unit_id, **span
        ).select_related("post")
    )
    names: dict[UUID, list[str]] = {}
    rows = Assignment.objects.filter(shift__in=[shift.pk for shift in shifts]).order_by("seat")
    for shift_id, name in rows.values_list("shift_id", "person__name"):
        names.setdefault(shift_id, []).append(name)
    cells = {
        (s.post_id, s.day): Slot(names.get(s.pk, []), max(0, s.needed - len(names.get(s.pk, []))))
        for s in shifts
    }
    posts = sorted(
        {s.post_id: s.post for s in shifts}.values(), key=lambda p: (p.start_minute, p.priority, p.title)
    )
    return [PaperRow(post, [cells.get((post.pk, day)) for day in days]) for post in posts]
