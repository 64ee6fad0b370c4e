"""Reads of what is on its way between stores: for those who keep either of the two."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from jimu.core.fetching import fetch
from jimu.core.permissions import STEP, Actor, visible
from jimu.field.supplies.models import Lot, Transfer
from jimu.field.supplies.queries import KEPT_IN, STORE, VIEW
from jimu.grid.models import Unit

WITH = ("lot__unit", "to")
#: For so long a loss stands in the list of the day of those who sent.
TOLD = timedelta(hours=48)


def other_stores(lot: Lot) -> "QuerySet[Unit]":
    """Where a lot may go: every other store of the same subdistrict. Their names are no secret, what they hold is."""
    rows: QuerySet[Unit] = Unit.objects.filter(path__startswith=lot.unit.path[:STEP], kind__in=KEPT_IN, retired_at=None).exclude(pk=lot.unit_id)
    return rows.order_by("path")


def transfers_for(actor: Actor) -> "QuerySet[Transfer]":
    """Those from or to a store of the asker's part: on their way first, then the newest."""
    actor.require(VIEW)
    rows = Transfer.objects.filter(visible(actor, VIEW, "lot__unit__path") | visible(actor, VIEW, "to__path")).select_related(*WITH)
    return rows.order_by(Coalesce("counted_at", "cancelled_at").desc(nulls_first=True), "-sent_at")


def coming(actor: Actor) -> "QuerySet[Transfer]":
    """Those that wait for a signature of the asker's stores."""
    rows = Transfer.objects.filter(visible(actor, STORE, "to__path"), counted_at=None, cancelled_at=None).select_related(*WITH)
    return rows.order_by("sent_at", "pk")


def short(actor: Actor, at: datetime) -> "QuerySet[Transfer]":
    """Those of the asker's stores of which less arrived, told for two days."""
    rows = Transfer.objects.filter(visible(actor, STORE, "lot__unit__path"), counted__lt=F("number"), counted_at__gt=at - TOLD)
    return rows.select_related(*WITH).order_by("counted_at")


def transfer_for(actor: Actor, transfer_id: UUID, side: str) -> Transfer:
    """One, for who keeps the store of a side: `to`, or `lot__unit`. Raises NotFound."""
    return fetch(Transfer.objects.filter(visible(actor, STORE, f"{side}__path"), pk=transfer_id).select_related(*WITH))
