"""What went amiss under a plan: buildings that counted less or more than was sent, doors where the goods were wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from jimu.core import sealed
from jimu.core.permissions import Actor, visible
from jimu.field.supplies.homes import Result
from jimu.field.supplies.models import Consignment, Delivery, Plan, Receipt, Share
from jimu.field.supplies.queries import STORE


@dataclass(frozen=True)
class Amiss:
    """One of them. `note` was written at a door or on signing, and is for those who keep the store."""

    place: str
    what: str
    note: str
    at: datetime
    by: str


def of_plan(plan: Plan) -> list[Amiss]:
    """Everything amiss that nobody mended yet, the newest first. A short building is mended when its share is there."""
    short = {building for building, _n in _short([plan.pk])[plan.pk]}
    rows = Receipt.objects.filter(consignment__plan=plan).exclude(counted=F("consignment__portions"))
    found = [
        Amiss(one.consignment.building.name, _counted(one.counted - one.consignment.portions), one.note, one.at, one.by)
        for one in rows.select_related("consignment__building") if one.counted > one.consignment.portions or one.consignment.building_id in short
    ]  # fmt: skip
    for one in _wrong([plan.pk]):
        found.append(Amiss(f"{one.room.building.name} {one.room}", str(Result.WRONG.label), sealed.unseal(one.note_sealed), one.at, one.by))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _counted(off: int) -> str:
    return _("签收时短少 {n} 份").format(n=-off) if off < 0 else _("签收时多出 {n} 份").format(n=off)


@dataclass(frozen=True)
class Waiting:
    """A plan of a store where something is to be mended, in numbers."""

    plan: Plan
    short: int
    wrong: int


def waiting(actor: Actor) -> list[Waiting]:
    """Open plans of the asker's stores with what is short or wrong. A fixed number of queries."""
    plans = {plan.pk: plan for plan in Plan.objects.filter(visible(actor, STORE, "unit__path"), closed_at=None).select_related("unit")}
    short = _short(plans)
    wrong: dict[UUID, int] = {}
    for one in _wrong(plans):
        wrong[one.plan_id] = wrong.get(one.plan_id, 0) + 1
    made = [Waiting(plan, sum(n for _b, n in short[pk]), wrong.get(pk, 0)) for pk, plan in plans.items()]
    return [one for one in made if one.short or one.wrong]


def _short(plan_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, int]]]:
    """Buildings by plan that signed for less than was sent and lack it still: (building, portions)."""
    ids = list(plan_ids)
    reached: dict[tuple[UUID, UUID], int] = {}
    cut: set[tuple[UUID, UUID]] = set()
    rows = Consignment.objects.filter(plan__in=ids).values_list("plan", "building", "portions", "receipt__counted")
    for plan, building, portions, counted in rows:
        reached[plan, building] = reached.get((plan, building), 0) + (portions if counted is None else counted)
        if counted is not None and counted < portions:
            cut.add((plan, building))
    found: dict[UUID, list[tuple[UUID, int]]] = {pk: [] for pk in ids}
    for plan, building, portions in Share.objects.filter(plan__in=ids).values_list("plan", "building", "portions"):
        if (plan, building) in cut and (lacking := portions - reached[plan, building]) > 0:
            found[plan].append((building, lacking))
    return found


def _wrong(plan_ids: Iterable[UUID]) -> list[Delivery]:
    """The newest word of each door where that is that the goods are wrong."""
    last: dict[tuple[UUID, UUID], Delivery] = {}
    rooms = Delivery.objects.filter(plan__in=list(plan_ids), result=Result.WRONG).values("room")
    for one in Delivery.objects.filter(plan__in=list(plan_ids), room__in=rooms).select_related("room__building").order_by("at", "pk"):
        last[one.plan_id, one.room_id] = one
    return [one for one in last.values() if one.result == Result.WRONG]
