"""Pictures of medicine boxes, sealed."""

import base64
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jimu.core import journal, sealed
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor
from jimu.core.pictures import cleaned
from jimu.field.medicine import queries
from jimu.field.medicine.models import Order, Photo


def keep(order: Order, raw: bytes, at: datetime) -> None:
    """Put a picture with an order. Called inside the transaction that makes the order."""
    Photo.objects.create(
        order=order, image_sealed=sealed.seal(base64.b64encode(cleaned(raw)).decode()), at=at
    )


def read(*, actor: Actor, at: datetime, photo_id: UUID) -> bytes:
    """A picture, for who may read drugs. Who looked stands in the journal."""
    with transaction.atomic():
        photo = Photo.objects.select_related("order__unit", "order__trip").filter(pk=photo_id).first()
        if photo is None or not queries.may_read_drugs(actor, photo.order):
            raise NotFound
        journal.record(
            actor=actor,
            at=at,
            verb="medicine.revealed",
            target=photo.order.target,
            scope=photo.order.unit.path,
        )
    return base64.b64decode(sealed.unseal(photo.image_sealed))
