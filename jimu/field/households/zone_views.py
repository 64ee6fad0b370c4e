"""Thin pages of zones, cases and contacts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock, downloads
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Conflict, Invalid
from jimu.core.paging import Page, paged
from jimu.core.permissions import visible
from jimu.field.households import case_actions, case_queries, queries, report_file, zone_actions, zone_queries
from jimu.field.households.case_queries import HEALTH
from jimu.field.households.forms import WIDE
from jimu.field.households.models import Case, Contact
from jimu.field.households.words import REASON_WORDS, WAY_WORDS, ZONE_TONES, ZONE_WHY, ZONE_WORDS
from jimu.field.households.zone_actions import POLICY, ZONE
from jimu.field.households.zone_forms import CaseForm, PolicyForm, ProlongForm, ReleaseForm, ZoneForm
from jimu.grid.models import Unit
from jimu.incidents.queries import active_in

SIZE = 50


@page("households.view")
def zones(request: ActorRequest) -> HttpResponse:
    """Buildings under zones today, the policies, and forms for who may set either."""
    on = zone_queries.today(clock.now())
    lines = zone_queries.lines_on(request.actor, on)
    shown = _page_of(lines, request.GET.get("page", ""))
    context = {
        "page": shown, "rows": [(one, ZONE_WORDS[one.standing.zone], ZONE_TONES[one.standing.zone]) for one in shown.rows],
        "counts": [(ZONE_WORDS[zone], n) for zone, n in zone_queries.counts_for(request.actor, on).zones.items()],
        "policies": zone_queries.policies_for(request.actor), "today": on, "health": case_queries.health_counts(request.actor),
        "zone_form": ZoneForm(actor=request.actor, today=on) if request.actor.may(ZONE) else None,
        "policy_form": PolicyForm(units=_wide(request), today=on) if request.actor.may(POLICY) else None,
    }  # fmt: skip
    return render(request, "households/zones.html", context)


def _page_of(lines: list[zone_queries.Stands], number: str) -> Page[zone_queries.Stands]:
    last = max(1, -(-len(lines) // SIZE))
    current = min(max(1, int(number) if number.isdecimal() and len(number) < 6 else 1), last)
    return Page(rows=lines[(current - 1) * SIZE : current * SIZE], number=current, size=SIZE, total=len(lines))


def _wide(request: ActorRequest) -> list[Unit]:
    return list(Unit.objects.filter(visible(request.actor, POLICY), kind__in=WIDE, retired_at=None).order_by("depth", "path"))


@page(ZONE, methods=("POST",))
def set_zones(request: ActorRequest) -> HttpResponse:
    """Put buildings under a zone."""
    given = _checked(ZoneForm(request.POST, actor=request.actor, today=zone_queries.today(clock.now())))
    made = zone_actions.set_zones(actor=request.actor, at=clock.now(), **given)
    messages.success(request, _("已划定 {n} 栋楼，到 {end} 期满。").format(n=len(made), end=made[0].ends_on))
    return redirect("households:zones")


@page(POLICY, methods=("POST",))
def adopt(request: ActorRequest) -> HttpResponse:
    """Adopt a policy."""
    given = _checked(PolicyForm(request.POST, units=_wide(request), today=zone_queries.today(clock.now())))
    made = zone_actions.adopt_policy(actor=request.actor, at=clock.now(), **given)
    messages.success(request, _("“{title}”从 {day} 起执行。以前的日子仍按当时的政策。").format(title=made.title, day=made.effective_from))
    return redirect("households:zones")


@page("households.view", methods=("GET", "HEAD"))
def zone(request: ActorRequest, zone_id: UUID) -> HttpResponse:
    """One building's zone: what holds, why, until when, and everything it was under before."""
    found = zone_queries.zone_for(request.actor, zone_id)
    standing = zone_queries.standing_of(found, zone_queries.today(clock.now()))
    history = [(one, ZONE_WORDS[one.track], ZONE_WHY.get(one.why, one.why)) for one in zone_queries.history_of(found.building)]
    context = {"zone": found, "standing": standing, "history": history, "word": ZONE_WORDS[standing.zone] if standing else "", "tone": ZONE_TONES[standing.zone] if standing else ""}
    if standing and request.actor.may(ZONE, found.building.path):
        context |= {"prolong_form": ProlongForm(auto_id="prolong_%s"), "release_form": ReleaseForm()}
    return render(request, "households/zone.html", context)


@page(ZONE, methods=("POST",))
def prolong(request: ActorRequest, zone_id: UUID) -> HttpResponse:
    """A later end."""
    made = zone_actions.prolong(actor=request.actor, at=clock.now(), zone_id=zone_id, **_checked(ProlongForm(request.POST)))
    messages.success(request, _("已延长到 {end}。").format(end=made.ends_on))
    return redirect("households:zone", zone_id=made.pk)


