"""Hours served: counted once when a shift is over, corrected by rows beside, certified with a code anybody can check."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from jimu.core import clock, journal, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.jobs import JobRun
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.messages.actions import Letter, enqueue
from jimu.relay import attendance_queries, rules
from jimu.relay.models import Certificate, ServiceEntry
from jimu.roster.models import Assignment, CheckIn, Roster

# A shift is counted when nobody will sign out any more; one that the service slept through, for as long as this.
WAIT, WINDOW = timedelta(hours=1), timedelta(days=3)
BATCH = 500
SYSTEM_NAME = "system"
# No letter or digit that is mistaken for another when read out.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def uncounted(at: datetime, window: timedelta = WINDOW) -> "QuerySet[Assignment]":
    """Seats of past shifts where somebody was seen and whose time is not counted yet."""
    seen = CheckIn.objects.filter(assignment=OuterRef("pk"), mark=CheckIn.Mark.ARRIVED)
    counted = ServiceEntry.objects.filter(
        person=OuterRef("person"), post=OuterRef("shift__post"), day=OuterRef("shift__day"), corrects=None
    )
    rows = Assignment.objects.filter(
        shift__ends_at__lte=at - WAIT, shift__ends_at__gt=at - window, shift__roster__published_at__isnull=False
    )
    return rows.filter(Exists(seen), ~Exists(counted)).select_related("shift__roster")


def count(at: datetime, window: timedelta = WINDOW) -> int:
    """Count what was served; returns how many shifts. Twice at once counts once: the database refuses the second."""
    made = 0
    rows = attendance_queries.with_marks(uncounted(at, window)).exclude(shift__roster__state=Roster.State.DRAFT)
    for chunk in _chunks(list(rows)):
        entries = [_entry(one, at) for one in attendance_queries.presence(chunk)]
        before = ServiceEntry.objects.count()
        ServiceEntry.objects.bulk_create(entries, ignore_conflicts=True)
        made += ServiceEntry.objects.count() - before
    return made


def count_now(seats: "QuerySet[Assignment]", at: datetime) -> None:
    """Count what was served on seats that somebody leaves before the end, once."""
    rows = attendance_queries.with_marks(seats.select_related("shift__roster"))
    ServiceEntry.objects.bulk_create([_entry(one, at) for one in attendance_queries.presence(list(rows))], ignore_conflicts=True)


def run_count_job(run: JobRun) -> dict[str, Any]:
    """The job of the timer."""
    return {"counted": count(clock.now())}


def due() -> bool:
    """Whether a shift waits to be counted. One query."""
    return uncounted(clock.now()).exists()


def _chunks(rows: list[Assignment]) -> list[list[Assignment]]:
    return [rows[n : n + BATCH] for n in range(0, len(rows), BATCH)]


def _entry(one: attendance_queries.Presence, at: datetime) -> ServiceEntry:
    shift = one.assignment.shift
    minutes = rules.served_minutes(
        starts_at=shift.starts_at, ends_at=shift.ends_at, arrived_at=None if one.absent else one.arrived_at, left_at=one.left_at
    )
    return ServiceEntry(
        person_id=one.assignment.person_id, incident_id=shift.roster.incident_id, post_id=shift.post_id, day=shift.day,
        minutes=minutes, at=at, by=SYSTEM_NAME,
    )  # fmt: skip


def correct(*, actor: Actor, at: datetime, entry_id: UUID, minutes: int, reason: str) -> ServiceEntry:
    """Say how long it really was: the difference is written beside. Raises Invalid without a reason, NotFound."""
    if not reason.strip() or not 0 <= minutes <= 24 * 60:
        raise Invalid(_("请写明实际多少分钟（0 到 1440）和更正的原因。"), code="needs_reason")
    with transaction.atomic():
        locks.hold(f"service:{entry_id}")
        entry = (
            ServiceEntry.objects.select_related("post__unit")
            .filter(visible(actor, "relay.decide", "post__unit__path"), pk=entry_id, corrects=None)
            .first()
        )
        if entry is None or entry.person_id == actor.person_id:
            raise NotFound
        before = entry.minutes + (entry.corrections.aggregate(n=Sum("minutes"))["n"] or 0)
        made = ServiceEntry.objects.create(
            person_id=entry.person_id, incident_id=entry.incident_id, post_id=entry.post_id, day=entry.day, corrects=entry,
            minutes=minutes - before, reason=reason.strip()[:120], at=at, by=actor.name,
        )  # fmt: skip
        enqueue(actor=actor, at=at, letters=[_correction_letter(made, before, minutes)])
        journal.record(
            actor=actor, at=at, verb="service.corrected", target=f"person:{entry.person_id}", scope=entry.post.unit.path,
            data={"from": before, "to": minutes},
        )  # fmt: skip
    return made


def _correction_letter(made: ServiceEntry, before: int, minutes: int) -> Letter:
    """What the person reads of it: who changed what, and why."""
    words = _("您 {day} {post} 的服务时间由 {before} 改为 {after}，原因：{reason}（{by}）。有疑问请找负责人。")
    text = words.format(
        day=f"{made.day:%m-%d}", post=made.post.title, before=hours_words(before), after=hours_words(minutes), reason=made.reason, by=made.by
    )
    return Letter(key=f"service:{made.pk}", unit_id=made.post.unit_id, person_id=made.person_id, text=text)


def hours_words(minutes: int) -> str:
    """A span as one says it: 3 小时 30 分钟."""
    whole, rest = divmod(max(0, minutes), 60)
    return _("{h} 小时 {m} 分钟").format(h=whole, m=rest) if rest else _("{h} 小时").format(h=whole)


@dataclass(frozen=True)
class Counted:
    """A shift of somebody as it was counted, with what was corrected since."""

    entry: ServiceEntry
    corrections: Sequence[ServiceEntry]

    @property
    def minutes(self) -> int:
        return self.entry.minutes + sum(one.minutes for one in self.corrections)

    @property
    def words(self) -> str:
        return hours_words(self.minutes)


def counted(rows: "QuerySet[ServiceEntry]") -> list[Counted]:
    """Entries with their corrections, in the order of their days. Two queries."""
    found = rows.filter(corrects=None).select_related("post__unit", "person").prefetch_related("corrections").order_by("day", "at")
    return [Counted(row, sorted(row.corrections.all(), key=lambda one: one.at)) for row in found]


def counted_at(actor: Actor, unit: Unit, day: date) -> dict[tuple[UUID, UUID], Counted]:
    """What was counted at a neighborhood on a day where the actor may correct it, by person and post."""
    rows = ServiceEntry.objects.filter(visible(actor, "relay.decide", "post__unit__path"), post__unit=unit, day=day)
    return {(one.entry.person_id, one.entry.post_id): one for one in counted(rows)}


def corrections_of(person_id: UUID) -> list[Counted]:
    """Somebody's shifts whose time was corrected, the newest first."""
    return [one for one in reversed(counted(ServiceEntry.objects.filter(person=person_id))) if one.corrections]


