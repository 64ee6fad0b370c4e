"""A person's own answer to being lent, by the link that they were sent. Looking changes nothing: machines look at links too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import behind_link
from jimu.core.errors import JimuError, NotFound
from jimu.teams import loan_actions
from jimu.teams.loan_letters import read_token


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """The loan behind a link, with yes and no."""
    refused = ""
    try:
        loan = loan_actions.loan_row(read_token(token))
    except NotFound:
        return _shown(request, {"dead": True}, 404)
    if request.method == "POST":
        yes, reason = request.POST.get("word") == "yes", request.POST.get("reason", "")
        try:
            loan_actions.answer_by_link(at=clock.now(), loan_id=loan.pk, yes=yes, reason=reason)
        except JimuError as error:
            refused = str(error)
        loan = loan_actions.loan_row(loan.pk)
    return _shown(request, {"loan": loan, "token": token, "refused": refused, "at": clock.now()}, 409 if refused else 200)


def _shown(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    return behind_link(render(request, "teams/loan_consent.html", context, status=status))
