"""Writes of lending: ask, promise people, their answer, decline, bring home, and the terms that run out by themselves.

The verbs follow EDXL-RM: request, commit, release (the borrower lets go), return (the lender asks them back, or the term ends).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jimu.core import clock, journal, live
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.messages.actions import enqueue
from jimu.people.models import Kind, Person
from jimu.teams import loan_letters, loan_material, loan_rules, loan_words
from jimu.teams.forming import TOPICS
from jimu.teams.loan_material import Lending
from jimu.teams.loan_terms import agree, begin, finish, hold, open_loans, reopen, tell
from jimu.teams.models import Loan, LoanRequest

RIGHT = "teams.lend"
LONGEST_REASON = 200
MOST = 200
State = LoanRequest.State


class CannotLend(JimuError):
    """Somebody cannot be lent. `data["reason"]` is the code, `data["person"]` who."""

    code = "cannot_lend"
    status = 409


class UnderMinimum(JimuError):
    """The lender would be left with fewer than its posts need at one time; a reason of somebody named lets it pass."""

    code = "under_minimum"
    status = 409


@dataclass(frozen=True)
class Term:
    """From when until when."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Need:
    """How many of which sort; empty words ask for anybody."""

    count: int
    qualification: str = ""
    kind: str = ""


def ask(*, actor: Actor, at: datetime, incident_id: UUID, to_unit_id: UUID, from_unit_id: UUID | None, need: Need, term: Term, reason: str) -> LoanRequest:
    """A neighborhood asks for people. Raises Invalid for a term or a number that will not do, NotFound, NotPermitted, Conflict."""
    if not reason.strip():
        raise Invalid(_("请写明借人做什么，借出方好决定。"), code="no_reason")
    if not 1 <= need.count <= MOST or (need.kind and need.kind not in Kind.values):
        raise Invalid(_("请填 1 到 200 人，类别从列表里选。"), code="bad_need")
    with transaction.atomic():
        hold()
        incident = _incident(incident_id)
        to_unit = _cell(incident, to_unit_id)
        if not actor.may("teams.view", to_unit.path):
            raise NotFound
        actor.require(RIGHT, to_unit.path)
        fault = loan_rules.term_fault(term.starts_at, term.ends_at, at, clock.at_minute(incident.ends_on, clock.MINUTES_PER_DAY))
        if fault:
            raise Invalid(loan_words.term_fault(fault), code=f"term_{fault}")
        if from_unit_id == to_unit_id:
            raise Invalid(_("借出和借入不能是同一个居民区。"), code="same_place")
        request = LoanRequest.objects.create(
            incident=incident, to_unit=to_unit, from_unit=_neighborhood(from_unit_id) if from_unit_id else None, count=need.count,
            qualification=need.qualification, kind=need.kind, starts_at=term.starts_at, ends_at=term.ends_at,
            reason=reason.strip()[:LONGEST_REASON], asked_at=at, asked_by=actor.name,
        )  # fmt: skip
        _tell(actor, at, "loans.asked", request, {"count": need.count, "qualification": need.qualification})
        enqueue(actor=actor, at=at, letters=loan_letters.request_letters(request), subject=f"loan_request:{request.pk}")
    return request


def commit(*, actor: Actor, at: datetime, request_id: UUID, person_ids: Collection[UUID], override_reason: str = "") -> list[Loan]:
    """Promise people to a request; each is then asked. All of them, or none.

    Two who promise the same person at once: one does, the other is told who was first. Raises CannotLend with the most
    useful reason, UnderMinimum when a lender would keep too few and no reason was given, Conflict, NotFound, NotPermitted.
    """
    if not person_ids:
        raise Invalid(_("请先选要借出的人。"), code="nobody")
    with transaction.atomic():
        hold()
        request = _request(request_id, open_only=True)
        lending = loan_material.gather(request, at)
        people = Person.objects.select_related("unit").in_bulk(list(person_ids))
        lenders = _lenders(actor, request, lending, people, person_ids)
        _require_free(people, person_ids)
        for person_id in person_ids:
            code = lending.why_not(lending.people[person_id])
            if code:
                raise CannotLend(loan_words.refusal(code, people[person_id].name, request.qualification), reason=code, person=str(person_id))
        over = _judged(actor, at, lending, lenders, person_ids, override_reason.strip())
        cells = {pk: lending.people[pk].cell for pk in person_ids}
        loans = [_promised(actor, at, request, people[pk], lenders[cells[pk]], over[cells[pk]]) for pk in cells]
        _close_when_met(actor, at, request)
        enqueue(actor=actor, at=at, letters=loan_letters.letters(loans), subject=f"loan_request:{request.pk}")
    return loans


