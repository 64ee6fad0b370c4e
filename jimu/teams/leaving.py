"""People who leave all their team seats at once: the seats stand open and say so; the rows end and stay."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.permissions import Actor
from jimu.incidents.models import Incident
from jimu.teams.forming import TOPICS
from jimu.teams.models import Membership, Seat


def vacate(people: Collection[UUID], *, actor: Actor, at: datetime) -> list[tuple[UUID, UUID]]:
    """End what these people sit on in active incidents; (person, seat) of each. The caller has seen to the right."""
    with transaction.atomic():
        rows = Membership.objects.filter(person__in=people, until=None, incident__state=Incident.State.ACTIVE)
        locks.hold(*(f"teams:{incident_id}" for incident_id in set(rows.values_list("incident", flat=True))))
        found = list(rows.select_related("team__unit").order_by("pk"))
        Membership.objects.filter(pk__in=[row.pk for row in found]).update(until=at)
        Seat.objects.filter(pk__in=[row.seat_id for row in found]).update(open_reason=_("原来的人暂时不在岗"))
        for row in found:
            data = {"person": str(row.person_id), "seat": str(row.seat_id)}
            journal.record(actor=actor, at=at, verb="teams.released", target=f"team:{row.team_id}", scope=row.team.unit.path, data=data)
        if found:
            live.beat(*TOPICS)
    return [(row.person_id, row.seat_id) for row in found]
