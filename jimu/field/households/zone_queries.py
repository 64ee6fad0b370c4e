"""Reads of zones: how buildings stand on a day, by which policy, for pages, the grid and the board."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from jimu.core.fetching import fetch_on_part
from jimu.core.permissions import STEP, Actor, under, visible
from jimu.field.households import zone_policies, zone_rules
from jimu.field.households.models import Zone, ZonePolicy
from jimu.field.households.words import ZONE_WORDS
from jimu.field.households.zone_rules import ZONES, Standing
from jimu.grid.models import Unit
from jimu.grid.splitting import natural

VIEW = "households.view"


def today(at: datetime) -> date:
    """The day of a moment where the service stands."""
    return timezone.localtime(at).date()


def policy_at(path: str, on: date) -> ZonePolicy | None:
    """The policy in force at a place on a day: the latest that began, the nearest place first among those of one day."""
    above = [path[:n] for n in range(STEP, len(path) + 1, STEP)]
    found = list(ZonePolicy.objects.filter(unit__path__in=above, effective_from__lte=on).select_related("unit"))
    return max(found, key=lambda one: (one.effective_from, one.unit.depth, one.adopted_at), default=None)


def policies_for(actor: Actor) -> list[ZonePolicy]:
    """Policies adopted at the actor's parts or above them, the newest first."""
    paths = actor.paths(VIEW)
    above = Q(unit__path__in={path[:n] for path in paths for n in range(STEP, len(path), STEP)})
    return list(ZonePolicy.objects.filter(under(paths, "unit__path") | above).select_related("unit"))


def holding_on(on: date) -> Q:
    """Zones in force on a day."""
    return Q(from_on__lte=on, ends_on__gte=on) & (Q(last_on=None) | Q(last_on__gte=on))


@dataclass(frozen=True)
class Stands:
    """A building with its zone and how it stands."""

    zone: Zone
    standing: Standing


def stands(building_ids: Iterable[UUID] | None, on: date, inside: Q | None = None) -> dict[UUID, Stands]:
    """How buildings stand on a day, by id; those under no zone are left out. One query."""
    rows = Zone.objects.filter(holding_on(on), inside or Q()).select_related("policy", "building").order_by("from_on", "made_at")
    if building_ids is not None:
        rows = rows.filter(building__in=list(building_ids))
    found: dict[UUID, Stands] = {}
    for zone in rows:
        told = standing_of(zone, on)
        if told is not None:
            found[zone.building_id] = Stands(zone, told)
    return found


def standing_of(zone: Zone, on: date) -> Standing | None:
    """How one zone stands on a day, by the policy that was kept with it."""
    track = zone_policies.of_text(zone.policy.text).tracks[zone.track]  # type: ignore[index]
    last = min(zone.ends_on, zone.last_on) if zone.last_on else zone.ends_on
    return zone_rules.standing(track, day_one=zone.day_one, last=last, on=on)


def called(standing: Standing) -> str:
    """A zone by the name that its policy has for it where that is one (高风险区), else by the common one."""
    return standing.title if standing.title.endswith("区") else str(ZONE_WORDS[standing.zone])


def zone_for(actor: Actor, zone_id: UUID, right: str = VIEW) -> Zone:
    """One zone. Raises NotFound outside the actor's part, NotPermitted without the right on it."""
    return fetch_on_part(actor, Zone.objects.filter(pk=zone_id).select_related("policy", "building"), seen=VIEW, right=right, at="building__path")


def lines_on(actor: Actor, on: date, inside: Q | None = None) -> list[Stands]:
    """Buildings of the actor's part, or of what lies `inside` it, that are under a zone: the strictest first, then by name."""
    found = stands(None, on, visible(actor, VIEW, "building__path") & (inside or Q()))
    return sorted(found.values(), key=lambda one: (ZONES.index(one.standing.zone), one.zone.building.path[:-STEP], natural(one.zone.building.name)))


@dataclass(frozen=True)
class ZoneCounts:
    """How many buildings are under which zone, and how many are tested today or end within two days, `last` of them today."""

    zones: Mapping[str, int]
    testing: int
    ending: int
    last: int = 0

    @property
    def any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.zones)


def counts_for(actor: Actor, on: date) -> ZoneCounts:
    """For the board."""
    found = [one.standing for one in stands(None, on, visible(actor, VIEW, "building__path")).values()] if actor.may(VIEW) else []
    by_zone = Counter(one.zone for one in found)
    zones: Mapping[str, int] = {zone: by_zone[zone] for zone in ZONES if by_zone[zone]}
    return ZoneCounts(zones, sum(one.test_today for one in found), sum(one.days_left <= 1 for one in found), sum(one.days_left <= 0 for one in found))


def history_of(building: Unit) -> list[Zone]:
    """Every zone a building was under, the newest first."""
    return list(Zone.objects.filter(building=building).select_related("policy").order_by("-made_at", "-from_on"))


def buildings_to_choose(actor: Actor, right: str) -> Sequence[Unit]:
    """Buildings on which the actor may set a zone."""
    return list(Unit.objects.filter(visible(actor, right), kind=Unit.Kind.BUILDING, retired_at=None).order_by("path"))
