"""What needs say of units wherever the grid is drawn."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.field.needs.queries import VIEW, open_counts
from jimu.grid.models import Unit


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """How many needs wait at each unit; overdue ones are an alarm. One query."""
    if not actor.may(VIEW):
        return {}
    return {unit_id: [_mark(n, late)] for unit_id, (n, late) in open_counts(actor, units, clock.now()).items()}


def _mark(running: int, late: int) -> UnitMark:
    if late:
        return UnitMark("needs", ngettext("{n} 件诉求超时", "{n} 件诉求超时", late).format(n=late), "bad")
    return UnitMark("needs", ngettext("诉求 {n} 件在办", "诉求 {n} 件在办", running).format(n=running))
