"""Pages of calls for those who command and lead; a person's own pages are in `own_views`."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.calls import actions, answering, backfill, forms, planning, queries, second_queries
from jimu.calls.forms import filled_in
from jimu.calls.models import Offer
from jimu.calls.words import REASON_WORDS
from jimu.core import clock, live
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import JimuError
from jimu.grid.queries import unit_for

# How far ahead one may look for gaps, in hours.
SPANS = (24, 72, 168)


@page(queries.OWN)
def index(request: ActorRequest) -> HttpResponse:
    """One's own offers; for who leads also calls under way, where people are missing, and who stands by."""
    at, actor = clock.now(), request.actor
    sees, starts = actor.may(queries.VIEW), actor.may(queries.START)
    version = live.versions([actions.TOPIC])[actions.TOPIC]
    hours = next((n for n in SPANS if str(n) == request.GET.get("hours")), SPANS[0])
    context = {
        "hours": hours,
        "spans": [(hours, hours // 24) for hours in SPANS],
        "own": queries.own_offers(actor, at),
        "reasons": REASON_WORDS,
        "sees": sees,
        "calls": queries.summaries(actor) if sees else [],
        "standbys": queries.standbys_for(actor, at) if sees else [],
        "gaps": queries.gaps_for(actor, at, hours) if starts else [],
        "form": forms.BeginForm() if starts else None,
        "version": version,
        "at": at,
    }
    return render(request, "calls/index.html", context)


@page(queries.START, methods=("GET", "HEAD", "POST"))
def begin(request: ActorRequest) -> HttpResponse:
    """First what the call would be: how many seats, how many are asked, who after whom, what they read. Then it begins."""
    if request.method != "POST":
        return _preview(request)
    given = filled_in(forms.BeginForm(request.POST))
    call = actions.begin(
        actor=request.actor, at=clock.now(), unit_id=given["unit"], incident_id=given["incident"],
        shift_ids=[given["shift"]] if given["shift"] else [], hours=given["hours"], note=given["note"],
    )  # fmt: skip
    return redirect("calls:show", call_id=call.pk)


def _preview(request: ActorRequest) -> HttpResponse:
    given = filled_in(forms.BeginForm(request.GET))
    asked = planning.Asked(given["unit"], given["incident"], [given["shift"]] if given["shift"] else [], given["hours"], given["note"])
    found = planning.plan(actor=request.actor, at=clock.now(), asked=asked)
    return render(request, "calls/begin.html", {"plan": found, "given": given, "at": clock.now()})


@page(queries.VIEW)
def show(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """One call: what is open, the wave, who said what."""
    call = queries.call_for(request.actor, call_id)
    version = live.versions([call.target])[call.target]
    state = request.GET.get("state", "")
    state = state if state in Offer.State.values else ""
    context = {
        "call": call,
        "sheet": queries.sheet(call, clock.now()),
        "people": queries.people_of(call, request.actor, state=state),
        "organisations": second_queries.progress_of(call),
        "state": state,
        "states": Offer.State.choices,
        "reasons": REASON_WORDS,
        "version": version,
        "topic": call.target,
        "can_start": request.actor.may(queries.START, call.unit.path),
        "can_answer": request.actor.may(queries.ANSWER),
        "at": clock.now(),
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "calls/_call.html" if fragment else "calls/call.html", context)


@page(queries.START, methods=("POST",))
def steer(request: ActorRequest, call_id: UUID, verb: str) -> HttpResponse:
    """Pause, go on, hurry or stop."""
    steps = {"pause": actions.pause, "go-on": actions.go_on, "next": actions.next_wave, "stop": actions.stop}
    steps[verb](actor=request.actor, at=clock.now(), call_id=call_id)
    return redirect("calls:show", call_id=call_id)


@page(queries.ANSWER, methods=("POST",))
def answer_for(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Write down what somebody said on the phone."""
    said = forms.AnswerForm(request.POST).said()
    heard = answering.answer_for(actor=request.actor, at=clock.now(), offer_id=offer_id, said=said)
    offer = heard.offer
    messages.success(request, _("已记下：{name}，{state}。").format(name=offer.person.name, state=offer.get_state_display()))
    if heard.why:
        messages.warning(request, heard.why)
    return redirect("calls:show", call_id=offer.call_id)


@page(queries.START, methods=("POST",))
def pick(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """Let somebody take the seat without waiting."""
    given = filled_in(forms.PickForm(request.POST))
    try:
        backfill.pick(actor=request.actor, at=clock.now(), call_id=call_id, shift_id=given["shift"], person_id=given["person"])
        messages.success(request, _("已经排上。请打电话告诉本人。"))
    except JimuError as error:
        if error.status in (403, 404):
            raise
        messages.error(request, str(error))
    return redirect("calls:show", call_id=call_id)


@page(queries.VIEW)
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Calls under way at a place, on its page."""
    unit = unit_for(request.actor, unit_id)
    at = clock.now()
    calls = queries.open_of_units(request.actor, [unit], at).get(unit.pk, [])
    return render(request, "calls/unit_panel.html", {"calls": calls, "standbys": queries.standbys_for(request.actor, at, unit), "at": at})
