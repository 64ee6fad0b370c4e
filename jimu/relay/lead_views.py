"""A lead's pages of people: requests to decide, one seat to act on for somebody absent."""

from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.permissions import visible
from jimu.relay import forms, request_queries, seat_actions, seats
from jimu.relay.forms import filled_in
from jimu.roster import explain
from jimu.roster.models import Shift

FITS = 8
LISTED_MOVES = 40


@page(seats.DECIDE)
def requests(request: ActorRequest) -> HttpResponse:
    """Requests that wait, and what was settled lately."""
    at = clock.now()
    context = {
        "waiting": request_queries.open_for(request.actor)[: request_queries.LISTED],
        "settled": request_queries.settled_for(request.actor, at),
        "by_lead": request_queries.BY_LEAD,
    }
    return render(request, "relay/requests.html", context)


@page(seats.DECIDE, methods=("POST",))
def decide(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Grant or refuse a leave or a rest."""
    given = filled_in(forms.DecideForm(request.POST))
    seat_actions.decide(
        actor=request.actor, at=clock.now(), request_id=request_id, grant=given["grant"], sentence=given["sentence"]
    )
    messages.success(request, _("已批准，岗位已空出来。") if given["grant"] else _("已回复。"))
    return redirect("relay:requests")


@page(seats.DECIDE)
def act(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Act for somebody who cannot: open their seat, give it to another, or move them where it cannot wait."""
    seat = seats.seat_for(request.actor, assignment_id)
    at = clock.now()
    moves = Shift.objects.filter(
        roster=seat.shift.roster_id, ends_at__gt=at, starts_at__lt=seat.shift.ends_at, filled__lt=F("needed"),
        post__requested_only=False,
    )  # fmt: skip
    moves = moves.filter(visible(request.actor, seats.DECIDE, "unit__path")).exclude(pk=seat.shift_id)
    context = {
        "seat": seat,
        "covers": explain.candidates(seat.shift, at=at, limit=FITS).fits,
        "moves": moves.select_related("post", "unit").order_by("post__priority", "starts_at")[:LISTED_MOVES],
    }
    return render(request, "relay/act.html", context)


@page(seats.DECIDE, methods=("POST",))
def release(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Open an absent person's seat."""
    words = filled_in(forms.ReasonForm(request.POST))["reason"]
    seat_actions.release_absent(actor=request.actor, at=clock.now(), assignment_id=assignment_id, reason=words)
    return _done(request)


@page(seats.DECIDE, methods=("POST",))
def cover(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Give an absent person's seat to somebody else."""
    given = filled_in(forms.CoverForm(request.POST))
    seat_actions.cover_absent(
        actor=request.actor, at=clock.now(), assignment_id=assignment_id, person_id=given["person"], reason=given["reason"]
    )
    return _done(request)


@page(seats.DECIDE, methods=("POST",))
def move(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Move somebody where it cannot wait."""
    given = filled_in(forms.EmergencyForm(request.POST))
    seat_actions.move_in_emergency(
        actor=request.actor, at=clock.now(), assignment_id=assignment_id, to_shift_id=given["to"], reason=given["reason"]
    )
    return _done(request)


def _done(request: ActorRequest) -> HttpResponse:
    messages.success(request, _("已办好，本人会在“我的”里看到原因。"))
    return redirect("relay:requests")