@dataclass(frozen=True)
class Served:
    """What somebody served in one incident."""

    incident: Incident
    minutes: int
    first_day: date
    last_day: date
    certificate: Certificate | None

    @property
    def hours(self) -> str:
        """Hours with half hours, rounded down."""
        return f"{self.minutes // 30 / 2:g}"


def served_by(person_id: UUID) -> list[Served]:
    """Somebody's hours, incident by incident, newest first. Three queries."""
    rows = ServiceEntry.objects.filter(person=person_id).order_by().values_list("incident")
    sums = {pk: more for pk, *more in rows.annotate(Sum("minutes"), Min("day"), Max("day"))}
    incidents = Incident.objects.filter(pk__in=list(sums)).order_by("-activated_at")
    issued = {(one.incident_id, one.minutes): one for one in Certificate.objects.filter(person=person_id)}
    found = []
    for one in incidents:
        minutes, first, last = sums[one.pk]
        found.append(Served(one, minutes, first, last, issued.get((one.pk, minutes))))
    return found


def certify(*, actor: Actor, at: datetime, person_id: UUID, incident_id: UUID) -> Certificate:
    """A certificate of somebody's own hours in an incident; the same hours give the same one. Raises NotFound, Conflict."""
    if not actor.is_system and actor.person_id != person_id:
        raise NotFound
    with transaction.atomic():
        locks.hold(f"certificate:{person_id}")
        served = next((one for one in served_by(person_id) if one.incident.pk == incident_id), None)
        if served is None:
            raise NotFound
        if served.minutes <= 0:
            raise Conflict(_("这次响应里还没有记到服务时间，开不了证明。"), code="no_hours")
        if served.certificate is not None:
            return served.certificate
        made = Certificate.objects.create(
            code="".join(secrets.choice(ALPHABET) for _n in range(12)), person_id=person_id, incident_id=incident_id,
            minutes=served.minutes, first_day=served.first_day, last_day=served.last_day, issued_at=at, issued_by=actor.name,
        )  # fmt: skip
        journal.record(
            actor=actor, at=at, verb="service.certified", target=f"person:{person_id}", scope=served.incident.scope,
            data={"minutes": served.minutes},
        )  # fmt: skip
    return made


def certificate_with(code: str) -> Certificate | None:
    """The certificate of a code as somebody typed it: spaces, hyphens and small letters do not matter."""
    typed = "".join(code.upper().replace("-", "").split())
    return Certificate.objects.select_related("person").filter(code=typed).first() if len(typed) == 12 else None