def answer_by_link(*, at: datetime, loan_id: UUID, yes: bool, reason: str = "") -> Loan:
    """What the person said by the link that only they were sent. Raises as `answer` does."""
    loan = loan_row(loan_id)
    themselves = Actor(account_id=None, name=loan.person.name, person_id=loan.person_id)
    return answer(actor=themselves, at=at, loan_id=loan_id, yes=yes, reason=reason)


def answer(*, actor: Actor, at: datetime, loan_id: UUID, yes: bool, reason: str = "", for_absent: bool = False) -> Loan:
    """What the person said: their own answer, one told to the lender, or (`for_absent`, with a reason) the lender's for them.

    Raises Invalid without a reason for an absent one, Conflict when it was answered or its term is over, CannotLend when they
    cannot go any more, NotFound for whom it does not concern.
    """
    reason = reason.strip()[:LONGEST_REASON]
    with transaction.atomic():
        hold()
        loan = loan_row(loan_id)
        own = actor.person_id is not None and actor.person_id == loan.person_id
        if not own:
            if not actor.may("teams.view", loan.from_unit.path):
                raise NotFound
            actor.require(RIGHT, loan.from_unit.path)
        if loan.state != Loan.State.ASKED:
            raise Conflict(_("{name}已经答复过了，请刷新。").format(name=loan.person.name), code="answered")
        if loan.ends_at <= at:
            raise Conflict(_("借期已经过了，请重新申请。"), code="term_over")
        if for_absent and (own or not yes or not reason):
            raise Invalid(_("代为同意要写明为什么联系不上本人。"), code="no_reason")
        loan.consent = {"yes": yes, "by": actor.name, "reason": reason, "for_absent": for_absent, "told_to": not own and not for_absent, "at": at.isoformat()}
        if yes:
            _require_fit(loan, at)
            tell(actor, at, "loans.consented", loan, {"for_absent": for_absent, "reason": reason})
            agree(loan, actor=actor, at=at)
        else:
            loan.state, loan.ended_at, loan.ended_by = Loan.State.DECLINED, at, actor.name
            loan.save(update_fields=["state", "consent", "ended_at", "ended_by"])
            reopen(loan)
            tell(actor, at, "loans.refused", loan, {})
    return loan


def bring_home(*, actor: Actor, at: datetime, loan_id: UUID, reason: str) -> Loan:
    """End an open loan now: the lender recalls, or the borrower lets go. Before it began it is withdrawn. Needs a reason."""
    if not reason.strip():
        raise Invalid(_("请写明为什么提前结束，两边都能看到。"), code="no_reason")
    with transaction.atomic():
        hold()
        loan = loan_row(loan_id)
        lends, borrows = (actor.may(RIGHT, unit.path) for unit in (loan.from_unit, loan.to_unit))
        if not lends and not borrows:
            if not any(actor.may("teams.view", unit.path) for unit in (loan.from_unit, loan.to_unit)):
                raise NotFound
            actor.require(RIGHT, loan.from_unit.path)
        if loan.state not in Loan.OPEN:
            raise Conflict(_("{name}的借调已经结束了。").format(name=loan.person.name), code="ended")
        finish(loan, actor=actor, at=at, end=Loan.End.RECALLED if lends else Loan.End.RELEASED, reason=reason.strip())
    return loan


def recall_all(*, actor: Actor, at: datetime, unit_id: UUID, reason: str) -> int:
    """A neighborhood takes all its people back at once, whatever the hour; returns how many."""
    if not reason.strip():
        raise Invalid(_("请写明为什么全部召回，借入方马上会看到。"), code="no_reason")
    with transaction.atomic():
        hold()
        unit = _neighborhood(unit_id)
        if not actor.may("teams.view", unit.path):
            raise NotFound
        actor.require(RIGHT, unit.path)
        loans = [loan for loan in open_loans() if loan.from_unit_id == unit.pk]
        for loan in loans:
            finish(loan, actor=actor, at=at, end=Loan.End.RECALLED, reason=reason.strip())
    return len(loans)


