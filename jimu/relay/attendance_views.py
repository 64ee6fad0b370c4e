"""Pages of attendance: the code at a post, signing with a phone, a day as it went."""

import base64
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.incidents.models import Post
from jimu.relay import attendance_actions, codes, forms, hours, seats, signing
from jimu.relay import attendance_queries as queries
from jimu.relay.forms import filled_in
from jimu.relay.own_door import OwnRequest, own_page


@own_page(methods=("GET", "HEAD", "POST"), remembered=True)
def scan(request: OwnRequest, code: str) -> HttpResponse:
    """What a post's code opens on one's own phone: one big button to sign in or out."""
    at = clock.now()
    if request.method == "POST":
        going = filled_in(forms.SignForm(request.POST))["going"]
        attendance_actions.sign_by_code(actor=request.actor, at=at, code=code, going=going)
        messages.success(request, _("已签到，辛苦了。") if going == "in" else _("已签退，请好好休息。"))
        return redirect(request.base)
    found = signing.read(code)
    post = Post.objects.select_related("unit").filter(pk=found.post_id).first()
    seat = seats.seat_of(request.actor.person_id, found.post_id, found.day) if request.actor.person_id else None
    context = {"code": code, "found": found, "post": post, "seat": seat, "holds": found.valid_from <= at <= found.valid_until,
               "card": found.use == signing.CARD, "shell": "relay/bare.html" if request.by_link else "base.html"}  # fmt: skip
    return render(request, "relay/scan.html", context)


@own_page(methods=("POST",))
def sign_oneself(request: OwnRequest, assignment_id: UUID) -> HttpResponse:
    """Sign without a code, by telling where one stands."""
    given = filled_in(forms.SelfSignForm(request.POST))
    attendance_actions.sign_by_oneself(actor=request.actor, at=clock.now(), assignment_id=assignment_id, **given)
    messages.success(request, _("已记下。现场负责人会看到是您自己报的。"))
    return redirect(request.base)


@page("attendance.mark")
def show_code(request: ActorRequest, shift_id: UUID) -> HttpResponse:
    """The turning code of a shift, for a lead's phone or a screen at the post."""
    shift = queries.shift_for(request.actor, shift_id)
    address = codes.address(request.build_absolute_uri("/"), codes.turning_code(shift, clock.now()))
    fragment = request.htmx and not request.htmx.boosted
    context = {"shift": shift, "qr": codes.drawn(address)}
    return render(request, "relay/_code.html" if fragment else "relay/code.html", context)


@page("attendance.mark")
def print_code(request: ActorRequest, shift_id: UUID) -> HttpResponse:
    """A shift's code on paper, with how to use it."""
    shift = queries.shift_for(request.actor, shift_id)
    address = codes.address(request.build_absolute_uri("/"), codes.shift_code(shift))
    return render(request, "relay/code_print.html", {"shift": shift, "qr": codes.drawn(address, scale=8)})


@page("attendance.mark")
def day(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """A neighborhood's day: on time, late, early, absent, and who says so."""
    shown = _day(request.GET.get("day", ""))
    unit, groups = queries.day_at(request.actor, unit_id, shown)
    counted = hours.counted_at(request.actor, unit, shown) if request.actor.may("relay.decide", unit.path) else {}
    for one in (one for group in groups for one in group.people):
        one.counted = counted.get((one.assignment.person_id, one.assignment.shift.post_id))
    return render(request, "relay/day.html", {"unit": unit, "groups": groups, "day": shown, "at": clock.now()})


@page("relay.decide", methods=("POST",))
def correct(request: ActorRequest, entry_id: UUID) -> HttpResponse:
    """Say how long somebody really served."""
    given = filled_in(forms.CorrectForm(request.POST))
    made = hours.correct(actor=request.actor, at=clock.now(), entry_id=entry_id, **given)
    messages.success(request, _("已更正，本人会收到消息，也能在“我的服务时间”里看到。"))
    return redirect(f"/relay/attendance/{made.post.unit_id}/?day={made.day.isoformat()}")


@page("attendance.mark", methods=("POST",))
def absent(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Mark somebody who did not come, with why."""
    why = filled_in(forms.AbsentForm(request.POST))["why"]
    made = attendance_actions.mark_absent(actor=request.actor, at=clock.now(), assignment_id=assignment_id, why=why)
    shift = made.assignment.shift
    return redirect(f"/relay/attendance/{shift.unit_id}/?day={shift.day.isoformat()}")


@require_safe
def public_key(request: HttpRequest) -> HttpResponse:
    """The public keys with which anybody can check the codes of posts without a network."""
    keys = [base64.b64encode(key).decode() for key in signing.public_keys()]
    return JsonResponse({"algorithm": "Ed25519", "keys": keys, "layout": ">BB16sHII + 64 bytes of signature, base64url"})


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return clock.today()
