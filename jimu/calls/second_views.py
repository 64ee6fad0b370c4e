"""The page of an organisation that is called: behind a signed link, without an account, made for a phone; and the desk's own word for it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jimu.calls import forms, queries, second_queries
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.letters import read_organisation_token
from jimu.core import clock
from jimu.core.doors import ActorRequest, behind_link, page
from jimu.core.errors import JimuError


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, token: str) -> HttpResponse:
    """What is wanted, one's own people, and the two answers: pass it on, or so many are sent. Looking changes nothing."""
    try:
        ask_id = read_organisation_token(token)
        wrong = _answer(request, ask_id) if request.method == "POST" else ""
        if request.method == "POST" and not wrong:
            return behind_link(redirect("calls:organisation", token=token))
        sheet = second_queries.organisation_sheet(second_queries.ask_row(ask_id), clock.now())
    except (DeadLink, CallOver) as error:
        return behind_link(render(request, "calls/over.html", {"error": error}, status=error.status))
    context = {"sheet": sheet, "token": token, "wrong": wrong, "at": clock.now()}
    return behind_link(render(request, "calls/organisation.html", context, status=422 if wrong else 200))


def _answer(request: HttpRequest, ask_id: UUID) -> str:
    """Write the answer down; what is wrong with it, in one sentence. Raises DeadLink, CallOver."""
    try:
        forms.OrganisationForm.checked(request.POST).write(ask_id=ask_id, at=clock.now())
    except (DeadLink, CallOver):
        raise
    except JimuError as error:
        return str(error)
    return ""


@page(queries.START, methods=("POST",))
def answer_organisation(request: ActorRequest, ask_id: UUID) -> HttpResponse:
    """What an organisation said on the phone, written down by the desk."""
    call_id = second_queries.ask_for(request.actor, ask_id).call_id
    try:
        forms.OrganisationForm.checked(request.POST).write(ask_id=ask_id, at=clock.now(), actor=request.actor)
    except JimuError as error:
        if error.status in (403, 404):
            raise
        messages.error(request, str(error))
    return redirect("calls:show", call_id=call_id)


