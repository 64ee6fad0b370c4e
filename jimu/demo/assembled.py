"""The sample's people learn before the order comes, and stand in teams once it has."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.people.models import Affiliation, Kind, Person
from jimu.teams.actions import confirm_cell
from jimu.teams.forming import Formed, form_teams
from jimu.teams.models import Team
from jimu.training import actions, certificates
from jimu.training.library import find
from jimu.training.models import Certificate, TrainingSession

# Which kind learns which course, how many of them in each neighborhood, and how they came by the certificate.
LEARNED: Sequence[tuple[str, Kind, int, str]] = (
    ("ppe", Kind.MEDIC, 3, "区卫健委培训证"),
    ("home-sampling", Kind.MEDIC, 3, "区卫健委培训证"),
    ("ten-minutes", Kind.BUILDING_LEADER, 8, "去年冬季演练"),
    ("order", Kind.PARTY_MEMBER, 10, "去年冬季演练"),
    ("gate", Kind.PROPERTY, 6, "物业上岗培训"),
    ("scanning", Kind.RESERVE_VOLUNTEER, 10, "去年冬季演练"),
    ("medicine", Kind.SOCIAL_WORKER, 2, "社工站培训"),
)
TAUGHT = ("ppe", "scanning", "medicine")
# The share of neighborhoods whose teams still wait for their secretary, so that there is something to review.
UNCONFIRMED = 1 / 8
DRILL = timedelta(days=60)


def train(*, actor: Actor, eve: datetime) -> int:
    """A drill two months ago gave certificates, and those who have done it teach; returns how many certificates there are."""
    if not Certificate.objects.exists():
        with transaction.atomic():
            for course, kind, most, proof in LEARNED:
                people = [person for group in _each_place(kind, most) for person in group]
                way = Certificate.Way.APPOINTED
                made = certificates.issue(actor=SYSTEM, at=eve - DRILL, course=find(course), people=people, way=way, proof=proof)
                # A drill has no shift: every third still has the first one before them, beside somebody who can.
                for number, certificate in enumerate(made):
                    if find(course).supervised_first_shift and number % 3 != 2:
                        certificates.confirm_first_shift(actor=actor, at=eve - DRILL + timedelta(days=3), certificate_id=certificate.pk)
    if not TrainingSession.objects.exists():
        _invite_to_sessions(actor, eve)
    return Certificate.objects.count()


def form(*, actor: Actor, at: datetime, incident: Incident) -> Formed | None:
    """Teams of every neighborhood, confirmed but for a few; None when they stand already."""
    if Team.objects.filter(incident=incident).exists():
        return None
    formed = form_teams(actor=actor, at=at, incident_id=incident.pk)
    places = list(Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path").values_list("pk", flat=True))
    for place in places[: -math.ceil(UNCONFIRMED * len(places))]:
        confirm_cell(actor=actor, at=at + timedelta(minutes=20), incident_id=incident.pk, unit_id=place)
    return formed


def _invite_to_sessions(actor: Actor, eve: datetime) -> None:
    """One session a zone on the coming evenings, for volunteers who cannot do it yet."""
    zones = Unit.objects.filter(kind=Unit.Kind.ZONE).order_by("path")
    for number, zone in enumerate(zones):
        course = TAUGHT[number % len(TAUGHT)]
        teacher = _teacher(course, zone)
        if teacher is None:
            continue
        actions.appoint_trainer(actor=actor, at=eve, course_code=course, person_id=teacher)
        starts_at = eve + timedelta(days=1 + number % 2, hours=2)
        session = actions.plan_session(
            actor=actor, at=eve, course_code=course, unit_id=zone.pk, place="片区党群服务站", starts_at=starts_at, capacity=30, trainer_id=teacher
        )
        learners = Person.objects.filter(unit__path__startswith=zone.path, active=True, minor=False, affiliations__kind=Kind.RESERVE_VOLUNTEER)
        learners = learners.exclude(certificates__course=course).order_by("created_at", "pk").distinct()
        actions.invite(actor=actor, at=eve, session_id=session.pk, person_ids=list(learners.values_list("pk", flat=True)[:24]))


def _teacher(course: str, zone: Unit) -> UUID | None:
    tried = Certificate.objects.filter(course=course, person__unit__path__startswith=zone.path).exclude(supervised_at=None)
    return tried.order_by("person__created_at", "pk").values_list("person_id", flat=True).first()


def _each_place(kind: Kind, most: int) -> list[list[Person]]:
    """Of each neighborhood the first `most` people of a kind."""
    of_kind = Exists(Affiliation.objects.filter(person=OuterRef("pk"), kind=kind))
    people = Person.objects.filter(of_kind, active=True, minor=False).exclude(unit=None).select_related("unit").order_by("created_at", "pk")
    by_place: dict[UUID, list[Person]] = {}
    for person in people:
        group = by_place.setdefault(person.unit_id, [])  # type: ignore[arg-type]
        if len(group) < most:
            group.append(person)
    return list(by_place.values())
