"""Lending in the list of the day: who decides is told until the term begins, who asked what became of it, who was promised to say yes or no."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, visible
from jimu.teams.loan_actions import RIGHT
from jimu.teams.loan_queries import RequestView, closed_requests, open_requests
from jimu.teams.models import Loan, LoanRequest

#: A refusal stands in the list for so long.
FRESH = timedelta(days=1)
MOST = 60


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """One's own answer first. Four queries, however many requests."""
    yield from _own(actor, at)
    if not actor.may(RIGHT):
        return
    for view in open_requests(actor):
        if view.missing and view.request.ends_at > at:
            yield from _open(actor, view, at)
    yield from _unanswered(actor, at)
    for view in closed_requests(actor, at - FRESH):
        one = view.request
        if one.state == LoanRequest.State.DECLINED and one.ends_at > at and actor.may(RIGHT, one.to_unit.path):
            words = _("借不出 {n} 人：{reason}。请另想办法").format(n=one.count, reason=one.close_reason.rstrip("。"))
            yield NextStep(words, _page(one), one.starts_at, one.to_unit.name, "bad" if one.starts_at <= at else "warn", own=False)


def _page(request: LoanRequest) -> str:
    return reverse("teams:loan_request", args=[request.pk])


def _open(actor: Actor, view: RequestView, at: datetime) -> Iterator[NextStep]:
    """For the lender a decision until the term begins; for who asked how far it is."""
    one, late = view.request, view.request.starts_at <= at
    borrows = actor.may(RIGHT, one.to_unit.path)
    if view.may_lend:
        words = ngettext("{place}想借 {n} 人：选人，或答复借不出", "{place}想借 {n} 人：选人，或答复借不出", view.missing)
        place = one.from_unit.name if one.from_unit else ""
        yield NextStep(words.format(place=one.to_unit.name, n=view.missing), _page(one), one.starts_at, place, "bad" if late else "warn", own=False)
    elif borrows:
        words = ngettext("借人的申请还差 {n} 人，等借出方答复", "借人的申请还差 {n} 人，等借出方答复", view.missing).format(n=view.missing)
        yield NextStep(words, _page(one), one.starts_at, one.to_unit.name, "warn" if late else "", own=False)


def _unanswered(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """The promised who have not said yes or no, one line for a request; the lender asks them."""
    rows = Loan.objects.filter(visible(actor, RIGHT, "from_unit__path"), state=Loan.State.ASKED, ends_at__gt=at).exclude(person=actor.person_id)
    found: dict[object, list[Loan]] = defaultdict(list)
    for loan in rows.select_related("request", "to_unit", "from_unit").order_by("starts_at", "pk")[:MOST]:
        found[loan.request_id].append(loan)
    for loans in found.values():
        first = loans[0]
        words = ngettext("{n} 人还没说去不去{place}，请问一问", "{n} 人还没说去不去{place}，请问一问", len(loans)).format(n=len(loans), place=first.to_unit.name)
        yield NextStep(words, _page(first.request), first.starts_at, first.from_unit.name, "bad" if first.starts_at <= at else "warn", own=False)


def _own(actor: Actor, at: datetime) -> Iterator[NextStep]:
    rows = Loan.objects.filter(person=actor.person_id, state=Loan.State.ASKED, ends_at__gt=at) if actor.person_id else Loan.objects.none()
    for loan in rows.select_related("to_unit"):
        yield NextStep(_("能不能去支援，请答复"), reverse("teams:loans"), loan.starts_at, loan.to_unit.name, "warn")
