"""What transfer says of units wherever the grid is drawn."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.field.transfer.queries import VIEW, open_counts
from jimu.grid.models import Unit


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """How many are moved at each unit; somebody alone at home and what is overdue are alarms. Two queries."""
    if not actor.may(VIEW):
        return {}
    return {unit_id: [_mark(*found)] for unit_id, found in open_counts(actor, units, clock.now()).items()}


def _mark(running: int, late: int, alone: int) -> UnitMark:
    if alone:
        return UnitMark("transfer", ngettext("转运后 {n} 项没人照看", "转运后 {n} 项没人照看", alone).format(n=alone), "bad")
    if late:
        return UnitMark("transfer", ngettext("转运 {n} 人超时", "转运 {n} 人超时", late).format(n=late), "bad")
    return UnitMark("transfer", ngettext("转运 {n} 人在办", "转运 {n} 人在办", running).format(n=running))
