"""Reads of cases and contacts, for who holds the restricted right; names masked, nothing of it on lists for everyone."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core import sealed
from jimu.core.fetching import fetch_on_part
from jimu.core.permissions import Actor, visible
from jimu.field.households.models import Case, Contact, Resident, Room
from jimu.field.households.words import REASON_WORDS, WAY_WORDS
from jimu.grid.models import Unit
from jimu.grid.splitting import natural

HEALTH = "households.health"


def case_for(actor: Actor, case_id: UUID) -> Case:
    """One case. Raises NotFound outside the part on which the actor may read of health."""
    actor.require(HEALTH)
    return fetch_on_part(actor, Case.objects.filter(pk=case_id).select_related("building"), seen=HEALTH, at="building__path")


def cases_for(actor: Actor, *, closed: bool = False) -> "QuerySet[Case]":
    """Cases of the actor's part, the latest first, with how many contacts wait and stand."""
    actor.require(HEALTH)
    rows = Case.objects.filter(visible(actor, HEALTH, "building__path"), closed_at__isnull=not closed).select_related("building")
    waiting, stand = (Count("contacts", filter=Q(contacts__state=state)) for state in (Contact.State.PROPOSED, Contact.State.CONFIRMED))
    return rows.annotate(waiting=waiting, confirmed=stand)


def open_case_of(resident_id: UUID) -> Case | None:
    """The running case of a resident."""
    return Case.objects.filter(resident_index=index_of(resident_id), closed_at=None).first()


def recorded(resident_ids: Iterable[UUID], since: datetime) -> dict[UUID, Case]:
    """Of residents the case that runs, or that was recorded since a moment; those without one are left out."""
    by_index = {index_of(pk): pk for pk in resident_ids}
    rows = Case.objects.filter(Q(closed_at=None) | Q(recorded_at__gte=since), resident_index__in=by_index)
    return {by_index[case.resident_index]: case for case in rows.order_by("recorded_at")}


def index_of(resident_id: UUID) -> str:
    """What a resident's rows are found by, without naming whose they are."""
    return sealed.blind_index(str(resident_id))


def facts_of(case: Case) -> Mapping[str, Any]:
    """What is known of a case: room, found_on, way, note."""
    return dict(json.loads(sealed.unseal(case.facts_sealed)))


def residents_of(rows: Iterable[Case | Contact]) -> dict[UUID, Resident]:
    """Who the rows are about, by the row's id; one query."""
    ids = {row.pk: UUID(sealed.unseal(row.resident_sealed)) for row in rows}
    people = Resident.objects.select_related("room__building").in_bulk(set(ids.values()))
    return {pk: people[resident] for pk, resident in ids.items() if resident in people}


@dataclass(frozen=True)
class ContactLine:
    """A contact with its door, in words; `also_case` when this resident is a case too."""

    contact: Contact
    resident: Resident
    reason: str


@dataclass(frozen=True)
class CasePage:
    """A case with its contacts, those that wait first, by room; `away` are those handed to who leads where they live."""

    case: Case
    resident: Resident
    facts: Mapping[str, Any]
    lines: Sequence[ContactLine]
    floors_unknown: int
    away: Sequence[Any] = ()

    def of_state(self, state: str) -> list[ContactLine]:
        """Contacts of one state."""
        return [line for line in self.lines if line.contact.state == state]

    @property
    def waiting(self) -> list[ContactLine]:
        """Contacts that nobody has judged."""
        return self.of_state(Contact.State.PROPOSED)

    @property
    def alike(self) -> list[list[ContactLine]]:
        """Contacts that nobody has judged, in groups of one kind and reason: what is judged at one go. One alone is no group."""
        groups: dict[tuple[str, str], list[ContactLine]] = {}
        for line in self.waiting:
            groups.setdefault((line.contact.kind, line.reason), []).append(line)
        return [some for some in groups.values() if len(some) > 1]

    @property
    def decided(self) -> list[ContactLine]:
        """Contacts that somebody judged."""
        return [line for line in self.lines if line.contact.state != Contact.State.PROPOSED]


def contact_lines(contacts: Sequence[Contact]) -> list[ContactLine]:
    """Contacts with their doors: close ones first, then by door."""
    people = residents_of(contacts)
    lines = [ContactLine(one, people[one.pk], str(REASON_WORDS.get(one.reason, one.reason))) for one in contacts if one.pk in people]
    return sorted(lines, key=lambda line: (line.contact.kind, natural(line.resident.room.entrance), natural(line.resident.room.number), line.resident.created_at))


