"""What screening says of units wherever the grid is drawn: the turnout of the round that goes on there."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor
from jimu.field.screening.models import Round, Scan
from jimu.field.screening.populace import living_in
from jimu.field.screening.queries import VIEW
from jimu.field.screening.rules import turnout
from jimu.grid.models import Unit

GOOD = 96


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """How much of each unit's own round is done; three queries however many units there are."""
    if not actor.may(VIEW):
        return {}
    here = {unit.pk: unit for unit in units if actor.may(VIEW, unit.path)}
    rounds = {one.unit_id: one for one in Round.objects.filter(unit__in=here, state=Round.State.OPEN).order_by("starts_at")}
    if not rounds:
        return {}
    tested = dict(
        Scan.objects.filter(round__in=[r.pk for r in rounds.values()], struck_at=None, resident__isnull=False)
        .values_list("round").annotate(n=Count("resident", distinct=True)).order_by()
    )  # fmt: skip
    paths = [here[pk].path for pk in rounds]
    people = living_in(paths).values_list("room__building__path").annotate(n=Count("pk")).order_by()
    expected = dict.fromkeys(rounds, 0)
    for path, n in people:
        for pk in rounds:
            expected[pk] += n if path.startswith(here[pk].path) else 0
    return {pk: [_mark(turnout(tested.get(one.pk, 0), expected[pk]))] for pk, one in rounds.items()}


def _mark(percent: int) -> UnitMark:
    return UnitMark("screening", _("核酸 {n}%").format(n=percent), "good" if percent >= GOOD else "")
