"""One's own pages: my shifts, one shift and what I can ask, my duty card, my calendar."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.relay import codes, feeds, forms, own_queries, seat_actions, seats
from jimu.relay.forms import filled_in
from jimu.relay.models import SeatRequest
from jimu.relay.own_door import OwnRequest, own_page
from jimu.roster import explain

FITS = 8


def _drawn(request: OwnRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    shell = "relay/bare.html" if request.by_link else "base.html"
    return render(request, template, {**context, "shell": shell, "base": request.base, "by_link": request.by_link})


@own_page()
def me(request: OwnRequest) -> HttpResponse:
    """My next shift, what is left for me, my requests."""
    person = own_queries.person_of(request.actor)
    if person is None:
        return _drawn(request, "relay/nobody.html", {})
    at = clock.now()
    return _drawn(request, "relay/me.html", {"mine": own_queries.mine(person, request.actor, at), "at": at})


@own_page()
def seat(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """One shift of mine: where, with whom, and what I can ask."""
    own = seats.own_seat(request.actor, assignment_id)
    at = clock.now()
    context = {
        "seat": seats.Seat(own, ""), "at": at, "beside": own_queries.beside(own), "leads": own_queries.leads_of(own.shift.unit),
        "open_request": own_queries.request_of(own.person_id, own), "begun": own.shift.starts_at <= at,
    }  # fmt: skip
    return _drawn(request, "relay/seat.html", context)


@own_page()
def others(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """With whom I could exchange, and who could take my seat: names only."""
    own = seats.own_seat(request.actor, assignment_id)
    at = clock.now()
    swaps = seats.exchangeable(own, at)
    covers = explain.candidates(own.shift, at=at, limit=FITS).fits
    return _drawn(request, "relay/others.html", {"seat": own, "swaps": swaps, "covers": covers})


def _ask(request: OwnRequest, made: SeatRequest) -> HttpResponse:
    messages.success(request, _("已发出，请等答复。答复会显示在“我的”里。"))
    return redirect(request.base)


@own_page(methods=("POST",))
def leave(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """Ask for leave from one shift."""
    given = filled_in(forms.ReasonForm(request.POST))
    return _ask(request, seat_actions.ask_leave(actor=request.actor, at=clock.now(), assignment_id=assignment_id, **given))


@own_page(methods=("POST",))
def rest(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """Ask for some days of rest."""
    given = filled_in(forms.RestForm(request.POST))
    return _ask(request, seat_actions.ask_rest(actor=request.actor, at=clock.now(), assignment_id=assignment_id, **given))


@own_page(methods=("POST",))
def cover(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """Ask somebody to take my seat."""
    given = filled_in(forms.CoverForm(request.POST))
    made = seat_actions.ask_cover(
        actor=request.actor, at=clock.now(), assignment_id=assignment_id, person_id=given["person"], reason=given["reason"]
    )
    return _ask(request, made)


@own_page(methods=("POST",))
def swap(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """Ask somebody to exchange seats."""
    given = filled_in(forms.SwapForm(request.POST))
    made = seat_actions.ask_swap(
        actor=request.actor, at=clock.now(), assignment_id=assignment_id, with_assignment_id=given["seat"], reason=given["reason"]
    )
    return _ask(request, made)


@own_page(methods=("POST",))
def reply(request: OwnRequest, request_id: UUID) -> HttpResponse:
    """Agree or not to what was put to me."""
    given = filled_in(forms.ReplyForm(request.POST))
    if given["yes"]:
        seat_actions.consent(actor=request.actor, at=clock.now(), request_id=request_id)
        messages.success(request, _("谢谢您。班次已经换好。"))
    else:
        seat_actions.decline(actor=request.actor, at=clock.now(), request_id=request_id, sentence=given["sentence"])
        messages.success(request, _("已回复对方。"))
    return redirect(request.base)


@own_page(methods=("POST",))
def withdraw(request: OwnRequest, request_id: UUID) -> HttpResponse:
    """Take my request back."""
    seat_actions.withdraw(actor=request.actor, at=clock.now(), request_id=request_id)
    messages.success(request, _("已撤回，班次不变。"))
    return redirect(request.base)


@own_page()
def card(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """My duty card for one shift: a code that a guard can check without a network."""
    own = seats.own_seat(request.actor, assignment_id)
    address = codes.address(request.build_absolute_uri("/"), codes.card_code(own.shift))
    return _drawn(request, "relay/card.html", {"seat": own, "qr": codes.drawn(address)})


@own_page(methods=("GET", "HEAD", "POST"))
def feed(request: OwnRequest) -> HttpResponse:
    """Make or end the private address of my calendar."""
    person = own_queries.person_of(request.actor)
    if person is None:
        raise NotFound
    context: dict[str, Any] = {}
    if request.method == "POST":
        if "revoke" in request.POST:
            feeds.revoke_feed(actor=request.actor, at=clock.now())
            messages.success(request, _("日历地址已停用。"))
        else:
            secret = feeds.make_feed(actor=request.actor, at=clock.now())
            context["address"] = request.build_absolute_uri(reverse("relay:calendar", args=[secret]))
    context["feed"] = own_queries.mine(person, request.actor, clock.now()).feed
    return _drawn(request, "relay/feed.html", context)


@require_safe
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The shifts behind a private address. An address that was ended looks like one that never was."""
    found = own_queries.feed_of(feeds.digest_of(secret))
    if found is None:
        raise NotFound
    answer = HttpResponse(feeds.calendar_of(found.person, clock.now()), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = 'inline; filename="shifts.ics"'
    return answer
