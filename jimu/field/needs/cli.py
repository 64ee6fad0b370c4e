"""Commands of the brick."""

import argparse
import json
from pathlib import Path
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid
from jimu.core.permissions import SYSTEM
from jimu.field.needs import acting, doors, escalating, proposing, queries, report_file
from jimu.incidents.queries import unit_named


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("编号不完整或写错了：{given}").format(given=text)) from None


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))
    parser.add_argument("--part", default="running", choices=["running", "done", "closed"])
    parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))


def _list(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    lines = queries.lines(SYSTEM, queries.needs_for(SYSTEM, unit=unit, part=options.part), clock.now())
    if options.json:
        rows = [{"id": str(one.need.pk), "class": one.need.kind, "place": one.place, "state": one.need.state, "minutes_left": one.minutes} for one in lines]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for one in lines:
        print(f"{one.need.pk}  {one.left if one.need.running else ''}  {one.title}  {one.place}  {one.need.get_state_display()}")
    return 0


def _one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("need", help=_("needs list 里每件前面的编号"))


def _propose(options: argparse.Namespace) -> int:
    for one in proposing.proposals(queries.need_for(SYSTEM, _uuid(options.need))):
        kind = "team" if one.candidate.team else "person"
        print(f"--{kind} {one.candidate.key}  {one.candidate.name}  {' · '.join(one.reasons)}")
    return 0


def _assign_arguments(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("--person", default="", help=_("人的编号"))
    parser.add_argument("--team", default="", help=_("队伍的编号"))


def _assign(options: argparse.Namespace) -> int:
    person, team = (_uuid(given) if given else None for given in (options.person, options.team))
    need = acting.assign(actor=SYSTEM, at=clock.now(), need_id=_uuid(options.need), person_id=person, team_id=team)
    print(need.get_state_display())
    return 0


def _door_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help=_("居民区的名称"))


def _door(options: argparse.Namespace) -> int:
    door = doors.open_door(actor=SYSTEM, at=clock.now(), unit_id=unit_named(options.unit).pk)
    print(reverse("needs:form", args=[door.code]))
    return 0


def _sweep(options: argparse.Namespace) -> int:
    print(_("催办了 {n} 件").format(n=escalating.sweep(at=clock.now())))
    return 0


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("xlsx", type=Path, help=_("写成上报用的表格，存到这里"))
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))


def _report(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    options.xlsx.write_bytes(report_file.workbook(SYSTEM, unit, clock.now()))
    print(options.xlsx)
    return 0


COMMANDS = [
    Command("needs list", "列出居民诉求，超时的在最前", _list_arguments, _list),
    Command("needs propose", "一件诉求派给谁合适，为什么", _one, _propose),
    Command("needs assign", "把一件诉求派给人或队伍", _assign_arguments, _assign),
    Command("needs door", "开放一个居民诉求码，打印它的地址", _door_arguments, _door),
    Command("needs report", "按类别写成上报用的表格", _report_arguments, _report),
    Command("needs sweep", "现在就检查一遍，该催办的催办", lambda parser: None, _sweep),
]
