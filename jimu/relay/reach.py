"""Who may read and who may act on handovers: a right on the place, or standing there oneself."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from jimu.core.permissions import Actor, reached
from jimu.incidents.models import Incident
from jimu.people.models import UnitLeader
from jimu.relay import policy
from jimu.roster.models import Assignment, Roster

VIEW, HAND = "relay.view", "relay.hand"


def stands_at(person_id: UUID | None, at: datetime) -> list[tuple[UUID, str]]:
    """The places and post codes where somebody has a seat around now, by the rosters in force. One query."""
    if person_id is None:
        return []
    rows = Assignment.objects.filter(
        person=person_id,
        shift__roster__state=Roster.State.PUBLISHED,
        shift__roster__incident__state=Incident.State.ACTIVE,
        shift__starts_at__lte=at + policy.NEAR,
        shift__ends_at__gte=at - policy.NEAR,
    )
    return list(rows.values_list("shift__unit_id", "shift__post__code").distinct())


def leads(person_id: UUID | None) -> list[UUID]:
    """The units that somebody leads or stands in for. One query."""
    if person_id is None:
        return []
    return list(UnitLeader.objects.filter(person=person_id, until=None).values_list("unit_id", flat=True))


def handovers_within(actor: Actor, at: datetime, right: str = VIEW) -> Q:
    """A filter for the handovers that the actor may read (or act on), by the grid or by their own place in them."""
    found = reached(actor, right, "unit__path") if actor.paths(right) else Q(pk__in=[])
    for unit_id, code in stands_at(actor.person_id, at):
        found |= Q(unit=unit_id, post_code=code)
    led = leads(actor.person_id)
    return found | Q(unit__in=led) if led else found
