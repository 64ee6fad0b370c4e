"""Writes of contacts who live elsewhere: added by hand, handed to those who lead there, taken up or refused by them, withdrawn."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor
from jimu.field.households import queries, referral_queries
from jimu.field.households.case_actions import OLDEST, open_for
from jimu.field.households.case_queries import HEALTH, case_for, index_of
from jimu.field.households.models import Case, Contact, Referral, Resident
from jimu.field.households.referral_queries import SENT
from jimu.field.households.zone_queries import today
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_of, neighborhoods
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.people.leader_queries import leadership

LONGEST_WORDS = 200
State = Referral.State


def add_contact(*, actor: Actor, at: datetime, case_id: UUID, resident_id: UUID, kind: str, setting: str, exposed_on: date) -> Contact:
    """A resident of any building on the actor's part is a contact by the actor's own word. Where others lead, it waits for them as a thing to do.
    Raises NotFound for a resident elsewhere, Conflict for one who is on the list, or is the case."""
    with transaction.atomic():
        locks.hold("households")
        case = open_for(actor, case_id)
        _check(at, kind, setting, exposed_on)
        resident = queries.resident_for(actor, resident_id, HEALTH)
        contact = _contact(case, resident, actor, at, kind, setting, exposed_on)
        building = resident.room.building
        journal.record(actor=actor, at=at, verb="ledger.contact_added", target=f"case:{case.pk}", scope=case.building.path)
        if neighborhood_of(building) != neighborhood_of(case.building):
            _send(Referral(case=case, unit=building, contact=contact, kind=kind, setting=setting, exposed_on=exposed_on), actor, at)
        live.beat("households", "board")
    return contact


def refer(*, actor: Actor, at: datetime, case_id: UUID, unit_id: UUID, words: str, kind: str, setting: str, exposed_on: date) -> Referral:
    """Somebody who lives in a neighborhood where the actor has no right to look: those who lead there are told who is meant, and never who is ill."""
    with transaction.atomic():
        locks.hold("households")
        case = open_for(actor, case_id)
        _check(at, kind, setting, exposed_on)
        unit = next((one for one in neighborhoods() if one.pk == unit_id), None)
        if unit is None:
            raise NotFound
        if not words.strip() or len(words) > LONGEST_WORDS:
            raise Invalid(_("请写下怎么称呼、住在哪里，最多 {n} 个字。").format(n=LONGEST_WORDS), field="words")
        made = _send(Referral(case=case, unit=unit, words_sealed=sealed.seal(words.strip()), kind=kind, setting=setting, exposed_on=exposed_on), actor, at)
        live.beat("households")
    return made


def look(*, actor: Actor, at: datetime, referral_id: UUID) -> referral_queries.ReferralLine:
    """A referral to the actor's part, with what was written of the person. Who looked stands in the journal."""
    with transaction.atomic():
        found = referral_queries.referral_for(actor, referral_id)
        journal.record(actor=actor, at=at, verb="ledger.referral_seen", target=f"referral:{found.pk}", scope=found.unit.path)
    return referral_queries.incoming([found], words=True)[0]


def take(*, actor: Actor, at: datetime, referral_id: UUID, resident_id: UUID | None = None) -> Referral:
    """Who leads where the contact lives takes it up: from now on the contact stands on their list too. Where only words came, they say whom of their
    ledger it means. Raises Conflict when somebody answered before."""
    with transaction.atomic():
        locks.hold("households")
        found = _waiting(actor, referral_id)
        if found.contact is None:
            resident = queries.resident_for(actor, resident_id, HEALTH) if resident_id else None
            if resident is None or not resident.room.building.path.startswith(found.unit.path):
                raise Invalid(_("请先在台账上找到这位住户。"), code="no_resident")
            found.contact = _contact(found.case, resident, actor, at, found.kind, found.setting, found.exposed_on, again=True)
        _answer(found, State.TAKEN, actor, at)
    return found


def refuse(*, actor: Actor, at: datetime, referral_id: UUID, why: str) -> Referral:
    """Nobody of that name lives here, or it was no contact. Whoever sent it sees why. Raises Conflict when somebody answered before."""
    if why not in Referral.Refusal.values:
        raise Invalid(_("请选一个原因。"))
    with transaction.atomic():
        locks.hold("households")
        found = _waiting(actor, referral_id)
        if found.contact is not None:
            Contact.objects.filter(pk=found.contact.pk).update(state=Contact.State.REFUSED, decided_at=at, decided_by=actor.name[:80])
        found.refusal = why
        _answer(found, State.REFUSED, actor, at)
    return found


