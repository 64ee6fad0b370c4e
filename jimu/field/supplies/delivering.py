"""At the door, without contact: a portion is put down, or it is written down why not. One by one from a page, many from a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, sealed
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.permissions import Actor
from jimu.field.households.models import Room
from jimu.field.supplies import homes, queries, rules
from jimu.field.supplies.errors import HadTheirs, NothingLeft
from jimu.field.supplies.homes import Result
from jimu.field.supplies.models import Delivery, Plan, PlanItem, Share
from jimu.field.supplies.queries import DELIVER
from jimu.field.supplies.receiving import LONGEST_NOTE, TOPIC
from jimu.field.supplies.stock import Carry, Place, Stock, hold, write

#: What may be said at a door; taking back is an act of its own.
SAID = (Result.DONE, Result.NOBODY, Result.REFUSED, Result.WRONG)


@dataclass(frozen=True)
class Told:
    """A delivery as it is told; `id` makes telling it twice harmless. `counted_again`: a person took it though the building's portions were used up."""

    id: UUID
    plan_id: UUID
    room_id: UUID
    result: str
    at: datetime
    note: str = ""
    counted_again: bool = False


def deliver(*, actor: Actor, told: Told) -> None:
    """One door. Raises what `deliver_all` answers."""
    answer = deliver_all(actor=actor, told=[told])[0]
    if answer is not None:
        raise answer


def deliver_all(*, actor: Actor, told: Sequence[Told]) -> list[JimuError | None]:
    """Many doors in one transaction; each is answered in order by the error that refused it, or None.

    A household never gets more than the plan's limit, a building never hands over more than it holds.
    """
    with transaction.atomic():
        plans = {p.pk: p for p in Plan.objects.filter(pk__in={one.plan_id for one in told}).select_related("unit")}
        hold(*{plan.unit_id for plan in plans.values()})
        rooms = {r.pk: r for r in Room.objects.filter(pk__in={one.room_id for one in told}).select_related("building")}
        there = set(Delivery.objects.filter(pk__in=[one.id for one in told]).values_list("pk", flat=True))
        books = {plan_id: _Book(plan) for plan_id, plan in plans.items()}
        answers = [_one(actor, one, books.get(one.plan_id), rooms.get(one.room_id), there) for one in told]
        for book in books.values():
            book.write(actor)
    return answers


def _one(actor: Actor, one: Told, book: "_Book | None", room: Room | None, there: set[UUID]) -> JimuError | None:
    if book is None or room is None or not actor.may(DELIVER, room.building.path) or room.building_id not in book.shares:
        return NotFound()
    if one.id in there:
        return None
    if one.result not in SAID or len(one.note) > LONGEST_NOTE:
        return Invalid()
    closed = book.plan.closed_at
    if closed is not None and one.at > closed:
        return Conflict(_("这个计划已经结束。"), code="plan_closed")
    refusal = book.tell(one, room, actor.name)
    if refusal is None:
        there.add(one.id)
    return refusal


