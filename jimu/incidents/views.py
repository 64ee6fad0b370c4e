"""Thin pages of incidents."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import visible
from jimu.grid.models import Unit
from jimu.incidents import actions, plans, queries
from jimu.incidents.forms import ActivateForm, AdjustForm, ConfirmForm, LevelForm, ProlongForm, ReasonForm
from jimu.incidents.matrix import matrix_of
from jimu.incidents.models import Incident
from jimu.incidents.notices import letter
from jimu.incidents.rules import overdue
from jimu.incidents.timeline import told
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Playbook


@page("incidents.view")
def index(request: ActorRequest) -> HttpResponse:
    """Responses under way and those that ended."""
    found = list(queries.incidents_for(request.actor)[:100])
    active = [(incident, overdue(incident.ends_on, today=clock.today())) for incident in found if incident.state == Incident.State.ACTIVE]
    ended = [incident for incident in found if incident.state != Incident.State.ACTIVE]
    return render(request, "incidents/index.html", {"active": active, "ended": ended, "units": Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).exists()})


@page("incidents.activate")
def new(request: ActorRequest) -> HttpResponse:
    """Choose a playbook, a level and a place; see what it would do."""
    asked = request.GET if "choice" in request.GET else None
    form = ActivateForm(asked, actor=request.actor, playbook=request.GET.get("playbook", ""))
    if asked is None or not form.is_valid():
        return render(request, "incidents/new.html", {"form": form})
    plan = plans.plan_activation(actor=request.actor, at=clock.now(), **form.words())
    confirm = ConfirmForm(
        actor=request.actor, initial={"legal_basis": plan.playbook.legal_basis, "ends_on": plan.ends_on.isoformat(), "title": ""}
    )
    return _preview(request, form, plan, confirm)


def _preview(request: ActorRequest, form: ActivateForm, plan: plans.Preview, confirm: ConfirmForm, status: int = 200) -> HttpResponse:
    plan = plans.with_people(plan)
    taken = {row.unit_id: row for row in plan.taken}
    places = queries.neighborhoods_under(plan.unit)
    chosen = {unit.unit.pk: unit for unit in plan.units}
    context = {
        "form": form, "plan": plan, "confirm": confirm,
        "choice": form.cleaned_data["choice"], "narrowed": len(chosen) < len(places),
        "places": [(place, chosen.get(place.pk), taken.get(place.pk)) for place in places],
        "free": [place for place in places if place.pk in chosen and place.pk not in taken],
        "matrix": matrix_of(
            [u.unit for u in plan.units], ((u.unit.pk, n.rule.code, n.rule.title, n.needed) for u in plan.units for n in u.needs)
        ),
    }  # fmt: skip
    return render(request, "incidents/new.html", context, status=status)


@page("incidents.activate")
def new_posts(request: ActorRequest) -> HttpResponse:
    """The posts of one neighborhood of a preview, with their reasons; a fragment."""
    form = ActivateForm(request.GET, actor=request.actor)
    if not form.is_valid():
        raise NotFound
    plan = plans.plan_activation(actor=request.actor, at=clock.now(), **form.words())
    return render(request, "incidents/_needs.html", {"cell": plan.units[0]})


@page("incidents.activate", methods=("POST",))
def activate(request: ActorRequest) -> HttpResponse:
    """Do it. What is missing is asked for on the same page."""
    form = ConfirmForm(request.POST, actor=request.actor)
    chosen = ActivateForm(request.POST, actor=request.actor)
    if not chosen.is_valid():
        raise Invalid(_("预案、级别或范围已经变了，请回到“启动预案”重新选择。"))
    if not form.is_valid():
        plan = plans.plan_activation(actor=request.actor, at=clock.now(), **chosen.words())
        return _preview(request, chosen, plan, form, status=422)
    incident = actions.activate(actor=request.actor, at=clock.now(), **form.words())
    messages.success(request, _("已启动。下一步：为这次响应排班。"))
    return redirect("incidents:incident", incident_id=incident.pk)


@page("incidents.view")
def incident(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """One response: what it means, its posts, what happened."""
    found = queries.incident_for(request.actor, "incidents.view", incident_id)
    playbook = _playbook(found)
    level = playbook.levels.get(found.level) if playbook else None
    starts_on = timezone.localdate(found.starts_at)
    place = Unit.objects.filter(path=found.scope).first()
    context = {
        "incident": found, "level": level, "place": place,
        "overdue": found.state == Incident.State.ACTIVE and overdue(found.ends_on, today=clock.today()),
        "matrix": queries.matrix_for(request.actor, found),
        "totals": queries.totals(found),
        "events": [told(entry) for entry in queries.events_of(found)],
        "levels": [(code, other) for code, other in playbook.levels.items() if code != found.level] if playbook else [],
        "letter": letter(
            playbook, level=found.level, unit=place.name if place else "", starts_on=starts_on, ends_on=found.ends_on, basis=found.legal_basis
        ) if playbook and level else "",
        "prolong": ProlongForm(initial={"ends_on": found.ends_on.isoformat()}),
    }  # fmt: skip
    return render(request, "incidents/incident.html", context)


def _playbook(found: Incident) -> Playbook | None:
    """The playbook as it was then; none for a text that today's rules no longer read."""
    try:
        return parse(found.playbook_text, file=found.playbook)
    except Invalid:
        return None


