"""Writes of organisations: pledge, name people, note what arrived, withdraw with what that means, register own people."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.accounts import actions as accounts
from jimu.accounts.models import Account
from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.organisations.models import Arrival, Named, Pledge
from jimu.organisations.queries import KEEP, VIEW, may_receive, members_of, organisation_for
from jimu.people import actions as people
from jimu.people.models import Affiliation, Kind, Organisation, Person
from jimu.people.pausing import pause
from jimu.roster.releasing import free
from jimu.teams.loan_terms import finish, hold, open_loans
from jimu.teams.models import Allotment, Loan, Membership, Placement

MOST = 100_000
LONGEST = 200


@dataclass(frozen=True)
class Promise:
    """What an organisation promises. Of people: `kind`, `qualification`; of goods: `item`, `measure`. No unit: wherever needed."""

    sort: str
    number: int
    first_day: date
    last_day: date
    kind: str = ""
    qualification: str = ""
    item: str = ""
    measure: str = ""
    unit_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True)
class Newcomer:
    """One of an organisation's people, to be put on the register: what they come as, and the neighborhood where they live."""

    name: str
    kind: str
    unit_id: UUID
    phone: str = field(default="", repr=False)


def pledge(*, actor: Actor, at: datetime, organisation_id: UUID, promise: Promise) -> Pledge:
    """Write down a promise. Raises Invalid for one that makes no sense, NotFound, NotPermitted."""
    _check(promise, timezone.localdate(at))
    with transaction.atomic():
        organisation = organisation_for(actor, organisation_id, KEEP)
        unit = Unit.objects.filter(pk=promise.unit_id, retired_at=None).first() if promise.unit_id else None
        if promise.unit_id and unit is None:
            raise NotFound
        goods = promise.sort == Pledge.Sort.GOODS
        made = Pledge.objects.create(
            organisation=organisation, sort=promise.sort, number=promise.number, kind="" if goods else promise.kind,
            qualification="" if goods else promise.qualification, item=promise.item.strip()[:40] if goods else "",
            measure=promise.measure.strip()[:10] if goods else "", first_day=promise.first_day, last_day=promise.last_day, unit=unit,
            note=promise.note.strip()[:LONGEST], pledged_at=at, pledged_by=actor.name,
        )  # fmt: skip
        _tell(actor, at, "organisations.pledged", made, {"sort": made.sort, "number": made.number})
    return made


def name_people(*, actor: Actor, at: datetime, pledge_id: UUID, person_ids: Collection[UUID]) -> int:
    """Say who comes under a pledge of people; returns how many were added. Only the organisation's own, and no more than pledged."""
    with transaction.atomic():
        found = _pledge(actor, pledge_id, keep=True)
        if found.sort != Pledge.Sort.PEOPLE or not person_ids:
            raise Invalid(_("请先选要派的人。"), code="nobody")
        own = set(members_of(actor, found.organisation).filter(pk__in=person_ids, minor=False).values_list("pk", flat=True))
        if own != set(person_ids):
            raise NotFound(_("只能派本单位在册的成年人。请先登记，再选。"))
        there = set(Named.objects.filter(pledge=found).values_list("person_id", flat=True))
        fresh = own - there
        if len(there | own) > found.number:
            raise Invalid(_("承诺 {n} 人，已经点了 {k} 人。要多派，请再承诺一笔。").format(n=found.number, k=len(there)), code="too_many")
        Named.objects.bulk_create(Named(pledge=found, person_id=pk, at=at, by=actor.name) for pk in sorted(fresh))
        _tell(actor, at, "organisations.named", found, {"people": len(fresh)})
    return len(fresh)


