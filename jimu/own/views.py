"""Thin pages: one's own record by account or by link, the link's panel, the doubts of a unit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import ActorRequest, behind_link, page
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.grid.queries import unit_for
from jimu.own import actions, queries
from jimu.own.forms import OwnForm
from jimu.people.models import Person
from jimu.people.queries import person_for
from jimu.people.words import PART_WORDS, WEEKDAY_WORDS
from jimu.roster.words import rule_words
from jimu.signup.poster import qr_svg


@page("own.edit", methods=("GET", "HEAD", "POST"))
def mine(request: ActorRequest) -> HttpResponse:
    """One's own record, signed in."""
    try:
        person = queries.own_person(request.actor)
    except NotFound as error:
        # The menu leads everybody here: an account without a person is told how to mend that.
        return render(request, "own/nobody.html", {"error": error})
    return _record(request, person, request.actor, "own/mine.html", reverse("own:mine"))


@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One's own record, by a personal link. The link is all that is looked at: who is signed in does not matter."""
    try:
        person, actor = queries.holder_of(token, clock.now())
    except queries.DeadLink as error:
        response = render(request, "own/dead.html", {"error": error}, status=404)
    else:
        response = _record(request, person, actor, "own/by_link.html", reverse("own:by_link", args=[token]))
    return behind_link(response, referrer="no-referrer")


def _record(request: HttpRequest, person: Person, actor: Actor, template: str, back: str) -> HttpResponse:
    at = clock.now()
    form = OwnForm(request.POST if request.method == "POST" else None, person=person)
    breaks: list[queries.InDoubt] = []
    if request.method == "POST" and form.is_valid():
        try:
            doubted = actions.change(
                actor=actor, at=at, person_id=person.pk, seen=form.cleaned_data["seen"], wanted=form.change(), sure=form.cleaned_data["sure"]
            )
        except actions.BreaksShifts as error:
            breaks = list(error.seats)
        except (Invalid, Conflict) as error:
            form.add_error("phone" if error.code.startswith(("phone", "person_taken")) else None, str(error))
        else:
            messages.success(request, _("已保存。"))
            if doubted:
                messages.warning(request, _("有 {n} 个已发布的班与您现在说的不合，负责人会看到并联系您。").format(n=len(doubted)))
            return redirect(back)
    person.refresh_from_db()
    context = {
        "person": person, "form": form, "weekdays": WEEKDAY_WORDS, "parts": PART_WORDS, "breaks": breaks, "rows": _rows(form),
        "seats": queries.seats_to_come(person.pk, at)[:10], "doubted": {seat.assignment.pk for seat in queries.in_doubt(person.pk, at)},
    }  # fmt: skip
    return render(request, template, context, status=409 if breaks else 422 if form.errors else 200)


def _rows(form: OwnForm) -> list[tuple[str, list[tuple[object, bool, str]]]]:
    """The drawn week with the words of each cell for readers who do not see it."""
    return [
        (str(PART_WORDS[row[0][0].part]), [(cell, on, f"{WEEKDAY_WORDS[cell.day]} {PART_WORDS[cell.part]}") for cell, on in row])
        for row in form.week()
    ]  # fmt: skip


@page("own.link")
def link_panel(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The personal link of somebody, a fragment of their page."""
    return _panel(request, person_for(request.actor, person_id, "own.link"))


def _panel(request: ActorRequest, person: Person) -> HttpResponse:
    return render(request, "own/link_panel.html", {"person": person, "link": queries.link_of(person, clock.now())})


@page("own.link", methods=("POST",))
def issue(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """A fresh link, shown once with its code to scan."""
    link = actions.issue_link(actor=request.actor, at=clock.now(), person_id=person_id)
    address = request.build_absolute_uri(reverse("own:by_link", args=[queries.token_of(link)]))
    context = {"person": link.person, "link": link, "address": address, "qr": qr_svg(address, link.person.name)}
    response = render(request, "own/issued.html", context)
    response["Cache-Control"] = "no-store"
    return response


@page("own.link", methods=("POST",))
def revoke(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The link ends."""
    actions.revoke_link(actor=request.actor, at=clock.now(), person_id=person_id)
    messages.success(request, _("链接已收回，不能再用。"))
    return redirect("people:person", person_id=person_id)


@page("own.doubts")
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Published shifts that their holders put in doubt, a fragment of the unit's page."""
    unit = unit_for(request.actor, unit_id, "own.doubts")
    rows = [
        (doubt, "、".join(rule_words(code) for code in doubt.rules), request.actor.may("roster.edit", doubt.assignment.shift.unit.path))
        for doubt in queries.doubts_for(request.actor, unit, clock.now())[:50]
    ]
    return render(request, "own/unit_panel.html", {"unit": unit, "rows": rows})


@page("own.doubts", methods=("POST",))
def settle(request: ActorRequest, doubt_id: UUID) -> HttpResponse:
    """Spoken with: the seat stands."""
    doubt = actions.settle(actor=request.actor, at=clock.now(), doubt_id=doubt_id)
    messages.success(request, _("已记下：沟通过，班次照旧。"))
    return redirect("grid:unit", unit_id=doubt.assignment.shift.unit_id)
