"""Thin pages about who holds a course's certificate: confirm, appoint, recognise, revoke."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.core.paging import paged
from jimu.training import actions, certificates, queries
from jimu.training.forms import PeopleForm
from jimu.training.library import find


@page("training.certify")
def holders(request: ActorRequest, code: str) -> HttpResponse:
    """Who holds a course's certificate, and a search for somebody whose proof to recognise."""
    course = find(code)
    words = request.GET.get("q", "").strip()
    context = {
        "course": course,
        "page": paged(queries.holders_of(request.actor, code), number=request.GET.get("page")),
        "teaching": {trainer.person_id for trainer in queries.trainers_of(code)},
        "words": words,
        "people": queries.people_named(request.actor, words) if words else [],
        "today": clock.today(),
    }
    return render(request, "training/holders.html", context)


def _one_person(request: ActorRequest) -> UUID:
    people = PeopleForm(request.POST).people()
    if len(people) != 1:
        raise Invalid(_("请先选一个人。"))
    return people[0]


@page("training.certify", methods=("POST",))
def appoint(request: ActorRequest, code: str) -> HttpResponse:
    """Make somebody a trainer."""
    actions.appoint_trainer(actor=request.actor, at=clock.now(), course_code=code, person_id=_one_person(request))
    messages.success(request, _("已任命。现在可以开一场培训了。"))
    return redirect("training:holders", code=code)


@page("training.certify", methods=("POST",))
def certify(request: ActorRequest, code: str) -> HttpResponse:
    """Recognise a proof."""
    proof = request.POST.get("proof", "")
    certificates.certify(actor=request.actor, at=clock.now(), course_code=code, person_id=_one_person(request), proof=proof)
    messages.success(request, _("已认定，证书记入名册。"))
    return redirect("training:holders", code=code)


@page("training.certify", methods=("POST",))
def confirm(request: ActorRequest, certificate_id: UUID) -> HttpResponse:
    """The first duty went well."""
    certificate = certificates.confirm_first_shift(actor=request.actor, at=clock.now(), certificate_id=certificate_id)
    messages.success(request, _("首班已确认。"))
    return redirect("training:holders", code=certificate.course)


@page("training.certify", methods=("POST",))
def revoke(request: ActorRequest, certificate_id: UUID) -> HttpResponse:
    """End a certificate."""
    reason = request.POST.get("reason", "")
    certificate = certificates.revoke(actor=request.actor, at=clock.now(), certificate_id=certificate_id, reason=reason)
    messages.success(request, _("证书已撤销。"))
    return redirect("training:holders", code=certificate.course)
