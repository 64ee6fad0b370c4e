"""Who leads a team, or stands in for its leader: the people of it, and the role that comes with it where the team works."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from jimu.core.permissions import Actor, Granted
from jimu.incidents.models import Incident
from jimu.teams.models import Membership, Team

LEADS = Q(seat__leads=True) | Q(seat__deputy=True)


@dataclass(frozen=True)
class Group:
    """The teams that somebody leads, and the others who sit in them now."""

    teams: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.teams)


def group_of(actor: Actor) -> Group:
    """The actor's group; an empty one for who leads no team. At most two queries."""
    if actor.person_id is None:
        return Group()
    teams = frozenset(Membership.objects.filter(LEADS, person=actor.person_id, until=None).order_by().values_list("team_id", flat=True))
    if not teams:
        return Group()
    people = Membership.objects.filter(team__in=teams, until=None).exclude(person=actor.person_id).order_by().values_list("person_id", flat=True)
    return Group(teams, frozenset(people))


def grants(people: Collection[UUID]) -> Mapping[UUID, Sequence[Granted]]:
    """Who leads a confirmed team of an incident that goes on works where the team does: as a member there, until it ends. One query for all."""
    going_on = Q(team__state=Team.State.CONFIRMED, team__incident__state=Incident.State.ACTIVE)
    rows = Membership.objects.filter(LEADS, going_on, person__in=people, until=None).order_by().values_list("person_id", "team__unit__path")
    found: dict[UUID, list[Granted]] = {}
    for person_id, path in sorted(set(rows)):
        found.setdefault(person_id, []).append(Granted("member", path))
    return found
