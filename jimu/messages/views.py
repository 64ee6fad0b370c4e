"""Thin pages of messages."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock, live
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, JimuError
from jimu.core.paging import paged
from jimu.messages import actions, channel_actions, queries
from jimu.messages.forms import ChannelForm, ChoiceForm
from jimu.messages.models import Message

State = Message.State
TABS = (State.DEAD, State.BY_HAND, State.FAILED, State.QUEUED, State.SENDING, State.SENT, State.TOLD, State.WITHDRAWN)
OPEN_TO_HAND = (State.DEAD, State.BY_HAND, State.FAILED, State.QUEUED)


def _asked(request: ActorRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    return {"state": state if state in State.values else "", "subject": request.GET.get("subject", "")[:80]}


@page("messages.view")
def index(request: ActorRequest) -> HttpResponse:
    """The outbox by state; `?subject=` shows what belongs to one order."""
    asked = _asked(request)
    version = live.versions([actions.TOPIC])[actions.TOPIC]
    counts = queries.counts_for(request.actor, subject=asked["subject"])
    context = {
        **asked, "version": version, "total": sum(counts.values()),
        "tabs": [(state, state.label, counts[state]) for state in TABS if counts[state] or state == asked["state"]],
        "page": paged(queries.messages_for(request.actor, **asked), number=request.GET.get("page")),
        "can_tell": request.actor.may("messages.tell"), "hand_states": [state.value for state in OPEN_TO_HAND],
    }  # fmt: skip
    return render(request, "messages/index.html", context)


@page("messages.tell")
def paper(request: ActorRequest) -> HttpResponse:
    """What people are to be told by hand: to copy, to print, to tick off."""
    subject = request.GET.get("subject", "")[:80]
    rows = queries.messages_for(request.actor, subject=subject).filter(state__in=(State.BY_HAND, State.DEAD)).order_by("unit__path", "created_at")
    return render(request, "messages/paper.html", {"rows": rows[:500], "subject": subject, "at": clock.now()})


@page("messages.tell", methods=("POST",))
def settle(request: ActorRequest) -> HttpResponse:
    """Mark as told, or send again, what was ticked."""
    ids = _ids(request)
    if request.POST.get("do") == "again":
        n = actions.send_again(actor=request.actor, at=clock.now(), message_ids=ids)
        notices.success(request, _("已重新排队 {n} 条。").format(n=n))
    else:
        n = actions.mark_told(actor=request.actor, at=clock.now(), message_ids=ids)
        notices.success(request, _("已记下：人工告知 {n} 条。").format(n=n))
    subject = request.POST.get("subject", "")[:80]
    target = redirect("messages:paper" if request.POST.get("from") == "paper" else "messages:index")
    if subject:
        target["Location"] += f"?subject={subject}"
    return target


def _ids(request: ActorRequest) -> list[UUID]:
    try:
        ids = [UUID(given) for given in request.POST.getlist("message")]
    except ValueError:
        ids = []
    if not ids:
        raise Invalid(_("请先勾选要处理的消息。"))
    return ids


@page("messages.channels", methods=("GET", "HEAD", "POST"))
def channels(request: ActorRequest) -> HttpResponse:
    """The ways out; a new one."""
    form = ChannelForm(request.POST or None, actor=request.actor)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            channel_actions.add_channel(actor=request.actor, at=clock.now(), **form.words())
        except JimuError as error:
            problem = str(error)
        else:
            notices.success(request, _("渠道已添加。下一步：发一条测试。"))
            return redirect("messages:channels")
    rows = [(channel, queries.masked_address(channel)) for channel in queries.channels_for(request.actor)]
    context = {"form": form, "rows": rows, "problem": problem, "mine": request.actor.person_id}
    return render(request, "messages/channels.html", context, status=422 if problem or form.errors else 200)


@page("messages.channels", methods=("POST",))
def test(request: ActorRequest, channel_id: UUID) -> HttpResponse:
    """Send a test through a channel."""
    actions.send_test(actor=request.actor, at=clock.now(), channel_id=channel_id, person_id=request.actor.person_id)
    notices.success(request, _("测试消息已排队，几秒后看结果。"))
    return redirect(f"/messages/?subject=channel:{channel_id}")


@page("messages.channels", methods=("POST",))
def close(request: ActorRequest, channel_id: UUID) -> HttpResponse:
    """Use a channel no more."""
    channel_actions.close_channel(actor=request.actor, at=clock.now(), channel_id=channel_id)
    notices.success(request, _("渠道已停用。还没发出的，请人工告知。"))
    return redirect("messages:channels")


@page("messages.channels")
def kept(request: ActorRequest, channel_id: UUID) -> HttpResponse:
    """What a local channel took."""
    channel = queries.channel_for(request.actor, channel_id)
    found = paged(queries.kept_lines(channel), number=request.GET.get("page"))
    return render(request, "messages/kept.html", {"channel": channel, "page": found})


@page("messages.own", methods=("GET", "HEAD", "POST"))
def mine(request: ActorRequest) -> HttpResponse:
    """How the reader wants to be told."""
    if request.method == "POST":
        form = ChoiceForm(request.POST)
        if form.is_valid():
            channel_actions.choose(actor=request.actor, at=clock.now(), choice=form.choice())
            notices.success(request, _("已保存。"))
            return redirect("messages:mine")
    else:
        person = request.actor.person_id
        form = ChoiceForm.of(queries.preference_of(person)) if person else ChoiceForm()
    return render(request, "messages/mine.html", {"form": form, "linked": request.actor.person_id}, status=422 if form.errors else 200)
