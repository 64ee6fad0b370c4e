"""Reads of phones: the one that a secret opens, those of a part of the grid."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.sync.models import Device, Operation
from jimu.sync.rules import digest_of

RIGHT = "sync.manage"


def device_of(secret: str) -> Device | None:
    """The phone of a secret, revoked and ended ones too: what they are told is the door's to decide."""
    return Device.objects.select_related("account", "unit").filter(digest=digest_of(secret)).first()


def devices_for(actor: Actor) -> "QuerySet[Device]":
    """Phones on the actor's part, and the actor's own."""
    own = Q(account_id=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
    return Device.objects.filter(visible(actor, RIGHT, "unit__path") | own).select_related("account", "unit")


def device_for(actor: Actor, device_id: UUID) -> Device:
    """One phone. Raises NotFound outside the actor's part."""
    device = devices_for(actor).filter(pk=device_id).first()
    if device is None:
        raise NotFound
    return device


def outcomes_of(device: Device, op_ids: list[UUID]) -> list[dict[str, object]]:
    """What became of operations that a phone still holds as being looked at."""
    rows = Operation.objects.filter(device=device, pk__in=op_ids).exclude(outcome=Operation.Outcome.LOOK)
    return [{"op_id": str(row.op_id), "outcome": row.outcome, **row.answer} for row in rows]


def waits(device: Device, at: datetime) -> bool:
    """Whether an invitation is still open."""
    return device.enrolled_at is None and device.revoked_at is None and at <= device.invite_until
