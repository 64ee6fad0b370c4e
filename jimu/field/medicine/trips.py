"""Writes of trips: hospitals, trips out of proposals, who does which part, the list for the window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.permissions import Actor
from jimu.field.medicine import acting, letters, queries, trip_queries
from jimu.field.medicine.models import Duty, Hospital, Order, Trip, Window
from jimu.field.medicine.moving import TOPIC
from jimu.field.medicine.scenes import Given
from jimu.grid.queries import unit_for
from jimu.people.intake import cells

MOST_PEOPLE = 12


def add_hospital(*, actor: Actor, at: datetime, unit_id: UUID, name: str, windows: Sequence[str]) -> Hospital:
    """Put a hospital on the list of a place, with the special windows it has. Raises Invalid; the same name again changes its windows."""
    with transaction.atomic():
        unit = unit_for(actor, unit_id, queries.MANAGE)
        if not cells.text(name) or set(windows) - set(Window.values):
            raise Invalid(_("请写医院名称，并勾选它有的专科窗口。"), code="bad_hospital")
        locks.hold(f"medicine:hospitals:{unit.pk}")
        made, _new = Hospital.objects.update_or_create(
            unit=unit, name=cells.text(name)[:40], defaults={"windows": sorted(windows), "closed_at": None}
        )
        journal.record(
            actor=actor, at=at, verb="medicine.hospital_added", target=f"hospital:{made.pk}", scope=unit.path
        )
    return made


def make(
    *, actor: Actor, at: datetime, unit_id: UUID, hospital_id: UUID, window: str, order_ids: Sequence[UUID]
) -> Trip:
    """A trip with orders whose cards are here. Raises Invalid for too many households, NotNow for an order that is not ready."""
    with transaction.atomic():
        unit = unit_for(actor, unit_id, queries.MANAGE)
        hospital = next((h for h in queries.hospitals_for(unit) if h.pk == hospital_id), None)
        if hospital is None:
            raise NotFound(_("没有这家医院，请先登记它。"))
        if window not in Window.values or (window != Window.GENERAL and window not in hospital.windows):
            raise Invalid(
                _("{hospital}没有这个窗口，请换一家医院。").format(hospital=hospital.name), code="no_window"
            )
        if not order_ids:
            raise Invalid(_("请勾选要派的单子。"), code="nothing_chosen")
        locks.hold(f"medicine:trips:{unit.pk}")
        number = (Trip.objects.filter(unit=unit).aggregate(last=Max("number"))["last"] or 0) + 1
        trip = Trip.objects.create(
            unit=unit,
            number=number,
            hospital=hospital,
            window_sealed=sealed.seal(window),
            made_at=at,
            made_by=actor.name[:80],
        )
        for order_id in sorted(set(order_ids), key=str):
            acting.act(actor=actor, at=at, order_id=order_id, name="assign", given=Given(trip_id=trip.pk))
        trip_queries.refuse_overfull(trip)
        _tell(actor, at, trip, verb="medicine.trip_made")
    return trip


def add(*, actor: Actor, at: datetime, trip_id: UUID, order_id: UUID) -> Order:
    """One more order onto a trip that has not gone."""
    with transaction.atomic():
        trip = trip_queries.trip_for(actor, trip_id, queries.MANAGE)
        order = acting.act(actor=actor, at=at, order_id=order_id, name="assign", given=Given(trip_id=trip.pk))
        trip_queries.refuse_overfull(trip)
    return order


def man(*, actor: Actor, at: datetime, trip_id: UUID, people: Sequence[tuple[UUID, str]]) -> Trip:
    """Say who does which part; what was said before is replaced. Raises Invalid."""
    with transaction.atomic():
        locks.hold(f"medicine:trip:{trip_id}")
        trip = trip_queries.trip_for(actor, trip_id, queries.MANAGE)
        chosen = dict(people)
        if (
            not 0 < len(chosen) <= MOST_PEOPLE
            or len(chosen) != len(people)
            or set(chosen.values()) - set(Duty.Part.values)
        ):
            raise Invalid(_("请排 1 到 {n} 人，每人一项。").format(n=MOST_PEOPLE), code="bad_people")
        near = {person.pk for person in trip_queries.candidates(trip)}
        if set(chosen) - near:
            raise NotFound(_("没有这个人，或不在这一带工作。"))
        Duty.objects.filter(trip=trip).exclude(person__in=chosen).delete()
        before = set(Duty.objects.filter(trip=trip).values_list("person_id", "part"))
        for person_id, part in chosen.items():
            Duty.objects.update_or_create(trip=trip, person_id=person_id, defaults={"part": part})
        fresh = [one for one in Duty.objects.filter(trip=trip) if (one.person_id, one.part) not in before]
        letters.tell_manned(trip, fresh, actor=actor, at=at)
        _tell(actor, at, trip, verb="medicine.trip_manned")
    return trip


def close(*, actor: Actor, at: datetime, trip_id: UUID) -> Trip:
    """A trip is over once none of its orders is still to be fetched or checked. Raises Conflict otherwise."""
    with transaction.atomic():
        locks.hold(f"medicine:trip:{trip_id}")
        trip = trip_queries.trip_for(actor, trip_id, queries.MANAGE)
        left = trip.orders.filter(state__in=trip_queries.ON_THE_WAY).count()
        if left:
            raise Conflict(
                _("还有 {n} 单没有取回核对。先处理完，或收回派单，再结束批次。").format(n=left),
                code="orders_left",
            )
        trip.closed_at = at
        trip.save(update_fields=["closed_at"])
        _tell(actor, at, trip, verb="medicine.trip_closed")
    return trip


@dataclass(frozen=True)
class Wanted:
    """An order as the window wants it: with the patient's name and drugs."""

    order: Order
    name: str
    drugs: list[tuple[str, int]]


def window_list(*, actor: Actor, at: datetime, trip_id: UUID) -> tuple[Trip, list[Wanted]]:
    """Names and drugs of a whole trip, for the counter: for who may read drugs, or has a part in it. Who took it stands in the journal."""
    with transaction.atomic():
        trip = trip_queries.trip_for(actor, trip_id)
        if not actor.may(queries.READ, trip.unit.path) and (
            trip.closed_at is not None or not trip_queries.has_part(actor, trip)
        ):
            raise NotPermitted(_("窗口取药单只给排在这个批次里的人和初审的人。"))
        journal.record(
            actor=actor,
            at=at,
            verb="medicine.window_list_read",
            target=f"trip:{trip.pk}",
            scope=trip.unit.path,
        )
        rows = (
            trip.orders.filter(state__in=trip_queries.ON_THE_WAY)
            .select_related("unit")
            .prefetch_related("items")
            .order_by("bag")
        )
        return trip, [Wanted(o, o.name, [(i.words, i.count) for i in queries.items_of(o)]) for o in rows]


def _tell(actor: Actor, at: datetime, trip: Trip, verb: str) -> None:
    journal.record(
        actor=actor,
        at=at,
        verb=verb,
        target=f"trip:{trip.pk}",
        scope=trip.unit.path,
        data={"number": trip.number},
    )
    live.beat(TOPIC)
