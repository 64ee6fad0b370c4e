"""Pages of a site at work: who to call, the line, the desk, paper."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import JimuError, NotFound
from jimu.core.ids import new_id
from jimu.field.households.models import Resident
from jimu.field.screening import calling, codes, paper, queries, scanning
from jimu.field.screening.forms import DeskForm, PaperForm, QueueForm
from jimu.field.screening.models import Round, Site, Slot
from jimu.field.screening.scanning import SCAN, SEAL, Act, Told
from jimu.sync import shell

NEXT_SLOTS = 6


def _at(request: ActorRequest, round_id: UUID, site_id: UUID) -> tuple[Round, Site]:
    found, site = queries.round_for(request.actor, round_id, queries.WORK), queries.site_for(request.actor, site_id)
    if not found.sites.filter(pk=site.pk).exists():
        raise NotFound
    return found, site


@page(queries.WORK)
def show(request: ActorRequest, round_id: UUID, site_id: UUID) -> HttpResponse:
    """A site's phone page: the line, the next slots, the tubes in a hurry."""
    found, site = _at(request, round_id, site_id)
    at = clock.now()
    lines = queries.site_lines(found, at)
    line = next(one for one in lines if one.site.pk == site.pk)
    slots = [slot for slot in queries.slots_of(found) if slot.site_id == site.pk and slot.state != Slot.State.DONE]
    tubes = [one for one in queries.tube_lines(found, at, site=site) if one.clock and one.tube.taken]
    context = {"found": found, "site": site, "line": line, "quicker": queries.quicker(lines, line), "slots": slots[:NEXT_SLOTS], "more": max(0, len(slots) - NEXT_SLOTS), "tubes": tubes}
    return render(request, "screening/site.html", context)


@page(queries.WORK, methods=("POST",))
def queue(request: ActorRequest, round_id: UUID, site_id: UUID) -> HttpResponse:
    """The line was counted."""
    calling.count_queue(actor=request.actor, at=clock.now(), round_id=round_id, site_id=site_id, **QueueForm.of(request.POST))
    messages.success(request, _("记下了。"))
    return redirect("screening:site", round_id=round_id, site_id=site_id)


@page(queries.WORK, methods=("POST",))
def call(request: ActorRequest, slot_id: UUID) -> HttpResponse:
    """Call a slot, or note that it is through."""
    slot = calling.call(actor=request.actor, at=clock.now(), slot_id=slot_id, done=request.POST.get("done") == "1")
    where = " ".join(filter(None, [slot.building.name if slot.building else _("工作人员"), slot.entrance, slot.span]))
    messages.success(request, (_("{where} 做完了。") if slot.state == Slot.State.DONE else _("已叫 {where}。")).format(where=where))
    if not request.actor.may(queries.WORK, slot.site.unit.path):
        # Who leads a building calls from its list: the site's own page is not theirs.
        return redirect("screening:callers", round_id=slot.round_id)
    return redirect("screening:site", round_id=slot.round_id, site_id=slot.site_id)


@page(queries.WORK, methods=("GET", "HEAD", "POST"))
def desk(request: ActorRequest, round_id: UUID, site_id: UUID) -> HttpResponse:
    """A desk with a network: a hand scanner types the code and Enter."""
    found, site = _at(request, round_id, site_id)
    tube_code = scanning.clean(request.GET.get("tube", ""))
    table = request.GET.get("table", "1")
    form = DeskForm(request.POST or None, initial={"tube": tube_code, "table": table})
    choose: list[Resident] = []
    fault = ""
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        tube_code = scanning.clean(d["tube"])
        choose = _household(request, d["code"]) if d["code"] and not d["person"] else []
        if not choose:
            try:
                _done(request, _taken(request, found, site, d))
                query = urlencode({"tube": "" if "seal" in request.POST else tube_code, "table": d["table"]})
                return redirect(f"{reverse('screening:desk', args=[round_id, site_id])}?{query}")
            except JimuError as error:
                fault = str(error)
    tube = queries.tube_of(found, tube_code) if tube_code else None
    context = {"found": found, "site": site, "form": form, "tube": tube, "choose": choose, "fault": fault, "line": queries.line_of(tube, found, clock.now()) if tube else None, "decoder": shell.decoder()}
    return render(request, "screening/desk.html", context, status=422 if fault or form.errors else 200)


def _taken(request: ActorRequest, found: Round, site: Site, d: dict[str, object]) -> Told:
    at, sealing = clock.now(), "seal" in request.POST
    tube = queries.tube_of(found, scanning.clean(str(d["tube"])))
    person = d["person"] if isinstance(d["person"], UUID) else None
    table = d["table"] if isinstance(d["table"], int) else 1
    said = tube.taken if sealing and tube else 0
    act = Act(new_id(), found.pk, site.pk, str(d["tube"]), at, at, SEAL if sealing else SCAN, str(d["code"]), person, table, said, "code" if person else "")
    return scanning.take(actor=request.actor, act=act)


def _done(request: ActorRequest, told: Told) -> None:
    """Say what became of it; what a person has to look at is said louder."""
    count = _("{tube}：{n} / {all} 人").format(tube=told.tube, n=told.taken, all=told.capacity)
    if "seal" in request.POST:
        messages.success(request, _("{tube} 管已封，{n} 人。请贴标、放进转运箱。").format(tube=told.tube, n=told.taken))
    elif told.again:
        messages.warning(request, _("这一位已在这支管里（两个码也是一个人），没有重复记。") + count)
    elif told.other_tube:
        messages.warning(request, _("记下了，但这一位还在 {other} 管里，请点位长定。").format(other=told.other_tube) + count)
    elif told.doubt:
        messages.warning(request, _("记下了，但超出一管的人数，请点位长看一下。") + count)
    elif told.unknown:
        messages.info(request, _("记下了。台账里还不认识这个码，以后可以对上人。") + count)
    else:
        messages.success(request, _("记下了。") + count)


def _household(request: ActorRequest, code: str) -> list[Resident]:
    """The people of a household's code, when they are more than one."""
    read = codes.read(code)
    if read.kind != "household":
        return []
    living = list(Resident.objects.filter(room=read.id, left_at=None).order_by("-head", "created_at"))
    return living if len(living) > 1 else []


@page(queries.WORK, methods=("GET", "HEAD", "POST"))
def sheet(request: ActorRequest, round_id: UUID, site_id: UUID) -> HttpResponse:
    """A sheet of paper, typed in later; lines that named nobody stay in the form."""
    found, site = _at(request, round_id, site_id)
    form = PaperForm(request.POST or None, initial={"at": timezone.localtime(clock.now()), "seal": True})
    refused: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        lines = [line for line in d["lines"].splitlines() if line.strip()]
        try:
            typed = paper.take(actor=request.actor, at=clock.now(), found=found, site=site, sheet=paper.Sheet(d["tube"], d["at"], lines, d["seal"]))
        except JimuError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("{tube} 管记下 {n} 人。").format(tube=scanning.clean(d["tube"]), n=typed.taken))
            if not typed.refused:
                return redirect("screening:sheet", round_id=round_id, site_id=site_id)
            refused = list(typed.refused)
            form = PaperForm(initial={**d, "lines": "\n".join(line for line, _why in refused)})
    status = 422 if form.errors or refused else 200
    return render(request, "screening/sheet.html", {"found": found, "site": site, "form": form, "refused": refused}, status=status)
