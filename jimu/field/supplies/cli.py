"""Commands of the brick."""

import argparse
import json
from pathlib import Path

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid
from jimu.core.permissions import SYSTEM
from jimu.field.supplies import (
    buy_queries,
    parcel_queries,
    policy,
    queries,
    receiving,
    report_file,
    rules,
    showing,
    transfer_queries,
)
from jimu.field.supplies.models import Lot
from jimu.field.supplies.words import STAGE_WORDS
from jimu.incidents.queries import unit_named
from jimu.sync.fields import read_id


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))
    parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))


def _stock(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    lines = queries.lot_lines(queries.lots_at(SYSTEM, unit), clock.now())
    if options.json:
        rows = [{"id": str(o.lot.pk), "item": o.lot.item, "stage": o.stage.code, "arrived": o.arrived, "store": o.store, "buildings": o.buildings, "out": o.out, "lost": o.lost, "back": o.back} for o in lines]  # fmt: skip
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for one in lines:
        said = _("库里 {store}，楼里 {buildings}，已发 {out}，缺损 {lost}").format(store=one.store, buildings=one.buildings, out=one.out, lost=one.lost)
        print(f"{one.lot.pk}  {one.lot.item}  {said} {one.lot.measure}  {STAGE_WORDS[one.stage.code]}")
    return 0


def _arrive_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help=_("居民区的名称"))
    parser.add_argument("item", help=_("是什么"))
    parser.add_argument("number", type=int, help=_("多少"))
    parser.add_argument("--measure", default="份", help=_("按什么数"))
    parser.add_argument("--source", default="government", choices=Lot.Source.values)
    parser.add_argument("--giver", default="", help=_("来自谁（单位或商家）"))
    parser.add_argument("--pledge", default="", help=_("单位的哪一笔承诺（编号）；写了就不看品名、来源"))
    parser.add_argument("--no-disinfection", action="store_true", help=_("不用消杀、静置"))


def _arrive(options: argparse.Namespace) -> int:
    given = receiving.Given(options.item, options.measure, options.number, options.source, options.giver, disinfect=not options.no_disinfection,
                            pledge_id=read_id(options.pledge) if options.pledge else None)  # fmt: skip
    print(receiving.arrive(actor=SYSTEM, at=clock.now(), unit_id=unit_named(options.unit).pk, given=given).pk)
    return 0


def _crew_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bags", type=int, help=_("多少袋"))
    parser.add_argument("--hours", type=float, default=5, help=_("几小时内"))
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))


def _crew(options: argparse.Namespace) -> int:
    if options.hours <= 0 or options.bags < 0:
        raise Invalid(_("袋数不能是负数，时间要大于 0。"))
    found = rules.crew(options.bags, options.hours, policy.of_place(unit_named(options.unit)))
    print(_("{n} 人：搬运 {carrying}，分拣打包 {packing}，消杀 {disinfecting}，机动 {floating}").format(n=found.people, carrying=found.carrying, packing=found.packing, disinfecting=found.disinfecting, floating=found.floating))
    return 0


def _plan_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", help=_("计划的编号，在它的网址里"))


def _plan(options: argparse.Namespace) -> int:
    shown = showing.plan_page(SYSTEM, read_id(options.plan))
    print(f"{shown.plan.title}  {shown.portion}")
    for one in shown.lines:
        print(_("{building}：应发 {portions}，已发出 {sent}，签收 {signed}，已入户 {done}").format(building=one.share.building.name, portions=one.share.portions, sent=one.sent, signed=one.signed, done=one.doors.done))
    return 0


def _transfers(options: argparse.Namespace) -> int:
    for one in transfer_queries.transfers_for(SYSTEM)[:100]:
        said = _("收回了") if one.cancelled_at else _("在路上") if one.counted is None else _("点到 {n}").format(n=one.counted)
        print(f"{one.pk}  {one.lot.unit.name} → {one.to.name}  {one.lot.item} {one.number} {one.lot.measure}  {said}")
    return 0


def _parcels_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("buy", help=_("团购的编号，在它的网址里"))


def _parcels(options: argparse.Namespace) -> int:
    shown = parcel_queries.doors_of(buy_queries.buy_for(SYSTEM, read_id(options.buy)))
    for line in shown.lines:
        there = line.parcels
        numbers = (there.here, there.done, len(there.missing)) if there else (0, 0, 0)
        print(_("{building}：等装车 {waiting}，楼里 {here}，已放门口 {done}，没有找到 {missing}").format(building=line.building.name, waiting=line.waiting, here=numbers[0], done=numbers[1], missing=numbers[2]))
    return 0


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("xlsx", type=Path, help=_("写成上报用的表格，存到这里"))
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))
    parser.add_argument("--plan", default="", help=_("一个发放计划的签收表：它的编号，在它的网址里"))


def _report(options: argparse.Namespace) -> int:
    unit, at = unit_named(options.unit) if options.unit else None, clock.now()
    made = report_file.plan_book(SYSTEM, read_id(options.plan), at) if options.plan else report_file.stock_book(SYSTEM, unit, at)
    options.xlsx.write_bytes(made)
    print(options.xlsx)
    return 0


COMMANDS = [
    Command("supplies report", "物资收发存或一个计划的签收，写成上报用的表格", _report_arguments, _report),
    Command("supplies parcels", "一个团购送到门口的订单每栋楼到哪一步", _parcels_arguments, _parcels),
    Command("supplies stock", "列出库里的物资：在哪里、能不能发", _where, _stock),
    Command("supplies arrive", "登记到货，打印它的编号", _arrive_arguments, _arrive),
    Command("supplies transfers", "列出库与库之间的调拨", lambda parser: None, _transfers),
    Command("supplies crew", "多少袋、几小时，要多少人", _crew_arguments, _crew),
    Command("supplies plan", "一个发放计划每栋楼到哪一步", _plan_arguments, _plan),
]
