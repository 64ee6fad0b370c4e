"""The residents' door: no account, no session. The poster's code leads to the form, the receipt to how far it is."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, JimuError
from jimu.field.needs import answering, own_list, own_list_queries, queries, reporting, rules
from jimu.field.needs.forms import NoteForm, PublicForm
from jimu.field.needs.models import Need
from jimu.field.needs.own_list_views import remember
from jimu.field.needs.public_answers import address_of, answered, refused
from jimu.field.needs.words import class_words, resident_words


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """The page behind the poster."""
    at = clock.now()
    # What is sent from a borrowed phone stands on no list of its owner.
    ours = own_list_queries.of_phone(request.COOKIES, at)
    apart = ours is not None and bool(request.POST.get("apart"))
    try:
        door = queries.open_door(code)
        filled = PublicForm(request.POST if request.method == "POST" else None, door=door)
        if request.method == "POST" and filled.is_valid():
            try:
                given = filled.given(Need.Way.QR)
                put = None if apart else lambda sent: own_list.put(sent, ours, at)
                need = reporting.report_by_resident(at=at, code=code, address=address_of(request), given=given, then=put)
                answer = HttpResponseRedirect(reverse("needs:receipt", args=[need.receipt]))
                # Pressed twice, the second answer is the one that arrives; a list of this need alone tells a stranger nothing.
                if need.own_list is not None and (need.reported_at == at or need.own_list.needs.count() == 1):
                    remember(request, answer, need.own_list)
                return answer
            except Invalid as error:
                filled.complain(error)
    except JimuError as error:
        return refused(request, error)
    return answered(request, "needs/form.html", {"door": door, "form": filled, "ours": ours, "word": own_list_queries.word_of(ours) if ours else ""}, 422 if filled.errors else 200)


@require_http_methods(["GET", "HEAD"])
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """How far it is. Looking changes nothing."""
    try:
        return _receipt(request, receipt)
    except JimuError as error:
        return refused(request, error)


@require_http_methods(["POST"])
def say(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """The resident's word."""
    try:
        note = NoteForm(request.POST).words()
        answering.by_receipt(at=clock.now(), address=address_of(request), receipt=receipt, act=act, note=note)
    except Conflict as error:
        return _receipt(request, receipt, error)
    except JimuError as error:
        return refused(request, error)
    return HttpResponseRedirect(reverse("needs:receipt", args=[receipt]))


def _receipt(request: HttpRequest, receipt: str, error: JimuError | None = None) -> HttpResponse:
    sent = queries.by_receipt(receipt)
    need = sent.merged_into or sent
    # The list is for the phone that sent; who only holds this receipt sees this need only.
    ours = own_list_queries.of_phone(request.COOKIES, clock.now())
    context: dict[str, object] = {
        "word": own_list_queries.word_of(ours) if ours is not None and ours.pk == sent.own_list_id else "",
        "sent": sent, "need": need, "state": resident_words(need), "title": class_words(need.kind, need.title), "story": queries.story(need), "acts": answering.acts_on(need), "error": error,
        "late": need.running and need.due_at < clock.now(), "top": len(need.decide_path) <= rules.STEP,
    }  # fmt: skip
    return answered(request, "needs/receipt.html", context, error.status if error else 200)
