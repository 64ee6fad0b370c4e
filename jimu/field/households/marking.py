"""What zones say of units wherever the grid is drawn: counts for wide units, the day for a building. No health fact."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.permissions import Actor, under
from jimu.field.households.words import ZONE_TONES, ZONE_WORDS
from jimu.field.households.zone_queries import VIEW, stands, today
from jimu.field.households.zone_rules import ZONES
from jimu.grid.models import Unit


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """Buildings under zones, of each unit. Two queries at most."""
    shown = [unit for unit in units if actor.may(VIEW, unit.path)]
    if not shown:
        return {}
    inside = under(sorted({unit.path for unit in shown}), "building__path") if len(shown) <= 40 else None
    found = list(stands(None, today(clock.now()), inside).values())
    told: dict[UUID, list[UnitMark]] = {}
    for unit in shown:
        here = [one.standing for one in found if one.zone.building.path.startswith(unit.path)]
        if unit.kind == Unit.Kind.BUILDING:
            told[unit.pk] = [UnitMark("zone", day_words(one.zone, one.day), ZONE_TONES[one.zone]) for one in here]
            continue
        counts = Counter(one.zone for one in here)
        words = [(zone, counts[zone]) for zone in ZONES if counts[zone]]
        told[unit.pk] = [UnitMark(f"zone-{zone}", _("{zone} {n} 栋").format(zone=ZONE_WORDS[zone], n=n), ZONE_TONES[zone]) for zone, n in words]
    return {pk: lines for pk, lines in told.items() if lines}


def day_words(zone: str, day: int) -> str:
    """封控区第 3 天."""
    return _("{zone}第 {day} 天").format(zone=ZONE_WORDS[zone], day=day)
