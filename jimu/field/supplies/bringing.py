"""A group buy's parcels at the door, without contact: put down, or why not. One by one from a page, many from a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.supplies import parcels
from jimu.field.supplies.errors import HadTheirs
from jimu.field.supplies.models import Parcel, ParcelEvent
from jimu.field.supplies.parcel_queries import UNDER_WAY, Result, State
from jimu.field.supplies.queries import DELIVER
from jimu.field.supplies.receiving import LONGEST_NOTE
from jimu.field.supplies.stock import Place, hold

#: What may be said at a door; taking back is an act of its own.
SAID = (Result.DONE, Result.NOBODY, Result.REFUSED, Result.WRONG, Result.MISSING)


@dataclass(frozen=True)
class Brought:
    """What came of a parcel as it is told; `id` makes telling it twice harmless."""

    id: UUID
    parcel_id: UUID
    result: str
    at: datetime
    note: str = ""


def bring(*, actor: Actor, told: Brought) -> None:
    """One door. Raises what `bring_all` answers."""
    answer = bring_all(actor=actor, told=[told])[0]
    if answer is not None:
        raise answer


def bring_all(*, actor: Actor, told: Sequence[Brought]) -> list[JimuError | None]:
    """Many doors in one transaction; each is answered in order by the error that refused it, or None. A door gets a parcel once."""
    with transaction.atomic():
        hold(*set(Parcel.objects.filter(pk__in={one.parcel_id for one in told}).values_list("load__buy__unit", flat=True)))
        rows = Parcel.objects.filter(pk__in={one.parcel_id for one in told}).select_related("load__building", "load__buy__unit", "order")
        known = {one.pk: one for one in rows}
        there = set(ParcelEvent.objects.filter(pk__in=[one.id for one in told]).values_list("pk", flat=True))
        answers: list[JimuError | None] = []
        served: dict[UUID, tuple[Parcel, datetime, int]] = {}
        for one in told:
            parcel = known.get(one.parcel_id)
            answer = _one(actor, one, parcel, there)
            if answer is None and parcel is not None and one.id not in there:
                there.add(one.id)
                _first, at, n = served.get(parcel.load.pk, (parcel, one.at, 0))
                served[parcel.load.pk] = (parcel, max(at, one.at), n + 1)
            answers.append(answer)
        for parcel, at, doors in served.values():
            parcels.tell(actor, at, "supplies.parcels_brought", parcel.load.buy, parcel.load.building, doors=doors)
    return answers


def _one(actor: Actor, one: Brought, parcel: Parcel | None, there: set[UUID]) -> JimuError | None:
    if parcel is None or not actor.may(DELIVER, parcel.load.building.path):
        return NotFound()
    if one.id in there:
        return None
    if one.result not in SAID or len(one.note) > LONGEST_NOTE:
        return Invalid()
    try:
        with transaction.atomic():
            say(parcel, one, actor)
    except JimuError as refusal:
        return refusal
    return None


def say(parcel: Parcel, one: Brought, actor: Actor) -> None:
    """Keep one word about a parcel whose store's lock is held. Raises HadTheirs, Conflict, NotEnough."""
    if one.result in (Result.DONE, Result.MISSING) and parcel.state == State.DONE:
        last = parcel.events.filter(kind=Result.DONE).order_by("at").last()
        raise HadTheirs(f"{parcel.load.building.name} {parcel.order.room}", last.by if last else "", last.at if last else None)
    if one.result in (Result.DONE, Result.MISSING) and parcel.state == State.BACK:
        raise Conflict(_("这一包已退回库里。"), code="parcel_back")
    if one.result == Result.DONE:
        steps = [(Place.BUILDING, Place.OUT)]
        if parcel.state == State.MISSING:
            # It was held for lost and turned up; unless another went out for the same order meanwhile.
            if Parcel.objects.filter(order=parcel.order_id, state__in=UNDER_WAY).exists():
                raise Conflict(_("这一单已经补发了，找到的请退回库里。"), code="sent_again")
            steps = [(Place.LOST, Place.BUILDING), *steps]
        parcels.moved(parcel, steps, actor=actor, at=one.at)
        parcels.happened(parcel, one.result, actor=actor, at=one.at, event_id=one.id, note=one.note, state=State.DONE)
    elif one.result == Result.MISSING and parcel.state == State.OUT:
        parcels.lose(parcel, actor=actor, at=one.at, event_id=one.id, note=one.note)
    else:
        parcels.happened(parcel, one.result, actor=actor, at=one.at, event_id=one.id, note=one.note)


def undo(*, actor: Actor, at: datetime, parcel_id: UUID) -> None:
    """A slip of the finger: the parcel stands in the building still; both entries stay. Raises Conflict."""
    with transaction.atomic():
        row = Parcel.objects.filter(pk=parcel_id).values_list("load__buy__unit", flat=True).first()
        if row is None:
            raise NotFound
        hold(row)
        parcel = Parcel.objects.select_related("load__building", "load__buy__unit", "order").get(pk=parcel_id)
        if not actor.may(DELIVER, parcel.load.building.path):
            raise NotFound
        if parcel.state != State.DONE:
            raise Conflict(_("这一户没有已送到的记录。"), code="nothing_to_undo")
        parcels.moved(parcel, [(Place.OUT, Place.BUILDING)], actor=actor, at=at, note=_("更正"))
        parcels.happened(parcel, Result.UNDONE, actor=actor, at=at, event_id=new_id(), state=State.OUT)
        parcels.tell(actor, at, "supplies.parcel_undone", parcel.load.buy, parcel.load.building, parcels=1)
