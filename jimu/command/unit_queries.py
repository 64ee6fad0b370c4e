"""Reads of one neighborhood's drawer: its posts now and next, who stands at them, what is open and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from jimu.command import rules
from jimu.command.figures import LONGEST_SHIFT
from jimu.command.queries import RIGHT, leaders_of, reason_of
from jimu.command.rules import Seats
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.people.models import UnitLeader
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

COMING = LONGEST_SHIFT


@dataclass(frozen=True)
class Stander:
    """Somebody on a post of a shift; `mark` is the newest one, empty before any."""

    name: str
    mark: str
    standby: bool = False


@dataclass
class PostNow:
    """A post in one shift, with its people."""

    shift: Shift
    people: list[Stander] = field(default_factory=list)

    @property
    def requested(self) -> bool:
        """Whether its people are asked for from another command (medics, police), not assigned."""
        return self.shift.post.requested_only

    @property
    def seats(self) -> Seats:
        marks = [person.mark for person in self.people if not person.standby]
        seats = Seats(
            needed=self.shift.needed,
            filled=self.shift.filled,
            arrived=marks.count(CheckIn.Mark.ARRIVED),
            absent=marks.count(CheckIn.Mark.ABSENT),
        )
        return seats._replace(critical=seats.open) if self.shift.post.priority == 1 else seats

    @property
    def reason(self) -> str:
        return reason_of(self.shift)


@dataclass(frozen=True)
class Drawer:
    """One neighborhood: posts that are on, posts of the shift that begins next, and who leads it."""

    unit: Unit
    at: datetime
    leaders: Sequence[UnitLeader]
    on_now: Sequence[PostNow]
    coming: Sequence[PostNow]

    @property
    def seats(self) -> Seats:
        return rules.total(post.seats for post in self.on_now if not post.requested)

    @property
    def status(self) -> rules.Status:
        return rules.status_of(self.seats)


def drawer(actor: Actor, unit_id: UUID, at: datetime) -> Drawer:
    """What stands in one neighborhood. Raises NotFound outside the actor's part."""
    unit = Unit.objects.filter(visible(actor, RIGHT), pk=unit_id, kind=Unit.Kind.NEIGHBORHOOD).first()
    if unit is None:
        raise NotFound
    shifts = list(_shifts(unit, at))
    starts = [shift.starts_at for shift in shifts if shift.starts_at > at]
    shown = [shift for shift in shifts if shift.starts_at <= at or shift.starts_at == min(starts)]
    posts = {shift.pk: PostNow(shift) for shift in shown}
    for shift_id, name, mark, standby in _people(shown, at):
        shown_name = _("%(name)s（待命）") % {"name": name} if standby else name
        posts[shift_id].people.append(Stander(shown_name, mark or "", standby))
    return Drawer(
        unit=unit,
        at=at,
        leaders=leaders_of([unit]),
        on_now=[post for post in posts.values() if post.shift.starts_at <= at],
        coming=[post for post in posts.values() if post.shift.starts_at > at],
    )


def _shifts(unit: Unit, at: datetime) -> "Sequence[Shift]":
    found = Shift.objects.filter(
        unit=unit,
        roster__state=Roster.State.PUBLISHED,
        roster__incident__state=Incident.State.ACTIVE,
        starts_at__gt=at - LONGEST_SHIFT,
        starts_at__lte=at + COMING,
        ends_at__gt=at,
    )
    return list(found.select_related("post").order_by("starts_at", "post__priority", "post__title"))


def _people(shifts: Sequence[Shift], at: datetime) -> "Sequence[tuple[UUID, str, str | None, bool]]":
    newest = CheckIn.objects.filter(assignment=OuterRef("pk"), at__lte=at).order_by("-at", "-id").values("mark")[:1]
    rows = Assignment.objects.filter(shift__in=[shift.pk for shift in shifts]).annotate(newest=Subquery(newest))
    return list(rows.order_by("standby", "seat").values_list("shift_id", "person__name", "newest", "standby"))
