"""A leader's own link: one order, one person, without signing in. It is good for as long as the order is under way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor
from jimu.incidents import order_answers, order_queries
from jimu.incidents.order_letters import read_token
from jimu.incidents.order_views import answered
from jimu.people.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The order with its buttons. A link that was not made here, or whose order has ended, looks like none."""
    found = read_token(token)
    person = Person.objects.filter(pk=found[1], active=True).first() if found else None
    if found is None or person is None:
        raise NotFound
    actor = Actor(account_id=None, name=person.name, person_id=person.pk)
    if request.method == "POST":
        allowed = {str(receipt.pk) for one in order_queries.mine(actor, found[0]) for receipt in one.receipts}
        if not set(request.POST.getlist("receipt")) <= allowed:
            raise NotFound
        messages.success(request, answered(request, actor))
        return redirect("incidents:order_link", token=token)
    asked = order_queries.mine(actor, found[0])
    if request.method == "GET":
        order_answers.see(actor=actor, at=clock.now(), order_ids=[found[0]])
    return render(request, "incidents/order_link.html", {"mine": asked, "token": token, "person": person})
