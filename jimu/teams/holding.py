"""Who holds a seat now: nobody sits in two teams that exclude each other, whichever incidents the teams belong to."""

from uuid import UUID

from django.db.models import Q, QuerySet

from jimu.incidents.models import Incident
from jimu.teams.models import Membership

#: The database guards one incident; over all of them, whoever seats somebody holds this lock.
LOCK = "teams:exclusive"


def holders(incident_id: UUID) -> QuerySet[Membership]:
    """Open memberships of an incident, and those of exclusive teams of every other incident under way."""
    elsewhere = ~Q(exclusive="") & Q(incident__state=Incident.State.ACTIVE)
    return Membership.objects.filter(Q(incident=incident_id) | elsewhere, until=None)
