"""Thin pages of lending."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.teams import loan_actions, loan_queries
from jimu.teams.loan_actions import UnderMinimum
from jimu.teams.loan_forms import AskForm, promised

SHORTEST = timedelta(days=2)


@page("teams.view")
def board(request: ActorRequest) -> HttpResponse:
    """What is asked for, lent and borrowed now, and what ended."""
    at = clock.now()
    return render(request, "teams/loans.html", {"board": loan_queries.board_for(request.actor, at), "at": at})


@page("teams.lend", methods=("GET", "HEAD", "POST"))
def ask(request: ActorRequest) -> HttpResponse:
    """Ask for people."""
    at = clock.now()
    form = AskForm(request.POST or None, actor=request.actor, initial={"starts_at": _whole_hour(at), "ends_at": _whole_hour(at) + SHORTEST})
    if request.method == "POST" and form.is_valid():
        try:
            made = loan_actions.ask(actor=request.actor, at=at, **form.arguments())
        except Invalid as error:
            form.add_error("ends_at" if error.code.startswith("term_") else None, str(error))
        else:
            messages.success(request, _("申请已发出。借出方选人，本人同意后就算数。"))
            return redirect("teams:loan_request", request_id=made.pk)
    return render(request, "teams/loan_ask.html", {"form": form}, status=422 if form.errors else 200)


def _whole_hour(at: datetime) -> datetime:
    return (at + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)


@page("teams.view")
def request_page(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """One request: where there is enough, who could be lent and why, who was promised."""
    words = request.GET.get("q", "")
    return _request_page(request, request_id, words=words)


def _request_page(request: ActorRequest, request_id: UUID, *, words: str = "", refused: UnderMinimum | None = None, status: int = 200) -> HttpResponse:
    found = loan_queries.request_for(request.actor, request_id, clock.now(), words=words)
    chosen = set(request.POST.getlist("person")) if refused else set()
    context = {"found": found, "view": found.view, "words": words, "refused": refused, "chosen": chosen}
    return render(request, "teams/loan_request.html", context, status=status)


@page("teams.lend", methods=("POST",))
def commit(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Promise the people ticked; where the lender would keep too few, say so and ask for a reason."""
    try:
        loans = loan_actions.commit(actor=request.actor, at=clock.now(), request_id=request_id, **promised(request.POST))
    except UnderMinimum as error:
        return _request_page(request, request_id, refused=error, status=409)
    messages.success(request, _("已选 {n} 人。把下面的话发给本人，记下答复。").format(n=len(loans)))
    return redirect("teams:loan_request", request_id=request_id)


@page("teams.lend", methods=("POST",))
def close_request(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Decline a request, or withdraw it."""
    loan_actions.close_request(actor=request.actor, at=clock.now(), request_id=request_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("申请已关闭，对方看得到理由。"))
    return redirect("teams:loans")


@page("teams.view", methods=("POST",))
def answer(request: ActorRequest, loan_id: UUID) -> HttpResponse:
    """What the person said."""
    said = request.POST.get("answer", "")
    if said not in ("yes", "no", "absent"):
        raise Invalid
    loan = loan_actions.answer(
        actor=request.actor, at=clock.now(), loan_id=loan_id, yes=said != "no", for_absent=said == "absent", reason=request.POST.get("reason", "")
    )
    text = _("{name}同意了，借期内算在{place}。") if said != "no" else _("{name}不去，申请又开着，请另选。")
    messages.success(request, text.format(name=loan.person.name, place=loan.to_unit.name))
    return redirect("teams:loans")


@page("teams.lend", methods=("POST",))
def bring_home(request: ActorRequest, loan_id: UUID) -> HttpResponse:
    """End a loan now."""
    loan = loan_actions.bring_home(actor=request.actor, at=clock.now(), loan_id=loan_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("{name}已回{place}。借入方的席位和班次空出，缺口看板上看得到。").format(name=loan.person.name, place=loan.from_unit.name))
    return redirect("teams:loans")


@page("teams.lend", methods=("POST",))
def recall_all(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Take back all people of a neighborhood."""
    n = loan_actions.recall_all(actor=request.actor, at=clock.now(), unit_id=unit_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("已召回 {n} 人。").format(n=n))
    return redirect("teams:loans")
