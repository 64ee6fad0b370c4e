"""Thin pages of forms and of tables that go out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.downloads import workbook
from jimu.core.errors import Invalid
from jimu.core.ids import new_id
from jimu.field.households import (
    exporting,
    form_actions,
    form_joining,
    form_queries,
    form_sample,
    ledger_rules,
    offline,
    queries,
)
from jimu.field.households.form_rules import described
from jimu.field.households.forms import ExportForm, FillingForm, FormUpload, chosen_units
from jimu.field.households.models import FormVersion
from jimu.sync import shell

MOST_BYTES = exporting.MOST_TEMPLATE_BYTES


@page("households.view", methods=("GET", "HEAD", "POST"))
def forms(request: ActorRequest) -> HttpResponse:
    """Forms of one's part; a posted workbook becomes one, or the next version of one."""
    faults: list[dict[str, Any]] = []
    form = FormUpload(units=chosen_units(request.actor, form_queries.MANAGE)) if request.actor.may(form_queries.MANAGE) else None
    if request.method == "POST":
        request.actor.require(form_queries.MANAGE)
        form = FormUpload(request.POST, units=chosen_units(request.actor, form_queries.MANAGE))
        if form.is_valid():
            try:
                with kept(request.FILES.get("file")) as path:
                    version, reading = form_actions.import_form(actor=request.actor, at=clock.now(), unit_id=form.unit_id(), path=path)
            except form_actions.BadForm as error:
                faults = error.data["faults"]
            else:
                messages.success(request, _("“{title}”第 {n} 版可以用了。已经在外面的手机照旧版填，也会收下。").format(title=version.form.title, n=version.number))
                for note in reading.notes[:5]:
                    messages.warning(request, f"{note.sheet} › {note.row}：{note.message}")
                return redirect("households:form", form_id=version.form_id)
    context = {"forms": form_queries.forms_for(request.actor), "form": form, "faults": faults}
    return render(request, "households/forms.html", context, status=422 if faults or (form and form.errors) else 200)


@page(form_queries.MANAGE)
def sample(request: ActorRequest) -> HttpResponse:
    """A form to begin with."""
    return workbook(form_sample.workbook(), form_sample.NAME)


@page(form_queries.MANAGE)
def ledger_sample(request: ActorRequest) -> HttpResponse:
    """A form whose answers go into the ledger."""
    return workbook(form_sample.ledger_workbook(), form_sample.LEDGER_NAME)


@page("households.view")
def form(request: ActorRequest, form_id: UUID) -> HttpResponse:
    """A form: its questions, its versions, how many doors answered."""
    found = form_queries.form_page(request.actor, form_id)
    return render(request, "households/form.html", {"found": found, "questions": described(found.definition, get_language() or ""), "kept": ledger_rules.maps(found.definition)})


@page(form_queries.EXPORT, methods=("POST",))
def answers(request: ActorRequest, form_id: UUID) -> HttpResponse:
    """What doors answered, as a workbook."""
    title, content = form_actions.answers_table(actor=request.actor, at=clock.now(), form_id=form_id, language=get_language() or "")
    return workbook(content, f"{title}.xlsx")


@page("households.reveal", methods=("POST",))
def answer(request: ActorRequest, answer_id: UUID) -> HttpResponse:
    """What one door answered; the look is on record."""
    found, parts = form_actions.look_at(actor=request.actor, at=clock.now(), answer_id=answer_id, language=get_language() or "")
    response = render(request, "households/answer.html", {"found": found, "parts": parts})
    response["Cache-Control"] = "no-store"
    return response


