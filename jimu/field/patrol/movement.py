"""Who may leave a building that is under a zone: read from the ledger's zones and the policy kept with them, on the day in question.

To leave for a doctor is a right: such a pass is given and holds everywhere, whatever the zone says.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict
from jimu.field.households.zone_queries import Stands, stands, today
from jimu.field.patrol import rules
from jimu.field.patrol.models import Pass
from jimu.grid.models import Unit


class Sealed(Conflict):
    """A building of the place gives no such pass now."""

    code = "sealed"


def barred(unit: Unit, purpose: str, at: datetime) -> list[Stands]:
    """Buildings of a place that give no pass for a purpose on that day."""
    found = stands(None, today(at), Q(building__path__startswith=unit.path)).values() if purpose not in rules.ALWAYS else ()
    return [one for one in found if not rules.given(purpose, one.standing.zone, one.standing.passes)]


def require_free(unit: Unit, purpose: str, at: datetime) -> None:
    """Raise Sealed unless a pass for a purpose may be given at a place; a wide place is refused when any building of it is barred."""
    found = barred(unit, purpose, at)
    if not found:
        return
    label = Pass.Purpose(purpose).label
    if unit.kind == Unit.Kind.BUILDING:
        standing = found[0].standing
        sentence = _("{building}现在是{title}（{movement}），不能发“{purpose}”的凭证。外出就医随时可以发。")
        raise Sealed(sentence.format(building=unit.name, title=standing.title, movement=standing.movement, purpose=label))
    names = "、".join(one.zone.building.name for one in found[:5])
    sentence = _("这里有 {n} 栋楼现在不能发“{purpose}”的凭证（{names}）。请选到是哪一栋楼再发；外出就医随时可以发。")
    raise Sealed(sentence.format(n=len(found), purpose=label, names=names))


def barred_passes(cards: Iterable[Pass], at: datetime) -> set[UUID]:
    """Those of some passes whose building gives none for their purpose now. One query."""
    rows = [card for card in cards if card.purpose not in rules.ALWAYS and card.unit.kind == Unit.Kind.BUILDING]
    found = stands({card.unit_id for card in rows}, today(at)) if rows else {}
    return {
        card.pk for card in rows
        if (one := found.get(card.unit_id)) and not rules.given(card.purpose, one.standing.zone, one.standing.passes)
    }  # fmt: skip
