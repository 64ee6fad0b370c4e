"""Reads: what would follow if people dropped out, which absences stand, what somebody who returns may take up again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from jimu.absences.models import Absence, Absentee
from jimu.absences.naming import SEND
from jimu.calls.models import Offer
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Incident, Post
from jimu.people.leader_queries import can_be_reached
from jimu.people.models import Person, UnitLeader
from jimu.relay.handover_queries import newest_of, with_newest
from jimu.relay.models import Handover, HandoverItem
from jimu.roster.models import Assignment, Roster, Shift
from jimu.teams.models import Membership, Seat

VIEW = "absences.view"
CRITICAL = 1


@dataclass
class PostLoss:
    """A post with shifts that lose people: how many seats on how many shifts, and the worst of them."""

    unit: str
    title: str
    critical: bool
    seats: int
    shifts: int
    soonest: datetime
    left: int
    needed: int

    @property
    def empty(self) -> bool:
        """Whether on some shift nobody is left."""
        return self.left <= 0


@dataclass(frozen=True)
class CellLoss:
    """A cell whose leader drops out, and the deputy who stands in; None when nobody of it is left."""

    unit: str
    leader: Person
    deputy: Person | None


@dataclass(frozen=True)
class Preview:
    """All that would follow, before it does. `already` are out and stay as they are."""

    people: Sequence[Person]
    already: Sequence[Person]
    posts: Sequence[PostLoss]
    cells: Sequence[CellLoss]
    team_seats: Sequence[Membership]
    offers: int
    on_duty: int
    keys: int

    @property
    def seats(self) -> int:
        return sum(post.seats for post in self.posts)

    @property
    def critical(self) -> int:
        """Seats of critical posts."""
        return sum(post.seats for post in self.posts if post.critical)


def preview(people: Sequence[Person], at: datetime, until: datetime) -> Preview:
    """What follows if these people are out from now until then. A fixed number of queries."""
    out = set(Absentee.objects.filter(person__in=people, ended_at=None).values_list("person_id", flat=True))
    fresh = [person for person in people if person.pk not in out]
    ids = [person.pk for person in fresh]
    lost = list(seats_lost(ids, at, until))
    return Preview(
        people=fresh, already=[person for person in people if person.pk in out], posts=_posts(lost), cells=_cells(fresh),
        team_seats=list(
            Membership.objects.filter(person__in=ids, until=None, incident__state=Incident.State.ACTIVE)
            .select_related("person", "seat", "team__unit").order_by("team__unit__path", "seat__order")
        ),
        offers=Offer.objects.filter(person__in=ids, state__in=Offer.UNANSWERED, shift__starts_at__lt=until).count(),
        on_duty=sum(row.shift.starts_at <= at for row in lost), keys=keys_near(lost, fresh),
    )  # fmt: skip


def seats_lost(ids: Collection[UUID], at: datetime, until: datetime) -> "QuerySet[Assignment]":
    """Published seats of these people within the term, those under way included."""
    rows = Assignment.objects.filter(
        person__in=ids, shift__roster__state=Roster.State.PUBLISHED, shift__roster__incident__state=Incident.State.ACTIVE,
        shift__ends_at__gt=at, shift__starts_at__lt=until,
    )  # fmt: skip
    return rows.select_related("shift__post", "shift__unit").order_by("shift__starts_at", "pk")


def _posts(lost: Sequence[Assignment]) -> list[PostLoss]:
    by_shift: dict[UUID, list[Assignment]] = defaultdict(list)
    for row in lost:
        by_shift[row.shift_id].append(row)
    found: dict[UUID, PostLoss] = {}
    for rows in by_shift.values():
        shift = rows[0].shift
        left = shift.filled - sum(not row.standby for row in rows)
        one = found.get(shift.post_id)
        if one is None:
            found[shift.post_id] = PostLoss(
                shift.unit.name, shift.post.title, shift.post.priority == CRITICAL, len(rows), 1, shift.starts_at, left, shift.needed
            )
        else:
            one.seats, one.shifts, one.left = one.seats + len(rows), one.shifts + 1, min(one.left, left)
    return sorted(found.values(), key=lambda one: (not one.critical, one.soonest))


def _cells(people: Sequence[Person]) -> list[CellLoss]:
    """Cells that these people lead, with the deputy whom orders reach after them."""
    out = {person.pk for person in people}
    led = UnitLeader.objects.filter(person__in=out, role=UnitLeader.Role.LEADER, until=None, unit__retired_at=None)
    units = set(led.values_list("unit_id", flat=True))
    rows = UnitLeader.objects.filter(unit__in=units, until=None).select_related("person", "unit").order_by("unit__path", "since", "pk")
    by_unit: dict[UUID, list[UnitLeader]] = defaultdict(list)
    for row in rows:
        by_unit[row.unit_id].append(row)
    found = []
    for held in by_unit.values():
        leader = next(row for row in held if row.role == UnitLeader.Role.LEADER)
        deputies = (row.person for row in held if row.role == UnitLeader.Role.DEPUTY)
        deputy = next((one for one in deputies if one.pk not in out and can_be_reached(one)), None)
        found.append(CellLoss(leader.unit.name, leader.person, deputy))
    return found


@dataclass(frozen=True)
class Held:
    """A key or card that somebody accepted last and has not handed on, and who can take it over: the deputy of the place."""

    unit: str
    post: str
    text: str
    amount: str
    holder: str
    deputy: Person | None


def keys_held(units: Collection[UUID], people: Sequence[Person]) -> list[Held]:
    """Keys and cards of some places that one of these people holds by the newest handovers. Four queries.

    Handovers know who accepted them by name.
    """
    names = {person.name for person in people}
    newest = newest_of(Handover.objects.filter(unit__in=units, incident__state=Incident.State.ACTIVE))
    mine = {one.pk: one for one in newest if one.accepted_by in names}
    items = with_newest(HandoverItem.objects.filter(handover__in=list(mine), kind=HandoverItem.Kind.KEY))
    out = {person.pk for person in people}
    deputies: dict[UUID, Person] = {}
    held_by = UnitLeader.objects.filter(unit__in={one.unit_id for one in mine.values()}, until=None).select_related("person")
    for row in held_by.order_by("role", "since", "pk"):
        if row.person_id not in out and can_be_reached(row.person):
            deputies.setdefault(row.unit_id, row.person)
    return [
        Held(
            mine[item.handover_id].unit.name, str(mine[item.handover_id]), item.text, item.amount, mine[item.handover_id].accepted_by,
            deputies.get(mine[item.handover_id].unit_id),
        )
        for item in items if item.newest != "done"  # type: ignore[attr-defined]
    ]  # fmt: skip


def keys_near(lost: Sequence[Assignment], people: Sequence[Person]) -> int:
    """How many keys and cards these people hold at the places where they serve."""
    return len(keys_held({row.shift.unit_id for row in lost}, people))


def keys_of(absence: Absence) -> list[Held]:
    """What those who are still out hold, wherever they served or lead; for whoever takes over."""
    out = [row.person for row in absence.people.all() if row.ended_at is None]
    given = {UUID(post) for row in absence.people.all() if row.ended_at is None for post, _day in row.shifts}
    units = set(Post.objects.filter(pk__in=given).values_list("unit_id", flat=True))
    units |= set(UnitLeader.objects.filter(person__in=[person.pk for person in out], until=None).values_list("unit_id", flat=True))
    return keys_held(units, out) if out else []


def deputies_of(people: Sequence[Person]) -> list[CellLoss]:
    """The cells of `preview`, for who writes to the deputies."""
    return _cells(people)


def absences_for(actor: Actor, right: str = VIEW) -> "QuerySet[Absence]":
    """Absences of the actor's part, those that still hold somebody first."""
    people = Prefetch("people", Absentee.objects.select_related("person").order_by("person__sort_name"))
    rows = Absence.objects.filter(visible(actor, right, "unit__path")).select_related("unit").prefetch_related(people)
    return rows.annotate(out=Count("people", filter=Q(people__ended_at=None)))


