"""Reads of trips: what to put together, how far each is, what its sheet says."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import STEP, Actor, visible
from jimu.field.medicine import policy, queries, rules
from jimu.field.medicine.models import Duty, Hospital, Order, Trip, Window
from jimu.field.medicine.rules import Bill, Waiting
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_of
from jimu.people.models import Person

S = Order.State
ON_THE_WAY = (S.ASSIGNED, S.FETCHING, S.MISSING, S.FETCHED)
BROUGHT = (S.DELIVERED, S.SIGNED, S.HELD, S.RETURNED, S.SETTLED)


@dataclass(frozen=True)
class Suggestion:
    """A trip that could be made, in words."""

    hospital: Hospital | None
    window: str
    orders: list[queries.Line]
    ready: list[UUID]
    households: int
    red: int

    @property
    def window_words(self) -> str:
        return str(Window(self.window).label)


def suggestions(actor: Actor, unit: Unit, at: datetime) -> list[Suggestion]:
    """Trips out of what waits in a neighborhood, the most urgent first. A window is named to who may read drugs only; others get none."""
    actor.require(queries.MANAGE, unit.path)
    actor.require(queries.READ, unit.path)
    rows = Order.objects.filter(
        unit__path__startswith=unit.path, state__in=(S.TRIAGED, S.COLLECTED)
    ).select_related(*queries.WITH)
    orders = {order.pk: order for order in rows}
    numbers = policy.of_place(unit)
    lines = {line.order.pk: line for line in queries.lines(orders.values(), at)}
    hospitals = {h.pk: h for h in queries.hospitals_for(unit)}
    waiting = [
        Waiting(
            o.pk,
            o.hospital_id,
            o.window,
            lines[o.pk].colour,
            o.due_at,
            f"{o.unit_id}:{o.room}",
            o.state == S.COLLECTED,
        )
        for o in orders.values()
    ]
    return [
        Suggestion(
            hospitals.get(p.hospital) if p.hospital else None, p.window, [lines[one.key] for one in p.orders], [one.key for one in p.ready],
            p.households, p.red,
        )
        for p in rules.propose(waiting, numbers.households)
    ]  # fmt: skip


def trip_for(actor: Actor, trip_id: UUID, right: str = "") -> Trip:
    """One trip: of the asker's part, or one they have a part in. Raises NotFound, NotPermitted."""
    trip = Trip.objects.select_related("unit", "hospital").filter(pk=trip_id).first()
    if trip is None or not (
        actor.may(queries.MANAGE, trip.unit.path)
        or actor.may(queries.READ, trip.unit.path)
        or has_part(actor, trip)
    ):
        raise NotFound
    if right:
        actor.require(right, trip.unit.path)
    return trip


def has_part(actor: Actor, trip: Trip) -> bool:
    """Whether the asker does a part of it."""
    return actor.person_id is not None and Duty.objects.filter(trip=trip, person=actor.person_id).exists()


@dataclass(frozen=True)
class Progress:
    """How far a trip is: k of n."""

    trip: Trip
    total: int
    fetched: int
    checked: int
    brought: int
    missing: int
    people: int

    @property
    def percent(self) -> int:
        return self.brought * 100 // self.total if self.total else 0


def trips_for(actor: Actor, *, over: bool = False) -> list[Progress]:
    """Trips of the asker's part, and those they have a part in."""
    mine = Q(duties__person=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    rows = Trip.objects.filter(
        visible(actor, queries.MANAGE, "unit__path") | mine, closed_at__isnull=not over
    ).distinct()
    trips = list(rows.select_related("unit", "hospital").order_by("-made_at")[:60])
    states: dict[UUID, list[str]] = {trip.pk: [] for trip in trips}
    for trip_id, state in Order.objects.filter(trip__in=trips).values_list("trip_id", "state"):
        states[trip_id].append(state)
    people: dict[UUID, int] = {}
    for trip_id in Duty.objects.filter(trip__in=trips).values_list("trip_id", flat=True):
        people[trip_id] = people.get(trip_id, 0) + 1
    return [_progress(trip, states[trip.pk], people.get(trip.pk, 0)) for trip in trips]


def _progress(trip: Trip, states: list[str], people: int) -> Progress:
    brought = sum(s in BROUGHT for s in states)
    checked = brought + states.count(S.CHECKED)
    return Progress(
        trip,
        len(states),
        checked + states.count(S.FETCHED),
        checked,
        brought,
        states.count(S.MISSING),
        people,
    )


@dataclass(frozen=True)
class Row:
    """An order on a trip's page: what it is called, what it needs, what it cost."""

    line: queries.Line
    bill: Bill
    fridge: queries.Fridge | None


def rows_of(trip: Trip, at: datetime) -> list[Row]:
    """A trip's orders by bag number, with what each cost so far."""
    orders = list(trip.orders.select_related(*queries.WITH).prefetch_related("facts").order_by("bag"))
    lines = {line.order.pk: line for line in queries.lines(orders, at)}
    return [Row(lines[o.pk], queries.standing(o).bill, queries.fridge(o, at)) for o in orders]


def candidates(trip: Trip) -> list[Person]:
    """Who could go: active people of the trip's neighborhood, its leaders, and its teams."""
    path = neighborhood_of(trip.unit).path
    above = [path[:n] for n in range(STEP, len(path) + 1, STEP)]
    near = Q(unit__path__startswith=path) | Q(leads__unit__path__startswith=path, leads__until=None)
    near |= Q(memberships__until=None, memberships__team__unit__path__in=above) | Q(
        memberships__until=None, memberships__team__unit__path__startswith=path
    )
    return list(Person.objects.filter(near, active=True).distinct().order_by("sort_name")[:400])


def refuse_overfull(trip: Trip) -> None:
    """Raise Invalid when more households are on it than one trip takes."""
    most = policy.of_place(trip.unit).households
    doors = {(unit, room) for unit, room in trip.orders.values_list("unit_id", "room")}
    if len(doors) > most:
        raise Invalid(
            _("一个批次最多 {n} 户，现在有 {given} 户。请分成两批。").format(n=most, given=len(doors)),
            code="overfull",
        )
