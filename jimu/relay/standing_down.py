"""After an incident: people released with thanks, hours counted and certified, and what remains open in one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from jimu.core import clock, jobs, journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM, Actor, visible
from jimu.incidents.events import StoodDown
from jimu.incidents.models import Incident
from jimu.relay import handover_queries, hours
from jimu.relay.models import Certificate, Handover, HandoverItem, SeatRequest, ServiceEntry, StandDown
from jimu.teams.models import Loan

RIGHT = "relay.set"
ALL_OF_IT = timedelta(days=400)


def stood_down(event: StoodDown) -> None:
    """React to the end of an incident: open its way home, count what was served, close requests. Safe to repeat."""
    StandDown.objects.get_or_create(incident_id=event.incident_id, defaults={"opened_at": event.at})
    SeatRequest.objects.filter(incident=event.incident_id, state=SeatRequest.State.ASKED).update(
        state=SeatRequest.State.LAPSED, answered_at=event.at
    )
    hours.count(event.at, ALL_OF_IT)


@dataclass(frozen=True)
class Remains:
    """What is still open of an incident, and what was done."""

    incident: Incident
    record: StandDown
    people: int
    minutes: int
    certificates: int
    items: Sequence[HandoverItem]
    unaccepted: Sequence[Handover]
    loans: Sequence[Loan]

    @property
    def hours(self) -> int:
        return self.minutes // 60

    @property
    def custody(self) -> list[HandoverItem]:
        """Keys and cards that somebody still holds."""
        return [item for item in self.items if item.kind == HandoverItem.Kind.KEY]

    @property
    def others(self) -> list[HandoverItem]:
        return [item for item in self.items if item.kind != HandoverItem.Kind.KEY]

    @property
    def open(self) -> int:
        return len(self.items) + len(self.unaccepted) + len(self.loans)


def ended_for(actor: Actor) -> list[StandDown]:
    """The ways home on the actor's part, open ones first. One query."""
    rows = StandDown.objects.filter(visible(actor, RIGHT, "incident__scope")).select_related("incident")
    return sorted(rows, key=lambda one: (one.closed_at is not None, -one.opened_at.timestamp()))


def remains(actor: Actor, incident_id: UUID) -> Remains:
    """What is left of an incident that ended. A fixed number of queries. Raises NotFound."""
    record = StandDown.objects.select_related("incident").filter(visible(actor, RIGHT, "incident__scope"), pk=incident_id).first()
    if record is None:
        raise NotFound
    newest = list(handover_queries.newest_of(Handover.objects.filter(incident=incident_id)))
    items = handover_queries.with_newest(HandoverItem.objects.filter(handover__in=[one.pk for one in newest])).select_related("handover__unit")
    served = ServiceEntry.objects.filter(incident=incident_id).aggregate(people=Count("person", distinct=True), minutes=Sum("minutes", default=0))
    return Remains(
        incident=record.incident, record=record, people=served["people"], minutes=served["minutes"],
        certificates=Certificate.objects.filter(incident=incident_id).count(),
        items=[item for item in items if item.newest != "done"],  # type: ignore[attr-defined]
        unaccepted=[one for one in newest if one.accepted_at is None],
        loans=list(Loan.objects.filter(incident=incident_id, state__in=Loan.OPEN).select_related("person")),
    )  # fmt: skip


def close(*, actor: Actor, at: datetime, incident_id: UUID, thanks: str, left_words: str = "") -> StandDown:
    """Release everybody with thanks and certify their hours. What is still open needs a word on what becomes of it.

    Raises NotFound, Conflict when it is closed, Invalid without those words.
    """
    with transaction.atomic():
        locks.hold(f"stand-down:{incident_id}")
        left = remains(actor, incident_id)
        if left.record.closed_at is not None:
            raise Conflict(_("已经收队了。"), code="already_closed")
        if left.open and not left_words.strip():
            raise Invalid(_("还有 %(n)d 件没了结，请写明由谁、怎么了结。") % {"n": left.open}, code="needs_words")
        record = left.record
        record.closed_at, record.closed_by, record.left_open = at, actor.name, left.open
        record.thanks = thanks.strip()[:200] or _("谢谢您这些天的付出。")
        record.left_words = left_words.strip()[:200]
        record.save(update_fields=["closed_at", "closed_by", "left_open", "thanks", "left_words"])
        data = {"people": left.people, "hours": left.hours, "open": left.open}
        journal.record(
            actor=actor, at=at, verb="relay.stood_down", target=left.incident.target, scope=left.incident.scope, data=data
        )  # fmt: skip
        jobs.enqueue(actor=actor, at=at, kind="relay.certify", subject=left.incident.target, args={"incident": str(incident_id)})
        live.beat("board", left.incident.target)
    return record


def run_certify_job(run: JobRun, incident: str) -> dict[str, Any]:
    """Certify everybody's hours of an incident; repeated, it issues only what is missing."""
    people = list(ServiceEntry.objects.filter(incident=UUID(incident)).order_by().values_list("person", flat=True).distinct())
    issued = 0
    for number, person_id in enumerate(people):
        if number % 50 == 0:
            run.progress(number / len(people), _("开服务证明"))
        try:
            hours.certify(actor=SYSTEM, at=clock.now(), person_id=person_id, incident_id=UUID(incident))
            issued += 1
        except Conflict:
            # Somebody whose marks were taken back served no time.
            continue
    return {"issued": issued}


def thanks_for(person_id: UUID, at: datetime) -> list[StandDown]:
    """The thanks of the last weeks to somebody who served. One query."""
    served = ServiceEntry.objects.filter(person=person_id, minutes__gt=0).values("incident")
    return list(StandDown.objects.filter(incident__in=served, closed_at__gt=at - timedelta(days=30)).select_related("incident"))
