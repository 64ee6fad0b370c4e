"""Reads of incidents, each within the asker's part of the grid."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from jimu.core.errors import NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor, under, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit, Post


def neighborhoods_under(unit: Unit) -> list[Unit]:
    """The neighborhoods of a part of the grid, itself included."""
    found = Unit.objects.filter(under([unit.path]), kind=Unit.Kind.NEIGHBORHOOD, retired_at=None)
    return list(found.order_by("path"))


def open_incidents(places: Iterable[Unit], hazard: str) -> list[IncidentUnit]:
    """Incidents of a hazard under way in these neighborhoods."""
    rows = IncidentUnit.objects.filter(unit__in=list(places), hazard=hazard, ended_at=None)
    return list(rows.select_related("incident", "unit").order_by("unit__path"))


def _touching(actor: Actor) -> Q:
    """Incidents over the asker's part, over something in it, or over something that holds it."""
    paths = actor.paths("incidents.view")
    condition = visible(actor, "incidents.view", "scope")
    above = {path[:length] for path in paths for length in range(4, len(path), 4)}
    return condition | Q(scope__in=above)


def incidents_for(actor: Actor) -> "QuerySet[Incident]":
    """All incidents that concern the asker, those under way first, with counts."""
    rows = Incident.objects.filter(_touching(actor))
    return rows.annotate(unit_count=Count("units", distinct=True)).order_by("state", "-activated_at")


def incident_for(actor: Actor, right: str, incident_id: UUID) -> Incident:
    """One incident. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    incident = Incident.objects.filter(_touching(actor), pk=incident_id).first()
    if incident is None:
        raise NotFound
    if right != "incidents.view":
        actor.require(right, incident.scope)
    return incident


@dataclass
class UnitPosts:
    """The posts of one neighborhood, by group."""

    unit: Unit
    groups: dict[str, list[Post]]
    seats: int


def posts_by_unit(actor: Actor, incident: Incident) -> list[UnitPosts]:
    """The incident's posts that the asker may see, by neighborhood."""
    posts = Post.objects.filter(visible(actor, "incidents.view", "unit__path"), incident=incident)
    found: dict[UUID, UnitPosts] = {}
    for post in posts.select_related("unit").order_by("unit__path", "group", "code", "start_minute"):
        cell = found.setdefault(post.unit_id, UnitPosts(post.unit, defaultdict(list), 0))
        cell.groups[post.group].append(post)
        cell.seats += post.needed
    for cell in found.values():
        cell.groups = dict(cell.groups)
    return list(found.values())


def totals(incident: Incident) -> dict[str, int]:
    """Neighborhoods, posts and seats of the heaviest day."""
    sums = Post.objects.filter(incident=incident).aggregate(posts=Count("id"), seats=Sum("needed"))
    return {"units": incident.units.count(), "posts": sums["posts"] or 0, "seats": sums["seats"] or 0}


def events_of(incident: Incident, limit: int = 30) -> list[JournalEntry]:
    """What happened with an incident, newest first."""
    return list(JournalEntry.objects.filter(target=f"incident:{incident.pk}")[:limit])


def active_in(unit: Unit) -> list[Incident]:
    """Incidents under way that touch a unit."""
    rows = IncidentUnit.objects.filter(under([unit.path], "unit__path"), ended_at=None)
    above = [unit.path[:length] for length in range(4, len(unit.path), 4)]
    return list(Incident.objects.filter(Q(units__in=rows) | Q(scope__in=above), state=Incident.State.ACTIVE).distinct())
