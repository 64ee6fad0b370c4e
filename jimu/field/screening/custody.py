"""Tubes on their way: packed into a batch, handed over, received, each with a signature."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor
from jimu.field.screening import queries
from jimu.field.screening.models import Batch, Tube, TubeEvent
from jimu.field.screening.setting_up import made_target
from jimu.people.intake import cells

WORK = queries.WORK
MOST_TUBES = 500
Kind = TubeEvent.Kind


def pack(*, actor: Actor, at: datetime, round_id: UUID, site_id: UUID, tube_ids: Sequence[UUID]) -> Batch:
    """Put sealed tubes of a site into one box. Raises Conflict when one of them is open, or travels already."""
    with transaction.atomic():
        locks.hold(f"screening:{round_id}")
        site = queries.site_for(actor, site_id)
        found = queries.round_for(actor, round_id, WORK)
        tubes = list(Tube.objects.filter(pk__in=tube_ids, round=found, site=site))
        if not tubes or len(tubes) != len(set(tube_ids)) or len(tubes) > MOST_TUBES:
            raise Invalid(_("请勾选这个点位已封好的管子。"), code="no_tubes")
        wrong = next((tube for tube in tubes if tube.sealed_at is None or tube.batch_id is not None), None)
        if wrong is not None:
            raise Conflict(_("{tube} 管还没有封，或已经装箱。请刷新后再勾选。").format(tube=wrong.code), code="tube_not_ready")
        number = (Batch.objects.filter(round=found).aggregate(n=Max("number"))["n"] or 0) + 1
        batch = Batch.objects.create(round=found, site=site, number=number, made_at=at, made_by=actor.name)
        Tube.objects.filter(pk__in=[tube.pk for tube in tubes]).update(batch=batch)
        _tell(actor, at, batch, tubes, Kind.PACKED, "screening.packed", "")
    return batch


def hand_over(*, actor: Actor, at: datetime, batch_id: UUID, courier: str) -> Batch:
    """The courier takes the box and signs."""
    with transaction.atomic():
        batch, tubes = _held(actor, batch_id)
        if batch.handed_at is not None:
            raise Conflict(_("第 {n} 箱已经交出。").format(n=batch.number), code="handed_already")
        batch.handed_at, batch.handed_by, batch.courier_sealed = at, actor.name, sealed.seal(_signature(courier))
        batch.save(update_fields=["handed_at", "handed_by", "courier_sealed"])
        _tell(actor, at, batch, tubes, Kind.HANDED, "screening.handed", batch.courier_sealed)
    return batch


def receive(*, actor: Actor, at: datetime, batch_id: UUID, receiver: str) -> Batch:
    """The laboratory has the box: the clocks of its tubes stand still."""
    with transaction.atomic():
        batch, tubes = _held(actor, batch_id)
        if batch.handed_at is None:
            raise Conflict(_("第 {n} 箱还没有交给转运员，先登记交出。").format(n=batch.number), code="not_handed")
        if batch.received_at is not None:
            raise Conflict(_("第 {n} 箱已经签收。").format(n=batch.number), code="received_already")
        batch.received_at, batch.received_by, batch.receiver_sealed = at, actor.name, sealed.seal(_signature(receiver))
        batch.save(update_fields=["received_at", "received_by", "receiver_sealed"])
        _tell(actor, at, batch, tubes, Kind.RECEIVED, "screening.received", batch.receiver_sealed)
    return batch


def _held(actor: Actor, batch_id: UUID) -> tuple[Batch, list[Tube]]:
    locks.hold(f"screening:batch:{batch_id}")
    batch = queries.batch_for(actor, batch_id)
    return batch, list(Tube.objects.filter(batch=batch))


def _signature(words: str) -> str:
    name = cells.name(words)
    if not cells.is_name(name):
        raise Invalid(_("请写签字人的姓名。"), code="no_signature")
    return name


def _tell(actor: Actor, at: datetime, batch: Batch, tubes: Sequence[Tube], kind: str, verb: str, note: str) -> None:
    TubeEvent.objects.bulk_create([TubeEvent(tube=tube, kind=kind, at=at, by=actor.name, note_sealed=note) for tube in tubes])
    data = {"number": batch.number, "tubes": len(tubes), "site": batch.site.name}
    journal.record(actor=actor, at=at, verb=verb, target=f"batch:{batch.pk}", scope=batch.site.unit.path, data=data)
    live.beat(made_target(batch.round))


