"""Thin pages of organisations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.accounts.errors import NameTaken
from jimu.accounts.rules import fresh_password
from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Conflict, Invalid
from jimu.organisations import actions, queries
from jimu.organisations.forms import ArrivalForm, ContactForm, NewcomerForm, PledgeForm, chosen


@page("organisations.view")
def index(request: ActorRequest) -> HttpResponse:
    """The organisations of one's part; a contact goes straight to the own one."""
    own = request.actor.organisation_id
    if own and not request.actor.paths(queries.VIEW):
        return redirect("organisations:organisation", organisation_id=own)
    words = request.GET.get("q", "")[:40]
    found = queries.lines_for(request.actor, words=words, number=request.GET.get("page"))
    return render(request, "organisations/index.html", {"page": found, "words": words})


@page("organisations.view")
def organisation(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation: its pledges, its people and their service."""
    found = queries.page_for(request.actor, organisation_id, clock.now(), clock.today(), number=request.GET.get("page"))
    return render(request, "organisations/organisation.html", {"found": found})


@page("organisations.keep", methods=("GET", "HEAD", "POST"))
def pledge(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """Promise people or goods."""
    found = queries.organisation_for(request.actor, organisation_id, queries.KEEP)
    today = clock.today()
    form = PledgeForm(request.POST or None, sort=request.GET.get("sort", "people"), initial={"first_day": today, "last_day": today})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.pledge(actor=request.actor, at=clock.now(), organisation_id=organisation_id, promise=form.promise())
        except Invalid as error:
            form.add_error("last_day" if error.code == "bad_days" else None, str(error))
        else:
            messages.success(request, _("已记下承诺。接下来点名派谁。") if made.sort == "people" else _("已记下承诺。到货由接收的居民区登记。"))
            return redirect("organisations:pledge", pledge_id=made.pk)
    return render(request, "organisations/form.html", {"organisation": found, "form": form, "title": _pledge_title(form)}, status=422 if form.errors else 200)


def _pledge_title(form: PledgeForm) -> str:
    return _("承诺派人") if form.sort == "people" else _("承诺给物资")


@page("organisations.view")
def pledge_page(request: ActorRequest, pledge_id: UUID) -> HttpResponse:
    """One pledge and what came of it."""
    return render(request, "organisations/pledge.html", {"found": queries.pledge_for(request.actor, pledge_id, clock.today())})


@page("organisations.keep", methods=("POST",))
def name_people(request: ActorRequest, pledge_id: UUID) -> HttpResponse:
    """Say who comes."""
    n = actions.name_people(actor=request.actor, at=clock.now(), pledge_id=pledge_id, person_ids=chosen(request.POST))
    messages.success(request, _("已点名 {n} 人。").format(n=n))
    return redirect("organisations:pledge", pledge_id=pledge_id)


@page("organisations.receive", methods=("POST",))
def receive(request: ActorRequest, pledge_id: UUID) -> HttpResponse:
    """Note what has arrived."""
    actions.receive(actor=request.actor, at=clock.now(), pledge_id=pledge_id, **ArrivalForm.checked(request.POST))
    messages.success(request, _("已记到。"))
    return redirect("organisations:pledge", pledge_id=pledge_id)


@page("organisations.keep", methods=("POST",))
def withdraw(request: ActorRequest, pledge_id: UUID) -> HttpResponse:
    """Take a pledge back."""
    actions.withdraw(actor=request.actor, at=clock.now(), pledge_id=pledge_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤回。下面写着空出了什么。"))
    return redirect("organisations:pledge", pledge_id=pledge_id)


@page("organisations.keep", methods=("GET", "HEAD", "POST"))
def register(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """Put one of the organisation's people on the register."""
    found = queries.organisation_for(request.actor, organisation_id, queries.KEEP)
    form = NewcomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.register_member(actor=request.actor, at=clock.now(), organisation_id=organisation_id, given=form.newcomer())
        except (Invalid, Conflict) as error:
            form.add_error("phone" if error.code.startswith("phone") else None, str(error))
        else:
            messages.success(request, _("{name}已登记，住的居民区也看得到。").format(name=person.name))
            return redirect("organisations:organisation", organisation_id=organisation_id)
    context = {"organisation": found, "form": form, "title": _("登记本单位的人")}
    return render(request, "organisations/form.html", context, status=422 if form.errors else 200)


@page("organisations.appoint", methods=("GET", "HEAD", "POST"))
def contact(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """Open the account of a contact; its password is shown this once."""
    found = queries.organisation_for(request.actor, organisation_id)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = fresh_password()
        try:
            account = actions.open_contact(
                actor=request.actor, at=clock.now(), organisation_id=organisation_id, password=password, **form.cleaned_data
            )
        except NameTaken as error:
            form.add_error("username", str(error))
        else:
            response = render(request, "organisations/contact.html", {"organisation": found, "account": account, "password": password})
            response["Cache-Control"] = "no-store"
            return response
    context = {"organisation": found, "form": form, "title": _("开通单位联络员账号")}
    return render(request, "organisations/form.html", context, status=422 if form.errors else 200)