def close_request(*, actor: Actor, at: datetime, request_id: UUID, reason: str) -> LoanRequest:
    """The lender declines, or the borrower withdraws; people promised already stay promised."""
    if not reason.strip():
        raise Invalid(_("请写明理由。"), code="no_reason")
    with transaction.atomic():
        hold()
        request = _request(request_id, open_only=True)
        borrows = actor.may(RIGHT, request.to_unit.path)
        if not borrows:
            sees = [unit for unit in (request.to_unit, request.from_unit) if unit and actor.may("teams.view", unit.path)]
            if not sees:
                raise NotFound
            # A request to everybody is nobody's to decline.
            actor.require(RIGHT, (request.from_unit or request.to_unit).path)
        request.state = State.WITHDRAWN if borrows else State.DECLINED
        _close(request, actor, at, reason.strip())
    return request


def settle(*, actor: Actor = SYSTEM, at: datetime) -> tuple[int, int]:
    """Begin what is due and end what has run out; returns (begun, ended). Harmless when repeated."""
    begun = ended = 0
    with transaction.atomic():
        hold()
        for loan in open_loans():
            if loan.ends_at <= at or loan.incident.state != Incident.State.ACTIVE:
                finish(loan, actor=actor, at=at, end=_end_of(loan, at))
                ended += 1
            elif loan.state == Loan.State.AGREED and loan.starts_at <= at and loan.begun_at is None:
                begin(loan, actor=actor, at=at)
                begun += 1
        for request in LoanRequest.objects.filter(state=State.OPEN, ends_at__lte=at).select_related("to_unit", "from_unit"):
            request.state = State.WITHDRAWN
            _close(request, actor, at, str(_("借期已过")))
    return begun, ended


def run_settle_job(run: JobRun) -> dict[str, Any]:
    """The job of the timer: what is due begins, what has run out ends."""
    begun, ended = settle(at=clock.now())
    return {"begun": begun, "ended": ended}


def _end_of(loan: Loan, at: datetime) -> str:
    if loan.ends_at > at:
        return Loan.End.STOOD_DOWN
    return Loan.End.TERM if loan.state == Loan.State.AGREED else Loan.End.UNANSWERED


def _lenders(
    actor: Actor, request: LoanRequest, lending: Lending, people: dict[UUID, Person], person_ids: Collection[UUID]
) -> dict[UUID | None, Unit]:
    """The neighborhoods that the people come from, all of them the actor's to lend from. Raises NotFound for a stranger."""
    cells = set()
    for person_id in person_ids:
        if person_id not in people or person_id not in lending.people:
            raise NotFound(_("没有找到这个人，或不能参加这次响应。"))
        cells.add(lending.people[person_id].cell)
    units: dict[UUID | None, Unit] = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[cell for cell in cells if cell])}
    for unit in units.values():
        # The borrower's own people are no stranger to it: they are refused with the reason.
        if unit.pk != request.to_unit_id:
            if not actor.may("teams.view", unit.path):
                raise NotFound(_("没有找到这个人，或不能参加这次响应。"))
            actor.require(RIGHT, unit.path)
    return units


def _require_free(people: dict[UUID, Person], person_ids: Collection[UUID]) -> None:
    """Raise Conflict naming who was first."""
    taken = Loan.objects.filter(person__in=person_ids, state__in=Loan.OPEN).select_related("to_unit").first()
    if taken is not None:
        words = _("{name}已由{who}借给{place}。请另选一位，或请那边先放人。")
        name = people[taken.person_id].name
        raise Conflict(words.format(name=name, who=taken.committed_by, place=taken.to_unit.name), code="already_lent", loan=str(taken.pk))


def _judged(
    actor: Actor, at: datetime, lending: Lending, lenders: dict[UUID | None, Unit], going: Collection[UUID], reason: str
) -> dict[UUID | None, dict[str, object]]:
    """By lender: empty when it keeps enough, else who let it pass and why. Raises UnderMinimum without a reason."""
    found: dict[UUID | None, dict[str, object]] = {}
    for cell, unit in lenders.items():
        short = lending.shortfalls(unit.pk, [lending.people[pk] for pk in going if lending.people[pk].cell == cell])
        found[cell] = {}
        if short:
            told = loan_words.shortfall(unit.name, short[0])
            if not reason:
                sentence = _("{why}请少借几人、另选有富余的居民区，或写明理由破例。").format(why=told)
                raise UnderMinimum(sentence, unit=str(unit.pk), left=short[0].left, needed=short[0].needed, qualification=short[0].code)
            found[cell] = {"rules": ["minimum"], "why": told, "by": actor.name, "reason": reason[:LONGEST_REASON], "at": at.isoformat()}
    return found


