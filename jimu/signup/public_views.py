"""The public door: no account, no session, one open campaign behind an address that cannot be guessed."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import unlisted
from jimu.core.errors import Invalid, JimuError
from jimu.signup import applying, queries, rules, throttle
from jimu.signup.errors import NoCampaign, TooMany
from jimu.signup.forms import PublicForm
from jimu.signup.models import Campaign


def _answer(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    return unlisted(render(request, template, context, status=status))


def _refused(request: HttpRequest, error: JimuError) -> HttpResponse:
    return _answer(request, "signup/refused.html", {"error": error}, error.status)


def _campaign(request: HttpRequest, code: str) -> Campaign:
    try:
        return queries.open_campaign(code, clock.today())
    except NoCampaign:
        # Guessing is counted; a guess that is one too many hears so instead.
        throttle.knock(at=clock.now(), address=_address(request), campaign=None)
        raise


def _address(request: HttpRequest) -> str:
    return str(get_client_ip_address(request) or "")


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """The page behind the poster: read it, fill it in, send it."""
    try:
        campaign = _campaign(request, code)
        filled = PublicForm(request.POST if request.method == "POST" else None, campaign=campaign)
        if request.method == "POST" and filled.is_valid() and _sent(request, code, filled):
            return HttpResponseRedirect(reverse("signup:thanks", args=[code]))
    except (NoCampaign, TooMany) as error:
        return _refused(request, error)
    context: dict[str, object] = {
        "campaign": campaign, "form": filled, "erased_on": rules.erased_on(campaign.last_day, int(campaign.terms.get("keep_days", 30))),
    }  # fmt: skip
    return _answer(request, "signup/form.html", context, 422 if filled.errors else 200)


def _sent(request: HttpRequest, code: str, filled: PublicForm) -> bool:
    at, unit = clock.now(), filled.cleaned_data.get("unit")
    try:
        given = filled.given(clock.today())
        applying.apply(
            at=at, code=code, address=_address(request), given=given, unit_id=unit.pk if unit else None, agreed=filled.cleaned_data["agree"]
        )
    except Invalid as error:
        filled.complain(error)
        return False
    return True


@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """The same answer for everybody: new, known, sent twice."""
    try:
        return _answer(request, "signup/thanks.html", {"campaign": _campaign(request, code)})
    except (NoCampaign, TooMany) as error:
        return _refused(request, error)
