"""Commands of the brick."""

import argparse
import json
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.field.medicine import checking, custody_queries, forgetting, queries, report_file, trip_queries
from jimu.field.medicine.models import Alarm, Order
from jimu.incidents.queries import unit_named


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))
    parser.add_argument("--part", default="waiting", choices=list(queries.PARTS))
    parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))


def _list(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    lines = queries.lines(queries.orders_for(SYSTEM, part=options.part, unit=unit), clock.now())
    if options.json:
        rows = [
            {
                "id": str(one.order.pk),
                "bag": one.order.bag,
                "place": one.place,
                "state": one.order.state,
                "colour": one.colour,
                "minutes_left": one.minutes,
            }
            for one in lines
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for one in lines:
        print(f"{one.colour_words}  {one.left}  {one.order.bag_words}  {one.place}  {one.next}")
    return 0


def _custody(options: argparse.Namespace) -> int:
    for person, rows in custody_queries.by_holder(custody_queries.out_for(SYSTEM, clock.now())):
        for one in rows:
            print(
                f"{'!' if one.alarm else ' '} {person.name}  {one.thing.get_kind_display()} {one.thing.amount}  {one.place}  {one.since}"
            )
    return 0


def _propose_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help=_("居民区的名称"))


def _propose(options: argparse.Namespace) -> int:
    for one in trip_queries.suggestions(SYSTEM, unit_named(options.unit), clock.now()):
        bags = " ".join(line.order.bag_words for line in one.orders)
        print(
            f"{one.hospital.name if one.hospital else '-'}  {one.window_words}  {one.households}  {one.red}  {len(one.ready)}/{len(one.orders)}  {bags}"
        )
    return 0


def _alarms(options: argparse.Namespace) -> int:
    rows = Alarm.objects.filter(order__state__in=Order.AWAITED, order__stage__gt=0).select_related("person", "order__unit")
    for one in rows.order_by("order__due_at", "at"):
        told = timezone.localtime(one.at).strftime("%m-%d %H:%M")
        answer = timezone.localtime(one.answered_at).strftime("%m-%d %H:%M") if one.answered_at else "-"
        print(f"{one.order.bag_words}  {one.order.unit.name} {one.order.room}  {one.stage}  {one.person.name}  {told}  {answer}")
    return 0


def _check(options: argparse.Namespace) -> int:
    wrong = checking.faults()
    for one in wrong:
        print(one)
    print(_("都对得上。") if not wrong else _("有 {n} 处对不上。").format(n=len(wrong)))
    return 1 if wrong else 0


def _forget(options: argparse.Namespace) -> int:
    print(_("删掉了 {n} 张").format(n=forgetting.forget(at=clock.now())))
    return 0


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("which", choices=["settlement", "custody"], help=_("settlement 批次结算，custody 代管的卡和现金"))
    parser.add_argument("xlsx", type=Path, help=_("写成上报用的表格，存到这里"))
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))


def _report(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    write = report_file.settlement_book if options.which == "settlement" else report_file.custody_book
    options.xlsx.write_bytes(write(SYSTEM, unit, clock.now()))
    print(options.xlsx)
    return 0


COMMANDS = [
    Command("medicine forget", "删掉到期的药盒照片（平时自己会做）", lambda parser: None, _forget),
    Command("medicine report", "取药批次的结算，或代管的卡和现金，写成上报用的表格", _report_arguments, _report),
    Command("medicine list", "列出配药的单子，超时的在最前", _place, _list),
    Command("medicine custody", "卡、病历本和现金在谁手里，多久了", lambda parser: None, _custody),
    Command("medicine alarms", "没有按时办好的单子：告诉过谁、什么时候、有没有答复", lambda parser: None, _alarms),
    Command("medicine propose", "一个居民区的单子怎样分批去取", _propose_arguments, _propose),
    Command(
        "medicine check",
        "按经过和签收链重算每一单，核对列表里的状态、双人核对和代管人",
        lambda parser: None,
        _check,
    ),
]
