"""The residents' door: no account, no session. The poster's code leads to the form, the receipt to how far it is."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import behind_link
from jimu.core.errors import Conflict, Invalid, JimuError
from jimu.field.needs import answering, queries, reporting, rules
from jimu.field.needs.errors import NoDoor, NoReceipt
from jimu.field.needs.forms import NoteForm, PublicForm
from jimu.field.needs.models import Need
from jimu.field.needs.words import class_words


def _answer(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    return behind_link(render(request, template, context, status=status))


def _refused(request: HttpRequest, error: JimuError) -> HttpResponse:
    if isinstance(error, NoDoor | NoReceipt):
        # Guessing is counted; a guess that is one too many hears so instead.
        try:
            reporting.knock(at=clock.now(), address=_address(request))
        except JimuError as too_many:
            error = too_many
    return _answer(request, "needs/refused.html", {"error": error}, error.status)


def _address(request: HttpRequest) -> str:
    return str(get_client_ip_address(request) or "")


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """The page behind the poster."""
    try:
        door = queries.open_door(code)
        filled = PublicForm(request.POST if request.method == "POST" else None, door=door)
        if request.method == "POST" and filled.is_valid():
            try:
                given = filled.given(Need.Way.QR)
                need = reporting.report_by_resident(at=clock.now(), code=code, address=_address(request), given=given)
                return HttpResponseRedirect(reverse("needs:receipt", args=[need.receipt]))
            except Invalid as error:
                filled.complain(error)
    except JimuError as error:
        return _refused(request, error)
    return _answer(request, "needs/form.html", {"door": door, "form": filled}, 422 if filled.errors else 200)


@require_http_methods(["GET", "HEAD"])
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """How far it is. Looking changes nothing."""
    try:
        return _receipt(request, receipt)
    except JimuError as error:
        return _refused(request, error)


@require_http_methods(["POST"])
def say(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """The resident's word."""
    try:
        note = NoteForm(request.POST).words()
        answering.by_receipt(at=clock.now(), address=_address(request), receipt=receipt, act=act, note=note)
    except Conflict as error:
        return _receipt(request, receipt, error)
    except JimuError as error:
        return _refused(request, error)
    return HttpResponseRedirect(reverse("needs:receipt", args=[receipt]))


def _receipt(request: HttpRequest, receipt: str, error: JimuError | None = None) -> HttpResponse:
    sent = queries.by_receipt(receipt)
    need = sent.merged_into or sent
    acts = [act for act in answering.ACTS if rules.allowed(act, need.state, need.decision)]
    context: dict[str, object] = {
        "sent": sent, "need": need, "title": class_words(need.kind, need.title), "story": queries.story(need), "acts": acts, "error": error,
        "others": queries.others_of(sent), "late": need.running and need.due_at < clock.now(), "top": len(need.decide_path) <= rules.STEP,
    }  # fmt: skip
    return _answer(request, "needs/receipt.html", context, error.status if error else 200)
