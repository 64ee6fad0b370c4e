"""How pages without an account answer: behind their link, and counting guesses."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jimu.core import clock
from jimu.core.doors import behind_link
from jimu.core.errors import JimuError
from jimu.field.needs import reporting
from jimu.field.needs.errors import NoDoor, NoList, NoReceipt


def answered(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A page that no search engine and no other site is told of."""
    return behind_link(render(request, template, context, status=status))


def refused(request: HttpRequest, error: JimuError) -> HttpResponse:
    """What cannot be shown, in a sentence. Guessing is counted; a guess that is one too many hears so instead."""
    if isinstance(error, NoDoor | NoReceipt | NoList):
        try:
            reporting.knock(at=clock.now(), address=address_of(request))
        except JimuError as too_many:
            error = too_many
    return answered(request, "needs/refused.html", {"error": error}, error.status)


def address_of(request: HttpRequest) -> str:
    """The network address that asks."""
    return str(get_client_ip_address(request) or "")
