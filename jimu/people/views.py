"""Thin pages of the registry."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.core.paging import paged
from jimu.core.panels import person_panels
from jimu.people import actions, person_queries, queries, sheets
from jimu.people.forms import EditForm, RegisterForm, SearchForm
from jimu.people.rules import looks_like_number

FOUND_BY_NUMBER = 50


@page("people.view")
def index(request: ActorRequest) -> HttpResponse:
    """The reader's people, narrowed and in pages."""
    form = SearchForm(request.GET)
    if looks_like_number(request.GET.get("q", "")):
        messages.warning(request, _("号码不能写在地址里。请把号码填进搜索框再查。"))
        return redirect(_address_of(form))
    people = queries.people_for(request.actor, form.search())
    shown = paged(queries.with_details(people), number=request.GET.get("page"))
    context = {"page": shown, "rows": queries.rows(request.actor, shown.rows)}
    return render(request, "people/index.html", _with_form(request, form, context))


def _with_form(request: ActorRequest, form: SearchForm, context: dict[str, object]) -> dict[str, object]:
    chosen = form.query()
    places = queries.places_for(request.actor)
    context |= {"form": form, "chosen": chosen, "places": places, "narrowed": bool(set(chosen) - {"sort"})}
    if chosen.get("unit") and chosen["unit"] not in {str(place.pk) for place in places}:
        context["elsewhere"] = queries.place_named(request.actor, UUID(chosen["unit"]))
    return context


def _address_of(form: SearchForm) -> str:
    """The list as narrowed by a form; a number never stands in it."""
    query = QueryDict(mutable=True)
    query.update(form.query())
    return f"{reverse('people:index')}?{query.urlencode()}" if query else reverse("people:index")


@page("people.view", methods=("POST",))
def search(request: ActorRequest) -> HttpResponse:
    """What the search form asks for: a number is looked up here and now, words and filters move into the address."""
    form = SearchForm(request.POST)
    wanted = form.search(by_number=True)
    if wanted.contact is None:
        if looks_like_number(request.POST.get("q", "")):
            raise Invalid(_("号码不完整或有误。请填写完整的 11 位手机号或 18 位身份证号。"), code="number_unclear")
        return redirect(_address_of(form))
    found = queries.people_for(request.actor, queries.Search(contact=wanted.contact, state="all"))
    rows = queries.rows(request.actor, queries.with_details(found)[:FOUND_BY_NUMBER])
    return render(request, "people/index.html", _with_form(request, SearchForm({}), {"rows": rows, "by_number": True}))


@page("people.edit", methods=("GET", "HEAD", "POST"))
def register(request: ActorRequest) -> HttpResponse:
    """Put somebody on the register by hand."""
    form = RegisterForm(request.POST or None, actor=request.actor, initial={"unit": request.GET.get("unit")})
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.register(actor=request.actor, at=clock.now(), given=form.registration())
        except Invalid as error:
            form.add_error(_field_of(error), str(error))
        else:
            messages.success(request, _("已登记。") if done.created else _("这个人已经在册，新的类别并入了原来的登记。"))
            if done.earlier_phone:
                messages.warning(request, _("填写的是本人以前的手机号，没有采用。如已换回，请点“修改”更改。"))
            return redirect("people:person", person_id=done.person.pk)
    return render(request, "people/register.html", {"form": form}, status=422 if form.errors else 200)


def _field_of(error: Invalid) -> str | None:
    """Which field of a form a refusal is about."""
    beginnings = {"phone": "phone", "id_": "id_number", "bad_name": "name", "times": "times"}
    return next((field for start, field in beginnings.items() if error.code.startswith(start)), None)


@page("people.view")
def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """One person."""
    found = queries.person_for(request.actor, person_id)
    context = {
        "portrait": person_queries.portrait(request.actor, found),
        "panels": person_panels(request.actor, person_id=found.pk, path=queries.path_of(found)),
        "history": person_queries.history(found),
        "can_edit": queries.has(request.actor, "people.edit", found),
        "can_reveal": queries.has(request.actor, "people.reveal", found),
    }
    return render(request, "people/person.html", context)


@page("people.edit", methods=("GET", "HEAD", "POST"))
def edit(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Change one record."""
    found = queries.person_for(request.actor, person_id, "people.edit")
    form = EditForm(request.POST, actor=request.actor, person=found) if request.method == "POST" else EditForm.of(found, request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(actor=request.actor, at=clock.now(), person_id=person_id, seen=form.cleaned_data["seen"], change=form.change())
        except Invalid as error:
            form.add_error(_field_of(error), str(error))
        else:
            messages.success(request, _("已保存。"))
            return redirect("people:person", person_id=person_id)
    return render(request, "people/edit.html", {"form": form, "person": found}, status=422 if form.is_bound else 200)


@page("people.reveal", methods=("POST",))
def reveal(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """One number in full; it is shown once, kept nowhere, and the look is on record."""
    field_name = request.POST.get("field", "")
    number = actions.reveal(actor=request.actor, at=clock.now(), person_id=person_id, field_name=field_name)
    template = "people/_revealed.html" if request.htmx else "people/revealed.html"
    response = render(request, template, {"number": number, "field": field_name, "back": reverse("people:person", args=[person_id])})
    response["Cache-Control"] = "no-store"
    return response


@page("people.export", methods=("POST",))
def export(request: ActorRequest) -> HttpResponse:
    """The narrowed list as a file, contacts masked, on record."""
    form, wanted = SearchForm(request.POST), request.POST.get("form", "csv")
    people = queries.people_for(request.actor, form.search(), "people.export")
    total = people.count()
    if wanted == "xlsx" and total > sheets.MOST_IN_WORKBOOK:
        raise Invalid(_("表格最多 {most} 人，现在有 {n} 人。请先筛选，或导出 CSV。").format(most=sheets.MOST_IN_WORKBOOK, n=total), code="too_many")
    narrowed = {name: value for name, value in form.query().items() if name != "q"}
    at = clock.now()
    actions.note_export(actor=request.actor, at=at, rows=total, form=wanted, narrowed=narrowed)
    rows = queries.rows(request.actor, queries.with_details(people))
    if wanted == "xlsx":
        body = sheets.as_workbook(rows, who=request.actor.name, at=at)
        response = HttpResponse(body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    else:
        wanted = "csv"
        response = HttpResponse("".join(sheets.as_csv(rows, who=request.actor.name, at=at)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{clock.today():%Y%m%d}.{wanted}"'
    response["Cache-Control"] = "no-store"
    return response