@page(form_queries.RECORD, methods=("GET", "HEAD", "POST"))
def fill(request: ActorRequest, room_id: UUID) -> HttpResponse:
    """A form of the round that goes on, filled in at a desk: from a paper sheet, or by telephone."""
    room = queries.room_for(request.actor, room_id, form_queries.RECORD)
    asks, at = form_queries.asked_at(request.actor, room), clock.now()
    if asks is None or asks.form is None:
        return render(request, "households/fill.html", {"room": room}, status=404)
    version = form_queries.newest_of(asks.form)
    form = FillingForm(request.POST or None, initial={"op_id": new_id(), "version": version.pk, "answers": {}, "begun": at.isoformat()})
    values: dict[str, Any] = {}
    unlike: list[Mapping[str, Any]] = []
    shown = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        # Sheets laid together are a new one of now: an older moment would put it below those that lay on the table.
        values, said_at = given["answers"], None if given["joins"] else given["said_at"]
        told = form_actions.Filling(given["op_id"], asks.pk, room.pk, given["version"], values, said_at or at, given["way"], given["joins"], None if said_at else given["begun"])
        try:
            form_actions.fill_in(actor=request.actor, at=at, told=told, choice=form_actions.Choice(given["counts"], given["shown"], form.fields_taken))
        except form_actions.Unlike as error:
            unlike, shown = [{**one, "name": name, "chosen": form.fields_taken.get(name, "")} for name, one in error.data["versions"].items()], error.data["shown"]
            form.ask_what_counts(len(unlike))
            if given["counts"] == form_actions.EACH and given["shown"] == shown:
                form.add_error(None, _("请给每一项都选一个。"))
        except Invalid as error:
            form.add_error("said_at" if error.data.get("field") == "said_at" else None, str(error))
        else:
            messages.success(request, _("记下了：{room} 室填的“{title}”。").format(room=room.number, title=asks.form.title))
            return redirect("households:room", room_id=room_id)
    return _sheet(request, {"room": room, "round": asks, "form": form, "unlike": unlike, "shown": shown}, version, values)


@page(form_queries.RECORD, methods=("POST",))
def join(request: ActorRequest, room_id: UUID) -> HttpResponse:
    """Sheets of one door that two people filled in, laid together for a third look."""
    room = queries.room_for(request.actor, room_id, form_queries.RECORD)
    found = form_joining.join(actor=request.actor, at=clock.now(), room_id=room_id, language=get_language() or "")
    asks = found.newest.round
    assert asks.form is not None
    version = form_queries.newest_of(asks.form)
    form = FillingForm(initial={"op_id": new_id(), "version": version.pk, "answers": {}, "joins": ",".join(found.ids), "way": found.newest.way, "begun": clock.now().isoformat()})
    del form.fields["said_at"]
    return _sheet(request, {"room": room, "round": asks, "form": form, "found": found}, version, found.values)


def _sheet(request: ActorRequest, context: dict[str, Any], version: FormVersion, values: Mapping[str, Any]) -> HttpResponse:
    drawing = {**offline.drawn(version), "values": values, "words": shell.words()}
    response = render(request, "households/fill.html", {**context, "drawing": drawing}, status=409 if context.get("unlike") else 422 if context["form"].errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@page(exporting.RIGHT, methods=("GET", "HEAD", "POST"))
def export(request: ActorRequest) -> HttpResponse:
    """Ready-made tables, or an office's own template filled."""
    form = ExportForm(request.POST or None, units=chosen_units(request.actor, exporting.RIGHT), tables=exporting.offered(request.actor))
    template = None
    if request.method == "POST" and form.is_valid():
        given, at = form.cleaned_data, clock.now()
        do = request.POST.get("do")
        try:
            if do == "ready":
                title, content = exporting.ready(actor=request.actor, at=at, unit_id=form.unit_id(), which=given["which"])
                return workbook(content, f"{title}.xlsx")
            with kept(request.FILES.get("file")) as path:
                if do == "fill":
                    return workbook(exporting.fill(actor=request.actor, at=at, unit_id=form.unit_id(), path=path, which=given["which"]), path.name)
                template = exporting.understand_for(request.actor, form.unit_id(), path)
        except Invalid as error:
            form.add_error(None, str(error))
    context = {"form": form, "template": template}
    return render(request, "households/export.html", context, status=422 if form.errors else 200)


@contextmanager
def kept(file: "UploadedFile[Any] | None") -> Iterator[Path]:
    """An uploaded workbook as a file for a moment. Raises Invalid for none, another kind, or one too large."""
    if file is None or Path(str(file.name)).suffix.lower() not in (".xlsx", ".xlsm"):
        raise Invalid(_("请选择一个 xlsx 文件。"), code="no_file")
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(_("文件太大，不应超过 {mb} MB。").format(mb=MOST_BYTES >> 20), code="too_large")
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(str(file.name).replace("\\", "/")).name[-80:].lstrip(".") or "table.xlsx")
        path.write_bytes(file.read())
        yield path
