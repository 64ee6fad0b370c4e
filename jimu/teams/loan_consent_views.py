"""A person's own answer to being lent, by the link that they were sent. Looking changes nothing: machines look at links too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.errors import JimuError
from jimu.teams import loan_actions, loan_queries
from jimu.teams.loan_letters import read_token


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """The loan behind a link, with yes and no."""
    loan_id = read_token(token)
    loan = loan_queries.loan_asked(loan_id) if loan_id else None
    if loan is None:
        return _shown(request, {"dead": True}, 404)
    refused = ""
    if request.method == "POST":
        yes, reason = request.POST.get("word") == "yes", request.POST.get("reason", "")
        try:
            loan_actions.answer_by_link(at=clock.now(), loan_id=loan.pk, yes=yes, reason=reason)
        except JimuError as error:
            refused = str(error)
        loan = loan_queries.loan_asked(loan.pk) or loan
    return _shown(request, {"loan": loan, "token": token, "refused": refused, "at": clock.now()}, 409 if refused else 200)


def _shown(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "teams/loan_consent.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    # The address is the key: no other site is told it.
    response["Referrer-Policy"] = "same-origin"
    return response
