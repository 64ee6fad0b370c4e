"""Reads of goods, each within the asker's part of the grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils import timezone

from jimu.core.fetching import fetch, fetch_on_part
from jimu.core.permissions import Actor, reached, visible
from jimu.field.supplies import rules
from jimu.field.supplies.models import Consignment, Lot, LotEvent, Plan, PlanItem
from jimu.field.supplies.stock import NOBODY, Place, Stock
from jimu.grid.models import Unit

VIEW, STORE, SIGN, DELIVER = "supplies.view", "supplies.store", "supplies.sign", "supplies.deliver"
#: How long a plan that nobody closes is work of the day.
FRESH = timedelta(days=7)
KEPT_IN = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK)


def stores(actor: Actor) -> "QuerySet[Unit]":
    """Where the asker may keep goods."""
    rows: QuerySet[Unit] = Unit.objects.filter(visible(actor, STORE), kind__in=KEPT_IN, retired_at=None)
    return rows.order_by("path")


def lot_for(actor: Actor, lot_id: UUID, right: str = VIEW) -> Lot:
    """One lot. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    return fetch_on_part(actor, Lot.objects.filter(pk=lot_id).select_related("unit", "organisation"), seen=VIEW, right=right)


def plan_for(actor: Actor, plan_id: UUID, right: str = VIEW) -> Plan:
    """One plan, as lot_for."""
    return fetch_on_part(actor, Plan.objects.filter(pk=plan_id).select_related("unit", "after"), seen=VIEW, right=right)


def plan_reached(actor: Actor, plan_id: UUID) -> Plan:
    """A plan as a carrier or a building leader of its part reaches it. Raises NotFound."""
    return fetch(Plan.objects.filter(reached(actor, DELIVER, "unit__path"), pk=plan_id).select_related("unit"))


def fresh_plans(actor: Actor, at: datetime) -> "QuerySet[Plan]":
    """Open plans that the asker reaches as a carrier, the newest first; one that nobody closed for long is not today's work."""
    rows = Plan.objects.filter(reached(actor, DELIVER, "unit__path"), closed_at=None, opened_at__gt=at - FRESH)
    return rows.order_by("-opened_at")


def consignment_for(actor: Actor, consignment_id: UUID, right: str = SIGN) -> Consignment:
    """One consignment, for whom the right covers its building; another building's looks like none."""
    rows = Consignment.objects.filter(visible(actor, right, "building__path"), pk=consignment_id)
    return fetch(rows.select_related("plan__unit", "building", "receipt"))


@dataclass(frozen=True)
class LotLine:
    """A lot with where its goods are and what it may do now."""

    lot: Lot
    stage: rules.Stage
    arrived: int
    store: int
    buildings: int
    out: int
    lost: int
    back: int
    transit: int
    moved: int

    @property
    def days_left(self) -> int | None:
        """Days until its last one; None when it does not go bad."""
        return (self.lot.use_by - timezone.localdate()).days if self.lot.use_by else None


def lot_lines(lots: Iterable[Lot], at: datetime) -> list[LotLine]:
    """Lots for a list; two reads however many they are."""
    rows = list(lots)
    stock, stages = Stock(lot.pk for lot in rows), stages_of(rows, at)
    return [
        LotLine(
            lot, stages[lot.pk], stock.arrived(lot.pk), stock.at(lot.pk, Place.STORE), stock.in_buildings(lot.pk),
            stock.at(lot.pk, Place.OUT), stock.at(lot.pk, Place.LOST), stock.at(lot.pk, Place.BACK),
            stock.at(lot.pk, Place.TRANSIT), stock.at(lot.pk, Place.MOVED),
        )
        for lot in rows
    ]  # fmt: skip


def stages_of(lots: Sequence[Lot], at: datetime) -> dict[UUID, rules.Stage]:
    """Where each lot stands; its newest disinfection counts."""
    done = dict(LotEvent.objects.filter(lot__in=lots, kind=LotEvent.Kind.DISINFECTED).values_list("lot").annotate(last=Max("at")).order_by())
    today = timezone.localtime(at).date()
    return {
        lot.pk: rules.stage(
            disinfect=lot.disinfect, rest_minutes=lot.rest_minutes, disinfected_at=done.get(lot.pk), use_by=lot.use_by, at=at, today=today
        )
        for lot in lots
    }  # fmt: skip


def lots_at(actor: Actor, unit: Unit | None = None) -> "QuerySet[Lot]":
    """Lots of the asker's part, the newest first."""
    actor.require(VIEW)
    rows = Lot.objects.filter(visible(actor, VIEW, "unit__path")).select_related("unit", "organisation")
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    return rows.order_by("-arrived_at", "-pk")


def plans_at(actor: Actor, unit: Unit | None = None) -> "QuerySet[Plan]":
    """Plans of the asker's part: open ones first, then the newest."""
    actor.require(VIEW)
    rows = Plan.objects.filter(visible(actor, VIEW, "unit__path")).select_related("unit")
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    return rows.order_by("closed_at", "-opened_at")


def items_of(plan: Plan) -> list[PlanItem]:
    """What is in a portion."""
    return list(plan.items.select_related("lot").order_by("pk"))


def portion_words(items: Sequence[PlanItem]) -> str:
    """What is in a portion, in words."""
    return "、".join(f"{one.lot.item} {one.each} {one.lot.measure}" for one in items)


def portions_in(items: Sequence[PlanItem], stock: Stock, place: str = Place.STORE, building_id: UUID | None = None) -> int:
    """Whole portions that a hand holds."""
    return min((stock.at(one.lot_id, place, (building_id, one.plan_id) if building_id else NOBODY) // one.each for one in items), default=0)


def portions_by_building(items: Sequence[PlanItem], stock: Stock, building_ids: Iterable[UUID]) -> Mapping[UUID, int]:
    """Whole portions that stand in each building."""
    return {b: portions_in(items, stock, Place.BUILDING, b) for b in building_ids}
