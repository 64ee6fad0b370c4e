"""What the relay says of units wherever the grid is drawn."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.relay import handover_queries as queries
from jimu.relay.reach import VIEW


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """Handovers that nobody accepted in time, by neighborhood. One query."""
    if not actor.may(VIEW):
        return {}
    counts: dict[UUID, int] = {}
    rows = queries.late_for(actor, clock.now()).filter(unit__in=[unit.pk for unit in units])
    for unit_id in rows.values_list("unit_id", flat=True):
        counts[unit_id] = counts.get(unit_id, 0) + 1
    return {unit_id: [UnitMark("handover", _words(count), "bad")] for unit_id, count in counts.items()}


def _words(count: int) -> str:
    return ngettext("%(n)d 次交接没人接", "%(n)d 次交接没人接", count) % {"n": count}
