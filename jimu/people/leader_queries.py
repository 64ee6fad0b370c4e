"""Reads of who leads what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor, under
from jimu.grid.models import Unit
from jimu.people.models import Affiliation, Kind, Person, UnitLeader
from jimu.people.queries import Search, in_part, people_for
from jimu.people.rules import contact_in
from jimu.people.words import PAUSED

LEADER, DEPUTY = UnitLeader.Role.LEADER, UnitLeader.Role.DEPUTY
CANDIDATES = 8


@dataclass(frozen=True)
class Leadership:
    """Who leads a unit now and who stands in."""

    leader: UnitLeader | None
    deputies: Sequence[UnitLeader]


def leadership(unit: Unit) -> Leadership:
    """Leaders and deputies of a unit, as of now."""
    rows = list(_current().filter(unit=unit))
    return Leadership(next((r for r in rows if r.role == LEADER), None), [r for r in rows if r.role == DEPUTY])


def _current() -> "QuerySet[UnitLeader]":
    return UnitLeader.objects.filter(until=None).select_related("person").order_by("since", "pk")


def can_be_reached(person: Person) -> bool:
    """Whether an order would reach somebody: they take part, and there is a number to call."""
    return person.active and PAUSED not in person.limits and bool(person.phone_index)


def missing_words(unit: Unit) -> str:
    """That nobody leads a unit, in the words of its level."""
    words = {Unit.Kind.BUILDING: _("没有楼组长"), Unit.Kind.BLOCK: _("没有块长")}
    return words.get(Unit.Kind(unit.kind), _("没有负责人"))


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """Who leads each unit; that nobody does, or that whoever does cannot be reached, is an alarm."""
    held: dict[UUID, list[UnitLeader]] = defaultdict(list)
    for row in _current().filter(unit__in=[unit.pk for unit in units]):
        held[row.unit_id].append(row)
    return {unit.pk: _marks_of(unit, held[unit.pk]) for unit in units}


def _marks_of(unit: Unit, rows: Sequence[UnitLeader]) -> list[UnitMark]:
    leader = next((row for row in rows if row.role == LEADER), None)
    deputies = [row for row in rows if row.role == DEPUTY]
    if leader is None:
        return [UnitMark("leader", missing_words(unit), "bad")]
    said = [UnitMark("leader", " ".join(filter(None, [leader.person.name, leader.title])))]
    if not can_be_reached(leader.person) and not any(can_be_reached(row.person) for row in deputies):
        said.append(UnitMark("unreachable", _("负责人联系不上"), "bad"))
    elif PAUSED in leader.person.limits:
        deputy = next(row.person.name for row in deputies if can_be_reached(row.person))
        said.append(UnitMark("stands_in", _("{name}代行").format(name=deputy), "warn"))
    elif not deputies and unit.kind != Unit.Kind.BUILDING:
        said.append(UnitMark("deputy", _("没有副手"), "warn"))
    return said


def led_by(person: Person) -> list[UnitLeader]:
    """What somebody leads or led, what they lead now first."""
    rows = UnitLeader.objects.filter(person=person).select_related("unit")
    return sorted(rows, key=lambda row: (row.until is not None, row.unit.path, -row.pk))


def without_leader(kinds: Sequence[str]) -> "QuerySet[Unit]":
    """Units in use of these kinds that nobody leads."""
    led = UnitLeader.objects.filter(until=None, role=LEADER).values("unit_id")
    units: QuerySet[Unit] = Unit.objects.filter(kind__in=kinds, retired_at=None).exclude(pk__in=led)
    return units.order_by("path")


def current_leaders(kinds: Sequence[str]) -> "QuerySet[UnitLeader]":
    """Leaders and deputies of units in use of these kinds, in the order of the tree."""
    rows = UnitLeader.objects.filter(until=None, unit__retired_at=None, unit__kind__in=kinds)
    return rows.select_related("unit", "person").order_by("unit__path", "-role", "since")


def candidates(actor: Actor, unit: Unit, typed: str) -> list[Person]:
    """People who could lead a unit, by name or exact number: those of the unit first."""
    typed = typed.strip()
    if not typed:
        return []
    contact = contact_in(typed)
    search = Search(contact=contact) if contact else Search(words=typed[:40])
    found = people_for(actor, search).filter(minor=False).select_related("unit")
    near = list(found.filter(in_part([unit.path]))[:CANDIDATES])
    seen = {person.pk for person in near}
    return [*near, *found.exclude(pk__in=seen)[: CANDIDATES - len(near)]]


def kinds_in(unit: Unit) -> list[tuple[str, str, int]]:
    """(code, label, people) of each kind that belongs to a part of the grid, as the intake's lists order them."""
    people = Person.objects.filter(active=True, unit__in=Unit.objects.filter(under([unit.path])).values("pk"))
    counts = dict(Affiliation.objects.filter(person__in=people.values("pk")).values_list("kind").annotate(n=Count("pk")).order_by())
    return [(kind.value, str(kind.label), counts[kind.value]) for kind in Kind if counts.get(kind.value)]
