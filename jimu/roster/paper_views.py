"""Rosters on paper and in files: duty sheets for the wall, the request list, CSV and workbook."""

import io
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import NotFound
from jimu.roster import (
    actions,
    file_queries,
    forms,
    paper,
    queries,
    request_actions,
    request_queries,
    sheets,
    workbook,
)
from jimu.roster.models import Roster, StaffRequest
from jimu.roster.views import filled_in, unit_context, week_of


@page("roster.view")
def printed(request: ActorRequest, roster_id: UUID, unit_id: UUID) -> HttpResponse:
    """A neighborhood's week on A4, to be pinned on a wall."""
    context = unit_context(request, roster_id, unit_id)
    sheets_of = paper.week_sheets(request.actor, context["roster"], context["days"], unit_id)
    return render(request, "roster/print.html", context | _paper(context, sheets_of))


@page("roster.view")
def printed_all(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """Every neighborhood's week on the reader's part, each on pages of its own."""
    roster = queries.roster_for(request.actor, roster_id)
    context = {"roster": roster, **week_of(request, roster)}
    sheets_of = paper.week_sheets(request.actor, roster, context["days"])
    return render(request, "roster/print.html", context | _paper(context, sheets_of))


def _paper(context: dict[str, object], sheets_of: list[paper.Sheet]) -> dict[str, object]:
    days: list[object] = context["days"]  # type: ignore[assignment]
    return {"sheets": sheets_of, "printed_at": clock.now(), "printed_last": days[-1]}


@page("roster.view")
def requests(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """What is asked of other commands, and how far it is; prints as a list to take along."""
    roster = queries.roster_for(request.actor, roster_id)
    asked = request_queries.requests_of(request.actor, roster)
    context = {
        "roster": roster,
        "asked": asked,
        "missing": sum(one.missing * one.days for one in asked),
        "total": sum(one.post.needed * one.days for one in asked),
        "states": StaffRequest.State.choices,
        "printed_at": clock.now(),
    }
    return render(request, "roster/requests.html", context)


@page("roster.edit", methods=("POST",))
def note_request(request: ActorRequest, roster_id: UUID, post_id: UUID) -> HttpResponse:
    """Write down how far the asking for a post is."""
    roster = queries.roster_for(request.actor, roster_id, "roster.edit")
    given = filled_in(forms.RequestForm(request.POST))
    request_actions.note_request(actor=request.actor, at=clock.now(), post_id=post_id, **given)
    if not request.htmx:
        return redirect("roster:requests", roster_id=roster_id)
    one = next(a for a in request_queries.requests_of(request.actor, roster) if a.post.pk == post_id)
    context = {"roster": roster, "one": one, "states": StaffRequest.State.choices, "noted": True}
    return render(request, "roster/_request.html", context)


@page("roster.export")
def export(request: ActorRequest, roster_id: UUID, ending: str) -> HttpResponse:
    """The roster as a file: csv or xlsx, of the reader's part; `?unit=` narrows it to one neighborhood."""
    if ending not in ("csv", "xlsx"):
        raise NotFound
    roster = queries.roster_for(request.actor, roster_id, "roster.export")
    lines = file_queries.lines(request.actor, roster, _asked_unit(request))
    actions.note_export(actor=request.actor, at=clock.now(), roster=roster, ending=ending)
    answer = _csv(lines) if ending == "csv" else _workbook(request, roster, lines)
    name = f"roster-{roster.first_day.isoformat()}-{roster.days}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv(lines: Iterable[sheets.Line]) -> HttpResponse:
    return HttpResponse("".join(sheets.csv_rows(lines, for_excel=True)), content_type="text/csv; charset=utf-8")


def _workbook(request: ActorRequest, roster: Roster, lines: Iterable[sheets.Line]) -> HttpResponse:
    file = io.BytesIO()
    watermark = sheets.watermark(request.actor.name, clock.now())
    workbook.write_workbook(lines, file, title=str(roster.incident), watermark=watermark)
    return HttpResponse(
        file.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )


def _asked_unit(request: ActorRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("unit", ""))
    except ValueError:
        return None
