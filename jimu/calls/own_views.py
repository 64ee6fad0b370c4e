"""A person's own answer: by the link that they were sent, without signing in, or from their account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jimu.calls import answering, forms, queries
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.letters import read_token
from jimu.calls.models import Offer
from jimu.calls.words import REASON_WORDS
from jimu.core import clock
from jimu.core.doors import ActorRequest, behind_link, page
from jimu.core.errors import JimuError


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The offer behind a link, with its three buttons. Looking changes nothing: links are looked at by machines too."""
    try:
        offer_id = read_token(token)
        if request.method == "POST":
            heard = answering.answer_by_link(at=clock.now(), offer_id=offer_id, said=forms.AnswerForm(request.POST).said())
            return _page(request, heard.offer, token, why=heard.why)
        return _page(request, queries.offer_row(offer_id), token)
    except (DeadLink, CallOver) as error:
        return _shown(request, "calls/over.html", {"error": error}, error.status)


def _page(request: HttpRequest, offer: Offer, token: str, why: str = "") -> HttpResponse:
    at = clock.now()
    if not answering.may_answer(offer, at):
        raise CallOver
    context = {"offer": offer, "token": token, "why": why, "reasons": REASON_WORDS, "at": at}
    return _shown(request, "calls/answer.html", context)


def _shown(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    return behind_link(render(request, template, context, status=status))


@page(queries.OWN, methods=("POST",))
def answer_own(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """The answer of a signed-in person."""
    queries.own_offer(request.actor, offer_id)
    try:
        heard = answering.answer_own(actor=request.actor, at=clock.now(), offer_id=offer_id, said=forms.AnswerForm(request.POST).said())
        if heard.why:
            messages.warning(request, heard.why)
    except JimuError as error:
        messages.error(request, str(error))
    return redirect("calls:index")
