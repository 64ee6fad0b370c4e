"""Rosters follow loans: who works elsewhere for a while gives up the shifts they were promised, and the seats stand open.

Hours are not copied anywhere: they are counted from shifts, at the place of work, once.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core import live
from jimu.core.journal import record
from jimu.core.permissions import SYSTEM, under
from jimu.incidents.models import Incident
from jimu.roster.models import Assignment, Roster
from jimu.roster.writing import lock_roster, raise_version, refresh_filled
from jimu.teams.events import LoanAgreed, LoanEnded


def agreed(loan: LoanAgreed) -> None:
    """Free the shifts outside the borrower's neighborhood that overlap the term; harmless when repeated."""
    here = under([loan.to_path], "shift__unit__path")
    reason = _("借调期间在别处上岗（{by}）").format(by=loan.by)
    _free(loan.person_id, ~here & Q(shift__starts_at__lt=loan.ends_at, shift__ends_at__gt=loan.starts_at), loan.at, loan.loan_id, reason)


def ended(loan: LoanEnded) -> None:
    """Free the shifts at the borrower's that would end after the loan has; harmless when repeated."""
    here = under([loan.to_path], "shift__unit__path")
    reason = _("借调已结束：{why}").format(why=loan.reason) if loan.reason else _("借调已结束")
    _free(loan.person_id, here & Q(shift__ends_at__gt=loan.at), loan.at, loan.loan_id, reason)


def _free(person_id: UUID, which: Q, at: datetime, loan_id: UUID, reason: str) -> int:
    """Take somebody off shifts that have not begun, in drafts and in the roster in force; returns off how many."""
    freed = 0
    rows = Assignment.objects.filter(which, person=person_id, shift__starts_at__gt=at, check_ins=None).exclude(
        shift__roster__state=Roster.State.SUPERSEDED
    )
    standing = rows.filter(shift__roster__incident__state=Incident.State.ACTIVE)
    for roster_id in sorted(set(standing.values_list("shift__roster", flat=True))):
        with transaction.atomic():
            roster = lock_roster(roster_id)
            seats = list(standing.filter(shift__roster=roster).select_related("shift__unit"))
            for seat in seats:
                data = {"person": str(person_id), "shift": str(seat.shift_id), "loan": str(loan_id), "reason": reason}
                record(actor=SYSTEM, at=at, verb="roster.freed_by_loan", target=f"roster:{roster.pk}", scope=seat.shift.unit.path, data=data)
            Assignment.objects.filter(pk__in=[seat.pk for seat in seats]).delete()
            refresh_filled(roster, [seat.shift_id for seat in seats])
            raise_version(roster)
            live.beat(f"roster:{roster.pk}", *{f"roll:{seat.shift.unit_id}" for seat in seats}, "board")
            freed += len(seats)
    return freed
