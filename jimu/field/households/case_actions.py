"""Writes of cases and contacts: recorded, proposed by the rules, judged by a person, closed."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor, visible
from jimu.field.households import contact_rules, queries, referral_queries, zone_actions
from jimu.field.households.case_queries import (
    HEALTH,
    CasePage,
    RoomHealth,
    case_for,
    contact_lines,
    doors_of,
    facts_of,
    index_of,
    open_case_of,
    residents_of,
    rooms_health,
)
from jimu.field.households.contact_rules import Door
from jimu.field.households.models import Case, Contact, Referral, Resident, Room
from jimu.field.households.words import WAY_WORDS
from jimu.field.households.zone_queries import policy_at, today
from jimu.grid.models import Unit

OLDEST = timedelta(days=30)
LONGEST_NOTE = 200


def record_case(
    *, actor: Actor, at: datetime, resident_id: UUID, found_on: date, day_one: date | None = None, way: str = "pcr", note: str = "", legal_basis: str = ""
) -> Case:
    """A resident tested positive: the case is kept, contacts are proposed, and the count of the building begins anew at `day_one`.

    Where a policy of zones is in force the building enters its lockdown, which needs a legal basis. Raises Conflict for a second running case.
    """
    with transaction.atomic():
        locks.hold("households")
        resident = queries.resident_for(actor, resident_id, HEALTH)
        first = day_one or found_on
        if not today(at) - OLDEST <= found_on <= today(at) or way not in WAY_WORDS or len(note) > LONGEST_NOTE:
            raise Invalid(_("请核对检出日期：不能在今天以后，也不早于 {n} 天前。").format(n=OLDEST.days), code="bad_date")
        if open_case_of(resident.pk):
            raise Conflict(_("这位住户已经登记过，还没有结束。"), code="case_open")
        building = resident.room.building
        facts = {"room": str(resident.room_id), "found_on": found_on.isoformat(), "way": way, "note": note.strip()}
        case = Case.objects.create(
            building=building, resident_sealed=sealed.seal(str(resident.pk)), resident_index=index_of(resident.pk), day_one=first,
            facts_sealed=sealed.seal(json.dumps(facts, ensure_ascii=False)), recorded_at=at, recorded_by=actor.name[:80],
        )  # fmt: skip
        proposed = _propose(case, resident.room, found_on)
        if policy_at(building.path, today(at)):
            zone_actions.begin(actor=actor, at=at, building=building, track="lockdown", day_one=first, why="case", legal_basis=legal_basis)
        journal.record(actor=actor, at=at, verb="ledger.case_recorded", target=f"case:{case.pk}", scope=building.path, data={"proposed": proposed})
        live.beat("households", "board")
    return case


def propose_again(*, actor: Actor, at: datetime, case_id: UUID) -> int:
    """Look anew for contacts after the ledger was mended: what was judged stays, what is missing is added. Returns how many."""
    with transaction.atomic():
        locks.hold("households")
        case = open_for(actor, case_id)
        facts = facts_of(case)
        room = Room.objects.get(pk=facts["room"])
        added = _propose(case, room, date.fromisoformat(facts["found_on"]))
        journal.record(actor=actor, at=at, verb="ledger.contacts_proposed", target=f"case:{case.pk}", scope=case.building.path, data={"added": added})
        live.beat("households")
    return added


def _propose(case: Case, room: Room, exposed_on: date) -> int:
    doors = [_door(one) for one in doors_of(case.building)]
    ties = contact_rules.ties(_door(room), doors, building_shares=case.building.shared_kitchen)
    there = set(Contact.objects.filter(case=case).values_list("resident_index", flat=True))
    ill = set(Case.objects.filter(building=case.building, closed_at=None).values_list("resident_index", flat=True))
    made = []
    for pk, room_id in Resident.objects.filter(room__in=list(ties), left_at=None).values_list("pk", "room_id"):
        index = index_of(pk)
        if index in there or index in ill:
            continue
        kind, reason = ties[room_id]
        made.append(Contact(
            case=case, building=case.building, resident_sealed=sealed.seal(str(pk)), resident_index=index, kind=kind, reason=reason, exposed_on=exposed_on,
        ))  # fmt: skip
    Contact.objects.bulk_create(made)
    # Who falls ill is no longer a contact to be judged.
    Contact.objects.filter(resident_index=case.resident_index, state=Contact.State.PROPOSED).delete()
    return len(made)


def _door(room: Room) -> Door:
    return Door(room.pk, room.entrance, room.floor, room.kitchen)


def judge(*, actor: Actor, at: datetime, case_id: UUID, contact_ids: Sequence[UUID], confirm: bool, kind: str = "") -> int:
    """A person says that proposed contacts are contacts (of another kind, when `kind` is given), or are none. Who said it stays with each.

    What was judged before may be judged again. Raises NotFound when one is not of this case.
    """
    if kind and kind not in Contact.Kind.values:
        raise Invalid
    with transaction.atomic():
        locks.hold("households")
        case = open_for(actor, case_id)
        # Who lives where others lead is judged by them.
        rows = list(Contact.objects.filter(visible(actor, HEALTH, "building__path"), case=case, pk__in=list(contact_ids)))
        if not rows or len(rows) != len(set(contact_ids)):
            raise NotFound
        for row in rows:
            row.state = Contact.State.CONFIRMED if confirm else Contact.State.REFUSED
            row.kind, row.decided_at, row.decided_by = kind or row.kind, at, actor.name[:80]
        Contact.objects.bulk_update(rows, ["state", "kind", "decided_at", "decided_by"])
        verb = "ledger.contacts_confirmed" if confirm else "ledger.contacts_refused"
        journal.record(actor=actor, at=at, verb=verb, target=f"case:{case.pk}", scope=case.building.path, data={"count": len(rows)})
        live.beat("households", "board")
    return len(rows)


def close_case(*, actor: Actor, at: datetime, case_id: UUID, why: str) -> Case:
    """A case is over, or was none. The zone of its building ends by its own rules or by a person."""
    if why not in Case.Closed.values:
        raise Invalid
    with transaction.atomic():
        locks.hold("households")
        case = open_for(actor, case_id)
        case.closed_at, case.closed_by, case.closed_why = at, actor.name[:80], why
        case.save(update_fields=["closed_at", "closed_by", "closed_why"])
        # What was written of people elsewhere has served; what nobody took up is nobody's task any more.
        Referral.objects.filter(case=case, state=Referral.State.SENT).update(state=Referral.State.WITHDRAWN)
        Referral.objects.filter(case=case).update(words_sealed="")
        journal.record(actor=actor, at=at, verb="ledger.case_closed", target=f"case:{case.pk}", scope=case.building.path)
        live.beat("households", "board")
    return case


def open_for(actor: Actor, case_id: UUID) -> Case:
    """A case that goes on. Raises NotFound elsewhere, Conflict for one that is over."""
    case = case_for(actor, case_id)
    if case.closed_at is not None:
        raise Conflict(_("这一例已经结束。"))
    return case


def look(*, actor: Actor, at: datetime, case_id: UUID) -> CasePage:
    """A case with its contacts, names masked. Who looked stands in the journal."""
    with transaction.atomic():
        case = case_for(actor, case_id)
        resident = residents_of([case]).get(case.pk)
        if resident is None:
            raise NotFound
        journal.record(actor=actor, at=at, verb="ledger.case_seen", target=f"case:{case.pk}", scope=case.building.path)
    facts, doors = facts_of(case), doors_of(case.building)
    room = next((one for one in doors if str(one.pk) == facts["room"]), resident.room)
    unknown = contact_rules.unknown(_door(room), [_door(one) for one in doors])
    here = case.contacts.filter(visible(actor, HEALTH, "building__path"))
    return CasePage(case, resident, facts, contact_lines(list(here)), unknown, referral_queries.outgoing(actor, case))


def look_at_plan(*, actor: Actor, at: datetime, unit: Unit, buildings: Sequence[Unit]) -> dict[UUID, RoomHealth]:
    """Rooms of a block with cases and contacts in them. Who looked stands in the journal."""
    actor.require(HEALTH, unit.path)
    with transaction.atomic():
        journal.record(actor=actor, at=at, verb="ledger.health_seen", target=f"unit:{unit.pk}", scope=unit.path)
    return rooms_health(buildings)

