"""Reads of orders that are brought to doors: what waits at the store, what a building leader signs for, the doors of a carrier."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from jimu.core import sealed
from jimu.core.errors import NotFound
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor, visible
from jimu.field.households import rules as doors
from jimu.field.households.routes import Stop, walked
from jimu.field.supplies.buy_queries import Kind, live_orders, owed, refunded
from jimu.field.supplies.models import Buy, Load, Order, OrderEvent, Parcel, ParcelEvent, Slot
from jimu.field.supplies.queries import DELIVER, SIGN
from jimu.grid.models import Unit
from jimu.grid.splitting import natural

State, Result = Parcel.State, ParcelEvent.Kind
#: Under way, or there: nothing else goes out for such an order.
UNDER_WAY = (State.OUT, State.DONE)


def to_doors(buy: Buy) -> "QuerySet[Order]":
    """Orders whose household chose a time at the door, and that nobody fetched."""
    return live_orders(buy).filter(slot__way=Slot.Way.DOOR).exclude(events__kind=Kind.HANDED)


def waiting_for_a_cart(buy: Buy) -> "QuerySet[Order]":
    """Of those the ones with nothing on the way that were not paid back; what came back to the store waits until somebody sends it again."""
    gone = Parcel.objects.filter(order=OuterRef("pk"), state__in=(*UNDER_WAY, State.BACK))
    return to_doors(buy).exclude(Exists(gone)).exclude(pk__in=refunded())


def newest(parcels: "QuerySet[Parcel]") -> "QuerySet[Parcel]":
    """Of each order only what was sent last."""
    later = Parcel.objects.filter(order=OuterRef("order")).filter(Q(load__at__gt=OuterRef("load__at")) | Q(load__at=OuterRef("load__at"), pk__gt=OuterRef("pk")))
    return parcels.exclude(Exists(later))


def lost(parcels: "QuerySet[Parcel]") -> "QuerySet[Parcel]":
    """Of these parcels those that nobody found and that nothing was done about: no other was sent, nothing handed over or paid back."""
    gone = newest(parcels.filter(state=State.MISSING))
    settled = OrderEvent.objects.filter(order=OuterRef("order"), kind__in=(Kind.HANDED, Kind.CANCELLED))
    return gone.exclude(Exists(settled)).exclude(order__in=refunded())


def load_for(actor: Actor, load_id: UUID, right: str = SIGN) -> Load:
    """One load, for whom the right covers its building. Raises NotFound."""
    rows = Load.objects.filter(visible(actor, right, "building__path"), pk=load_id)
    return fetch(rows.select_related("buy__unit", "building", "receipt"))


def to_sign(actor: Actor) -> list[Load]:
    """Loads of the asker's buildings that nobody signed for, with their parcels."""
    rows = Load.objects.filter(visible(actor, SIGN, "building__path"), receipt=None)
    return list(rows.select_related("buy", "building").prefetch_related("parcels__order").order_by("at", "pk"))


def entrance_and_number(room: str) -> tuple[str, str]:
    """An order's door as a stair and a number: 2-101 is 2 and 101."""
    entrance, dash, number = room.rpartition("-")
    return (entrance, number) if dash else ("", room)


@dataclass(frozen=True)
class ParcelDoor:
    """A parcel on a carrier's list: its door, what was found there last. No name, no telephone, nothing of what is in it."""

    parcel: Parcel
    stop: Stop
    last: str = ""
    at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether somebody is to go there still."""
        return self.parcel.state == State.OUT and self.last != Result.REFUSED

    @property
    def result(self) -> str:
        """What was found last, in words."""
        return str(Result(self.last).label) if self.last else ""

    @property
    def tone(self) -> str:
        """How it ended."""
        return {State.DONE: "good", State.MISSING: "bad"}.get(State(self.parcel.state), "warn" if self.last in (Result.REFUSED, Result.WRONG) else "")


@dataclass
class BuildingParcels:
    """A buy's parcels of one building in the order of walking, and loads there that nobody signed for."""

    buy: Buy
    building: Unit
    doors: list[ParcelDoor] = field(default_factory=list)
    unsigned: list[Load] = field(default_factory=list)

    @property
    def left(self) -> list[ParcelDoor]:
        """Doors to go to."""
        return [one for one in self.doors if one.open]

    @property
    def finished(self) -> list[ParcelDoor]:
        """Parcels that need no other visit."""
        return [one for one in self.doors if not one.open]

    @property
    def done(self) -> int:
        """Parcels at their doors."""
        return sum(1 for one in self.doors if one.parcel.state == State.DONE)

    @property
    def here(self) -> int:
        """Parcels that stand in the building."""
        return sum(1 for one in self.doors if one.parcel.state == State.OUT)

    @property
    def missing(self) -> list[ParcelDoor]:
        """Parcels that nobody found."""
        return [one for one in self.doors if one.parcel.state == State.MISSING]

    @property
    def wrong(self) -> list[ParcelDoor]:
        """Parcels whose newest word is that the goods are wrong."""
        return [one for one in self.doors if one.parcel.state == State.OUT and one.last == Result.WRONG]

    @property
    def refused(self) -> list[ParcelDoor]:
        """Parcels that nobody wants; they go back to the store."""
        return [one for one in self.doors if one.parcel.state == State.OUT and one.last == Result.REFUSED]


