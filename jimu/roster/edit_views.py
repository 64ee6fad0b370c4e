"""One shift's drawer: who is on it, why seats stand open, whom to ask; and edits by hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.roster import actions, explain, forms, queries, request_queries, standby
from jimu.roster.actions import Edit
from jimu.roster.errors import BreaksRules
from jimu.roster.models import Assignment, Shift
from jimu.roster.undo import WAYS_BACK
from jimu.roster.views import filled_in


def _drawer(request: ActorRequest, shift: Shift, **more: Any) -> HttpResponse:
    seated = queries.seated(shift)
    context = {
        "shift": shift,
        "roster": shift.roster,
        "seated": seated,
        "standing_by": sum(one.assignment.standby for one in seated),
        "why_open": explain.why_open(shift),
        "asked_of": request_queries.request_for(request.actor, shift.post_id) if shift.post.requested_only else None,
        "can_edit": _may_edit(request, shift),
        **more,
    }
    status = context.pop("status", 200)
    return render(
        request, "roster/_drawer.html" if request.htmx else "roster/shift.html", context, status=status
    )


def _after(request: ActorRequest, edit: Edit, shift: Shift, said: str) -> HttpResponse:
    if not request.htmx:
        return redirect("roster:shift", shift_id=shift.pk)
    shift.refresh_from_db(fields=["filled", "open_reason"])
    undoable = edit.entry if edit.entry.verb in WAYS_BACK and "undoes" not in edit.entry.data else None
    response = _drawer(request, shift, said=said, undo=undoable)
    # The matrix listens to this and draws itself again.
    response["HX-Trigger"] = "roster-changed"
    return response


@page("roster.view")
def shift(request: ActorRequest, shift_id: UUID) -> HttpResponse:
    """Who is on a shift, what is open and why."""
    return _drawer(request, queries.shift_for(request.actor, shift_id))


@page("roster.edit")
def candidates(request: ActorRequest, shift_id: UUID) -> HttpResponse:
    """Whom to ask for a seat, best first, with reasons; as a fragment."""
    found = queries.shift_for(request.actor, shift_id, "roster.edit")
    ranked = explain.candidates(found, at=clock.now())
    return render(
        request, "roster/_candidates.html", {"shift": found, "roster": found.roster, "candidates": ranked}
    )


@page("roster.edit", methods=("POST",))
def assign(request: ActorRequest, shift_id: UUID) -> HttpResponse:
    """Put somebody on a seat."""
    found = queries.shift_for(request.actor, shift_id, "roster.edit")
    given = filled_in(forms.PlaceForm(request.POST))
    try:
        edit = actions.assign(
            actor=request.actor, at=clock.now(), roster_id=found.roster_id, shift_id=shift_id,
            person_id=given["person"], override_reason=given["reason"] or None,
        )  # fmt: skip
    except BreaksRules as refusal:
        return _refused(request, found, refusal, {"person": given["person"]})
    name = edit.assignment.person.name if edit.assignment else ""
    return _after(request, edit, found, _("已安排%(name)s上岗。") % {"name": name})


@page("roster.edit", methods=("POST",))
def spare(request: ActorRequest, shift_id: UUID) -> HttpResponse:
    """Ask for more or fewer people to stand by."""
    found = queries.shift_for(request.actor, shift_id, "roster.edit")
    given = filled_in(forms.SpareForm(request.POST))
    found = standby.set_spare(actor=request.actor, at=clock.now(), shift=found, spare=given["spare"])
    if not request.htmx:
        return redirect("roster:shift", shift_id=shift_id)
    response = _drawer(request, found, said=_("待命人数改为 %(n)d 人。重新求解时会排上。") % {"n": found.spare})
    response["HX-Trigger"] = "roster-changed"
    return response


@page("roster.edit", methods=("POST",))
def move(request: ActorRequest, shift_id: UUID) -> HttpResponse:
    """Move somebody from another shift to this one."""
    given = filled_in(forms.MoveForm(request.POST))
    return _moved(request, given["assignment"], shift_id, given["reason"])


@page("roster.edit", methods=("POST",))
def move_from(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Move somebody to another shift."""
    return _moved(request, assignment_id, filled_in(forms.MoveToForm(request.POST))["to"], "")


