"""What medicine says of units wherever the grid is drawn."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.field.medicine.queries import VIEW, open_counts
from jimu.grid.models import Unit


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """How many wait for medicine at each unit; overdue ones are an alarm. One query."""
    if not actor.may(VIEW):
        return {}
    return {
        unit_id: [_mark(n, late)] for unit_id, (n, late) in open_counts(actor, units, clock.now()).items()
    }


def _mark(running: int, late: int) -> UnitMark:
    if late:
        return UnitMark("medicine", ngettext("{n} 单配药超时", "{n} 单配药超时", late).format(n=late), "bad")
    return UnitMark("medicine", ngettext("配药 {n} 单在办", "配药 {n} 单在办", running).format(n=running))
