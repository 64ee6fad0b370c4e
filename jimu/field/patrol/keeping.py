"""Who keeps a gate now: taken over and left by the keeper's own word."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import locks
from jimu.core.errors import Conflict
from jimu.core.permissions import Actor
from jimu.field.patrol import queries
from jimu.field.patrol.models import Gate, Keeping
from jimu.field.patrol.telling import tell


def keep(*, actor: Actor, at: datetime, gate_id: UUID) -> Keeping:
    """The actor keeps the gate from now on; said twice it is once. Raises Conflict for a gate that is no more."""
    with transaction.atomic():
        gate = _held(actor, gate_id)
        if gate.closed_at is not None or gate.over(at):
            raise Conflict(_("这个卡口已经撤了，或已到期。"), code="gate_closed")
        there = gate.keepings.filter(account_id=actor.account_id, until=None).first()
        if there is not None:
            return there
        made = Keeping.objects.create(gate=gate, account_id=actor.account_id, by=actor.name, since=at)
        tell(actor, at, "patrol.kept", gate.target, gate.unit.path, name=gate.name)
    return made


def leave(*, actor: Actor, at: datetime, gate_id: UUID) -> int:
    """The actor's duty at the gate is over. Returns how many still keep it. Raises Conflict for who did not."""
    with transaction.atomic():
        gate = _held(actor, gate_id)
        if not gate.keepings.filter(account_id=actor.account_id, until=None, since__lte=at).update(until=at):
            raise Conflict(_("您现在没有守这个卡口。"), code="not_keeping")
        tell(actor, at, "patrol.left", gate.target, gate.unit.path, name=gate.name)
        return gate.keepings.filter(until=None).count()


def _held(actor: Actor, gate_id: UUID) -> Gate:
    gate = queries.gate_for(actor, gate_id)
    locks.hold(f"patrol:{gate.pk}")
    gate.refresh_from_db(fields=["closed_at"])
    return gate
