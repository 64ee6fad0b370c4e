"""Pages of tubes: clocks, boxes and signatures, results, recall, what waits for a decision."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page, unlisted
from jimu.core.errors import Invalid
from jimu.field.screening import custody, lab_files, paper, queries, recall, results, settling
from jimu.field.screening.forms import MatchForm, PackForm, ResultForm, SettleForm, SignatureForm
from jimu.field.screening.models import Batch, Tube
from jimu.field.screening.results import Given, Outcome


@page(queries.WORK)
def tubes(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """Tubes of a round: ready to be packed, on their way, arrived; those in a hurry first."""
    found, at = queries.round_for(request.actor, round_id, queries.WORK), clock.now()
    own = {site.pk: site for site in found.sites.select_related("unit") if request.actor.may(queries.WORK, site.unit.path)}
    lines = [line for line in queries.tube_lines(found, at) if line.tube.site_id in own and (line.tube.taken or line.tube.sealed_at or line.tube.expects_id)]
    ready = [(site, [line for line in lines if line.where == "sealed" and line.tube.site_id == pk]) for pk, site in own.items()]
    batches = Batch.objects.filter(round=found, site__in=own).select_related("site").prefetch_related("tubes")
    reads = request.actor.may(queries.RESULTS, found.unit.path)
    shown = {
        "found": found, "ready": [(site, some) for site, some in ready if some], "open": [line for line in lines if line.where == "open"],
        "batches": [(batch, _worst(batch, found, at)) for batch in batches], "arrived": [line for line in lines if line.where in ("received", "result")],
        "reads": reads,
    }  # fmt: skip
    return render(request, "screening/tubes.html", shown)


def _worst(batch: Batch, found: object, at: object) -> queries.TubeLine | None:
    """The tube of a box that has the least time left."""
    lines = [queries.line_of(tube, found, at) for tube in batch.tubes.all()]  # type: ignore[arg-type]
    return min((line for line in lines if line.clock), key=lambda line: line.clock.until, default=None)  # type: ignore[union-attr]


@page(queries.WORK)
def tube(request: ActorRequest, tube_id: UUID) -> HttpResponse:
    """One tube: how full, its way with every signature. Who is in it stands in a recall alone."""
    found = queries.tube_for(request.actor, tube_id)
    reads = request.actor.may(queries.RESULTS, found.round.unit.path)
    story = [(event, _noted(event, reads)) for event in found.events.all()]
    context = {"tube": found, "line": queries.line_of(found, found.round, clock.now()), "story": story, "reads": reads, "again": reads and found.result in results.AGAIN}
    return render(request, "screening/tube.html", context)


def _noted(event: object, reads: bool) -> str:
    """What goes with an event: a signature; a result only for who may read it."""
    kind, note = event.kind, event.note  # type: ignore[attr-defined]
    if kind == "result":
        return str(Tube.Result(note).label) if reads and note in Tube.Result.values else ""
    return str(note)


@page(queries.WORK, methods=("POST",))
def pack(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """Tubes into a box."""
    given = PackForm.of(request.POST)
    made = custody.pack(actor=request.actor, at=clock.now(), round_id=round_id, site_id=given["site"], tube_ids=given["tubes"])
    messages.success(request, _("第 {n} 箱装好，{tubes} 支管。转运员到了请签字。").format(n=made.number, tubes=len(given["tubes"])))
    return redirect("screening:tubes", round_id=round_id)


@page(queries.WORK, methods=("POST",))
def sign(request: ActorRequest, batch_id: UUID, act: str) -> HttpResponse:
    """The courier or the laboratory signs."""
    name = SignatureForm.of(request.POST)["name"]
    if act == "hand":
        batch = custody.hand_over(actor=request.actor, at=clock.now(), batch_id=batch_id, courier=name)
        messages.success(request, _("第 {n} 箱已交出。").format(n=batch.number))
    else:
        batch = custody.receive(actor=request.actor, at=clock.now(), batch_id=batch_id, receiver=name)
        messages.success(request, _("第 {n} 箱已送到。").format(n=batch.number))
    return redirect("screening:tubes", round_id=batch.round_id)


@page(queries.RESULTS, methods=("GET", "HEAD", "POST"))
def result(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """Results typed in, or the laboratory's list."""
    found = queries.round_for(request.actor, round_id, queries.RESULTS)
    outcome: Outcome | None = None
    if request.method == "POST":
        file = request.FILES.get("file")
        given = lab_files.read_upload(file) if file else [Given(**ResultForm.of(request.POST))]
        outcome = results.record(actor=request.actor, at=clock.now(), round_id=round_id, given=given, source=str(file.name) if file else "")
    lines = queries.tube_lines(found, clock.now())
    context = {
        "found": found, "outcome": outcome, "results": Tube.Result.choices, "waiting": [one.tube for one in lines if one.tube.sealed_at and not one.tube.result_sealed],
        "bad": [one.tube for one in lines if one.tube.result_sealed and one.tube.result in results.AGAIN],
    }  # fmt: skip
    return unlisted(render(request, "screening/results.html", context))


@page(queries.POSITIVE, methods=("GET", "HEAD", "POST"))
def call_back(request: ActorRequest, tube_id: UUID) -> HttpResponse:
    """The recall of a tube; posted, single tubes are prepared for everybody in it."""
    if request.method == "POST":
        made = results.prepare_again(actor=request.actor, at=clock.now(), tube_id=tube_id)
        messages.success(request, _("备好 {n} 支单采管，条码见名单。").format(n=len(made)) if made else _("单采管都已备好。"))
        return redirect("screening:recall", tube_id=tube_id)
    return unlisted(render(request, "screening/recall.html", {"recall": recall.read(actor=request.actor, at=clock.now(), tube_id=tube_id)}))


@page(queries.PLAN, methods=("GET", "HEAD", "POST"))
def look(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """What waits for a person's decision; a posted form decides one."""
    found = queries.round_for(request.actor, round_id, queries.PLAN)
    if request.method == "POST":
        given = SettleForm.of(request.POST)
        settling.settle(actor=request.actor, at=clock.now(), scan_id=given["scan"], verdict=given["verdict"], double=given["double"])
        messages.success(request, _("定好了。"))
        return redirect("screening:look", round_id=round_id)
    waiting = settling.waiting(found)
    context = {"found": found, "open": waiting, "strangers": [(scan, settling.shown_code(scan)) for scan in waiting.strangers]}
    return render(request, "screening/look.html", context)


@page(queries.PLAN, methods=("POST",))
def match(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """Whose an unknown code is."""
    found, given = queries.round_for(request.actor, round_id, queries.PLAN), MatchForm.of(request.POST)
    person = paper.person_of(found, given["words"])
    if person is None:
        raise Invalid(_("没有找到这一位：请写楼、室、姓名，例如 1号楼 502 周桂英。"), code="nobody")
    n = settling.match(actor=request.actor, at=clock.now(), scan_id=given["scan"], resident_id=person)
    messages.success(request, _("对上了，{n} 次扫码归到这一位名下。").format(n=n))
    return redirect("screening:look", round_id=round_id)
