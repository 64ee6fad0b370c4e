"""Thin pages of phones: which there are, a code for another one, what a person has to look at."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, JimuError
from jimu.core.paging import paged
from jimu.core.templatetags.jimu import moment
from jimu.signup.poster import qr_svg
from jimu.sync import actions, duties, offering, photos, queries, resolving
from jimu.sync.forms import LONGER, InviteForm, ProlongForm, ResolveForm
from jimu.sync.models import Conflict
from jimu.sync.registry import title_of

OWN, MANAGE = "sync.own", "sync.manage"


def _opens_offline(request: ActorRequest) -> bool:
    return queries.opens_offline(request.get_host(), secure=request.is_secure())


@page(OWN)
def devices(request: ActorRequest) -> HttpResponse:
    """Phones of one's part and one's own."""
    words, gone, at = request.GET.get("q", "").strip()[:40], request.GET.get("state") == "gone", clock.now()
    shown = paged(queries.listed(request.actor, words=words, gone=gone), number=request.GET.get("page"))
    waiting = queries.conflicts_for(request.actor).count() if request.actor.may(MANAGE) else 0
    manages = {device.pk for device in shown.rows if request.actor.may(MANAGE, device.unit.path)}
    rows = [(device, *queries.state_of(device, at), duties.titled(device.work), device.pk in manages and queries.in_use(device)) for device in shown.rows]
    return render(request, "sync/devices.html", {"page": shown, "rows": rows, "words": words, "gone": gone, "looks": waiting, "manages": request.actor.may(MANAGE), "longer": LONGER, "opens_offline": _opens_offline(request)})


@page(OWN, methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest) -> HttpResponse:
    """A code for one phone; it is shown in the answer, this once."""
    words, at = request.GET.get("q", "").strip()[:40], clock.now()
    offered = offering.offered_to(request.actor, words)
    grant = _chosen(offered, request.POST.get("grant") or request.GET.get("grant", ""))
    if grant is None:
        return render(request, "sync/whose.html", {"offered": offered, "words": words})
    form = InviteForm(request.POST or None, grant=grant, at=at)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        hours = given.get("hours")
        try:
            device, secret = actions.invite(
                actor=request.actor, at=at, account_id=grant.account.pk, unit_id=grant.unit.pk, label=given["label"],
                ends_at=at + timedelta(hours=hours) if hours else None, shift_id=given.get("shift"), work=given["work"],
            )  # fmt: skip
        except Invalid as error:
            field = error.data.get("field")
            form.add_error(field if field in form.fields else None, str(error))
        else:
            address = request.build_absolute_uri(reverse("sync:app")) + f"#enrol={secret}"
            shown = {"device": device, "work": duties.titled(device.work), "address": address, "qr": qr_svg(address, _("登记码")), "own": device.account_id == request.actor.account_id, "opens_offline": _opens_offline(request)}
            response = render(request, "sync/invited.html", shown)
            response["Cache-Control"] = "no-store"
            return response
    return render(request, "sync/new.html", {"form": form, "grant": grant, "only": len(offered) == 1}, status=422 if form.errors else 200)


def _chosen(offered: list[offering.Offered], given: str) -> offering.Offered | None:
    """Whose phone: who was chosen, or the only one there is."""
    if not given:
        return offered[0] if len(offered) == 1 else None
    return next((one for one in offered if one.key == given), None)


@page(MANAGE, methods=("POST",))
def prolong(request: ActorRequest, device_id: UUID) -> HttpResponse:
    """A duty that runs over."""
    form = ProlongForm(request.POST)
    if not form.is_valid():
        raise Invalid
    try:
        device = actions.prolong(actor=request.actor, at=clock.now(), device_id=device_id, hours=form.cleaned_data["hours"])
    except JimuError as error:
        if error.status in (403, 404):
            raise
        messages.warning(request, str(error))
    else:
        words = _("“{label}”的值守延长到 {until}。手机下次联网时知道，名单不清。")
        messages.success(request, words.format(label=device.label, until=moment(device.ends_at)))
    return redirect("sync:devices")


@page(OWN, methods=("POST",))
def revoke(request: ActorRequest, device_id: UUID) -> HttpResponse:
    """End a phone."""
    device = actions.revoke(actor=request.actor, at=clock.now(), device_id=device_id)
    messages.success(request, _("“{label}”已停用。它下次联网时会清除上面的资料。").format(label=device.label))
    return redirect("sync:devices")


@page(MANAGE)
def looks(request: ActorRequest) -> HttpResponse:
    """What a person has to look at."""
    past = request.GET.get("state") == "past"
    shown = paged(queries.conflicts_for(request.actor, open_only=not past), number=request.GET.get("page"))
    return render(request, "sync/looks.html", {"page": shown, "rows": queries.named(shown.rows), "past": past})


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def look(request: ActorRequest, conflict_id: UUID) -> HttpResponse:
    """One of them; its content is shown when asked for, which is on record."""
    lines = resolving.read(actor=request.actor, at=clock.now(), conflict_id=conflict_id) if request.method == "POST" else None
    return _look(request, conflict_id, lines)


def _look(request: ActorRequest, conflict_id: UUID, lines: list[resolving.Line] | None = None) -> HttpResponse:
    conflict = queries.conflict_for(request.actor, conflict_id)
    called = resolving.called(conflict) if lines is not None else ""
    response = render(request, "sync/look.html", {"called": called, "conflict": conflict, "kind": title_of(conflict.operation.kind), "lines": lines, "differ": bool(conflict.versions_sealed)})
    response["Cache-Control"] = "no-store"
    return response


@page(MANAGE, methods=("POST",))
def resolve(request: ActorRequest, conflict_id: UUID) -> HttpResponse:
    """Take the phone's version, keep what is here, or decide each field."""
    form = ResolveForm(request.POST)
    if not form.is_valid():
        raise Invalid
    try:
        found = _decided(request, conflict_id, form)
    except JimuError as error:
        if error.status == 404:
            raise
        messages.warning(request, str(error))
        return redirect("sync:look", conflict_id=conflict_id)
    if found.state == found.State.OPEN:
        messages.warning(request, _("收下了。有几项和现有的对不上，请再看一看。"))
        return redirect("sync:look", conflict_id=conflict_id)
    messages.success(request, _("已处理，手机下次联网时会知道。"))
    return redirect("sync:looks")


def _decided(request: ActorRequest, conflict_id: UUID, form: ResolveForm) -> Conflict:
    take, at = form.cleaned_data["take"], clock.now()
    if take == resolving.EACH:
        return resolving.resolve_each(actor=request.actor, at=at, conflict_id=conflict_id, fields=form.fields_taken)
    return resolving.resolve(actor=request.actor, at=at, conflict_id=conflict_id, take=take)


@page(OWN)
def photo(request: ActorRequest, photo_id: UUID) -> HttpResponse:
    """A photo that a phone brought, for who may read what it goes with; the look is on record."""
    response = HttpResponse(photos.see(actor=request.actor, at=clock.now(), photo_id=photo_id), content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    return response
