"""What calls say of units wherever the grid is drawn."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.calls.models import Call
from jimu.calls.queries import VIEW, open_of_units
from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.grid.models import Unit


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """Where people are being called for, and where nobody is left to ask. Two queries."""
    if not actor.may(VIEW):
        return {}
    return {unit_id: [_mark(calls)] for unit_id, calls in open_of_units(actor, units, clock.now()).items()}


def _mark(calls: Sequence[Call]) -> UnitMark:
    if any(call.exhausted for call in calls):
        return UnitMark("calls", _("召集：没有更多人可问"), "bad")
    return UnitMark("calls", _("补位中") if all(call.backfill for call in calls) else _("召集中"), "warn")
