"""Reads of incidents, each within the asker's part of the grid."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from jimu.core.errors import NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor, under, visible
from jimu.grid.models import Unit
from jimu.incidents.matrix import Matrix, matrix_of
from jimu.incidents.models import Incident, IncidentUnit, Post


def neighborhoods_under(unit: Unit) -> list[Unit]:
    """The neighborhoods of a part of the grid, itself included."""
    found = Unit.objects.filter(under([unit.path]), kind=Unit.Kind.NEIGHBORHOOD, retired_at=None)
    return list(found.order_by("path"))


def open_incidents(places: Iterable[Unit], hazard: str) -> list[IncidentUnit]:
    """Incidents of a hazard under way in these neighborhoods."""
    rows = IncidentUnit.objects.filter(unit__in=list(places), hazard=hazard, ended_at=None)
    return list(rows.select_related("incident", "unit").order_by("unit__path"))


def _above(paths: Iterable[str]) -> set[str]:
    """Paths of the units that hold these, themselves left out."""
    step = Unit.steplen
    return {path[:length] for path in paths for length in range(step, len(path), step)}


def _near(actor: Actor, field: str) -> Q:
    """Rows of units in the asker's part, or of units that hold it (a block leader's neighborhood)."""
    paths = actor.paths("incidents.view")
    # An empty Q is everything, yet it vanishes from an "or".
    return Q() if "" in paths else under(paths, field) | Q(**{f"{field}__in": _above(paths)})


def _touching(actor: Actor) -> Q:
    """Incidents over the asker's part or something in it, or in whose neighborhoods the asker's part lies."""
    if "" in actor.paths("incidents.view"):
        return Q()
    mine = IncidentUnit.objects.filter(_near(actor, "unit__path")).values("incident")
    return visible(actor, "incidents.view", "scope") | Q(pk__in=mine)


def incidents_for(actor: Actor) -> "QuerySet[Incident]":
    """All incidents that concern the asker, those under way first, with counts."""
    rows = Incident.objects.filter(_touching(actor)).defer("playbook_text")
    return rows.annotate(unit_count=Count("units", distinct=True)).order_by("state", "-activated_at")


def incident_for(actor: Actor, right: str, incident_id: UUID) -> Incident:
    """One incident. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    incident = Incident.objects.filter(_touching(actor), pk=incident_id).first()
    if incident is None:
        raise NotFound
    if right != "incidents.view":
        actor.require(right, incident.scope)
    return incident


def post_for(actor: Actor, post_id: UUID) -> Post:
    """One post, with its incident and unit. Raises NotFound outside the asker's part."""
    rows = Post.objects.select_related("incident", "unit")
    post = rows.filter(visible(actor, "incidents.view", "unit__path"), pk=post_id).first()
    if post is None:
        raise NotFound
    return post


def matrix_for(actor: Actor, incident: Incident) -> Matrix:
    """The incident's posts that the asker may see, summed over the shifts of a day."""
    posts = Post.objects.filter(_near(actor, "unit__path"), incident=incident, needed__gt=0).order_by("pk")
    units = Unit.objects.filter(_near(actor, "path"), incidents__incident=incident).order_by("path")
    return matrix_of(list(units), posts.values_list("unit_id", "code", "title", "needed"))


def posts_in(actor: Actor, incident: Incident, unit_id: UUID) -> tuple[Unit, dict[str, list[Post]]]:
    """One neighborhood of an incident with its posts by group. Raises NotFound outside the asker's part."""
    unit = Unit.objects.filter(_near(actor, "path"), pk=unit_id, incidents__incident=incident).first()
    if unit is None:
        raise NotFound
    groups: dict[str, list[Post]] = {}
    for post in Post.objects.filter(incident=incident, unit=unit).order_by("group", "code", "start_minute"):
        groups.setdefault(post.group, []).append(post)
    return unit, groups


def totals(incident: Incident) -> dict[str, int]:
    """Neighborhoods, posts by shift, and the seats of the busiest weekday."""
    by_day = [0] * 7
    posts = 0
    for needed, days in Post.objects.filter(incident=incident, needed__gt=0).values_list("needed", "days"):
        posts += 1
        for day in days or range(7):
            by_day[day] += needed
    return {"units": incident.units.count(), "posts": posts, "seats": max(by_day)}


def events_of(incident: Incident, limit: int = 50) -> list[JournalEntry]:
    """What happened with an incident, newest first."""
    return list(JournalEntry.objects.filter(target=incident.target)[:limit])


def active_in(unit: Unit) -> list[Incident]:
    """Incidents under way that touch a unit."""
    rows = IncidentUnit.objects.filter(under([unit.path], "unit__path") | Q(unit__path__in=_above([unit.path])), ended_at=None)
    return list(Incident.objects.filter(units__in=rows, state=Incident.State.ACTIVE).defer("playbook_text").distinct())


def unit_named(name: str) -> Unit:
    """A subdistrict, zone or neighborhood by its name or short name; the whole subdistrict without one. For commands."""
    wide = [Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD]
    units = Unit.objects.filter(kind__in=wide, retired_at=None)
    found = units.filter(Q(short_name=name) | Q(name=name)) if name else units.filter(depth=1)
    unit: Unit | None = found.order_by("depth", "path").first()
    if unit is None and units.exists():
        raise NotFound(_("没有叫“{name}”的街道、片区或居民区。").format(name=name))
    if unit is None:
        raise NotFound(_("还没有网格。请先导入居民区底数：jimu intake 文件"), code="no_grid")
    return unit