def absence_for(actor: Actor, absence_id: UUID, right: str = VIEW) -> Absence:
    """One of them. Raises NotFound, NotPermitted."""
    actor.require(right)
    found = absences_for(actor, right).filter(pk=absence_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Former:
    """Somebody of an absence: the shifts they gave up that are still to come and stand open, and their open team seats."""

    row: Absentee
    shifts: Sequence[Shift]
    seats: Sequence[Seat]


def former(absence: Absence, at: datetime) -> list[Former]:
    """Everybody of an absence with what nobody has taken since. Three queries."""
    rows = list(absence.people.all())
    cells = {(UUID(post), date.fromisoformat(day)) for row in rows for post, day in row.shifts}
    found: dict[tuple[UUID, date], Shift] = {}
    if cells:
        for shift in open_cells(cells, at):
            found[shift.post_id, shift.day] = shift
    seats = Seat.objects.filter(pk__in=[pk for row in rows for pk in row.seats]).exclude(memberships__until=None, memberships__isnull=False)
    free = {str(seat.pk): seat for seat in seats.exclude(team__state="dissolved").select_related("team__unit")}
    return [
        Former(
            row, [found[key] for post, day in row.shifts if (key := (UUID(post), date.fromisoformat(day))) in found],
            [free[pk] for pk in row.seats if pk in free],
        )
        for row in rows
    ]  # fmt: skip


def open_cells(cells: Collection[tuple[UUID, date]], at: datetime) -> list[Shift]:
    """The shifts in force of some posts and days that have not begun and lack somebody."""
    posts, days = {post for post, _day in cells}, {day for _post, day in cells}
    rows = Shift.objects.filter(
        post__in=posts, day__in=days, starts_at__gt=at, roster__state=Roster.State.PUBLISHED, roster__incident__state=Incident.State.ACTIVE
    ).select_related("post", "unit")
    return [shift for shift in rows.order_by("starts_at") if shift.filled < shift.needed and (shift.post_id, shift.day) in cells]


def may_send(actor: Actor, absence: Absence) -> bool:
    """Whether the actor may call people of an absence back."""
    return actor.may(SEND, absence.unit.path)
