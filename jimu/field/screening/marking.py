"""What screening says of units wherever the grid is drawn: the turnout of the round that goes on there."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.field.screening.models import Round
from jimu.field.screening.populace import living_in
from jimu.field.screening.queries import VIEW
from jimu.field.screening.untested import Turnout, counted
from jimu.grid.models import Unit

GOOD = 96


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """How much of each unit's own round is done: of those who live there now, who is tested. Four queries however many units there are."""
    if not actor.may(VIEW):
        return {}
    here = {unit.pk: unit for unit in units if actor.may(VIEW, unit.path)}
    rounds = {one.unit_id: one for one in Round.objects.filter(unit__in=here, state=Round.State.OPEN).order_by("starts_at")}
    if not rounds:
        return {}
    turnouts = {pk: Turnout() for pk in rounds}
    living = living_in([here[pk].path for pk in rounds])
    for path, n in living.values_list("room__building__path").annotate(n=Count("pk")).order_by():
        for pk, one in turnouts.items():
            one.expected += n if path.startswith(here[pk].path) else 0
    where = "resident__room__building__path"
    scans = counted(*rounds.values()).filter(resident__in=living)
    for unit, path, n in scans.values_list("round__unit", where).annotate(n=Count("resident", distinct=True)).order_by():
        turnouts[unit].tested += n if path.startswith(here[unit].path) else 0
    return {pk: [_mark(one.percent)] for pk, one in turnouts.items()}


def _mark(percent: int) -> UnitMark:
    return UnitMark("screening", _("核酸 {n}%").format(n=percent), "good" if percent >= GOOD else "")
