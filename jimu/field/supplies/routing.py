"""Rounds of the carts: what no building signed for yet, of plans and of group buys alike, in the order of walking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from jimu.core.permissions import Actor, reached, under, visible
from jimu.field.households.models import Room
from jimu.field.supplies import parcel_queries, policy, queries, rules
from jimu.field.supplies.models import Buy, Parcel, Plan, Receipt, Share
from jimu.field.supplies.showing import signed_by_building
from jimu.grid.models import Unit
from jimu.grid.splitting import natural

SHOWN_ROUTES = 4
DELIVER = queries.DELIVER


@dataclass(frozen=True)
class Cargo:
    """So many portions of a plan, or parcels of a buy, for one building; `page` lists its doors."""

    building: Unit
    what: str
    portions: int
    page: str


@dataclass(frozen=True)
class Stop:
    """A line on a round's sheet: one building, one cargo."""

    cargo: Cargo
    drop: rules.Drop


@dataclass(frozen=True)
class Round:
    """The rounds of one store."""

    store: Unit
    trips: Sequence[tuple[rules.Trip, Sequence[Stop]]]


def route(plan: Plan, capacity: int, people: int, carrier: Actor | None = None) -> list[tuple[rules.Trip, list[Stop]]]:
    """Rounds for what no building signed for yet of a plan: the sheet goes with the cart.

    Of a `carrier` only the buildings on whose part they may deliver.
    """
    return _rounds(plan.unit, _of_plan(plan, carrier), capacity, people)


def buy_route(buy: Buy, capacity: int, people: int) -> list[tuple[rules.Trip, list[Stop]]]:
    """The same for a buy's orders at doors: what waits for a cart, and what no building signed for."""
    return _rounds(buy.unit, _of_buys([buy], None), capacity, people)


def all_rounds(carrier: Actor, at: datetime, capacity: int, people: int) -> list[Round]:
    """Everything that a carrier has to bring to buildings on one list for each store, so that a building is come to once with all of it."""
    stores: dict[UUID, Unit] = {}
    cargo: dict[UUID, list[Cargo]] = {}
    for plan in queries.fresh_plans(carrier, at).select_related("unit"):
        stores[plan.unit_id] = plan.unit
        cargo.setdefault(plan.unit_id, []).extend(_of_plan(plan, carrier))
    buys: dict[UUID, list[Buy]] = {}
    for buy in buys_to_route(carrier, at):
        stores[buy.unit_id] = buy.unit
        buys.setdefault(buy.unit_id, []).append(buy)
    for store, many in buys.items():
        cargo.setdefault(store, []).extend(_of_buys(many, carrier))
    made = [Round(stores[store], _rounds(stores[store], many, capacity, people)) for store, many in cargo.items()]
    return sorted((one for one in made if one.trips), key=lambda one: one.store.path)


def to_route(actor: Actor, at: datetime) -> list[Plan]:
    """The newest open plans that have something for a building of the asker's part which nobody signed for yet."""
    signed = Receipt.objects.filter(consignment__plan=OuterRef("plan"), consignment__building=OuterRef("building"))
    unsigned = Share.objects.filter(visible(actor, DELIVER, "building__path"), ~Exists(signed), portions__gt=0)
    return list(queries.fresh_plans(actor, at).filter(pk__in=unsigned.values("plan"))[:SHOWN_ROUTES])


def buys_to_route(actor: Actor, at: datetime) -> list[Buy]:
    """Buys of the last days of which something goes to doors on the asker's part, the oldest first."""
    rows = Buy.objects.filter(reached(actor, DELIVER, "unit__path"), cancelled_at=None, closes_at__lte=at, closes_at__gt=at - queries.FRESH, items__lots__isnull=False)
    there = rows.filter(slots__way="door").distinct().select_related("unit").order_by("opened_at")
    return [buy for buy in there if _of_buys([buy], actor)]


def _of_plan(plan: Plan, carrier: Actor | None) -> list[Cargo]:
    signed = signed_by_building(plan)
    shares = plan.shares.select_related("building")
    if carrier is not None:
        shares = shares.filter(visible(carrier, DELIVER, "building__path"))
    found = []
    for share in shares:
        left = share.portions - signed.get(share.building_id, (0, 0))[0]
        if left > 0:
            found.append(Cargo(share.building, plan.title, left, reverse("supplies:doors", args=[plan.pk, share.building_id])))
    return found


def _of_buys(buys: Iterable[Buy], carrier: Actor | None) -> list[Cargo]:
    mine = Q() if carrier is None else visible(carrier, DELIVER, "building__path")
    found = []
    for buy in buys:
        numbers: dict[UUID, int] = dict(parcel_queries.waiting_for_a_cart(buy).filter(mine).values_list("building").annotate(n=Count("pk")).order_by())
        unsigned = Parcel.objects.filter(load__buy=buy, load__receipt=None, state=Parcel.State.OUT)
        sent = set()
        for building, n in unsigned.values_list("load__building").annotate(n=Count("pk")).order_by():
            numbers[building] = numbers.get(building, 0) + n
            sent.add(building)
        for unit in Unit.objects.filter(Q() if carrier is None else visible(carrier, DELIVER), pk__in=numbers):
            page = reverse("supplies:parcels", args=[buy.pk, unit.pk]) if unit.pk in sent else ""
            found.append(Cargo(unit, buy.title, numbers[unit.pk], page))
    return found


def _rounds(store: Unit, cargo: Sequence[Cargo], capacity: int, people: int) -> list[tuple[rules.Trip, list[Stop]]]:
    floors = _floors(store.path)
    ordered = sorted(cargo, key=lambda one: (one.building.path[:-4], natural(one.building.name), one.what))
    drops = [rules.Drop(str(one.building.pk), one.portions, floors.get(one.building.pk, 0), str(n)) for n, one in enumerate(ordered)]
    found = rules.trips(drops, capacity, people, policy.of_place(store))
    return [(trip, [Stop(ordered[int(drop.what)], drop) for drop in trip.drops]) for trip in found]


def _floors(path: str) -> Mapping[UUID, int]:
    """Floors to climb in each building: of every entrance those above the first."""
    highest: dict[tuple[UUID, str], int] = {}
    rooms = Room.objects.filter(under([path], "building__path"), floor__gt=1)
    for building, entrance, floor in rooms.values_list("building", "entrance", "floor"):
        highest[building, entrance] = max(highest.get((building, entrance), 0), (floor or 1) - 1)
    found: dict[UUID, int] = {}
    for (building, _entrance), floors in highest.items():
        found[building] = found.get(building, 0) + floors
    return found