def _moved(request: ActorRequest, assignment_id: UUID, shift_id: UUID, reason: str) -> HttpResponse:
    found = queries.shift_for(request.actor, shift_id, "roster.edit")
    try:
        edit = actions.move(
            actor=request.actor, at=clock.now(), roster_id=found.roster_id, assignment_id=assignment_id,
            to_shift_id=shift_id, override_reason=reason or None,
        )  # fmt: skip
    except BreaksRules as refusal:
        return _refused(request, found, refusal, {"assignment": assignment_id})
    name = edit.assignment.person.name if edit.assignment else ""
    return _after(request, edit, found, _("已把%(name)s调到这个班次。") % {"name": name})


def _refused(
    request: ActorRequest, shift: Shift, refusal: BreaksRules, asked: dict[str, Any]
) -> HttpResponse:
    # A refusal that may be overridden is a question, not an error: the drawer asks for the reason.
    return _drawer(
        request, shift, refusal=refusal, asked=asked, status=200 if request.htmx else refusal.status
    )


@page("roster.edit", methods=("POST",))
def swap(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Let somebody change places with somebody of another shift."""
    seat = queries.seat_for(request.actor, assignment_id, "roster.edit")
    given = filled_in(forms.SwapForm(request.POST))
    try:
        edit = actions.swap(
            actor=request.actor, at=clock.now(), roster_id=seat.shift.roster_id, assignment_id=assignment_id,
            with_assignment_id=given["other"], override_reason=given["reason"] or None,
        )  # fmt: skip
    except BreaksRules as refusal:
        return _refused(request, seat.shift, refusal, {"swap": assignment_id, "other": given["other"]})
    return _after(request, edit, seat.shift, _("两人已经对调。"))


@page("roster.edit", methods=("POST",))
def pin(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Hold somebody on their seat through later solves, or let go."""
    seat = queries.seat_for(request.actor, assignment_id, "roster.edit")
    pinned = filled_in(forms.PinForm(request.POST))["pinned"]
    edit = actions.pin(
        actor=request.actor, at=clock.now(), roster_id=seat.shift.roster_id, assignment_id=assignment_id, pinned=pinned
    )  # fmt: skip
    said = _("已固定，重新求解时不动这位。") if pinned else _("已放开，重新求解时可以调整。")
    return _after(request, edit, seat.shift, said)


@page("roster.edit", methods=("POST",))
def release(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Take somebody off a seat."""
    seat = queries.seat_for(request.actor, assignment_id, "roster.edit")
    edit = actions.unassign(
        actor=request.actor, at=clock.now(), roster_id=seat.shift.roster_id, assignment_id=assignment_id
    )
    return _after(request, edit, seat.shift, _("已把%(name)s从这个班次撤下。") % {"name": seat.person.name})


@page("roster.edit", methods=("POST",))
def undo(request: ActorRequest, roster_id: UUID, entry_id: UUID) -> HttpResponse:
    """Take back one edit by hand."""
    edit = actions.undo(actor=request.actor, at=clock.now(), roster_id=roster_id, entry_id=entry_id)
    if "shift" not in edit.entry.data:
        messages.success(request, _("已撤销，和原来一样。"))
        return redirect("roster:show", roster_id=roster_id)
    found = queries.shift_for(request.actor, UUID(edit.entry.data["shift"]), "roster.edit")
    return _after(request, edit, found, _("已撤销。"))


@page("roster.view")
def why_here(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Why somebody is where they are and how that can be changed, as a fragment."""
    seat: Assignment = queries.seat_for(request.actor, assignment_id)
    context = {"seat": seat, "why": explain.why_here(seat, at=clock.now())}
    if _may_edit(request, seat.shift):
        context |= {"can_edit": True, "targets": explain.open_nearby(seat), "others": explain.others_nearby(seat)}
    return render(request, "roster/_why_here.html", context)


def _may_edit(request: ActorRequest, shift: Shift) -> bool:
    return request.actor.may("roster.edit", shift.unit.path) and queries.editable(shift, clock.now())
