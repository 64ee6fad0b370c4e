"""Commands of the brick."""

import argparse
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.field.patrol import forgetting, queries, report_file
from jimu.field.patrol.words import STATE_WORDS
from jimu.incidents.queries import unit_named


def _passes(options: argparse.Namespace) -> int:
    for one in queries.placed(SYSTEM, queries.passes_for(SYSTEM, running_at=clock.now())):
        print(f"{one.number}  {one.place}  {one.get_purpose_display()}  {timezone.localtime(one.ends_at):%Y-%m-%d %H:%M}")
    return 0


def _gates(options: argparse.Namespace) -> int:
    for gate in queries.placed(SYSTEM, queries.gates_for(SYSTEM)):
        keepers = "、".join(one.by for one in gate.keepings.filter(until=None)) or _("没有人守")
        print(f"{gate.pk}  {gate.place}  {gate.name}  {gate.ends_on}  {keepers}")
    return 0


def _seen(options: argparse.Namespace) -> int:
    for one in queries.placed(SYSTEM, queries.seen_for(SYSTEM)):
        where = f"{one.place} {one.gate.name}" if one.gate else one.place
        print(f"{one.pk}  {where}  {one.get_kind_display()}  {timezone.localtime(one.due_at):%Y-%m-%d %H:%M}  {STATE_WORDS[one.state]}  {one.taken_by or one.need_number}".rstrip())
    return 0


def _forget(options: argparse.Namespace) -> int:
    print(_("清除了 {n} 条").format(n=forgetting.forget(at=clock.now())))
    return 0


def _day_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("xlsx", type=Path, help=_("写成上报用的表格，存到这里"))
    parser.add_argument("--day", default="", help=_("哪一天，例如 2022-04-05；不写是今天"))
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))


def _day(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    options.xlsx.write_bytes(report_file.workbook(SYSTEM, unit, clock.day_of(options.day), clock.now()))
    print(options.xlsx)
    return 0


COMMANDS = [
    Command("patrol report", "一天的卡口出入、凭证和来访，写成上报用的表格", _day_arguments, _day),
    Command("patrol passes", "列出现在有效的出入凭证", lambda parser: None, _passes),
    Command("patrol gates", "列出卡口，谁在守", lambda parser: None, _gates),
    Command("patrol seen", "列出还没了结的巡查情况，到几时为止、谁接手", lambda parser: None, _seen),
    Command("patrol forget", "清除到期的卡口登记姓名、车牌", lambda parser: None, _forget),
]