@page(ZONE, methods=("POST",))
def release(request: ActorRequest, zone_id: UUID) -> HttpResponse:
    """An end before its time."""
    gone = zone_actions.release(actor=request.actor, at=clock.now(), zone_id=zone_id, **_checked(ReleaseForm(request.POST)))
    messages.success(request, _("{building}已解除。").format(building=gone.building.name))
    return redirect("households:zones")


@page(HEALTH)
def cases(request: ActorRequest) -> HttpResponse:
    """Cases of one's part; names masked."""
    past = request.GET.get("state") == "closed"
    shown = paged(case_queries.cases_for(request.actor, closed=past), number=request.GET.get("page"))
    people = case_queries.residents_of(shown.rows)
    return _private(render(request, "households/cases.html", {"page": shown, "rows": [(one, people.get(one.pk)) for one in shown.rows], "past": past, "today": clock.today()}))


@page(HEALTH, methods=("POST",))
def cases_xlsx(request: ActorRequest) -> HttpResponse:
    """A day of cases, contacts and zones as a table to send upwards, on record."""
    at = clock.now()
    return downloads.report(report_file.cases_book(request.actor, None, clock.day_of(request.POST.get("day", "")), at), "cases", at)


@page(HEALTH, methods=("GET", "HEAD", "POST"))
def new_case(request: ActorRequest, resident_id: UUID) -> HttpResponse:
    """Record that a resident tested positive."""
    resident = queries.resident_for(request.actor, resident_id, HEALTH)
    building = resident.room.building
    policy = zone_queries.policy_at(building.path, zone_queries.today(clock.now()))
    basis = next((one.legal_basis for one in active_in(building)), "")
    known = CaseForm.known(request.GET)
    form = CaseForm(request.POST or None, initial={"found_on": zone_queries.today(clock.now()), "legal_basis": basis, **known})
    if request.method == "POST" and form.is_valid():
        try:
            made = case_actions.record_case(actor=request.actor, at=clock.now(), resident_id=resident_id, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            form.add_error({"no_legal_basis": "legal_basis", "bad_date": "found_on", "bad_day_one": "day_one"}.get(error.code), str(error))
        else:
            messages.success(request, _("已登记。下面是按住房规则推算的密接，请逐一确认：没有确认的不算。"))
            return redirect("households:case", case_id=made.pk)
    context = {"resident": resident, "form": form, "policy": policy}
    return _private(render(request, "households/case_new.html", context, status=422 if form.errors else 200))


@page(HEALTH)
def case(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """A case with its contacts."""
    found = case_actions.look(actor=request.actor, at=clock.now(), case_id=case_id)
    context = {"found": found, "way": WAY_WORDS.get(found.facts["way"], ""), "kinds": Contact.Kind.choices, "reasons": REASON_WORDS, "endings": Case.Closed.choices}
    return _private(render(request, "households/case.html", context))


@page(HEALTH, methods=("POST",))
def judge(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Contacts confirmed, or refused."""
    try:
        ids = [UUID(one) for one in request.POST.getlist("contact")]
    except ValueError:
        raise Invalid from None
    answer = request.POST.get("answer", "")
    if not ids or answer not in ("confirm", "refuse", *Contact.Kind.values):
        raise Invalid(_("请先勾选，再确认或排除。"))
    n = case_actions.judge(
        actor=request.actor, at=clock.now(), case_id=case_id, contact_ids=ids, confirm=answer != "refuse", kind=answer if answer in Contact.Kind.values else ""
    )
    messages.success(request, _("已记下 {n} 位。").format(n=n))
    return redirect("households:case", case_id=case_id)


@page(HEALTH, methods=("POST",))
def propose(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Look for contacts anew."""
    n = case_actions.propose_again(actor=request.actor, at=clock.now(), case_id=case_id)
    messages.success(request, _("新增 {n} 位待确认。").format(n=n) if n else _("没有新增。"))
    return redirect("households:case", case_id=case_id)


@page(HEALTH, methods=("POST",))
def close(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """A case is over."""
    case_actions.close_case(actor=request.actor, at=clock.now(), case_id=case_id, why=request.POST.get("why", ""))
    messages.success(request, _("已结束。楼栋的管控照原来的期限，要提前解除请到“分区管控”。"))
    return redirect("households:cases")


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer


def _checked(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        label = form.fields[field].label if field in form.fields else ""
        raise Invalid(f"{label}：{errors[0]}" if label else str(errors[0]))
    return form.given() if hasattr(form, "given") else dict(form.cleaned_data)
