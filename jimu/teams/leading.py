"""Who leads a team, or stands in for its leader: the people of it, and the role that comes with it where the team works."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from jimu.accounts.models import Account
from jimu.core import plain
from jimu.core.permissions import Actor, Granted
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.teams.models import Membership, Seat, Team

LEADS = Q(seat__leads=True) | Q(seat__deputy=True)


@dataclass(frozen=True)
class Group:
    """The teams that somebody leads, and the others who sit in them now."""

    teams: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()

    @cached_property
    def accounts(self) -> Mapping[int, UUID]:
        """Their accounts, each with whose it is. One query, when it is asked for."""
        return dict(Account.objects.filter(person__in=self.people).values_list("pk", "person_id")) if self.people else {}

    def __bool__(self) -> bool:
        return bool(self.teams)


def led(person_id: UUID | None) -> "QuerySet[Membership]":
    """The seats from which somebody leads a confirmed team of an incident that goes on, or stands in for its leader."""
    rows = Membership.objects.filter(LEADS, until=None, team__state=Team.State.CONFIRMED, incident__state=Incident.State.ACTIVE)
    return rows.filter(person=person_id) if person_id is not None else rows.none()


def teams_led(actor: Actor) -> list[Team]:
    """The teams that the actor leads, with where they work. One query; none for an account that is nobody's."""
    rows = Team.objects.filter(pk__in=led(actor.person_id).values("team")).select_related("unit") if actor.person_id else Team.objects.none()
    return list(rows.order_by("unit__path", "order", "pk"))


def group_of(actor: Actor) -> Group:
    """The actor's group; an empty one for who leads no team. At most two queries."""
    teams = frozenset(led(actor.person_id).order_by().values_list("team_id", flat=True))
    if not teams:
        return Group()
    people = Membership.objects.filter(team__in=teams, until=None).exclude(person=actor.person_id).order_by().values_list("person_id", flat=True)
    return Group(teams, frozenset(people))


def grants(people: Collection[UUID]) -> Mapping[UUID, Sequence[Granted]]:
    """Who leads a confirmed team of an incident that goes on works where the team does: as a member there, until it ends.

    One statement for all, in plain SQL: every page and every batch of a phone asks it.
    """
    names = {name: model._meta.db_table for name, model in (("m", Membership), ("s", Seat), ("t", Team), ("i", Incident), ("u", Unit))}
    rows = plain.rows(
        f"SELECT DISTINCT m.person_id, u.path FROM {names['m']} m JOIN {names['s']} s ON s.id = m.seat_id JOIN {names['t']} t ON t.id = m.team_id"
        f" JOIN {names['i']} i ON i.id = t.incident_id JOIN {names['u']} u ON u.id = t.unit_id"
        f" WHERE m.until IS NULL AND (s.leads OR s.deputy) AND t.state = %s AND i.state = %s AND m.person_id IN {plain.marks(people)} ORDER BY u.path",
        [Team.State.CONFIRMED.value, Incident.State.ACTIVE.value, *plain.keys(people)],
    )
    found: dict[UUID, list[Granted]] = {}
    for person_id, path in rows:
        found.setdefault(plain.uuid_of(person_id), []).append(Granted("member", path))
    return found
