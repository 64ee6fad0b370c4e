"""The page of one need: its story, and the acts that are open to this reader now."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from jimu.core import clock, sealed
from jimu.core.doors import ActorRequest
from jimu.field.needs import answering, proposing, queries, rules
from jimu.field.needs.models import Need
from jimu.sync import photos


def need_page(request: ActorRequest, need: Need, *, phone: str = "") -> HttpResponse:
    """Draw it; `phone` is the number in full when it was just revealed."""
    actor, at = request.actor, clock.now()
    acts = open_acts(request, need)
    context: dict[str, Any] = {
        "need": need, "line": queries.lines(actor, [need], at)[0], "story": queries.story(need), "acts": acts, "phone": phone,
        "pictures": photos.of([queries.photo_subject(need.receipt)]) if actor.may("sync.own") else [],
        "masked": sealed.mask_phone(sealed.unseal(need.phone_sealed)),
        "proposals": proposing.proposals(need) if "assign" in acts else [],
        "duplicates": queries.lines(actor, queries.duplicates(actor, need), at) if "merge" in acts else [],
        "home": queries.home_of(actor, need), "can_reveal": queries.is_for(actor, need) or actor.may("people.reveal", need.unit.path), "sees_list": actor.may(queries.VIEW),
    }  # fmt: skip
    own = need.own_list
    if own is not None and own.revoked_at is None and own.expires_at > at and actor.may(queries.DISPATCH, need.unit.path):
        context["own_link"] = own
    response = render(request, "needs/need.html", context)
    response["Cache-Control"] = "no-store"
    return response


def open_acts(request: ActorRequest, need: Need) -> frozenset[str]:
    """What this reader may do with it as it is now."""
    actor = request.actor
    possible = {act for act in rules.ACTS if rules.allowed(act, need.state, need.decision)}
    handles = queries.is_for(actor, need)
    dispatches = actor.may(queries.DISPATCH, need.unit.path)
    mine: set[str] = set()
    if handles:
        mine |= {"accept", "give_back", "note", "finish"}
    if dispatches:
        mine |= {"assign", "recall", "note", "merge"}
    if dispatches or queries.found_by(actor, need):
        mine |= set(answering.ACTS)
    if actor.person_id is not None and need.handler_id == actor.person_id:
        mine.discard("confirm")
    if need.decision == Need.Decision.PENDING and actor.may(queries.DECIDE, need.decide_path):
        mine |= {"grant", "refuse"}
    if len(need.decide_path) <= rules.STEP:
        mine.discard("appeal")
    return frozenset(possible & mine)
