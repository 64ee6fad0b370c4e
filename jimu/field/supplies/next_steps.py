"""Supplies that wait: to be signed for, to be brought to doors, to be made good, to be disinfected; leaders and orders of group buying."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, visible
from jimu.field.supplies import amiss, buy_queries, parcel_queries, standing, transfer_queries
from jimu.field.supplies.models import (
    BuyLeader,
    Consignment,
    Load,
    Lot,
    LotEvent,
    Order,
    OrderEvent,
    Parcel,
    ParcelEvent,
)
from jimu.field.supplies.queries import DELIVER, SIGN, STORE

MOST = 20
#: Beyond so many one line stands for all: they are the building leaders' to sign.
EACH = 5
LONG = timedelta(hours=2)
RECENT = timedelta(days=7)


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """A fixed number of queries."""
    page = reverse("supplies:mine")
    waiting = list(Consignment.objects.filter(visible(actor, SIGN, "building__path"), receipt=None).select_related("plan", "building").order_by("at")[:MOST])
    if len(waiting) > EACH:
        houses = len({one.building_id for one in waiting})
        where = _("{n} 栋楼").format(n=houses) if len(waiting) < MOST else _("{n} 栋以上").format(n=houses)
        yield NextStep(_("各楼还没签收的物资"), page, None, where, "", False)
    else:
        for one in waiting:
            tone = "warn" if at - one.at > LONG else ""
            yield NextStep(_("点数签收：{title}").format(title=one.plan.title), page, None, one.building.name, tone, True)
    yield from _to_doors(actor, at)
    yield from _parcels(actor, at)
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
    yield from _bought(actor, at)
    lots = Lot.objects.filter(visible(actor, STORE, "unit__path"), disinfect=True, arrived_at__gt=at - RECENT)
    for lot in lots.exclude(events__kind=LotEvent.Kind.DISINFECTED).select_related("unit").order_by("arrived_at")[:MOST]:
        yield NextStep(_("消杀：{item}").format(item=lot.item), reverse("supplies:lot", args=[lot.pk]), None, lot.unit.name, "", False)


def _to_doors(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Portions that were signed for and stand in a building: a line for each, of many buildings one for each plan."""
    for plan, buildings in standing.in_buildings(actor, at):
        own = not actor.may(STORE, plan.unit.path)
        if len(buildings) > EACH:
            words = _("送到各户：{title}，{n} 栋楼里还有 {m} 份").format(title=plan.title, n=len(buildings), m=sum(n for _b, n in buildings))
            yield NextStep(words, reverse("supplies:mine"), None, plan.unit.name, "", own)
            continue
        for building, n in buildings:
            words = _("送到各户：{title}，楼里还有 {n} 份").format(title=plan.title, n=n)
            yield NextStep(words, reverse("supplies:doors", args=[plan.pk, building.pk]), None, building.name, "", own)


def _parcels(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Parcels of group buys: to be signed for, to be brought to doors, to be looked into. Numbers alone, of the last days."""
    page = reverse("supplies:mine")
    fresh = Load.objects.filter(at__gt=at - RECENT)
    for load in fresh.filter(visible(actor, SIGN, "building__path"), receipt=None).select_related("buy", "building").order_by("at")[:EACH]:
        yield NextStep(_("点数签收团购：{title}").format(title=load.buy.title), page, None, load.building.name, "warn" if at - load.at > LONG else "", True)
    mine = Parcel.objects.filter(visible(actor, DELIVER, "load__building__path"), load__at__gt=at - RECENT, state=Parcel.State.OUT).exclude(load__receipt=None)
    kept = mine.exclude(events__kind=ParcelEvent.Kind.REFUSED).values_list("load__buy", "load__building", "load__buy__title", "load__building__name", "load__buy__unit__path")
    for buy, building, title, name, path, n in kept.annotate(n=Count("pk", distinct=True)).order_by("load__buy", "load__building")[:MOST]:
        words = _("团购送到各户：{title}，还有 {n} 包").format(title=title, n=n)
        yield NextStep(words, reverse("supplies:parcels", args=[buy, building]), None, name, "", not actor.may(STORE, path))
    gone = parcel_queries.lost(Parcel.objects.filter(visible(actor, STORE, "load__buy__unit__path"), load__at__gt=at - RECENT, order__buy__cancelled_at=None))
    for buy, title, place, n in gone.values_list("load__buy", "load__buy__title", "load__buy__unit__name").annotate(n=Count("order", distinct=True)).order_by("load__buy")[:MOST]:
        words = _("团购少了 {n} 包，补发或退款：{title}").format(n=n, title=title)
        yield NextStep(words, reverse("supplies:buy", args=[buy]) + "#doors", None, place, "warn", False)


def _bought(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Leaders whom nobody checked yet; orders whose goods are here and that nobody has fetched or been brought."""
    if actor.may(buy_queries.BUY):
        unchecked = BuyLeader.objects.filter(visible(actor, buy_queries.BUY, "unit__path"), state=BuyLeader.State.WAITING).count()
        if unchecked:
            words = ngettext("{n} 位团长等您核对", "{n} 位团长等您核对", unchecked).format(n=unchecked)
            yield NextStep(words, reverse("supplies:buys"), None, "", "", False)
    here = Order.objects.filter(visible(actor, STORE, "buy__unit__path"), buy__cancelled_at=None, buy__items__lots__arrived_at__gt=at - RECENT)
    served = here.exclude(events__kind__in=(OrderEvent.Kind.HANDED, OrderEvent.Kind.CANCELLED)).exclude(parcels__state=Parcel.State.DONE)
    open_ones = served.exclude(pk__in=buy_queries.refunded())
    rows = open_ones.values_list("buy", "buy__title", "buy__unit__name").annotate(n=Count("pk", distinct=True), until=Max("buy__slots__ends_at"))
    for buy, title, place, n, until in rows.order_by("until", "buy")[:MOST]:
        words = ngettext("团购到了，{n} 单还没交到住户：{title}", "团购到了，{n} 单还没交到住户：{title}", n).format(n=n, title=title)
        yield NextStep(words, reverse("supplies:buy", args=[buy]), until, place, "warn" if until and until < at else "", False)
