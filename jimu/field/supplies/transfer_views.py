"""Pages of what is on its way between stores."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.paging import paged
from jimu.field.supplies import queries, transfer_queries, transferring
from jimu.field.supplies.forms import SignForm, TransferForm


@page(queries.VIEW)
def transfers(request: ActorRequest) -> HttpResponse:
    """What waits to be signed for, what is on its way, what arrived."""
    shown = paged(transfer_queries.transfers_for(request.actor), number=request.GET.get("page"))
    return render(request, "supplies/transfers.html", {"page": shown, "coming": transfer_queries.coming(request.actor), "actor": request.actor})


@page(queries.STORE, methods=("POST",))
def send_transfer(request: ActorRequest, lot_id: UUID) -> HttpResponse:
    """Send goods to another store."""
    given = TransferForm(request.POST).values()
    made = transferring.send(actor=request.actor, at=clock.now(), lot_id=lot_id, to_id=given["to"], number=given["number"], note=given["note"])
    messages.success(request, _("已发出，等{place}点数签收。").format(place=made.to.name))
    return redirect("supplies:lot", lot_id=lot_id)


@page(queries.STORE, methods=("POST",))
def sign_transfer(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """Sign for goods of another store."""
    found = transferring.sign(actor=request.actor, at=clock.now(), transfer_id=transfer_id, **SignForm(request.POST).values())
    messages.success(request, _("签收了，短少 {n}，发出的库看得到。").format(n=found.missing) if found.missing else _("签收了，已进库。"))
    return redirect("supplies:transfers")


@page(queries.STORE, methods=("POST",))
def cancel_transfer(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """Take it back before somebody signed."""
    transferring.cancel(actor=request.actor, at=clock.now(), transfer_id=transfer_id)
    messages.success(request, _("已收回，东西在原来的库里。"))
    return redirect("supplies:transfers")
