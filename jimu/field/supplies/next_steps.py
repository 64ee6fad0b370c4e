"""Supplies that wait: to be signed for at a building, to be disinfected in the store."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, visible
from jimu.field.supplies import amiss, transfer_queries
from jimu.field.supplies.models import Consignment, Lot, LotEvent
from jimu.field.supplies.queries import SIGN, STORE

MOST = 20
#: Beyond so many one line stands for all: they are the building leaders' to sign.
EACH = 5
LONG = timedelta(hours=2)


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """A fixed number of queries."""
    page = reverse("supplies:mine")
    waiting = list(Consignment.objects.filter(visible(actor, SIGN, "building__path"), receipt=None).select_related("plan", "building").order_by("at")[:MOST])
    if len(waiting) > EACH:
        yield NextStep(_("各楼还没签收的物资"), page, None, _("{n} 栋以上").format(n=EACH), "", False)
    else:
        for one in waiting:
            tone = "warn" if at - one.at > LONG else ""
            yield NextStep(_("点数签收：{title}").format(title=one.plan.title), page, None, one.building.name, tone, True)
    coming = reverse("supplies:transfers")
    for move in transfer_queries.coming(actor)[:MOST]:
        tone = "warn" if at - move.sent_at > LONG else ""
        yield NextStep(_("点数签收调来的 {item}").format(item=move.lot.item), coming, None, move.to.name, tone, False)
    for move in transfer_queries.short(actor, at)[:MOST]:
        words = _("调给{place}的 {item} 少了 {n}，查一查").format(place=move.to.name, item=move.lot.item, n=move.missing)
        yield NextStep(words, coming, None, move.lot.unit.name, "bad", False)
    for two in amiss.waiting(actor):
        plan = reverse("supplies:plan", args=[two.plan.pk]) + "#amiss"
        if two.short:
            yield NextStep(_("补发短少的 {n} 份：{title}").format(n=two.short, title=two.plan.title), plan, None, two.plan.unit.name, "warn", False)
        if two.wrong:
            yield NextStep(_("换东西不对的 {n} 户：{title}").format(n=two.wrong, title=two.plan.title), plan, None, two.plan.unit.name, "warn", False)
    lots = Lot.objects.filter(visible(actor, STORE, "unit__path"), disinfect=True, arrived_at__gt=at - timedelta(days=7))
    for lot in lots.exclude(events__kind=LotEvent.Kind.DISINFECTED).select_related("unit").order_by("arrived_at")[:MOST]:
        yield NextStep(_("消杀：{item}").format(item=lot.item), reverse("supplies:lot", args=[lot.pk]), None, lot.unit.name, "", False)