def receive(*, actor: Actor, at: datetime, pledge_id: UUID, person_id: UUID | None = None, note: str = "") -> Arrival:
    """Note that a named person has arrived. Goods arrive in a store, and are told of from there.

    Raises Conflict when the person has arrived already or the pledge was withdrawn, or for goods.
    """
    with transaction.atomic():
        found = _pledge(actor, pledge_id)
        if not may_receive(actor, found):
            actor.require("organisations.receive", found.unit.path if found.unit else "")
        if found.sort == Pledge.Sort.GOODS:
            raise Conflict(_("物资到了，请在“物资”里按这笔承诺登记到货，这里的数字跟着库里走。"), code="in_the_store")
        if person_id is None or not Named.objects.filter(pledge=found, person=person_id).exists():
            raise NotFound(_("这个人不在这笔承诺点名的人里。"))
        if Arrival.objects.filter(pledge=found, person=person_id).exists():
            raise Conflict(_("这个人已经记过到了。"), code="arrived_already")
        row = Arrival.objects.create(pledge=found, person_id=person_id, number=1, at=at, by=actor.name, note=note.strip()[:100])
        _tell(actor, at, "organisations.arrived", found, {"number": 1, "person": str(person_id)})
    return row


def goods_came(*, actor: Actor, at: datetime, pledge_id: UUID, number: int, note: str = "") -> Arrival:
    """So many of a pledge came into a store (`note` says which), or never came after all (less than nothing). Called by who keeps the store, within its act."""
    locks.hold(f"pledge:{pledge_id}")
    found = Pledge.objects.select_related("unit").get(pk=pledge_id)
    row = Arrival.objects.create(pledge=found, number=number, at=at, by=actor.name, note=note[:100])
    _tell(actor, at, "organisations.arrived", found, {"number": number})
    return row


def withdraw(*, actor: Actor, at: datetime, pledge_id: UUID, reason: str) -> Pledge:
    """Take a pledge back, whatever the hour. What it means is written down with it (`outcome`).

    Of people: whom it named leave their seats and the shifts still to come, their loans and placements end now, the gaps
    show on the board; who lives here stays on the list as a resident, who came by the organisation alone is paused.
    Of goods: what has arrived stays, the rest is no longer counted on.
    """
    if not reason.strip():
        raise Invalid(_("请写明撤回的理由，指挥部马上会看到。"), code="no_reason")
    with transaction.atomic():
        found = _pledge(actor, pledge_id, keep=True)
        hold()
        named = list(Named.objects.filter(pledge=found).values_list("person_id", flat=True))
        outcome = _freed(actor, at, named, reason.strip()) if named else {}
        came = Arrival.objects.filter(pledge=found).aggregate(n=Sum("number"))["n"] or 0
        found.state, found.withdrawn_at, found.withdrawn_by = Pledge.State.WITHDRAWN, at, actor.name
        found.withdraw_reason, found.outcome = reason.strip()[:LONGEST], {**outcome, "arrived": came}
        found.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdraw_reason", "outcome"])
        _tell(actor, at, "organisations.withdrawn", found, {"reason": found.withdraw_reason, **found.outcome})
        live.beat("board", "teams")
    return found


def _freed(actor: Actor, at: datetime, named: list[UUID], reason: str) -> dict[str, int]:
    """End what these people hold. Whom another open pledge of theirs names stays."""
    counts = Counter(Named.objects.filter(person__in=named, pledge__state=Pledge.State.OPEN).values_list("person_id", flat=True))
    going = [pk for pk in named if counts[pk] == 1]
    loans = [loan for loan in open_loans() if loan.person_id in set(going)]
    for loan in loans:
        finish(loan, actor=actor, at=at, end=Loan.End.RECALLED, reason=reason)
    seats = Membership.objects.filter(person__in=going, until=None, incident__state=Incident.State.ACTIVE).update(until=at)
    placements = Placement.objects.filter(person__in=going, until=None, allotment__state=Allotment.State.IN_FORCE)
    Allotment.objects.filter(pk__in=placements.values("allotment")).update(version=F("version") + 1)
    placed = placements.update(until=at)
    shifts = free(Q(person__in=going), at=at, verb="roster.freed_by_withdrawal", data={"reason": reason}, actor=actor)
    only_sent = list(Person.objects.filter(pk__in=going, unit=None).values_list("pk", flat=True))
    paused = pause(actor=actor, at=at, people=only_sent)
    return {"people": len(going), "seats": seats, "shifts": shifts, "loans": len(loans), "placements": placed, "paused": paused}