def by_building(parcels: "QuerySet[Parcel]") -> list[BuildingParcels]:
    """Parcels buy by buy and building by building; of an order only the newest counts. A fixed number of reads."""
    rows = list(newest(parcels).select_related("load__buy__unit", "load__building", "order").order_by("load__buy__opened_at", "pk"))
    last: dict[UUID, tuple[str, datetime]] = {}
    for pk, kind, at in ParcelEvent.objects.filter(parcel__in=rows).order_by("at", "pk").values_list("parcel", "kind", "at"):
        last[pk] = (kind, at)
    made: dict[tuple[UUID, UUID], BuildingParcels] = {}
    stops: dict[tuple[UUID, UUID], dict[UUID, Parcel]] = defaultdict(dict)
    for one in rows:
        key = (one.load.buy_id, one.load.building_id)
        made.setdefault(key, BuildingParcels(one.load.buy, one.load.building))
        stops[key][one.pk] = one
    for key, inside in stops.items():
        for stop in walked(_stop(one) for one in inside.values()):
            made[key].doors.append(ParcelDoor(inside[stop.room_id], stop, *last.get(stop.room_id, ("", None))))
    loads = Load.objects.filter(buy__in={buy for buy, _b in made}, building__in={b for _buy, b in made}, receipt=None).order_by("at", "pk")
    for load in loads:
        if (there := made.get((load.buy_id, load.building_id))) is not None:
            there.unsigned.append(load)
    return sorted(made.values(), key=lambda one: (one.buy.opened_at, one.building.path[:-4], natural(one.building.name)))


def _stop(one: Parcel) -> Stop:
    entrance, number = entrance_and_number(one.order.room)
    return Stop(one.pk, one.load.building.name, entrance, doors.floor_of("", number), number)


def to_carry(actor: Actor) -> list[BuildingParcels]:
    """Buildings of the asker's part where parcels wait for a carrier."""
    return open_parcels(Parcel.objects.filter(visible(actor, DELIVER, "load__building__path")))


def open_parcels(parcels: "QuerySet[Parcel]") -> list[BuildingParcels]:
    """Of these parcels the buildings where some are still to be brought to doors."""
    waiting = parcels.filter(state=State.OUT, load__buy=OuterRef("load__buy"), load__building=OuterRef("load__building"))
    return [one for one in by_building(parcels.filter(Exists(waiting))) if one.left]


def parcels_page(actor: Actor, buy_id: UUID, building_id: UUID) -> BuildingParcels:
    """One building's parcels of a buy. Raises NotFound outside the asker's part, or where nothing was sent."""
    mine = Parcel.objects.filter(visible(actor, DELIVER, "load__building__path"), load__buy=buy_id, load__building=building_id)
    found = by_building(mine)
    if not found:
        raise NotFound
    return found[0]


@dataclass(frozen=True)
class Short:
    """A load where fewer parcels were counted than were sent, and it is not known yet of whom; or where more were counted."""

    load: Load
    unnamed: int
    over: int
    note: str


@dataclass(frozen=True)
class DoorLine:
    """A building's row on a buy's page."""

    building: Unit
    waiting: int
    parcels: BuildingParcels | None


@dataclass(frozen=True)
class Doors:
    """How far a buy's orders for doors are."""

    lines: Sequence[DoorLine]
    amiss: Sequence[Short]
    unchosen: int
    words: Sequence[tuple[ParcelDoor, str]]

    @property
    def waiting(self) -> int:
        """Orders that wait for a cart."""
        return sum(line.waiting for line in self.lines)


def doors_of(buy: Buy) -> Doors:
    """A buy's buildings with what waits, is on its way, was brought, is missing; what went amiss; orders that chose no time yet."""
    counts: dict[UUID, int] = defaultdict(int)
    buildings: dict[UUID, Unit] = {}
    for order in waiting_for_a_cart(buy).select_related("building"):
        counts[order.building_id] += 1
        buildings[order.building_id] = order.building
    there = {one.building.pk: one for one in by_building(Parcel.objects.filter(load__buy=buy))}
    buildings |= {pk: one.building for pk, one in there.items()}
    lines = [DoorLine(unit, counts[unit.pk], there.get(unit.pk)) for unit in sorted(buildings.values(), key=lambda u: (u.path[:-4], natural(u.name)))]
    open_ones = set(lost(Parcel.objects.filter(load__buy=buy)).values_list("pk", flat=True))
    amiss = (one for line in there.values() for one in [*line.wrong, *line.refused, *(gone for gone in line.missing if gone.parcel.pk in open_ones)])
    return Doors(lines, short_loads(buy), owed(buy).filter(slot=None).count(), _words(amiss))


def _words(many: Iterable[ParcelDoor]) -> list[tuple[ParcelDoor, str]]:
    """What was written at the doors that the store has to do with."""
    found = list(many)
    notes = dict(ParcelEvent.objects.filter(parcel__in=[one.parcel.pk for one in found]).order_by("at", "pk").values_list("parcel", "note_sealed"))
    return [(one, sealed.unseal(notes.get(one.parcel.pk, ""))) for one in found]


def short_loads(buy: Buy) -> list[Short]:
    """Loads whose count was off and is not explained by parcels that are known to be missing."""
    rows = Load.objects.filter(buy=buy).exclude(receipt=None).select_related("receipt", "building")
    found = []
    for load in rows.prefetch_related(Prefetch("parcels")):
        parcels = list(load.parcels.all())
        off = load.receipt.counted - len(parcels)
        gone = sum(1 for one in parcels if one.state in (State.MISSING, State.BACK))
        # Once every parcel is at its door or known to be gone, nothing is missing without a name.
        unnamed = max(0, -off - gone) if any(one.state == State.OUT for one in parcels) else 0
        if unnamed or off > 0:
            found.append(Short(load, unnamed, max(0, off), load.receipt.note))
    return found
