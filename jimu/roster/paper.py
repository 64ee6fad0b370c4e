"""Neighborhoods' weeks as they hang on a wall: posts by day with names, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Post
from jimu.people.models import UnitLeader
from jimu.roster import first_shift
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


@dataclass(frozen=True)
class Contact:
    """Whom to call: what they are, their name, and their phone with its middle hidden."""

    title: str
    name: str
    phone: str


@dataclass(frozen=True)
class Sheet:
    """One neighborhood's week."""

    unit: Unit
    rows: Sequence[PaperRow]
    contacts: Sequence[Contact]


def week_sheets(
    actor: Actor, roster: Roster, days: Sequence[date], unit_id: UUID | None = None
) -> list[Sheet]:
    """The weeks of all neighborhoods on the actor's part, or of one, in the order of the grid. Six queries."""
    shifts = Shift.objects.filter(
        visible(actor, "roster.view", "unit__path"), roster=roster, day__gte=days[0], day__lte=days[-1]
    )
    if unit_id:
        shifts = shifts.filter(unit=unit_id)
    found = list(shifts.select_related("post", "unit").order_by("unit__path"))
    names: dict[UUID, list[str]] = {}
    rows = list(Assignment.objects.filter(shift__in=shifts.values("pk")).select_related("person").order_by("standby", "seat"))
    first = _first_shifts(found, rows)
    for row in rows:
        names.setdefault(row.shift_id, []).append(_named(row, first=(row.shift_id, row.person_id) in first))
    by_unit: dict[UUID, list[Shift]] = {}
    for shift in found:
        by_unit.setdefault(shift.unit_id, []).append(shift)
    contacts = _contacts(list(by_unit))
    return [
        Sheet(mine[0].unit, _rows(mine, names, days), contacts.get(pk, [])) for pk, mine in by_unit.items()
    ]


def _rows(shifts: Sequence[Shift], names: dict[UUID, list[str]], days: Sequence[date]) -> list[PaperRow]:
    cells = {
        (s.post_id, s.day): Slot(names.get(s.pk, []), max(0, s.needed - s.filled))
        for s in shifts
    }
    posts = sorted(
        {s.post_id: s.post for s in shifts}.values(), key=lambda p: (p.start_minute, p.priority, p.title)
    )
    return [PaperRow(post, [cells.get((post.pk, day)) for day in days]) for post in posts]


def _first_shifts(shifts: Sequence[Shift], rows: Sequence[Assignment]) -> set[tuple[UUID, UUID]]:
    """Whose first shift it is, beside a veteran: (shift, person). Three queries."""
    here: dict[UUID, list[UUID]] = {}
    for row in rows:
        here.setdefault(row.shift_id, []).append(row.person_id)
    manned = [shift for shift in shifts if shift.pk in here]
    found = first_shift.sides_of([(shift, here[shift.pk]) for shift in manned])
    return {(shift.pk, person) for shift, (novices, _veterans) in zip(manned, found, strict=True) for person in novices}


def _named(row: Assignment, *, first: bool) -> str:
    """A name as the wall shows it, with what others must know of it."""
    if row.standby:
        return _("%(name)s（待命）") % {"name": row.person.name}
    return _("%(name)s（首班带教）") % {"name": row.person.name} if first else row.person.name


def _contacts(units: Sequence[UUID]) -> dict[UUID, list[Contact]]:
    rows = UnitLeader.objects.filter(unit__in=units, until=None).select_related("person")
    found: dict[UUID, list[Contact]] = {}
    for row in rows.order_by("-role", "since"):
        title = row.title or str(row.get_role_display())
        found.setdefault(row.unit_id, []).append(Contact(title, row.person.name, row.person.masked_phone))
    return found
