"""What calls say of units wherever the grid is drawn."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.calls.models import Call
from jimu.calls.queries import VIEW, open_of_units
from jimu.calls.second_queries import answered_of
from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.grid.models import Unit


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """Where people are being called for, how many organisations have answered, and where nobody is left to ask. Three queries."""
    if not actor.may(VIEW):
        return {}
    found = open_of_units(actor, units, clock.now())
    asked = answered_of({call.pk for calls in found.values() for call in calls})
    return {unit_id: [_mark(calls, asked)] for unit_id, calls in found.items()}


def _mark(calls: Sequence[Call], asked: Mapping[UUID, tuple[int, int]]) -> UnitMark:
    told = [asked[call.pk] for call in calls if call.pk in asked]
    if told and not any(call.exhausted for call in calls):
        text = _("召集中：{asked} 家单位，{answered} 家已答复").format(asked=sum(n for n, _k in told), answered=sum(k for _n, k in told))
        return UnitMark("calls", text, "warn")
    if any(call.exhausted for call in calls):
        return UnitMark("calls", _("召集：没有更多人可问"), "bad")
    return UnitMark("calls", _("补位中") if all(call.backfill for call in calls) else _("召集中"), "warn")
