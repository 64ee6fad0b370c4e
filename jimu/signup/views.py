"""Thin pages of the desk: campaigns, their posters, what was sent in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.core.paging import paged
from jimu.playbooks import library
from jimu.signup import actions, applying, queries
from jimu.signup.forms import DeskForm, OpenForm
from jimu.signup.models import Application, Campaign
from jimu.signup.poster import qr_svg
from jimu.signup.words import FLAG_WORDS

LOCAL = {"localhost", "127.0.0.1", "[::1]"}
PENDING = Application.State.PENDING


@page("signup.view")
def index(request: ActorRequest) -> HttpResponse:
    """All campaigns of the reader's part, with how many wait."""
    shown = paged(queries.campaigns_for(request.actor), number=request.GET.get("page"))
    return render(request, "signup/index.html", {"page": shown, "today": clock.today(), "can_open": request.actor.may("signup.open")})


@page("signup.open", methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest) -> HttpResponse:
    """Choose a playbook, then say what is needed."""
    chosen = request.GET.get("playbook", "")
    if not chosen:
        return render(request, "signup/choose.html", {"playbooks": [playbook for playbook, _text in library.all_playbooks()]})
    playbook, _text = library.find(chosen)
    form = OpenForm(request.POST if request.method == "POST" else None, actor=request.actor, playbook=playbook, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_campaign(actor=request.actor, at=clock.now(), call=form.call())
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("报名已开放。打印海报贴在楼道口，也可以把地址发到群里。"))
            return redirect("signup:campaign", campaign_id=made.pk)
    return render(request, "signup/new.html", {"form": form, "playbook": playbook}, status=422 if form.errors else 200)


def address_of(request: ActorRequest, campaign: Campaign) -> str:
    """The public address of a campaign."""
    return request.build_absolute_uri(reverse("signup:form", args=[campaign.code]))


@page("signup.view")
def campaign(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign: its address and its desk."""
    found = queries.campaign_for(request.actor, campaign_id)
    state = request.GET.get("state", PENDING)
    sent = queries.applications_for(request.actor, found)
    shown = paged(sent.filter(state=state) if state in Application.State.values else sent, number=request.GET.get("page"))
    address = address_of(request, found)
    context = {
        "campaign": found, "address": address, "qr": qr_svg(address, found.title), "page": shown, "state": state, "states": Application.State.choices,
        "rows": queries.rows(request.actor, shown.rows, clock.today()), "flag_words": FLAG_WORDS, "today": clock.today(),
        "local": request.get_host().rsplit(":", 1)[0] in LOCAL, "can_change": request.actor.may("signup.open", found.unit.path),
    }  # fmt: skip
    return render(request, "signup/campaign.html", context)


@page("signup.view")
def poster(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """A sheet of A4 for the stairwell."""
    found = queries.campaign_for(request.actor, campaign_id)
    address = address_of(request, found)
    return render(request, "signup/poster.html", {"campaign": found, "address": address, "qr": qr_svg(address, found.title)})


@page("signup.open", methods=("POST",))
def close(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """No more is sent in."""
    actions.close_campaign(actor=request.actor, at=clock.now(), campaign_id=campaign_id)
    messages.success(request, _("报名已关闭。已经收到的仍可确认。"))
    return redirect("signup:campaign", campaign_id=campaign_id)


@page("signup.open", methods=("POST",))
def renew(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """A fresh address."""
    actions.renew_code(actor=request.actor, at=clock.now(), campaign_id=campaign_id)
    messages.success(request, _("已换新地址，旧海报和旧链接不能再用。请重新打印。"))
    return redirect("signup:campaign", campaign_id=campaign_id)


@page("signup.review", methods=("POST",))
def decide(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Confirm or refuse those that were ticked."""
    found = queries.campaign_for(request.actor, campaign_id, "signup.review")
    waiting = list(queries.applications_for(request.actor, found, "signup.review"))
    form = DeskForm(request.POST, offered=waiting)
    if not form.is_valid():
        raise Invalid(_("请先勾选要处理的报名。"), code="nothing_ticked")
    given, at = form.cleaned_data, clock.now()
    ids = [UUID(pk) for pk in given["application"]]
    if given["do"] == "refuse":
        done = applying.refuse(actor=request.actor, at=at, campaign_id=campaign_id, ids=ids, reason=given["reason"])
        said = ngettext("没有通过 {n} 人。", "没有通过 {n} 人。", done.done)
    else:
        done = applying.confirm(actor=request.actor, at=at, campaign_id=campaign_id, ids=ids, into=given["into"])
        said = ngettext("已确认 {n} 人，进入名册，可以排班。", "已确认 {n} 人，进入名册，可以排班。", done.done)
    messages.success(request, said.format(n=done.done))
    for reason in dict.fromkeys(done.left.values()):
        messages.warning(request, _("{n} 人留下：{why}").format(n=list(done.left.values()).count(reason), why=reason))
    return redirect("signup:campaign", campaign_id=campaign_id)


@page("signup.view")
def application(request: ActorRequest, application_id: UUID) -> HttpResponse:
    """One application, with the people it may belong to."""
    row = queries.rows(request.actor, [queries.application_for(request.actor, application_id)], clock.today())[0]
    return render(request, "signup/application.html", _told(request, row))


@page("signup.review", methods=("POST",))
def reveal(request: ActorRequest, application_id: UUID) -> HttpResponse:
    """The number in full, shown once, on record."""
    numbers = applying.reveal(actor=request.actor, at=clock.now(), application_id=application_id)
    row = queries.rows(request.actor, [queries.application_for(request.actor, application_id)], clock.today())[0]
    response = render(request, "signup/application.html", {**_told(request, row), "numbers": numbers})
    response["Cache-Control"] = "no-store"
    return response


def _told(request: ActorRequest, row: queries.Row) -> dict[str, object]:
    titles = {post["code"]: post["title"] for post in row.application.campaign.posts}
    return {
        "row": row, "application": row.application, "campaign": row.application.campaign, "flag_words": FLAG_WORDS,
        "posts": [titles.get(code, code) for code in row.application.posts],
        "can_reveal": request.actor.may("people.reveal", row.application.unit.path),
    }  # fmt: skip