@dataclass(frozen=True)
class HealthCounts:
    """Cases and confirmed contacts of a place; `waiting` proposals that nobody judged."""

    cases: int = 0
    close: int = 0
    secondary: int = 0
    waiting: int = 0


class CountedContact(NamedTuple):
    """A contact as it is counted: where they live, of what kind and state, and whether the case lives in another building."""

    building: UUID
    kind: str
    state: str
    elsewhere: bool


def counted_contacts(inside: Q) -> list[CountedContact]:
    """Contacts of running cases who live `inside`, judged or not. Whoever is confirmed counts once, as the closest they are."""
    rows = Contact.objects.filter(inside, case__closed_at=None).values_list("resident_index", "building", "kind", "state", "case__building")
    found, confirmed = [], set()
    # By kind, and "close" comes first.
    for resident, building, kind, state, ill in rows.order_by("kind", "id"):
        if state != Contact.State.CONFIRMED or resident not in confirmed:
            found.append(CountedContact(building, kind, state, building != ill))
        if state == Contact.State.CONFIRMED:
            confirmed.add(resident)
    return found


def health_counts(actor: Actor, inside: Q | None = None) -> HealthCounts | None:
    """Counts of the actor's part, or of what lies `inside`; None without the restricted right."""
    if not actor.may(HEALTH):
        return None
    here = visible(actor, HEALTH, "building__path") & (inside or Q())
    counts = Counter((one.state, one.kind) for one in counted_contacts(here))
    close, secondary = (counts[Contact.State.CONFIRMED, kind] for kind in (Contact.Kind.CLOSE, Contact.Kind.SECONDARY))
    waiting = sum(n for (state, _kind), n in counts.items() if state == Contact.State.PROPOSED)
    return HealthCounts(Case.objects.filter(here, closed_at=None).count(), close, secondary, waiting)


def register(inside: Q) -> dict[UUID, dict[str, Any]]:
    """Who is ill and who was near of those `inside`, for tables that go out in full: by resident, the day and way of a running case, or the
    kind and last day of a confirmed contact. Whoever is a case is no contact; who was near twice counts as the closest."""
    found: dict[UUID, dict[str, Any]] = {}
    for case in Case.objects.filter(inside, closed_at=None):
        facts = facts_of(case)
        told = {"case_on": date.fromisoformat(facts["found_on"]), "case_way": str(WAY_WORDS.get(facts["way"], ""))}
        found[UUID(sealed.unseal(case.resident_sealed))] = told
    # By kind, and "close" comes first.
    for one in Contact.objects.filter(inside, state=Contact.State.CONFIRMED, case__closed_at=None).order_by("kind", "-exposed_on", "id"):
        found.setdefault(UUID(sealed.unseal(one.resident_sealed)), {"contact": str(one.get_kind_display()), "exposed_on": one.exposed_on})
    return found


@dataclass(frozen=True)
class RoomHealth:
    """What a floor plan shows of a room to who may see it."""

    cases: int = 0
    close: int = 0
    secondary: int = 0


def rooms_health(buildings: Sequence[Unit]) -> dict[UUID, RoomHealth]:
    """Rooms with running cases and confirmed contacts in them, by id."""
    ids = [building.pk for building in buildings]
    contacts = list(Contact.objects.filter(building__in=ids, state=Contact.State.CONFIRMED, case__closed_at=None))
    cases = list(Case.objects.filter(building__in=ids, closed_at=None))
    people = residents_of([*cases, *contacts])
    counts: dict[UUID, Counter[str]] = {}
    counted: set[UUID] = set()
    # A person counts once: as a case, else as the closest contact they are.
    ranked = [(case.pk, "cases") for case in cases] + [(one.pk, one.kind) for one in sorted(contacts, key=lambda one: one.kind)]
    for pk, kind in ranked:
        resident = people.get(pk)
        if resident is not None and resident.pk not in counted:
            counted.add(resident.pk)
            counts.setdefault(resident.room_id, Counter())[kind] += 1
    return {room: RoomHealth(found["cases"], found[Contact.Kind.CLOSE], found[Contact.Kind.SECONDARY]) for room, found in counts.items()}


def doors_of(building: Unit) -> list[Room]:
    """Every room of a building."""
    return list(Room.objects.filter(building=building))
