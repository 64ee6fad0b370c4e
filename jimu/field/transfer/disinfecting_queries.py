"""What is to be disinfected, for those whom it concerns: which flats are on the list tells the street who fell ill.

That are who sees to transfers at the place (the building's own leader, the block, the desk), who is on duty for it that day by the published
roster, and whoever signed for the keys of the flat. Everybody else of the part sees nothing, and signs nothing.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from jimu.core import clock
from jimu.core.permissions import Actor, under, visible
from jimu.field.transfer import policy, queries
from jimu.field.transfer.models import Disinfection, KeySignature
from jimu.grid.models import Unit
from jimu.roster.models import Assignment, Roster

WITH = ("unit", "room", "transfer__unit", "first", "second")
SIGNED_FOR = (KeySignature.Kind.COLLECTED, KeySignature.Kind.TAKEN)


def disinfections_for(actor: Actor, at: datetime, *, over: bool = False, unit: Unit | None = None) -> "QuerySet[Disinfection]":
    """What is to be disinfected that concerns the asker, the most overdue first. It does not say for whom."""
    rows = within_reach(actor, at)
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    return rows.filter(state=Disinfection.State.DONE).order_by("-done_at") if over else rows.filter(state__in=Disinfection.OPEN).order_by("alarm_at", "pk")


def within_reach(actor: Actor, at: datetime) -> "QuerySet[Disinfection]":
    """All that concern the asker at a moment."""
    mine = visible(actor, queries.VIEW, "unit__path")
    if actor.person_id is not None:
        places = duty_places(actor.person_id, at)
        if places:
            mine |= under(places, "unit__path") & visible(actor, queries.OWN, "unit__path")
        handed = KeySignature.objects.filter(taker=actor.person_id, kind__in=SIGNED_FOR).values("key__transfer")
        mine |= Q(transfer__in=handed) | Q(first=actor.person_id)
    return Disinfection.objects.filter(mine).select_related(*WITH)


def duty_places(person_id: UUID, at: datetime) -> list[str]:
    """Paths of the places at which somebody is on duty for disinfection that day: on a seat of a published roster, at a post that the playbook names."""
    day = timezone.localtime(at).date()
    begin, end = clock.at_minute(day, 0), clock.at_minute(day, 24 * 60)
    seats = Assignment.objects.filter(
        person=person_id, standby=False, shift__roster__state=Roster.State.PUBLISHED, shift__starts_at__lt=end, shift__ends_at__gt=begin
    )
    found = {(seat.shift.unit, seat.shift.post.code) for seat in seats.select_related("shift__unit", "shift__post")}
    return sorted({unit.path for unit, code in found if code in policy.of_place(unit).disinfect_posts})
