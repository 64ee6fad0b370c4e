"""What the sample's store holds: vegetables on their way to the doors, donated milk that still rests, masks; a gate and a pass."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.patrol import actions as gates
from jimu.field.patrol.models import Gate
from jimu.field.patrol.movement import barred
from jimu.field.supplies import delivering, handing, homes, planning, receiving
from jimu.field.supplies.delivering import Told
from jimu.field.supplies.models import Lot
from jimu.field.supplies.planning import Wish
from jimu.field.supplies.receiving import Given
from jimu.grid.models import Unit

#: What was found at the first doors of the first building.
FOUND = ("done", "done", "done", "nobody", "done", "refused", "done")


def keep_store(*, actor: Actor, at: datetime) -> int:
    """Fill the first neighborhood's store unless something is there; returns how many portions are on their way."""
    place = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path").first()
    if place is None or Lot.objects.filter(unit=place).exists():
        return 0
    with transaction.atomic():
        morning = at - timedelta(hours=4)
        bags = receiving.arrive(actor=actor, at=morning, unit_id=place.pk, given=Given("蔬菜包", "袋", 700, "government", use_by=timezone.localtime(at + timedelta(days=3)).date()))
        receiving.disinfect(actor=actor, at=morning + timedelta(minutes=20), lot_id=bags.pk)
        receiving.count(actor=actor, at=morning + timedelta(minutes=90), lot_id=bags.pk, number=698)
        milk = receiving.arrive(actor=actor, at=at - timedelta(minutes=50), unit_id=place.pk, given=Given("牛奶", "箱", 120, "donation", "安心商会"))
        receiving.disinfect(actor=actor, at=at - timedelta(minutes=40), lot_id=milk.pk)
        receiving.arrive(actor=actor, at=at - timedelta(minutes=10), unit_id=place.pk, given=Given("口罩", "盒", 400, "shop", "平安药房"))
        plan = planning.make_plan(actor=actor, at=at - timedelta(hours=2), wish=Wish("第三批蔬菜包", {bags.pk: 1}))
        sent = handing.issue_all(actor=actor, at=at - timedelta(minutes=90), plan_id=plan.pk)
        handing.sign(actor=actor, at=at - timedelta(minutes=70), consignment_id=sent[0].pk, counted=sent[0].portions - 1, note="少一袋")
        share = plan.shares.get(building=sent[0].building_id)
        doors = homes.doors_of(plan, share).doors
        told = [Told(new_id(), plan.pk, d.home.stop.room_id, r, at - timedelta(minutes=60 - 3 * n)) for n, (d, r) in enumerate(zip(doors, FOUND, strict=False))]
        delivering.deliver_all(actor=actor, told=told)
        if not Gate.objects.exists():
            gates.open_gate(actor=actor, at=morning, unit_id=place.pk, name="北门", basis="街道第 3 号通告", ends_on=timezone.localtime(at + timedelta(days=7)).date())
            free = next((house for house in Unit.objects.filter(path__startswith=place.path, kind=Unit.Kind.BUILDING) if not barred(house, "work", morning)), None)
            if free is not None:
                gates.issue(actor=actor, at=morning, unit_id=free.pk, leave=gates.Leave("work", morning, at + timedelta(days=1)))
    return sum(one.portions for one in sent)
