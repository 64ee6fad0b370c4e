"""Pages of the desk: the list, one transfer, who comes onto it."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jimu.core import clock, downloads
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.core.paging import paged
from jimu.core.permissions import visible
from jimu.field.households import queries as ledger
from jimu.field.transfer import (
    acting,
    care_queries,
    listing,
    queries,
    report_file,
    run_queries,
    showing,
    words,
)
from jimu.field.transfer.forms import ActForm, ListForm, ids_of, left_of
from jimu.field.transfer.leaving import answer
from jimu.field.transfer.models import Listing, ListRow, Why
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people.intake import readers
from jimu.people.intake.guard import MAX_FILE_BYTES

PARTS = (
    ("call", gettext_lazy("等告知、联系不上、不同意")), ("ready", gettext_lazy("准备、等车")), ("way", gettext_lazy("上车、路上")), ("away", gettext_lazy("在外")),
    ("home", gettext_lazy("到家待收尾")), ("over", gettext_lazy("已了结")),
)  # fmt: skip
FILES = {".xlsx", ".xls", ".csv", ".et", *readers.READABLE}


def place_of(request: ActorRequest) -> Unit | None:
    """The unit that the address names."""
    given = request.GET.get("unit") or request.POST.get("unit") or ""
    try:
        return unit_for(request.actor, UUID(given)) if given else None
    except ValueError:
        return None


def neighborhoods(request: ActorRequest, right: str) -> list[Unit]:
    """Neighborhoods of the asker's part."""
    rows = Unit.objects.filter(visible(request.actor, right), kind=Unit.Kind.NEIGHBORHOOD, retired_at=None)
    return list(rows.order_by("path"))


def place_chosen(request: ActorRequest, right: str) -> tuple[Unit | None, list[Unit]]:
    """The place that a page is about: the one named, else the only or first neighborhood; and all to choose from."""
    places = neighborhoods(request, right)
    return place_of(request) or (places[0] if places else None), places


def tried(request: ActorRequest, work: Callable[[], Any], said: str = "") -> Any:
    """Do it and say so, or say why not; what is beyond the asker's part stays not found."""
    try:
        done = work()
    except NotFound as error:
        if error.sentence is NotFound.sentence:
            raise
        messages.error(request, str(error))
    except JimuError as error:
        messages.error(request, str(error))
    else:
        if said:
            messages.success(request, said)
        return done
    return None


@page(queries.VIEW)
def index(request: ActorRequest) -> HttpResponse:
    """Several neighborhoods: counts per stage, who has somebody alone first; one: its list, the most overdue first."""
    actor, at, place = request.actor, clock.now(), place_of(request)
    part = request.GET.get("part", "")
    if place is None and not part and len(neighborhoods(request, queries.VIEW)) > 1:
        return _board(request, at)
    counts = queries.counts(actor, place)
    part = part if part in queries.PARTS else next((code for code, n in counts.items() if n), "call")
    shown = paged(queries.transfers_for(actor, part=part, unit=place), number=request.GET.get("page"))
    alone = [line for line in care_queries.lines(care_queries.left_for(actor, unit=place), at) if line.alone]
    context = {
        "page": shown, "lines": queries.lines(shown.rows, at), "part": part, "parts": [(code, said, counts.get(code)) for code, said in PARTS], "place": place,
        "alone": alone, "runs": run_queries.runs_for(actor, at, unit=place)[:6], "can_manage": actor.may(queries.MANAGE), "wide": len(neighborhoods(request, queries.VIEW)) > 1,
    }  # fmt: skip
    return render(request, "transfer/index.html", context)


def _board(request: ActorRequest, at: datetime) -> HttpResponse:
    lines = queries.board(request.actor, at)
    parts = [(code, said) for code, said in PARTS if code != "over"]
    rows = [(line, [(code, said, line.stages.get(code, queries.Stage())) for code, said in parts]) for line in lines]
    context = {
        "rows": rows, "parts": parts, "total": sum(line.total for line in lines), "late": sum(line.late for line in lines), "alone": sum(line.alone for line in lines),
        "runs": [one for one in run_queries.runs_for(request.actor, at) if one.late], "can_manage": request.actor.may(queries.MANAGE),
    }  # fmt: skip
    return render(request, "transfer/board.html", context)


