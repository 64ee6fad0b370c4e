"""Pages of handovers: the list, one handover, its paper."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock, live
from jimu.core.doors import ActorRequest, page
from jimu.grid.queries import unit_for
from jimu.relay import forms, handover_actions
from jimu.relay import handover_queries as queries
from jimu.relay.forms import filled_in

OWN = "relay.own"


@page(OWN)
def index(request: ActorRequest) -> HttpResponse:
    """The handovers that count now, late ones first, and where one can be opened."""
    version = live.versions(["handovers"])["handovers"]
    at = clock.now()
    context = {
        "handovers": queries.handovers_for(request.actor, at),
        "places": queries.places_for(request.actor, at),
        "version": version,
        "policies": queries.policies_for(request.actor),
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "relay/_handovers.html" if fragment else "relay/handovers.html", context)


@page(OWN)
def choose(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """What can be handed over at a neighborhood, and when."""
    unit, duties = queries.duties_for(request.actor, unit_id, clock.now())
    return render(request, "relay/choose.html", {"unit": unit, "duties": duties, "at": clock.now()})


@page(OWN, methods=("POST",))
def open_one(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Open a handover, or go to the one there is."""
    given = filled_in(forms.OpenForm(request.POST))
    made = handover_actions.open_handover(
        actor=request.actor, at=clock.now(), incident_id=given["incident"], unit_id=unit_id,
        post_code=given["post"], turn_at=given["turn"],
    )  # fmt: skip
    return redirect("relay:handover", handover_id=made.pk)


@page(OWN)
def show(request: ActorRequest, handover_id: UUID) -> HttpResponse:
    """One handover: what is handed over, and what was said of it."""
    topic = f"handover:{handover_id}"
    version = live.versions([topic])[topic]
    sheet = queries.sheet(request.actor, handover_id, clock.now())
    fragment = request.htmx and not request.htmx.boosted
    context = {"sheet": sheet, "version": version, "item_form": forms.ItemForm(), "topic": topic}
    return render(request, "relay/_handover.html" if fragment else "relay/handover.html", context)


@page(OWN)
def printed(request: ActorRequest, handover_id: UUID) -> HttpResponse:
    """One handover on one A4 page, as a briefing form."""
    at = clock.now()
    context = {"sheet": queries.sheet(request.actor, handover_id, at), "printed_at": at}
    return render(request, "relay/handover_print.html", context)


@page(OWN, methods=("POST",))
def add(request: ActorRequest, handover_id: UUID) -> HttpResponse:
    """Write one more thing down."""
    given = filled_in(forms.ItemForm(request.POST))
    handover_actions.add_item(actor=request.actor, at=clock.now(), handover_id=handover_id, **given)
    return _back(request, handover_id)


@page(OWN, methods=("POST",))
def hand(request: ActorRequest, handover_id: UUID) -> HttpResponse:
    """Hand over."""
    handover_actions.hand_over(actor=request.actor, at=clock.now(), handover_id=handover_id)
    messages.success(request, _("已交班。接班的人接收后，您就可以放心离开。"))
    return redirect("relay:handover", handover_id=handover_id)


@page(OWN, methods=("POST",))
def answer(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Accept, dispute or finish one item."""
    given = filled_in(forms.AnswerForm(request.POST))
    made = handover_actions.answer(actor=request.actor, at=clock.now(), item_id=item_id, **given)
    return _back(request, made.item.handover_id)


@page(OWN, methods=("POST",))
def accept(request: ActorRequest, handover_id: UUID) -> HttpResponse:
    """Take the duty over."""
    stays = filled_in(forms.AcceptForm(request.POST))["stays"]
    handover_actions.accept(actor=request.actor, at=clock.now(), handover_id=handover_id, stays=stays)
    messages.success(request, _("已记下：您继续值班。") if stays else _("交接完成，现在由您负责。"))
    return redirect("relay:handover", handover_id=handover_id)


@page(OWN, methods=("POST",))
def reveal(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """One household's note; the journal keeps that it was read."""
    line = handover_actions.reveal(actor=request.actor, at=clock.now(), item_id=item_id)
    if request.htmx:
        return render(request, "relay/_revealed.html", {"line": line})
    sheet = queries.sheet(request.actor, line.item.handover_id, clock.now())
    context = {"sheet": sheet, "revealed": line.item.pk, "item_form": forms.ItemForm(), "topic": sheet.handover.target, "version": 0}
    return render(request, "relay/handover.html", context)


@page("relay.set", methods=("POST",))
def set_policy(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Set how soon handovers of an incident must be accepted."""
    given = filled_in(forms.PolicyForm(request.POST))
    handover_actions.set_policy(actor=request.actor, at=clock.now(), incident_id=incident_id, **given)
    messages.success(request, _("已保存。之后打开的交接按新的时限提醒。"))
    return redirect("relay:index")


@page("relay.view")
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """The handovers of a unit that count now, a fragment."""
    unit = unit_for(request.actor, unit_id, "relay.view")
    found = [one for one in queries.handovers_for(request.actor, clock.now()) if one.unit.path.startswith(unit.path)]
    return render(request, "relay/unit_panel.html", {"unit": unit, "handovers": found})


def _back(request: ActorRequest, handover_id: UUID) -> HttpResponse:
    if not request.htmx:
        return redirect("relay:handover", handover_id=handover_id)
    sheet = queries.sheet(request.actor, handover_id, clock.now())
    topic = f"handover:{handover_id}"
    context = {"sheet": sheet, "version": live.versions([topic])[topic], "item_form": forms.ItemForm(), "topic": topic}
    return render(request, "relay/_handover.html", context)