def register_member(*, actor: Actor, at: datetime, organisation_id: UUID, given: Newcomer) -> Person:
    """The double registration: one of the organisation's people, with the neighborhood where they live.

    Somebody who is on the register already, by name and phone, is joined and not doubled. Raises Conflict when they come as
    this kind from another organisation.
    """
    with transaction.atomic():
        organisation = organisation_for(actor, organisation_id, KEEP)
        if given.kind not in Kind.values:
            raise Invalid(_("请选择人员类别。"), code="unknown_kind")
        # The register belongs to the grid; the contact's own right is to say who works for the organisation.
        clerk = replace(actor, is_system=True)
        registration = people.Registration(name=given.name, kind=given.kind, unit_id=given.unit_id, phone=given.phone, organisation=organisation.name)
        held = _held_by(registration, organisation)
        if held is not None:
            raise Conflict(_("{name}已作为{kind}登记在别的单位。请先和那边核对。").format(name=given.name, kind=Kind(given.kind).label), code="elsewhere")
        done = people.register(actor=clerk, at=at, given=registration)
        data = {"organisation": str(organisation.pk), "created": done.created}
        journal.record(actor=actor, at=at, verb="organisations.registered", target=f"person:{done.person.pk}", data=data)
    return done.person


def _held_by(registration: people.Registration, organisation: Organisation) -> Affiliation | None:
    """The affiliation of this kind that somebody has with another organisation."""
    person = people.known(registration)
    rows = Affiliation.objects.filter(person=person, kind=registration.kind) if person else Affiliation.objects.none()
    return rows.exclude(organisation=None).exclude(organisation=organisation).first()


def open_contact(*, actor: Actor, at: datetime, organisation_id: UUID, username: str, display_name: str, password: str) -> Account:
    """Open the account of an organisation's contact. Raises what accounts raise."""
    organisation = organisation_for(actor, organisation_id)
    return accounts.open_contact(actor=actor, at=at, username=username, password=password, display_name=display_name, organisation=organisation)


def _check(promise: Promise, today: date) -> None:
    if promise.sort not in Pledge.Sort.values or not 1 <= promise.number <= MOST:
        raise Invalid(_("数量要在 1 到 10 万之间。"), code="bad_number")
    if promise.sort == Pledge.Sort.GOODS and not promise.item.strip():
        raise Invalid(_("请写明是什么物资。"), code="no_item")
    if promise.sort == Pledge.Sort.PEOPLE and promise.kind and promise.kind not in Kind.values:
        raise Invalid(_("请选择人员类别。"), code="unknown_kind")
    if promise.last_day < promise.first_day or promise.last_day < today:
        raise Invalid(_("日期不对：结束要在开始之后，也不能已经过去。"), code="bad_days")


def _pledge(actor: Actor, pledge_id: UUID, *, keep: bool = False) -> Pledge:
    """A pledge that is open, locked, that the actor may see (or keep)."""
    locks.hold(f"pledge:{pledge_id}")
    found = Pledge.objects.select_related("organisation", "unit").filter(pk=pledge_id).first()
    if found is None:
        raise NotFound
    organisation_for(actor, found.organisation_id, KEEP if keep else VIEW)
    if found.state != Pledge.State.OPEN:
        raise Conflict(_("这笔承诺已由{who}撤回，请刷新。").format(who=found.withdrawn_by), code="withdrawn")
    return found


def _tell(actor: Actor, at: datetime, verb: str, found: Pledge, data: dict[str, object]) -> None:
    data = {"organisation": str(found.organisation_id), **data}
    journal.record(actor=actor, at=at, verb=verb, target=f"pledge:{found.pk}", scope=found.unit.path if found.unit else "", data=data)
    live.beat("organisations")