@page(queries.MANAGE, methods=("POST",))
def list_xlsx(request: ActorRequest) -> HttpResponse:
    """The list with who is left behind, signatures and the way back: a table to send upwards, on record."""
    at = clock.now()
    return downloads.report(report_file.workbook(request.actor, place_of(request), at), "transfer", at)


@page(queries.VIEW)
def away(request: ActorRequest) -> HttpResponse:
    """Who is away, for how many days, where, expected when."""
    place = place_of(request)
    return render(request, "transfer/away.html", {"rows": queries.away(request.actor, clock.now(), place), "place": place})


@page(queries.OWN)
def show(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """One transfer: what is next, who is left behind, keys, what happened."""
    return showing.transfer_page(request, queries.transfer_for(request.actor, transfer_id))


@page(queries.OWN, methods=("POST",))
def do(request: ActorRequest, transfer_id: UUID, act: str) -> HttpResponse:
    """One act; back to where it was pressed."""

    def work() -> Any:
        return acting.act(actor=request.actor, at=clock.now(), transfer_id=transfer_id, name=act, given=ActForm(request.POST).asked())

    done = tried(request, work)
    if done is not None:
        said = _("已记下“{act}”。现在：{state}。按错了可以撤销。")
        messages.success(request, said.format(act=words.act_words(act), state=done.get_state_display()))
    return back(request, transfer_id)


def back(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """To the page on which it was pressed."""
    return redirect("transfer:mine") if request.POST.get("back") == "mine" else redirect("transfer:show", transfer_id=transfer_id)


@page(queries.OWN, methods=("POST",))
def undo(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """Take the last act back."""
    done = tried(request, lambda: acting.undo(actor=request.actor, at=clock.now(), transfer_id=transfer_id))
    if done is not None:
        messages.success(request, _("已撤销，现在是“{state}”。").format(state=done.get_state_display()))
    return back(request, transfer_id)


@page(queries.OWN, methods=("POST",))
def left(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """Answer who and what is left behind."""

    def work() -> Any:
        why = request.POST.get("nobody_why", "")
        return answer(actor=request.actor, at=clock.now(), transfer_id=transfer_id, left=left_of(request.POST), nobody_why=why)

    tried(request, work, _("记下了。留下的每一个都要有人照看，请接着定。"))
    return back(request, transfer_id)


@page(queries.OWN, methods=("POST",))
def reveal(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """Name and phone in full, shown once, on record."""
    found = acting.reveal(actor=request.actor, at=clock.now(), transfer_id=transfer_id)
    return showing.transfer_page(request, queries.transfer_for(request.actor, transfer_id), person=found)


@page(queries.WHY, methods=("POST",))
def why(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """Why they are moved, shown once, on record."""
    found = acting.read_why(actor=request.actor, at=clock.now(), transfer_id=transfer_id)
    return showing.transfer_page(request, queries.transfer_for(request.actor, transfer_id), why=found)


@page(queries.WHY, methods=("GET", "HEAD", "POST"))
def lists(request: ActorRequest) -> HttpResponse:
    """Who comes onto the list: of the ledger, of a file, by hand."""
    place, places = place_chosen(request, queries.MANAGE)
    if request.method == "POST" and place is not None:
        chosen = ids_of(request.POST.getlist("resident"))
        done = tried(request, lambda: listing.take_from_ledger(actor=request.actor, at=clock.now(), unit_id=place.pk, resident_ids=chosen))
        if done:
            said = ngettext("列入 {n} 人，等电话告知。", "列入 {n} 人，等电话告知。", len(done))
            messages.success(request, said.format(n=len(done)))
        return redirect(f"{request.path}?unit={place.pk}")
    found = listing.candidates(request.actor, place) if place is not None and request.actor.may("households.health", place.path) else []
    context = {
        "place": place, "places": places, "candidates": found, "whys": Why.choices,
        "listings": Listing.objects.filter(visible(request.actor, queries.WHY, "unit__path")).select_related("unit")[:10],
        "hits": [hit for hit in ledger.search(request.actor, request.GET["words"]) if hit.resident][:20] if request.GET.get("words") else [],
        "searched": request.GET.get("words", ""),
    }  # fmt: skip
    answered = render(request, "transfer/lists.html", context)
    answered["Cache-Control"] = "no-store"
    return answered


@page(queries.MANAGE, methods=("POST",))
def add(request: ActorRequest) -> HttpResponse:
    """Somebody by hand."""
    chosen = ids_of([request.POST.get("resident", "")])
    if not chosen:
        raise Invalid(_("请选一位住户。"))
    done = tried(request, lambda: listing.add(actor=request.actor, at=clock.now(), resident_id=chosen[0], why=request.POST.get("why", "")))
    return redirect("transfer:show", transfer_id=done.pk) if done else redirect("transfer:lists")


@page(queries.MANAGE, methods=("POST",))
def upload(request: ActorRequest) -> HttpResponse:
    """A list as a file; it is read at once and gone afterwards."""

    def work() -> Listing:
        given, file = ListForm(request.POST).values(), request.FILES.get("file")
        suffix = Path(str(file.name)).suffix.lower() if file else ""
        if file is None or suffix not in FILES or (file.size or 0) > MAX_FILE_BYTES:
            raise Invalid(_("请选上级发来的 xlsx 或 csv 文件。"), code="unknown_type")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"list{suffix}"
            path.write_bytes(file.read())
            title = given["title"] or Path(str(file.name)).stem
            return listing.read_file(actor=request.actor, at=clock.now(), unit_id=given["unit"], path=path, title=title)

    done = tried(request, work)
    return redirect("transfer:listing", listing_id=done.pk) if done else redirect("transfer:lists")


@page(queries.WHY, methods=("GET", "HEAD", "POST"))
def one_listing(request: ActorRequest, listing_id: UUID) -> HttpResponse:
    """A list row by row: what it says, what the ledger says, taken or not."""
    found = listing.listing_for(request.actor, listing_id)
    if request.method == "POST":
        chosen = ids_of(request.POST.getlist("row"))
        if request.POST.get("way") == "dismiss":
            row_id = (ids_of([request.POST.get("one", "")]) or [found.pk])[0]
            tried(request, lambda: listing.dismiss_row(actor=request.actor, at=clock.now(), row_id=row_id, why=request.POST.get("why", "")), _("不列入，原因已记下。"))
        else:
            n = tried(request, lambda: listing.take_rows(actor=request.actor, at=clock.now(), listing_id=listing_id, row_ids=chosen))
            if n:
                messages.success(request, ngettext("列入 {n} 人，等电话告知。", "列入 {n} 人，等电话告知。", n).format(n=n))
        return redirect("transfer:listing", listing_id=listing_id)
    rows = [showing.list_line(row) for row in found.rows.select_related("resident__room")]
    waiting = [line for line in rows if line.row.state == ListRow.State.WAITING]
    context = {"listing": found, "waiting": waiting, "done": [line for line in rows if line not in waiting], "total": len(rows)}
    answered = render(request, "transfer/listing.html", context)
    answered["Cache-Control"] = "no-store"
    return answered


@page(queries.VIEW)
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """What is under way at a place, on its page."""
    unit, at = unit_for(request.actor, unit_id), clock.now()
    rows = queries.transfers_for(request.actor, unit=unit)
    alone = [line for line in care_queries.lines(care_queries.left_for(request.actor, unit=unit), at) if line.alone]
    context = {"unit": unit, "lines": queries.lines(rows[:5], at), "total": rows.count(), "alone": len(alone)}
    return render(request, "transfer/unit_panel.html", context)
