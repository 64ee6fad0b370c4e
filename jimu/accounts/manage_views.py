"""Thin pages of those who look after accounts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.accounts import actions, queries, rules
from jimu.accounts.errors import NameTaken
from jimu.accounts.forms import GrantForm, OpenAccountForm
from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.paging import paged
from jimu.people.models import Person
from jimu.people.queries import Search, people_for, person_for, rows, with_details

FOUND_AT_MOST = 12


@page(rules.RIGHT)
def index(request: ActorRequest) -> HttpResponse:
    """The accounts of one's part, those in use or those closed."""
    words, closed = request.GET.get("q", "").strip()[:40], request.GET.get("state") == "closed"
    found = paged(queries.accounts_for(request.actor, words=words, closed=closed), number=request.GET.get("page"))
    queries.place_names(found.rows)
    return render(request, "accounts/index.html", {"page": found, "words": words, "closed": closed})


@page(rules.RIGHT, methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest) -> HttpResponse:
    """Open an account, for somebody of the registry or not; its first password is shown in the answer, this once."""
    person = queries.person_named(request.actor, request.GET.get("person", ""))
    form = OpenAccountForm(request.POST or None, actor=request.actor, initial=_initial(person))
    if request.method == "POST" and form.is_valid():
        password = rules.fresh_password()
        try:
            account = actions.open_account(
                actor=request.actor, at=clock.now(), password=password, person=person, must_change=True, **form.cleaned_data
            )
        except NameTaken as error:
            form.add_error("username", str(error))
        else:
            return _one(request, account.pk, secret=password)
    words = request.GET.get("q", "").strip()[:40]
    found = rows(request.actor, with_details(people_for(request.actor, Search(words=words)))[:FOUND_AT_MOST]) if words else []
    context = {"form": form, "person": person, "words": words, "found": found, "other": person and queries.account_of_person(request.actor, person)}
    return render(request, "accounts/new.html", context, status=422 if form.errors else 200)


def _initial(person: Person | None) -> dict[str, object]:
    if person is None:
        return {}
    return {"display_name": person.name, "username": person.sort_name.split(" ")[0], "unit": str(person.unit_id)}


@page(rules.RIGHT)
def account(request: ActorRequest, account_id: int) -> HttpResponse:
    """One account: what it holds, and what can be done with it."""
    return _one(request, account_id)


def _one(request: ActorRequest, account_id: int, *, secret: str = "", form: GrantForm | None = None) -> HttpResponse:
    found = queries.account_for(request.actor, account_id)
    queries.place_names([found])
    context = {
        "account": found, "secret": secret, "own": found.pk == request.actor.account_id,
        "changeable": queries.may_change(request.actor, found), "form": form or GrantForm(actor=request.actor),
    }  # fmt: skip
    return render(request, "accounts/account.html", context, status=422 if form and form.errors else 200)


@page(rules.RIGHT, methods=("POST",))
def grant(request: ActorRequest, account_id: int) -> HttpResponse:
    """Give a role."""
    form = GrantForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return _one(request, account_id, form=form)
    actions.grant(actor=request.actor, at=clock.now(), account_id=account_id, **form.cleaned_data)
    messages.success(request, _("职责已授予，立刻生效。"))
    return redirect("accounts:account", account_id)


@page(rules.RIGHT, methods=("POST",))
def end_grant(request: ActorRequest, account_id: int, grant_id: int) -> HttpResponse:
    """Take a role back."""
    actions.end_grant(actor=request.actor, at=clock.now(), account_id=account_id, grant_id=grant_id)
    messages.success(request, _("职责已收回，立刻生效。"))
    return redirect("accounts:account", account_id)


@page(rules.RIGHT, methods=("POST",))
def reset_password(request: ActorRequest, account_id: int) -> HttpResponse:
    """Draw a new password and show it in the answer, this once."""
    password = actions.reset_password(actor=request.actor, at=clock.now(), account_id=account_id)
    return _one(request, account_id, secret=password)


@page(rules.RIGHT, methods=("POST",))
def close(request: ActorRequest, account_id: int) -> HttpResponse:
    """End an account."""
    actions.close_account(actor=request.actor, at=clock.now(), account_id=account_id)
    messages.success(request, _("账号已停用，不能再登录。"))
    return redirect("accounts:account", account_id)


@page(rules.RIGHT, methods=("POST",))
def reopen(request: ActorRequest, account_id: int) -> HttpResponse:
    """Let it sign in again."""
    actions.reopen_account(actor=request.actor, at=clock.now(), account_id=account_id)
    messages.success(request, _("账号已恢复，可以用原来的密码登录。"))
    return redirect("accounts:account", account_id)


@page(rules.RIGHT)
def person_panel(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """On somebody's page: their account, or the way to open one; a fragment."""
    person = person_for(request.actor, person_id)
    return render(request, "accounts/_person_panel.html", {"person": person, "account": queries.account_of_person(request.actor, person)})
