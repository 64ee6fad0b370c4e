"""The residents' door: no account, no session. The poster's code leads to the form, the receipt to how far it is, without a drug's name."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import behind_link
from jimu.core.errors import Invalid, JimuError
from jimu.field.medicine import custody_queries, queries, registering, words
from jimu.field.medicine.errors import NoDoor, NoReceipt
from jimu.field.medicine.forms import PublicForm
from jimu.field.medicine.models import Thing


def _answer(
    request: HttpRequest, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    return behind_link(render(request, template, context, status=status))


def _refused(request: HttpRequest, error: JimuError) -> HttpResponse:
    if isinstance(error, NoDoor | NoReceipt):
        # Guessing is counted; a guess that is one too many hears so instead.
        try:
            registering.knock(at=clock.now(), address=_address(request))
        except JimuError as too_many:
            error = too_many
    return _answer(request, "medicine/refused.html", {"error": error}, error.status)


def _address(request: HttpRequest) -> str:
    return str(get_client_ip_address(request) or "")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The page behind the poster."""
    posted = request.method == "POST"
    try:
        door = queries.open_door(code)
        form = PublicForm(request.POST if posted else None, request.FILES if posted else None, door=door)
        if posted and form.is_valid():
            try:
                order = registering.register_by_resident(
                    at=clock.now(), code=code, address=_address(request), given=form.given()
                )
                return HttpResponseRedirect(reverse("medicine:receipt", args=[order.receipt]))
            except Invalid as error:
                form.complain(error)
    except JimuError as error:
        return _refused(request, error)
    wrong = posted and (form.errors or any(row.errors for row in form.drugs))
    return _answer(
        request, "medicine/ask.html", {"door": door, "form": form, "wrong": wrong}, 422 if wrong else 200
    )


@require_http_methods(["GET", "HEAD"])
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """How far it is: when, in whose care the card is; no drug, no hospital, no name."""
    try:
        order = queries.by_receipt(receipt)
    except JimuError as error:
        return _refused(request, error)
    context: dict[str, object] = {
        "order": order, "words": words.FOR_RESIDENT[order.state], "line": queries.lines([order], clock.now())[0], "things": custody_queries.to_give_back(order), "paid": [one for one in custody_queries.of_order(order) if one.kind == Thing.Kind.PAID],
        "story": [(fact, said) for fact, said, gone in queries.story(order) if not gone and fact.act not in ("note", "undo", "refer", "raise")],
        "again": list(order.again.all()),
    }  # fmt: skip
    return _answer(request, "medicine/receipt.html", context)
