"""Rosters follow loans: who works elsewhere for a while gives up the shifts they were promised, and the seats stand open.

Hours are not copied anywhere: they are counted from shifts, at the place of work, once.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core.permissions import under
from jimu.roster.releasing import free
from jimu.teams.events import LoanAgreed, LoanEnded


def agreed(loan: LoanAgreed) -> None:
    """Free the shifts outside the borrower's neighborhood that overlap the term; harmless when repeated."""
    here = under([loan.to_path], "shift__unit__path")
    reason = _("借调期间在别处上岗（{by}）").format(by=loan.by)
    which = ~here & Q(person=loan.person_id, shift__starts_at__lt=loan.ends_at, shift__ends_at__gt=loan.starts_at)
    free(which, at=loan.at, verb="roster.freed_by_loan", data={"loan": str(loan.loan_id), "reason": reason})


def ended(loan: LoanEnded) -> None:
    """Free the shifts at the borrower's that would end after the loan has; harmless when repeated."""
    here = under([loan.to_path], "shift__unit__path")
    reason = _("借调已结束：{why}").format(why=loan.reason) if loan.reason else _("借调已结束")
    which = here & Q(person=loan.person_id, shift__ends_at__gt=loan.at)
    free(which, at=loan.at, verb="roster.freed_by_loan", data={"loan": str(loan.loan_id), "reason": reason})
