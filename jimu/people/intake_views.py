"""Pages of the intake: upload, what was understood, yes or no, what was done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.models import JournalEntry
from jimu.core.paging import paged
from jimu.core.permissions import visible
from jimu.people import intake_uploads, intake_words
from jimu.people.intake_uploads import Upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("people.intake")
def index(request: ActorRequest) -> HttpResponse:
    """Where files go in, what waits, what was imported before."""
    entries = JournalEntry.objects.filter(visible(request.actor, "people.intake", "scope"), verb="people.intake")
    context = {"waiting": intake_uploads.mine(actor=request.actor), "page": paged(entries, number=request.GET.get("page"))}
    return render(request, "people/intake.html", context)


@page("people.intake", methods=("POST",))
def upload(request: ActorRequest) -> HttpResponse:
    """Take the files and read them."""
    upload_id = intake_uploads.start(actor=request.actor, at=clock.now(), files=request.FILES.getlist("files"))
    return redirect("people:intake_upload", upload_id=upload_id)


@page("people.intake")
def show(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """One upload: how far it is, what it holds, or what it did."""
    return render(request, "people/intake_upload.html", _context(intake_uploads.find(actor=request.actor, upload_id=upload_id)))


@page("people.intake")
def progress(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """How far it is, as a fragment; loads the page anew when it has ended."""
    upload = intake_uploads.find(actor=request.actor, upload_id=upload_id)
    if upload.running:
        return render(request, "people/_intake_progress.html", {"upload": upload, "job": upload.job})
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response


@page("people.intake", methods=("POST",))
def confirm(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """Yes: write it."""
    intake_uploads.confirm(actor=request.actor, at=clock.now(), upload_id=upload_id)
    return redirect("people:intake_upload", upload_id=upload_id)


@page("people.intake", methods=("POST",))
def cancel(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """No: forget it."""
    intake_uploads.cancel(actor=request.actor, upload_id=upload_id)
    messages.success(request, _("已取消，上传的文件都已删除，名册没有变化。"))
    return redirect("people:intake")


@page("people.intake")
def marked(request: ActorRequest, upload_id: UUID, number: int) -> HttpResponse:
    """A marked workbook."""
    path = intake_uploads.marked_file(actor=request.actor, upload_id=upload_id, number=number)
    response = HttpResponse(path.read_bytes(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, path.name)
    return response


def _context(upload: Upload) -> dict[str, Any]:
    shown = upload.written or upload.found
    context: dict[str, Any] = {"upload": upload, "job": upload.job, "found": shown}
    if shown and not upload.running:
        understood, odd = intake_words.heard(shown["heard"])
        context |= {
            "groups": intake_words.groups(shown["problems"]),
            "kinds": intake_words.kinds(shown["by_kind"]),
            "sheets": intake_words.sheets(shown["sheets"]),
            "understood": understood,
            "odd": odd,
        }
    return context
