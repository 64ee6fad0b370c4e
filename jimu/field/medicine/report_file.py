"""Tables of medicine to send upwards: what each hospital's trips cost, and cards and money in other hands. No drug, no name of a resident, no door beside a hospital."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, workbooks
from jimu.core.permissions import Actor, under, visible
from jimu.core.workbooks import moment, total
from jimu.field.medicine import custody_queries, queries
from jimu.field.medicine.models import Order, Thing, Trip
from jimu.field.medicine.rules import Bill
from jimu.grid.models import Unit

MANAGE, VIEW = queries.MANAGE, queries.VIEW


def _yuan(fen: int) -> float:
    return fen / 100


def money_head() -> list[str]:
    """What the columns of money say, in yuan; what is left to give back is below zero where the resident owes."""
    return [_("总费用"), _("医保支付"), _("自付"), _("收的现金"), _("医院退款"), _("已找还"), _("应找还")]


def _money(bill: Bill) -> list[float]:
    return [_yuan(fen) for fen in (bill.total, bill.insurance, bill.own, bill.cash, bill.refund, bill.given, bill.balance)]


def settlement(actor: Actor, unit: Unit | None) -> list[tuple[Trip, list[tuple[Order, Bill]]]]:
    """Trips of the asker's part with what each order cost; those that were cancelled stand in none. Raises NotPermitted."""
    actor.require(MANAGE)
    trips = Trip.objects.filter(visible(actor, MANAGE, "unit__path")).select_related("unit", "hospital")
    if unit is not None:
        trips = trips.filter(under([unit.path], "unit__path"))
    orders = Order.objects.filter(trip__in=trips).exclude(state=Order.State.CANCELLED).prefetch_related("facts").order_by("bag")
    inside: dict[Any, list[tuple[Order, Bill]]] = defaultdict(list)
    for order in orders:
        inside[order.trip_id].append((order, queries.standing(order).bill))
    return [(trip, inside[trip.pk]) for trip in trips.order_by("hospital__name", "unit__path", "number")]


def settlement_book(actor: Actor, unit: Unit | None, at: datetime) -> bytes:
    """By hospital, by trip and by bag. A bag has its number and no door: beside a hospital a door would tell of health."""
    found = settlement(actor, unit)
    hospitals: dict[str, list[list[float]]] = defaultdict(list)
    trips: list[list[Any]] = []
    bags: list[list[Any]] = []
    for trip, rows in found:
        sums = [round(sum(column), 2) for column in zip(*(_money(bill) for _order, bill in rows), strict=True)] if rows else [0.0] * len(money_head())
        hospitals[trip.hospital.name].append([1, len(rows), *sums])
        trips.append([trip.hospital.name, trip.unit.name, trip.number, moment(trip.made_at), moment(trip.closed_at), len(rows), *sums])
        bags += [[trip.unit.name, trip.number, order.bag_words, order.get_state_display(), *_money(bill)] for order, bill in rows]
    by_hospital = [[name, *(round(sum(column), 2) for column in zip(*lines, strict=True))] for name, lines in hospitals.items()]
    sheets: Sequence[workbooks.Sheet] = [
        (_("各医院"), [_("医院"), _("批次"), _("单数"), *money_head()], [*by_hospital, total(_("合计"), by_hospital, blank=1)] if by_hospital else []),
        (_("各批次"), [_("医院"), _("居民区"), _("批次"), _("派出"), _("结束"), _("单数"), *money_head()], trips),
        (_("各药袋"), [_("居民区"), _("批次"), _("药袋"), _("到了哪一步"), *money_head()], bags),
    ]
    title = _("配药结算（元，不写药名和住户） {unit}").format(unit=unit.name if unit else "")
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))


def custody_book(actor: Actor, unit: Unit | None, at: datetime) -> bytes:
    """Who holds which cards and how much money, and each thing with its door; on record, since a card leads to a household. Raises NotPermitted."""
    actor.require(MANAGE)
    held = [one for one in custody_queries.out_for(actor, at) if actor.may(MANAGE, one.thing.order.unit.path) and (unit is None or one.thing.order.unit.path.startswith(unit.path))]
    people = []
    for person, rows in custody_queries.by_holder(held):
        kinds = [sum(1 for one in rows if one.thing.kind == kind) for kind in (Thing.Kind.CARD, Thing.Kind.BOOK)]
        sums = [_yuan(sum(one.thing.fen for one in rows if one.thing.kind == kind)) for kind in (Thing.Kind.CASH, Thing.Kind.PAID)]
        people.append([person.name, *kinds, *sums, sum(one.late for one in rows), sum(one.thing.lost for one in rows)])
    things = [
        [one.place, one.thing.get_kind_display(), _yuan(one.thing.fen) if one.thing.money else "", one.thing.holder.name if one.thing.holder else "", moment(one.thing.out_since), one.hours,
         _("已报失") if one.thing.lost else _("超时") if one.late else ""]
        for one in held
    ]  # fmt: skip
    head = [_("在谁手里"), _("医保卡"), _("病历本"), _("居民现金（元）"), _("门口收的药费（元）"), _("超时"), _("报失")]
    sheets: Sequence[workbooks.Sheet] = [
        (_("按人"), head, [*people, total(_("合计"), people, blank=1)] if people else []),
        (_("每一件"), [_("哪一户"), _("什么"), _("元"), _("在谁手里"), _("从几时"), _("小时"), _("情况")], things),
    ]
    scope = unit.path if unit else actor.ground
    with transaction.atomic():
        journal.record(actor=actor, at=at, verb="medicine.custody_exported", target="medicine:custody", scope=scope, data={"n": len(things)})
    title = _("代管的卡和现金 {unit}").format(unit=unit.name if unit else "")
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))
