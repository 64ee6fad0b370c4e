"""What stands in buildings and was not brought to a door yet, from the moves alone: no ledger is read for it."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from jimu.core.permissions import Actor, visible
from jimu.field.supplies.models import Consignment, Move, Plan, Share
from jimu.field.supplies.queries import DELIVER, fresh_plans
from jimu.field.supplies.stock import Place
from jimu.grid.models import Unit
from jimu.grid.splitting import natural

MOST_PLANS = 6


def in_buildings(actor: Actor, at: datetime) -> list[tuple[Plan, list[tuple[Unit, int]]]]:
    """The newest open plans with whole portions that were signed for and stand in a building of the asker's part. Five queries.

    Left out are buildings where something of the plan is still to be signed for, and those of whose doors the ledger knows nothing.
    """
    if not actor.may(DELIVER):
        return []
    plans = list(fresh_plans(actor, at).select_related("unit").prefetch_related("items")[:MOST_PLANS])
    if not plans:
        return []
    held: dict[tuple[UUID, UUID, UUID], int] = defaultdict(int)
    moves = Move.objects.filter(visible(actor, DELIVER, "building__path"), plan__in=plans).values_list("plan", "building", "lot", "outof", "into")
    for plan_id, building_id, lot_id, outof, into, n in moves.annotate(n=Sum("number")).order_by():
        held[plan_id, building_id, lot_id] += n * ((into == Place.BUILDING) - (outof == Place.BUILDING))
    unsigned = set(Consignment.objects.filter(visible(actor, DELIVER, "building__path"), plan__in=plans, receipt=None).values_list("plan", "building"))
    items = {plan.pk: list(plan.items.all()) for plan in plans}
    found: dict[UUID, list[tuple[Unit, int]]] = {}
    shares = Share.objects.filter(visible(actor, DELIVER, "building__path"), plan__in=plans, on_ledger=True).select_related("building")
    for share in sorted(shares, key=lambda one: natural(one.building.name)):
        portions = min((held[share.plan_id, share.building_id, one.lot_id] // one.each for one in items[share.plan_id]), default=0)
        if portions > 0 and (share.plan_id, share.building_id) not in unsigned:
            found.setdefault(share.plan_id, []).append((share.building, portions))
    return [(plan, found[plan.pk]) for plan in plans if plan.pk in found]
