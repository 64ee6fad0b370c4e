"""Who holds how many, and the one way to change it: moves from hand to hand, never of more than a hand holds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from jimu.core import locks
from jimu.core.permissions import Actor
from jimu.field.supplies.errors import NotEnough
from jimu.field.supplies.models import Lot, Move
from jimu.organisations.actions import goods_came

Place = Move.Place
#: Where goods come from without end: what was not counted before, and the world.
ENDLESS = (Place.SOURCE,)
#: A building, and the plan under which goods stand in it: what came for one plan is not handed out under another.
Whose = tuple[UUID | None, UUID | None]
NOBODY: Whose = (None, None)


def hold(*store_ids: UUID) -> None:
    """The lock under which the goods of these stores move. Called inside a transaction, before anything is read."""
    locks.hold(*[f"supplies:{store_id}" for store_id in store_ids])


@dataclass(frozen=True)
class Carry:
    """A move to be made."""

    lot: Lot
    number: int
    outof: str
    into: str
    building_id: UUID | None = None
    plan_id: UUID | None = None
    delivery_id: UUID | None = None
    note: str = ""
    parcel_id: UUID | None = None


class Stock:
    """What each hand holds of some lots, summed from their moves in one read."""

    def __init__(self, lot_ids: Iterable[UUID]) -> None:
        self._held: dict[tuple[UUID, str, Whose], int] = defaultdict(int)
        rows = Move.objects.filter(lot__in=set(lot_ids)).values_list("lot", "outof", "into", "building", "plan")
        for lot, outof, into, building, plan, number in rows.annotate(n=Sum("number")).order_by():
            self._add(lot, into, (building, plan), number)
            self._add(lot, outof, (building, plan), -number)

    def _add(self, lot: UUID, place: str, whose: "Whose", number: int) -> None:
        self._held[lot, place, whose if place == Place.BUILDING else NOBODY] += number

    def at(self, lot_id: UUID, place: str, whose: "Whose" = (None, None)) -> int:
        """How many of a lot a hand holds; of a building's, under one plan."""
        return self._held.get((lot_id, place, whose), 0)

    def arrived(self, lot_id: UUID) -> int:
        """How many came in, counted corrections included."""
        return -self.at(lot_id, Place.SOURCE)

    def in_buildings(self, lot_id: UUID) -> int:
        """How many left the store and reached no door yet."""
        return sum(n for (lot, place, _b), n in self._held.items() if lot == lot_id and place == Place.BUILDING)

    def take(self, one: Carry) -> None:
        """Reckon a move. Raises NotEnough, and changes nothing, when the hand it comes from holds fewer."""
        whose = (one.building_id, one.plan_id)
        there = self.at(one.lot.pk, one.outof, whose if one.outof == Place.BUILDING else NOBODY)
        if one.outof not in ENDLESS and there < one.number:
            raise NotEnough(one.lot.item, there, one.number, WHERE[one.outof]())
        self._add(one.lot.pk, one.outof, whose, -one.number)
        self._add(one.lot.pk, one.into, whose, one.number)


WHERE: Mapping[str, Callable[[], str]] = {
    Place.STORE: lambda: _("库里"),
    Place.BUILDING: lambda: _("楼里"),
    Place.OUT: lambda: _("已发出的"),
    Place.LOST: lambda: _("登记缺损的"),
    Place.BACK: lambda: _("已退回的"),
    Place.TRANSIT: lambda: _("路上"),
    Place.MOVED: lambda: _("已调走的"),
}


def carry(many: Sequence[Carry], *, actor: Actor, at: datetime, stock: Stock | None = None) -> None:
    """Make moves, all or none. The store's lock is held by the caller. Raises NotEnough."""
    known = stock if stock is not None else Stock(one.lot.pk for one in many)
    for one in many:
        known.take(one)
    write(many, actor=actor, at=at)


def write(many: Sequence[Carry], *, actor: Actor, at: datetime) -> None:
    """Write moves that were reckoned already."""
    Move.objects.bulk_create(
        Move(
            lot=one.lot, number=one.number, outof=one.outof, into=one.into, plan_id=one.plan_id, delivery_id=one.delivery_id, parcel_id=one.parcel_id,
            building_id=one.building_id if Place.BUILDING in (one.outof, one.into) else None, note=one.note[:200], at=at, by=actor.name,
        )
        for one in many
    )  # fmt: skip
    # What comes of a promise is said once, by the move that brings it in or takes a slip of the pen back.
    for one in many:
        if one.lot.pledge_id and Place.SOURCE in (one.outof, one.into):
            goods_came(actor=actor, at=at, pledge_id=one.lot.pledge_id, number=one.number if one.outof == Place.SOURCE else -one.number, note=one.lot.unit.name)