@page("incidents.view")
def posts(request: ActorRequest, incident_id: UUID, unit_id: UUID) -> HttpResponse:
    """The posts of one neighborhood, with reasons; a commander may set numbers."""
    found = queries.incident_for(request.actor, "incidents.view", incident_id)
    unit, groups = queries.posts_in(request.actor, found, unit_id)
    people = sum(post.needed for listed in groups.values() for post in listed)
    return render(request, "incidents/posts.html", {"incident": found, "unit": unit, "groups": groups, "people": people})


@page("incidents.activate", methods=("GET", "HEAD", "POST"))
def level(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """What another level would change; then do it."""
    found = queries.incident_for(request.actor, "incidents.activate", incident_id)
    if request.method == "POST":
        form = LevelForm(request.POST)
        words = {"level": request.POST.get("level", ""), "reason": form.cleaned_data["reason"] if form.is_valid() else ""}
        plan = actions.change_level(actor=request.actor, at=clock.now(), incident_id=incident_id, **words)
        messages.success(request, _("级别已改为{level}。下一步：按新的岗位重新排班。").format(level=plan.level.title))
        return redirect("incidents:incident", incident_id=incident_id)
    plan = plans.plan_level(found, request.GET.get("level", ""))
    return render(request, "incidents/level.html", {"incident": found, "plan": plan})


@page("incidents.activate", methods=("POST",))
def stand_down(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """End it."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.stand_down(actor=request.actor, at=clock.now(), incident_id=incident_id, reason=reason)
    messages.success(request, _("已解除。记录都保留着。"))
    return redirect("incidents:incident", incident_id=incident_id)


@page("incidents.activate", methods=("POST",))
def prolong(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Another end."""
    form = ProlongForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请填写新的结束日期和理由。"))
    actions.prolong(actor=request.actor, at=clock.now(), incident_id=incident_id, **form.cleaned_data)
    messages.success(request, _("结束日期已更改。"))
    return redirect("incidents:incident", incident_id=incident_id)


@page("incidents.activate", methods=("POST",))
def adjust(request: ActorRequest, post_id: UUID) -> HttpResponse:
    """Another headcount of one post."""
    form = AdjustForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请填写 0 到 500 之间的人数和调整理由。"))
    post = actions.adjust_post(actor=request.actor, at=clock.now(), post_id=post_id, **form.cleaned_data)
    messages.success(request, _("人数已调整，下次排班按新的人数。"))
    return redirect("incidents:posts", incident_id=post.incident_id, unit_id=post.unit_id)


@page("incidents.view")
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """What is under way in one unit; a fragment of the unit's page."""
    unit = Unit.objects.filter(visible(request.actor, "incidents.view"), pk=unit_id).first()
    if unit is None:
        raise NotFound
    return render(request, "incidents/unit_panel.html", {"incidents": queries.active_in(unit)})
