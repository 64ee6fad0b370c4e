"""Pages of gates, passes and rounds: for a phone at the gate, and the desk that issues passes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock, downloads
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Conflict, Invalid
from jimu.core.ids import new_id
from jimu.core.paging import paged
from jimu.field.patrol import actions, keeping, movement, policy, queries, report_file, seeing
from jimu.field.patrol.actions import Leave, Told
from jimu.field.patrol.forms import KINDS, CrossForm, GateForm, PassForm, RoundForm, SeenForm, WordsForm
from jimu.field.patrol.models import Pass
from jimu.field.patrol.queries import MANAGE, VIEW, WATCH
from jimu.field.patrol.seeing import Found
from jimu.field.patrol.words import BESIDES_WORDS, WHY_WORDS
from jimu.signup.poster import qr_svg

MANY = 20


@page(WATCH)
def index(request: ActorRequest) -> HttpResponse:
    """Gates and rounds that one watches, and what was seen."""
    actor, at = request.actor, clock.now()
    context = {
        "gates": queries.placed(actor, queries.gates_for(actor)), "rounds": queries.placed(actor, queries.rounds_for(actor)),
        "seen": queries.placed(actor, queries.seen_for(actor)[:MANY]), "can_manage": actor.may(MANAGE),
        "passes": queries.passes_for(actor, running_at=at).count() if actor.may(VIEW) else None, "today": clock.today(), "at": at,
    }  # fmt: skip
    return render(request, "patrol/index.html", context)


@page(VIEW)
def day_xlsx(request: ActorRequest) -> HttpResponse:
    """A day at the gates: a table to send upwards; today where no day is given."""
    at = clock.now()
    return downloads.report(report_file.workbook(request.actor, None, clock.day_of(request.GET.get("day", "")), at), "gates", at)


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def new_gate(request: ActorRequest) -> HttpResponse:
    """Set a checkpoint up."""
    form = GateForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        kept = dict(form.cleaned_data)
        try:
            gate = actions.open_gate(actor=request.actor, at=clock.now(), unit_id=kept.pop("unit").pk, **kept)
            return redirect("patrol:gate", gate_id=gate.pk)
        except (Conflict, Invalid) as error:
            form.complain(error)
    return render(request, "patrol/form.html", {"form": form, "title": _("设一个卡口"), "lead": _("写清依据和截止日；到期自动不再放行，要延再设。")}, status=422 if form.errors else 200)


@page(WATCH)
def gate(request: ActorRequest, gate_id: UUID) -> HttpResponse:
    """A gate: check a number, write down who goes through, hand over."""
    at = clock.now()
    shown = queries.gate_page(request.actor, gate_id, at)
    number = request.GET.get("number", "")[:40]
    way = "in" if request.GET.get("way") == "in" else "out"
    found = queries.check(shown.gate, number, at, way) if number else None
    context = {"shown": shown, "gate": shown.gate, "number": number, "way": way, "found": found, "why": WHY_WORDS[found.why] if found and found.why else "",
               "kinds": KINDS, "besides": BESIDES_WORDS[found.besides] if found and found.besides else "", "mine": any(one.account_id == request.actor.account_id for one in shown.keepers),
               "can_manage": request.actor.may(MANAGE, shown.gate.unit.path), "keep_days": policy.of_place(shown.gate.unit).keep_days, "over": shown.gate.closed_at is not None or shown.gate.ends_on < clock.today()}  # fmt: skip
    return render(request, "patrol/gate.html", context)


@page(WATCH, methods=("POST",))
def cross(request: ActorRequest, gate_id: UUID) -> HttpResponse:
    """Somebody was let through, or not."""
    told = Told(new_id(), gate_id, at=clock.now(), **CrossForm(request.POST).values())
    actions.cross(actor=request.actor, told=told)
    messages.success(request, _("就医放行，记下了。") if told.what == "medical" else _("放行，记下了。") if told.result == "through" else _("劝回，记下了。"))
    return redirect("patrol:gate", gate_id=gate_id)


@page(MANAGE, methods=("POST",))
def close_gate(request: ActorRequest, gate_id: UUID) -> HttpResponse:
    """Take it away."""
    actions.close_gate(actor=request.actor, at=clock.now(), gate_id=gate_id)
    messages.success(request, _("卡口已撤。"))
    return redirect("patrol:index")


@page(WATCH, methods=("POST",))
def note(request: ActorRequest, gate_id: UUID) -> HttpResponse:
    """Something for the next on duty, or one that is done."""
    if done := request.POST.get("done"):
        actions.finish_note(actor=request.actor, at=clock.now(), gate_id=gate_id, note_id=_id(done))
    else:
        actions.leave_note(actor=request.actor, at=clock.now(), gate_id=gate_id, **WordsForm(request.POST).values())
    return redirect("patrol:gate", gate_id=gate_id)


@page(WATCH, methods=("POST",))
def keep(request: ActorRequest, gate_id: UUID) -> HttpResponse:
    """Take a gate over, or leave it."""
    if "leave" in request.POST:
        left = keeping.leave(actor=request.actor, at=clock.now(), gate_id=gate_id)
        messages.success(request, _("您下岗了，辛苦了。") + ("" if left else _("现在没有人守这个卡口，请确认接班的人到了。")))
    else:
        keeping.keep(actor=request.actor, at=clock.now(), gate_id=gate_id)
        messages.success(request, _("您在守这个卡口。下岗时回到这一页说一声。"))
    return redirect("patrol:gate", gate_id=gate_id)


@page(MANAGE, methods=("POST",))
def reveal(request: ActorRequest, crossing_id: UUID) -> HttpResponse:
    """Who it was, on record."""
    who = actions.reveal(actor=request.actor, at=clock.now(), crossing_id=crossing_id)
    answer = render(request, "patrol/revealed.html", {"who": who})
    answer["Cache-Control"] = "no-store"
    return answer


@page(VIEW)
def passes(request: ActorRequest) -> HttpResponse:
    """Passes, those that hold first."""
    running = request.GET.get("part", "running") == "running"
    rows = queries.passes_for(request.actor, running_at=clock.now() if running else None)
    shown = paged(rows, number=request.GET.get("page"))
    queries.placed(request.actor, shown.rows)
    at = clock.now()
    context = {"page": shown, "running": running, "can_manage": request.actor.may(MANAGE), "at": at, "barred": movement.barred_passes(shown.rows, at)}
    return render(request, "patrol/passes.html", context)


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def new_pass(request: ActorRequest) -> HttpResponse:
    """Issue one."""
    form = PassForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        kept = dict(form.cleaned_data)
        try:
            card = actions.issue(actor=request.actor, at=clock.now(), unit_id=kept.pop("unit").pk, leave=Leave(**kept))
            return redirect("patrol:pass", pass_id=card.pk)
        except (Conflict, Invalid) as error:
            form.complain(error)
    return render(request, "patrol/form.html", {"form": form, "title": _("发出入凭证"), "lead": _("到时自动失效；凭证上没有姓名。")}, status=422 if form.errors else 200)


@page(VIEW)
def show_pass(request: ActorRequest, pass_id: UUID) -> HttpResponse:
    """One pass, to print and to take back."""
    card = queries.pass_for(request.actor, pass_id)
    context = {"card": card, "qr": qr_svg(card.number, card.number), "can_manage": request.actor.may(MANAGE, card.unit.path), "over": card.ends_at < clock.now(), "purpose": Pass.Purpose(card.purpose).label}
    return render(request, "patrol/pass.html", context)


@page(MANAGE, methods=("POST",))
def revoke(request: ActorRequest, pass_id: UUID) -> HttpResponse:
    """Take it back."""
    actions.revoke(actor=request.actor, at=clock.now(), pass_id=pass_id, reason=WordsForm(request.POST).values()["text"])
    messages.success(request, _("已收回。卡口的手机下次同步后不再放行。"))
    return redirect("patrol:pass", pass_id=pass_id)


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def new_round(request: ActorRequest) -> HttpResponse:
    """Begin a round."""
    form = RoundForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            kept = form.cleaned_data
            made = actions.open_round(actor=request.actor, at=clock.now(), unit_id=kept["unit"].pk, title=kept["title"], points=form.names())
            return redirect("patrol:round", round_id=made.pk)
        except (Conflict, Invalid) as error:
            form.complain(error)
    return render(request, "patrol/form.html", {"form": form, "title": _("开始一轮巡逻"), "lead": _("按走的顺序写，手机上照着走。")}, status=422 if form.errors else 200)


@page(WATCH)
def show_round(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """A round's points; one tap each."""
    found = queries.round_for(request.actor, round_id)
    return render(request, "patrol/round.html", {"round": found, "points": queries.points_of(found), "kinds": KINDS, "can_manage": request.actor.may(MANAGE, found.unit.path)})


@page(WATCH, methods=("POST",))
def at_point(request: ActorRequest, round_id: UUID, point_id: UUID) -> HttpResponse:
    """What was seen at a point."""
    seeing.see(actor=request.actor, found=Found(new_id(), at=clock.now(), point_id=point_id, **SeenForm(request.POST).values()))
    return redirect("patrol:round", round_id=round_id)


@page(MANAGE, methods=("POST",))
def close_round(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """End it."""
    actions.close_round(actor=request.actor, at=clock.now(), round_id=round_id)
    return redirect("patrol:index")


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Invalid from None