class _Book:
    """A plan while deliveries are written down: what each building holds, what each door had, what is new."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.items: list[PlanItem] = queries.items_of(plan)
        self.shares: Mapping[UUID, Share] = {s.building_id: s for s in plan.shares.all()}
        self.stock = Stock(one.lot_id for one in self.items)
        self.got = homes.handed(plan)
        self.dues: dict[UUID, dict[UUID, int]] = {}
        self.deliveries: list[Delivery] = []
        self.moves: list[Carry] = []
        self.buildings: dict[str, int] = {}

    def due(self, room: Room) -> int:
        """Portions the household may still get: what it was to get, at least one, never above the limit."""
        if room.building_id not in self.dues:
            found = homes.homes_under(room.building.path).get(room.building_id, [])
            self.dues[room.building_id] = {h.stop.room_id: h.people for h in found}
        people = self.dues[room.building_id].get(room.pk, 0)
        return rules.due(people, self.plan.per_people, self.plan.limit) - self.got.get(room.pk, 0)

    def tell(self, one: Told, room: Room, by: str) -> JimuError | None:
        """Keep one delivery, or say why not, and who carried what the door has."""
        portions = 0
        if one.result == Result.DONE:
            portions = self.due(room)
            if portions < 1:
                last = Delivery.objects.filter(plan=self.plan, room=room, result=Result.DONE).order_by("at").last()
                mine = next((d for d in self.deliveries if d.room_id == room.pk and d.result == Result.DONE), last)
                return HadTheirs(str(room), mine.by if mine else "", mine.at if mine else None)
            portions = min(portions, self.left(room.building_id, portions, one.counted_again))
            if portions < 1:
                return NothingLeft()
            many = [Carry(i.lot, portions * i.each, Place.BUILDING, Place.OUT, room.building_id, self.plan.pk, one.id) for i in self.items]
            for move in many:
                self.stock.take(move)
            self.moves += many
            self.got[room.pk] = self.got.get(room.pk, 0) + portions
        self.deliveries.append(Delivery(
            id=one.id, plan=self.plan, room=room, result=one.result, portions=portions, note_sealed=sealed.seal(one.note.strip()), at=one.at, by=by,
        ))  # fmt: skip
        self.buildings[room.building.path] = self.buildings.get(room.building.path, 0) + 1
        return None

    def left(self, building_id: UUID, wanted: int, counted_again: bool) -> int:
        """Portions that stand in a building; with `counted_again` what is missing comes out of the store's or of what was held for lost."""
        there = queries.portions_in(self.items, self.stock, Place.BUILDING, building_id)
        for place in (Place.LOST, Place.STORE) if counted_again else ():
            more = min(wanted - there, queries.portions_in(self.items, self.stock, place))
            if more > 0:
                found = [Carry(i.lot, more * i.each, place, Place.BUILDING, building_id, self.plan.pk, note=_("点过以后补记")) for i in self.items]
                for move in found:
                    self.stock.take(move)
                self.moves += found
                there += more
        return there

    def write(self, actor: Actor) -> None:
        """Write what is new, its moves and one entry of the journal for each building."""
        if not self.deliveries:
            return
        at = max(one.at for one in self.deliveries)
        Delivery.objects.bulk_create(self.deliveries)
        write(self.moves, actor=actor, at=at)
        for path, doors in self.buildings.items():
            data = {"title": self.plan.title, "doors": doors}
            journal.record(actor=actor, at=at, verb="supplies.delivered", target=self.plan.target, scope=path, data=data)
        live.beat(TOPIC)


def undo(*, actor: Actor, at: datetime, plan_id: UUID, room_id: UUID) -> Delivery:
    """A slip of the finger: the door got nothing after all. Its portions stand in the building again; both entries stay. Raises Conflict."""
    with transaction.atomic():
        plan = queries.plan_reached(actor, plan_id)
        hold(plan.unit_id)
        room = Room.objects.filter(pk=room_id).select_related("building").first()
        if room is None or not actor.may(DELIVER, room.building.path):
            raise NotFound
        had = homes.handed(plan, room.building_id).get(room.pk, 0)
        if not had:
            raise Conflict(_("这一户没有已送到的记录。"), code="nothing_to_undo")
        made = Delivery.objects.create(plan=plan, room=room, result=Result.UNDONE, portions=had, at=at, by=actor.name)
        items = queries.items_of(plan)
        many = [Carry(i.lot, had * i.each, Place.OUT, Place.BUILDING, room.building_id, plan.pk, made.pk, _("更正")) for i in items]
        stock = Stock(one.lot.pk for one in many)
        for move in many:
            stock.take(move)
        write(many, actor=actor, at=at)
        journal.record(actor=actor, at=at, verb="supplies.undone", target=plan.target, scope=room.building.path, data={"title": plan.title, "room": str(room)})
        live.beat(TOPIC)
    return made
