"""Thin pages of tokens."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.api import actions, queries
from jimu.api.forms import TokenForm
from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import NotFound

RIGHT = "api.tokens"


def _account_id(request: ActorRequest) -> int:
    if request.actor.account_id is None:
        raise NotFound
    return request.actor.account_id


@page(RIGHT, methods=("GET", "HEAD", "POST"))
def index(request: ActorRequest) -> HttpResponse:
    """One's own tokens; a new one is shown with its secret in the answer itself, this once."""
    account_id, at, secret = _account_id(request), clock.now(), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        _token, secret = actions.make_token(
            actor=request.actor, at=at, account_id=account_id,
            name=given["name"], days=given["days"], read_only=not given["may_write"],
        )  # fmt: skip
        form = TokenForm()
    shown = {"tokens": queries.live_tokens(account_id, at), "form": form, "secret": secret}
    return render(request, "tokens/index.html", shown)


@page(RIGHT, methods=("POST",))
def revoke(request: ActorRequest, token_id: UUID) -> HttpResponse:
    """End a token."""
    actions.revoke_token(actor=request.actor, at=clock.now(), token_id=token_id)
    messages.success(request, _("令牌已停用，用它的程序不能再访问。"))
    return redirect("tokens:index")
