"""What the page of a need may send: one door for each act."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.field.needs import acting, answering, own_list, queries, showing
from jimu.field.needs.forms import GiveForm, IntoForm, NoteForm

SAID = {
    "recall": gettext_lazy("派单已收回，可以另派。"),
    "accept": gettext_lazy("已接单。办的过程可以随时写进展。"),
    "give_back": gettext_lazy("已退回，由派单的人另找。"),
    "note": gettext_lazy("进展已记下。"),
    "finish": gettext_lazy("已报办好，等居民或报告人确认。"),
    "grant": gettext_lazy("已同意。请派人接送。"),
    "refuse": gettext_lazy("已记下。居民可以向上一级申诉。"),
    "confirm": gettext_lazy("已确认办好。如有反复，可以重新办理。"),
    "reopen": gettext_lazy("已重新办理，时限从现在起算。"),
    "withdraw": gettext_lazy("已撤回。"),
    "appeal": gettext_lazy("已转到上一级决定，时限从现在起算。"),
}


@page(queries.OWN, methods=("POST",))
def do(request: ActorRequest, need_id: UUID, act: str) -> HttpResponse:
    """One act on a need; back to where it was pressed."""
    note, at = NoteForm(request.POST).words(), clock.now()
    try:
        if act in answering.ACTS:
            answering.by_account(actor=request.actor, at=at, need_id=need_id, act=act, note=note)
        else:
            acting.act(actor=request.actor, at=at, need_id=need_id, name=act, note=note)
        messages.success(request, str(SAID[act]))
    except JimuError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
    return _back(request, need_id, act)


def _back(request: ActorRequest, need_id: UUID, act: str) -> HttpResponse:
    """The need's page while one may still read it."""
    if request.POST.get("back") == "mine" or act == "give_back":
        return redirect("needs:mine")
    return redirect("needs:show", need_id=need_id)


@page(queries.DISPATCH, methods=("POST",))
def assign(request: ActorRequest, need_id: UUID) -> HttpResponse:
    """Give it to who was chosen."""
    form = GiveForm(request.POST)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        raise Invalid(_("请选择派给谁。"), code="nobody_chosen")
    given = form.cleaned_data
    try:
        acting.assign(actor=request.actor, at=clock.now(), need_id=need_id, person_id=given["person"], team_id=given["team"])
        messages.success(request, _("已派单，对方会收到消息；接单前可以收回。"))
    except JimuError as error:
        messages.error(request, str(error))
    return redirect("needs:show", need_id=need_id)


@page(queries.DISPATCH, methods=("POST",))
def merge(request: ActorRequest, need_id: UUID) -> HttpResponse:
    """Hold it for the same as another."""
    form = IntoForm(request.POST)
    if not form.is_valid():
        raise NotFound
    into = acting.merge(actor=request.actor, at=clock.now(), need_id=need_id, into_id=form.cleaned_data["into"])
    messages.success(request, _("已合并，两位报告人都会知道。"))
    return redirect("needs:show", need_id=into.pk)


@page(queries.OWN, methods=("POST",))
def reveal(request: ActorRequest, need_id: UUID) -> HttpResponse:
    """The number in full, shown once, on record."""
    phone = acting.reveal(actor=request.actor, at=clock.now(), need_id=need_id)
    return showing.need_page(request, queries.need_for(request.actor, need_id), phone=phone)


@page(queries.DISPATCH, methods=("POST",))
def revoke_link(request: ActorRequest, need_id: UUID) -> HttpResponse:
    """The household said that a stranger has its link."""
    own_list.revoke(actor=request.actor, at=clock.now(), need_id=need_id)
    messages.success(request, _("链接已停用。每一件仍可用回执号查；再扫码报一件，就有新的链接。"))
    return redirect("needs:show", need_id=need_id)
