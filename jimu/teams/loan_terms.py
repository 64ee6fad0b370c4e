"""What begins and ends with a loan: seats given up and taken back, who is told. Callers hold the locks."""

from datetime import datetime

from jimu.core import journal, live, locks
from jimu.core.events import announce
from jimu.core.permissions import Actor
from jimu.incidents.models import Incident
from jimu.teams import holding
from jimu.teams.events import LoanAgreed, LoanEnded
from jimu.teams.forming import TOPICS
from jimu.teams.models import Loan, LoanRequest, Membership, Seat, Team

LOCK = "loans"
# Belonging to a branch is no presence: it goes on wherever somebody works.
STAYS_WITH = ("branch",)


def hold() -> None:
    """One at a time: whoever lends, and whoever fills seats of an incident under way."""
    under_way = Incident.objects.filter(state=Incident.State.ACTIVE).values_list("pk", flat=True)
    locks.hold(LOCK, holding.LOCK, *(f"teams:{pk}" for pk in under_way))


def agree(loan: Loan, *, actor: Actor, at: datetime) -> None:
    """It is settled: what they were promised elsewhere in the term is void. It begins at once when its time has come."""
    loan.state = Loan.State.AGREED
    loan.save(update_fields=["state", "consent", "starts_at"])
    announce(LoanAgreed(loan.pk, loan.person_id, loan.to_unit.path, loan.starts_at, loan.ends_at, at, actor.name))
    if loan.starts_at <= at:
        begin(loan, actor=actor, at=at)


def begin(loan: Loan, *, actor: Actor, at: datetime) -> None:
    """Their seats elsewhere stand open from now on. Does nothing twice."""
    if loan.begun_at is not None:
        return
    sitting = Membership.objects.filter(person=loan.person_id, until=None, incident__state=Incident.State.ACTIVE)
    leaving = [
        sits
        for sits in sitting.select_related("team__unit")
        if sits.team.shape not in STAYS_WITH and not sits.team.unit.path.startswith(loan.to_unit.path)
    ]
    Membership.objects.filter(pk__in=[sits.pk for sits in leaving]).update(until=at)
    loan.begun_at, loan.left_seats = at, [str(sits.seat_id) for sits in leaving]
    loan.save(update_fields=["begun_at", "left_seats"])
    tell(actor, at, "loans.begun", loan, {"seats": len(leaving)})


def finish(loan: Loan, *, actor: Actor, at: datetime, end: str, reason: str = "") -> None:
    """They are home: seats at the borrower stand open, those given up at home are theirs again where nobody took them."""
    moment = min(at, loan.ends_at)
    begun = loan.begun_at is not None
    if begun:
        here = Membership.objects.filter(person=loan.person_id, until=None, team__unit__path__startswith=loan.to_unit.path)
        left = here.exclude(team__shape__in=STAYS_WITH).update(until=moment)
        back = _take_back(loan, at)
    loan.state = Loan.State.RETURNED if begun else Loan.State.WITHDRAWN
    loan.ended_at, loan.ended_by, loan.end, loan.end_reason = moment, actor.name, end, reason[:200]
    loan.save(update_fields=["state", "ended_at", "ended_by", "end", "end_reason"])
    if end == Loan.End.RECALLED:
        reopen(loan)
    data: dict[str, object] = {"end": end, "reason": reason, **({"left": left, "back": back} if begun else {})}
    tell(actor, at, "loans.returned" if begun else "loans.withdrawn", loan, data)
    announce(LoanEnded(loan.pk, loan.person_id, loan.to_unit.path, moment, actor.name, reason))


def reopen(loan: Loan) -> None:
    """Somebody said no, or was called back: the request looks for another."""
    met = LoanRequest.objects.filter(pk=loan.request_id, state=LoanRequest.State.MET)
    met.update(state=LoanRequest.State.OPEN, closed_at=None, closed_by="")


def _take_back(loan: Loan, at: datetime) -> int:
    """Sit them again where they sat; returns on how many seats."""
    seats = Seat.objects.filter(pk__in=loan.left_seats, team__incident__state=Incident.State.ACTIVE).exclude(team__state=Team.State.DISSOLVED)
    taken = set(Membership.objects.filter(seat__in=loan.left_seats, until=None).values_list("seat_id", flat=True))
    sitting = Membership.objects.filter(person=loan.person_id, until=None, incident__state=Incident.State.ACTIVE)
    held = list(sitting.values_list("incident_id", "team_id", "exclusive"))
    back = 0
    for seat in seats.select_related("team"):
        team = seat.team
        elsewhere = any(held_team == team.pk or (team.exclusive and word == team.exclusive) for _incident, held_team, word in held)
        if seat.pk in taken or elsewhere:
            continue
        Membership.objects.create(
            seat=seat, person_id=loan.person_id, incident_id=team.incident_id, team=team, exclusive=team.exclusive,
            origin=Membership.Origin.HAND, reasons=["back"], since=at,
        )  # fmt: skip
        held.append((team.incident_id, team.pk, team.exclusive))
        back += 1
    return back


def tell(actor: Actor, at: datetime, verb: str, loan: Loan, data: dict[str, object]) -> None:
    """Into the journals of both sides."""
    said = {"loan": str(loan.pk), "person": str(loan.person_id), "from": str(loan.from_unit_id), "to": str(loan.to_unit_id), **data}
    for unit in (loan.from_unit, loan.to_unit):
        journal.record(actor=actor, at=at, verb=verb, target=f"loan:{loan.pk}", scope=unit.path, data=said)
    live.beat(*TOPICS, "loans")


def open_loans() -> list[Loan]:
    """Open loans with all that their end touches."""
    return list(Loan.objects.filter(state__in=Loan.OPEN).select_related("from_unit", "to_unit", "person", "incident"))