def withdraw(*, actor: Actor, at: datetime, referral_id: UUID) -> None:
    """Sent by mistake: it is gone from the other side's list as long as nobody answered."""
    with transaction.atomic():
        locks.hold("households")
        actor.require(HEALTH)
        found = fetch(Referral.objects.filter(pk=referral_id).select_related("contact"))
        case = case_for(actor, found.case_id)
        if found.state != SENT:
            raise Conflict(_("那边已经答复了，不能再撤回。"), code="answered")
        if found.contact is not None:
            Contact.objects.filter(pk=found.contact.pk).update(state=Contact.State.REFUSED, decided_at=at, decided_by=actor.name[:80])
        found.state, found.words_sealed = State.WITHDRAWN, ""
        found.save(update_fields=["state", "words_sealed"])
        journal.record(actor=actor, at=at, verb="ledger.referral_withdrawn", target=f"case:{case.pk}", scope=case.building.path)
        live.beat("households", "board")


def _check(at: datetime, kind: str, setting: str, exposed_on: date) -> None:
    if kind not in Contact.Kind.values or setting not in Referral.Setting.values:
        raise Invalid
    if not today(at) - OLDEST <= exposed_on <= today(at):
        raise Invalid(_("请核对接触日期：不能在今天以后，也不早于 {n} 天前。").format(n=OLDEST.days), field="exposed_on")


def _contact(case: Case, resident: Resident, actor: Actor, at: datetime, kind: str, setting: str, exposed_on: date, *, again: bool = False) -> Contact:
    """The contact's row, confirmed by the actor; `again` takes the one that is there (two people of one case may name the same neighbor)."""
    index = index_of(resident.pk)
    there = Contact.objects.filter(case=case, resident_index=index).first()
    if index == case.resident_index or (there is not None and not again):
        raise Conflict(_("这位住户就是登记的阳性，或已经在名单里。"), code="on_the_list")
    row = there or Contact(case=case, building=resident.room.building, resident_sealed=sealed.seal(str(resident.pk)), resident_index=index)
    row.kind, row.reason, row.exposed_on = kind, setting, exposed_on
    row.state, row.decided_at, row.decided_by = Contact.State.CONFIRMED, at, actor.name[:80]
    row.save()
    return row


def _send(referral: Referral, actor: Actor, at: datetime) -> Referral:
    referral.sent_at, referral.sent_by = at, actor.name[:80]
    referral.save(force_insert=True)
    place = neighborhood_of(referral.unit)
    journal.record(actor=actor, at=at, verb="ledger.referral_sent", target=f"case:{referral.case_id}", scope=referral.case.building.path, data={"place": place.name})
    # The other side's journal names no case.
    journal.record(actor=actor, at=at, verb="ledger.referral_came", target=f"referral:{referral.pk}", scope=referral.unit.path)
    _tell(referral, place, actor, at)
    return referral


def _tell(referral: Referral, place: Unit, actor: Actor, at: datetime) -> None:
    """Their leader, else the deputies, that there is something to do. Nothing of who or what: a letter is read over a shoulder."""
    found = leadership(place)
    people = [found.leader] if found.leader else list(found.deputies)
    text = _("有一件专人办理的事转到了{place}，请今天到“分区管控 › 转来的”里接下。").format(place=place.name)
    letters = [Letter(f"referral:{referral.pk}:{one.person_id}", place.pk, text, one.person_id, Urgency.URGENT) for one in people]
    enqueue(actor=actor, at=at, letters=letters, subject=f"referral:{referral.pk}")


def _waiting(actor: Actor, referral_id: UUID) -> Referral:
    found = referral_queries.referral_for(actor, referral_id)
    if found.state != SENT:
        raise Conflict(_("这一位{by}已经答复过了。").format(by=found.answered_by), code="answered")
    return found


def _answer(found: Referral, state: str, actor: Actor, at: datetime) -> None:
    found.state, found.answered_at, found.answered_by = state, at, actor.name[:80]
    found.save(update_fields=["state", "refusal", "contact", "answered_at", "answered_by"])
    verb = "ledger.referral_taken" if state == State.TAKEN else "ledger.referral_refused"
    journal.record(actor=actor, at=at, verb=verb, target=f"referral:{found.pk}", scope=found.unit.path)
    place = neighborhood_of(found.unit).name
    journal.record(actor=actor, at=at, verb="ledger.referral_answered", target=f"case:{found.case_id}", scope=found.case.building.path, data={"place": place})
    live.beat("households", "board")