def _promised(actor: Actor, at: datetime, request: LoanRequest, person: Person, unit: Unit, override: dict[str, object]) -> Loan:
    try:
        loan = Loan.objects.create(
            request=request, incident=request.incident, person=person, from_unit=unit, to_unit=request.to_unit, committed_at=at,
            starts_at=max(request.starts_at, at), ends_at=request.ends_at, committed_by=actor.name, override=override,
        )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("{name}刚刚被借给了别处，请刷新后另选一位。").format(name=person.name), code="already_lent") from error
    tell(actor, at, "loans.committed", loan, {"override": override.get("reason", "")})
    return loan


def _require_fit(loan: Loan, at: datetime) -> None:
    """Raise CannotLend when something came between the promise and the answer: illness, a certificate that ran out."""
    lending = loan_material.gather(loan.request, at, only=[loan.person_id])
    person = lending.people.get(loan.person_id)
    free = Lending(**{**vars(lending), "bound": lending.bound - {loan.person_id}})
    code = "paused" if person is None else free.why_not(person)
    if code:
        raise CannotLend(loan_words.refusal(code, loan.person.name, loan.request.qualification), reason=code, person=str(loan.person_id))
    loan.starts_at = max(loan.starts_at, at)


def _close_when_met(actor: Actor, at: datetime, request: LoanRequest) -> None:
    if Loan.objects.filter(request=request, state__in=Loan.OPEN).count() >= request.count:
        request.state = State.MET
        _close(request, actor, at, "")


def _close(request: LoanRequest, actor: Actor, at: datetime, reason: str) -> None:
    request.closed_at, request.closed_by, request.close_reason = at, actor.name, reason[:LONGEST_REASON]
    request.save(update_fields=["state", "closed_at", "closed_by", "close_reason"])
    _tell(actor, at, f"loans.request_{request.state}", request, {"reason": reason})
    enqueue(actor=actor, at=at, letters=loan_letters.outcome_letters(request), subject=f"loan_request:{request.pk}")


def _incident(incident_id: UUID) -> Incident:
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise NotFound
    if incident.state != Incident.State.ACTIVE:
        raise Conflict(_("这次响应已经解除，不能再借调。"), code="stood_down")
    return incident


def _cell(incident: Incident, unit_id: UUID) -> Unit:
    row = IncidentUnit.objects.filter(incident=incident, unit=unit_id, ended_at=None).select_related("unit").first()
    if row is None:
        raise NotFound(_("这个居民区不在这次响应里。"))
    found: Unit = row.unit
    return found


def _neighborhood(unit_id: UUID) -> Unit:
    found: Unit | None = Unit.objects.filter(pk=unit_id, kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).first()
    if found is None:
        raise NotFound
    return found


def _request(request_id: UUID, *, open_only: bool) -> LoanRequest:
    request = LoanRequest.objects.select_related("incident", "to_unit", "from_unit").filter(pk=request_id).first()
    if request is None:
        raise NotFound
    if open_only and request.state != State.OPEN:
        raise Conflict(_("这份借调申请{state}，请刷新。").format(state=request.get_state_display()), code="request_closed")
    if request.incident.state != Incident.State.ACTIVE:
        raise Conflict(_("这次响应已经解除，不能再借调。"), code="stood_down")
    return request


def loan_row(loan_id: UUID) -> Loan:
    """One loan with all that its answer touches; who may see it is the caller's to check. Raises NotFound."""
    loan = Loan.objects.select_related("request__incident", "request__to_unit", "incident", "person", "from_unit", "to_unit").filter(pk=loan_id).first()
    if loan is None:
        raise NotFound
    return loan


def _tell(actor: Actor, at: datetime, verb: str, request: LoanRequest, data: dict[str, object]) -> None:
    for unit in (request.to_unit, request.from_unit):
        if unit is not None:
            journal.record(actor=actor, at=at, verb=verb, target=f"loan_request:{request.pk}", scope=unit.path, data=data)
    live.beat(*TOPICS, "loans")
