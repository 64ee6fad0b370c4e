"""Pages of rosters: the list, one roster, a neighborhood's matrix and people."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock, jobs, live
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, NotFound
from jimu.roster import actions, forms, people_queries, queries, solving, words
from jimu.roster.errors import NotFit
from jimu.roster.models import Roster

WEEK = 7


def filled_in(form: Form) -> dict[str, Any]:
    """The values of a form. Raises Invalid with its first complaint."""
    if not form.is_valid():
        raise Invalid(str(next(iter(form.errors.values()))[0]))
    return form.cleaned_data


@page("roster.view")
def index(request: ActorRequest) -> HttpResponse:
    """Rosters of the active incidents, and what to do next."""
    groups = queries.incidents_with_rosters(request.actor, clock.now())
    form = forms.DraftForm()
    return render(request, "roster/index.html", {"groups": groups, "form": form})


@page("roster.solve", methods=("POST",))
def draft(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Lay out a draft."""
    given = filled_in(forms.DraftForm(request.POST))
    roster = actions.draft_roster(actor=request.actor, at=clock.now(), incident_id=incident_id, **given)
    return redirect("roster:show", roster_id=roster.pk)


@page("roster.view")
def show(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """One roster: its state, its numbers, and its neighborhoods."""
    roster = queries.roster_for(request.actor, roster_id)
    return render(request, "roster/show.html", _overview(request, roster))


def _overview(request: ActorRequest, roster: Roster) -> dict[str, Any]:
    places = queries.places(request.actor, roster)
    return {
        "roster": roster,
        "places": places,
        "seats": queries.total(place.seats for place in places),
        "reasons": [(words.rule_words(code), n) for code, n in queries.main_reasons(request.actor, roster)],
        "sentences": solving.outcome_sentences(roster),
        "job": solving.open_job(roster),
        "failed_job": solving.failed_job(roster),
        "solve_form": forms.SolveForm(),
        "replaces": actions.in_force_of(roster.incident_id),
    }


@page("roster.solve", methods=("POST",))
def solve(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """Queue a solve of a draft."""
    roster = queries.roster_for(request.actor, roster_id, "roster.solve")
    seconds = filled_in(forms.SolveForm(request.POST))["seconds"]
    solving.enqueue_solve(actor=request.actor, at=clock.now(), roster=roster, seconds=seconds)
    return redirect("roster:show", roster_id=roster_id)


@page("roster.view")
def progress(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """How far the solve is, as a fragment; reloads the page when it has ended."""
    roster = queries.roster_for(request.actor, roster_id)
    job = solving.open_job(roster)
    if job is None:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "roster/_progress.html", {"roster": roster, "job": job})


@page("roster.solve", methods=("POST",))
def stop(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """End a solve with the best that it has."""
    roster = queries.roster_for(request.actor, roster_id, "roster.solve")
    job = solving.open_job(roster)
    if job is not None:
        jobs.cancel(job_id=job.pk)
    return redirect("roster:show", roster_id=roster_id)


@page("roster.publish", methods=("POST",))
def publish(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """Publish a draft; a draft that breaks rules comes back with the list."""
    given = filled_in(forms.PublishForm(request.POST))
    try:
        actions.publish(
            actor=request.actor, at=clock.now(), roster_id=roster_id,
            expected_version=given["version"], replaces=given["replaces"],
        )  # fmt: skip
    except NotFit as refusal:
        roster = queries.roster_for(request.actor, roster_id)
        return render(
            request,
            "roster/show.html",
            _overview(request, roster) | {"refusal": refusal},
            status=refusal.status,
        )
    messages.success(request, _("已发布。看板和各居民区现在按这份排班执行。"))
    return redirect("roster:show", roster_id=roster_id)


@page("roster.solve", methods=("POST",))
def discard(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    version = filled_in(forms.VersionForm(request.POST))["version"]
    actions.discard(actor=request.actor, at=clock.now(), roster_id=roster_id, expected_version=version)
    messages.success(request, _("草稿已删除。"))
    return redirect("roster:index")


def week_of(request: ActorRequest, roster: Roster) -> dict[str, Any]:
    """The days that a page shows: one week of the roster, the current one unless asked otherwise."""
    days = queries.days_of(roster)
    weeks = [days[n : n + WEEK] for n in range(0, len(days), WEEK)]
    asked = request.GET.get("week", "")
    today = next((n for n, week in enumerate(weeks) if clock.today() in week), 0)
    number = min(int(asked), len(weeks) - 1) if asked.isdecimal() and len(asked) < 4 else today
    return {"days": weeks[number], "week": number, "weeks": _spans(weeks), "today": clock.today()}


def _spans(weeks: Sequence[Sequence[date]]) -> list[tuple[int, date, date]]:
    return [(number, week[0], week[-1]) for number, week in enumerate(weeks)]


def unit_context(request: ActorRequest, roster_id: UUID, unit_id: UUID) -> dict[str, Any]:
    topic = f"roster:{roster_id}"
    version = live.versions([topic])[topic]
    roster = queries.roster_for(request.actor, roster_id)
    places = queries.places(request.actor, roster)
    place = next((found for found in places if found.unit_id == unit_id), None)
    if place is None:
        raise NotFound
    return {"roster": roster, "places": places, "place": place, "version": version, **week_of(request, roster)}


@page("roster.view")
def unit(request: ActorRequest, roster_id: UUID, unit_id: UUID) -> HttpResponse:
    """A neighborhood's posts by day."""
    context = unit_context(request, roster_id, unit_id)
    context["matrix"] = queries.matrix(request.actor, context["roster"], unit_id, context["days"])
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "roster/_matrix.html" if fragment else "roster/unit.html", context)


@page("roster.view")
def people(request: ActorRequest, roster_id: UUID, unit_id: UUID) -> HttpResponse:
    """A neighborhood's people by day, with hours, nights and free days."""
    context = unit_context(request, roster_id, unit_id)
    named = request.GET.get("named", "").strip()[:40]
    number = request.GET.get("page")
    found = people_queries.people_of(
        request.actor, context["roster"], unit_id, context["days"], named=named, number=number
    )
    context |= {"page": found, "named": named}
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "roster/_people.html" if fragment else "roster/people.html", context)
