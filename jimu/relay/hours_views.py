"""Pages of hours: my own, my certificate, and the page where anybody checks one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jimu.core import clock
from jimu.core.doors import unlisted
from jimu.core.errors import NotFound
from jimu.relay import certificate, hours
from jimu.relay.own_door import OwnRequest, own_page


@own_page()
def mine(request: OwnRequest) -> HttpResponse:
    """My hours, incident by incident."""
    if request.actor.person_id is None:
        raise NotFound
    context = {"served": hours.served_by(request.actor.person_id), "corrected": hours.corrections_of(request.actor.person_id), "base": request.base,
               "shell": "relay/bare.html" if request.by_link else "base.html"}  # fmt: skip
    return render(request, "relay/hours.html", context)


@own_page(methods=("POST",))
def certify(request: OwnRequest, incident_id: UUID) -> HttpResponse:
    """My certificate: a PDF, or a page to print where the machine has no Chinese font."""
    if request.actor.person_id is None:
        raise NotFound
    made = hours.certify(actor=request.actor, at=clock.now(), person_id=request.actor.person_id, incident_id=incident_id)
    address = request.build_absolute_uri(reverse("relay:verify"))
    if not certificate.font():
        context = {"one": made, "code": certificate.spaced(made.code), "address": address}
        return render(request, "relay/certificate.html", context)
    answer = HttpResponse(certificate.drawn(made, address), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="service-hours.pdf"'
    return answer


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """For anybody: whether a certificate is true, for how many hours, and one letter of the name. Nothing more."""
    typed = request.GET.get("code", "").strip()[:40]
    found = hours.certificate_with(typed) if typed else None
    answer = render(request, "relay/verify.html", {"typed": typed, "found": found, "letter": found.person.name[:1] if found else ""})
    return unlisted(answer)
