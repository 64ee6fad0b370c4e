"""Thin pages of absences."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.absences import actions, naming, queries
from jimu.absences.forms import OutForm, ProlongForm, picked, until_of
from jimu.core import clock, live
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, NotFound
from jimu.core.paging import paged


@page("absences.view")
def index(request: ActorRequest) -> HttpResponse:
    """Who is out now, and who was."""
    version = live.versions([actions.TOPIC])[actions.TOPIC]
    found = paged(queries.absences_for(request.actor), number=request.GET.get("page"), size=20)
    may_send = request.actor.may(naming.SEND)
    return render(request, "absences/index.html", {"page": found, "may_send": may_send, "version": version})


@page("absences.send", methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest) -> HttpResponse:
    """Name them and see what follows; then do it."""
    form = OutForm(request.POST or None, actor=request.actor)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            ids = picked(request.POST)
            if "sure" in request.POST and ids:
                made = actions.send_out(actor=request.actor, at=at, person_ids=ids, term=form.term())
                messages.success(request, _("已登记。班次已空出，正在找人补。"))
                return redirect("absences:show", absence_id=made.pk)
            context["seen"] = queries.preview(form.people(at), at, form.term().until)
        except (Invalid, NotFound) as error:
            form.add_error("back_on" if error.code == "bad_until" else None, str(error))
    return render(request, "absences/new.html", context, status=422 if form.errors else 200)


@page("absences.view")
def show(request: ActorRequest, absence_id: UUID) -> HttpResponse:
    """One act: who is out, what it did, who is back and what they may take up again."""
    absence = queries.absence_for(request.actor, absence_id)
    may_send = queries.may_send(request.actor, absence)
    # What leads wrote of keys is for those who must fetch them.
    held = queries.keys_of(absence) if may_send else []
    context = {"absence": absence, "former": queries.former(absence, clock.now()), "may_send": may_send, "held": held}
    return render(request, "absences/show.html", context)


@page("absences.send", methods=("POST",))
def back(request: ActorRequest, absence_id: UUID) -> HttpResponse:
    """They are back earlier."""
    n = actions.come_back(actor=request.actor, at=clock.now(), absence_id=absence_id, person_ids=picked(request.POST))
    messages.success(request, _("{n} 人回来了。原来的班不会自动拿回，空着的列在下面。").format(n=n))
    return redirect("absences:show", absence_id=absence_id)


@page("absences.send", methods=("POST",))
def prolong(request: ActorRequest, absence_id: UUID) -> HttpResponse:
    """They stay out longer."""
    form = ProlongForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请选新的回来的日子。"), code="bad_until")
    actions.prolong(actor=request.actor, at=clock.now(), absence_id=absence_id, until=until_of(form.cleaned_data["back_on"]))
    messages.success(request, _("已延长。多出来的班已空出，正在找人补。"))
    return redirect("absences:show", absence_id=absence_id)


@page("absences.send", methods=("POST",))
def again(request: ActorRequest, absence_id: UUID, absentee_id: UUID, shift_id: UUID) -> HttpResponse:
    """Somebody who is back takes an old shift of theirs."""
    actions.serve_again(actor=request.actor, at=clock.now(), absence_id=absence_id, absentee_id=absentee_id, shift_id=shift_id)
    messages.success(request, _("已排上。"))
    return redirect("absences:show", absence_id=absence_id)
