"""A loan that is asked for, promised and agreed to in one breath: somebody said yes to a call from elsewhere."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.people.models import Person
from jimu.teams.loan_terms import agree, hold, tell
from jimu.teams.material import Stay, homes, working
from jimu.teams.models import Loan, LoanRequest


def lend_at_once(*, actor: Actor, at: datetime, incident: Incident, person: Person, stay: Stay, by: str, reason: str) -> Loan:
    """Lend somebody for a stay on their own yes; `by` is who had the right to ask so widely. The caller has checked it.

    Who is lent there already for the time stays so. Raises Conflict when they are lent elsewhere.
    """
    with transaction.atomic():
        hold()
        held = Loan.objects.filter(person=person, state__in=Loan.OPEN).first()
        if held is not None:
            if held.state == Loan.State.AGREED and held.to_unit_id == stay.unit_id and held.starts_at <= stay.starts_at and held.ends_at >= stay.ends_at:
                return held
            raise Conflict(_("{name}已经借给别处了。").format(name=person.name), code="already_lent")
        home = working(incident.pk, at, [person.pk]).get(person.pk) or homes().get(person.unit_id)
        to_unit = Unit.objects.get(pk=stay.unit_id)
        if home is None or home == to_unit.pk:
            raise Conflict(_("{name}没有所属的居民区，不用借调。").format(name=person.name), code="of_no_place")
        return _lent(actor, at, incident, person, (home, to_unit), stay, by, reason)


def _lent(
    actor: Actor, at: datetime, incident: Incident, person: Person, places: tuple[UUID, Unit], stay: Stay, by: str, reason: str
) -> Loan:
    home, to_unit = places
    request = LoanRequest.objects.create(
        incident=incident, to_unit=to_unit, from_unit_id=home, count=1, starts_at=stay.starts_at, ends_at=stay.ends_at, reason=reason[:200],
        state=LoanRequest.State.MET, asked_at=at, asked_by=by, closed_at=at, closed_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            loan = Loan.objects.create(
                request=request, incident=incident, person=person, from_unit_id=home, to_unit=to_unit, starts_at=stay.starts_at,
                ends_at=stay.ends_at, committed_at=at, committed_by=by, override={"by": by, "reason": reason[:200]},
                consent={"yes": True, "by": actor.name, "reason": "", "for_absent": False, "told_to": False, "at": at.isoformat()},
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("{name}已经借给别处了。").format(name=person.name), code="already_lent") from error
    tell(actor, at, "loans.consented", loan, {"for_absent": False, "reason": reason})
    agree(loan, actor=actor, at=at)
    return loan
