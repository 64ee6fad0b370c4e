"""Reads of contacts who live where others lead. Two sides look at one row, and each sees its half.

Who holds the restricted right where the case is: what they sent, where it went, whether it was taken up; of the resident on the other side's ledger
nothing. Who holds it where the contact lives: who is meant, how near and when; of the case nothing but the neighborhood that asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from jimu.core import sealed
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor, holding, visible
from jimu.field.households import queries
from jimu.field.households.case_queries import HEALTH, residents_of
from jimu.field.households.models import Case, Referral, Resident
from jimu.field.households.queries import Hit
from jimu.grid.models import Unit

#: Left lying for longer, it is a phone call.
PATIENCE = timedelta(hours=2)
SENT = Referral.State.SENT


@dataclass(frozen=True)
class ReferralLine:
    """A referral as one side sees it: `resident` for who leads where they live, `words` for whoever wrote or answers them, `asks` for the other side."""

    referral: Referral
    resident: Resident | None = None
    words: str = ""
    asks: str = ""


def came_to(actor: Actor) -> "QuerySet[Referral]":
    """Referrals to the actor's part of cases that go on; those that wait first."""
    actor.require(HEALTH)
    rows = Referral.objects.filter(visible(actor, HEALTH, "unit__path"), case__closed_at=None).exclude(state=Referral.State.WITHDRAWN)
    return rows.select_related("unit", "case__building", "contact").order_by(F("answered_at").asc(nulls_first=True), "-sent_at", "-id")


def referral_for(actor: Actor, referral_id: UUID) -> Referral:
    """One referral to the actor's part. Raises NotFound elsewhere."""
    return fetch(came_to(actor).filter(pk=referral_id))


def incoming(rows: Sequence[Referral], *, words: bool = False) -> list[ReferralLine]:
    """Referrals as those see them who are to take them up; what was written of the person only where `words` are asked for."""
    people = residents_of([row.contact for row in rows if row.contact])
    asking = _names_of_neighborhoods(row.case.building for row in rows)
    return [
        ReferralLine(row, people.get(row.contact_id) if row.contact_id else None, sealed.unseal(row.words_sealed) if words else "", asking[row.case.building_id]) for row in rows
    ]


def _names_of_neighborhoods(buildings: Iterable[Unit]) -> dict[UUID, str]:
    """The neighborhood of each building by name, in one query."""
    by_path = {building.path: building for building in buildings}
    around = list(Unit.objects.filter(holding(by_path), kind=Unit.Kind.NEIGHBORHOOD))
    names = {building.pk: building.name for building in by_path.values()}
    return names | {building.pk: unit.name for path, building in by_path.items() for unit in around if path.startswith(unit.path)}


def outgoing(actor: Actor, case: Case) -> list[ReferralLine]:
    """What was handed to others for a case, as those see it who asked. The resident is there for who may read of health where they live."""
    rows = list(Referral.objects.filter(case=case).select_related("unit", "contact__building").order_by("sent_at", "id"))
    seen = residents_of([row.contact for row in rows if row.contact and actor.may(HEALTH, row.contact.building.path)])
    return [ReferralLine(row, seen.get(row.contact_id) if row.contact_id else None, sealed.unseal(row.words_sealed)) for row in rows]


def search(actor: Actor, words: str, *, inside: str = "") -> list[Hit]:
    """Residents whom the actor may read of, by name, number or door: on the whole of the actor's part, or `inside` a path of it."""
    hits = [one for one in queries.search(actor, words) if actor.may(HEALTH, one.room.building.path) and one.room.building.path.startswith(inside)]
    rooms = [one.room.pk for one in hits if one.resident is None]
    living = Resident.objects.filter(room__in=rooms, left_at=None).select_related("room__building").order_by("room__building__path", "room__number", "created_at")
    return [*(one for one in hits if one.resident), *(Hit(one.room, one) for one in living[: queries.FOUND_AT_MOST])]


@dataclass(frozen=True)
class Waiting:
    """How many wait here, how many of them for long; how many that were sent away nobody took up for long."""

    here: int
    late_here: int
    away: int


def waiting(actor: Actor, at: datetime) -> Waiting:
    """What of it is somebody's next step. Two queries."""
    here = list(came_to(actor).filter(state=SENT).values_list("sent_at", flat=True))
    rows = Referral.objects.filter(visible(actor, HEALTH, "case__building__path"), case__closed_at=None, state=SENT, sent_at__lt=at - PATIENCE)
    away = rows.exclude(visible(actor, HEALTH, "unit__path")).count()
    return Waiting(len(here), sum(one < at - PATIENCE for one in here), away)
