"""Commands of the brick."""

import argparse
import json
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.field.transfer import (
    alarming,
    care_queries,
    checking,
    custody,
    disinfecting_queries,
    forgetting,
    listing,
    queries,
    report_file,
    run_queries,
)
from jimu.incidents.queries import unit_named


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))
    parser.add_argument("--part", default="", choices=["", *queries.PARTS])
    parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))


def _list(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    lines = queries.lines(queries.transfers_for(SYSTEM, part=options.part, unit=unit), clock.now())
    if options.json:
        rows = [{"id": str(one.transfer.pk), "door": one.transfer.door, "state": one.transfer.state, "minutes_left": one.minutes, "alone": one.alone} for one in lines]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for one in lines:
        print(f"{'!' if one.alone or one.overdue else ' '} {one.transfer.door}  {one.name}  {one.transfer.get_state_display()}  {one.left}  {one.next}")
    return 0


def _board(options: argparse.Namespace) -> int:
    for line in queries.board(SYSTEM, clock.now()):
        stages = "  ".join(f"{part} {stage.count}({stage.late})" for part, stage in line.stages.items())
        print(f"{'!' if line.alone or line.late else ' '} {line.place.name}  {stages}  {_('没人照看')} {line.alone}")
    return 0


def _left(options: argparse.Namespace) -> int:
    for line in care_queries.lines(care_queries.left_for(SYSTEM), clock.now()):
        print(f"{'!' if line.alone else ' '} {line.one.transfer.door}  {line.one.get_kind_display()}  {line.why or line.when}  {_('有人照看') if line.one.cared else _('没人照看')}")
    return 0


def _runs(options: argparse.Namespace) -> int:
    for one in run_queries.runs_for(SYSTEM, clock.now()):
        when = timezone.localtime(one.run.leaves_at).strftime("%m-%d %H:%M")
        place = one.run.destination.name if one.run.destination else "-"
        print(f"{'!' if one.late else ' '} {one.run.unit.name}  {one.run.number}  {one.run.plate}  {when}  {place}  {one.run.get_state_display()}  {one.seats}/{one.run.seats}  {one.left}")
    return 0


def _read_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=_("上级发来的名单（xlsx、csv）"))
    parser.add_argument("--unit", required=True, help=_("居民区的名称"))


def _read(options: argparse.Namespace) -> int:
    found = listing.read_file(actor=SYSTEM, at=clock.now(), unit_id=unit_named(options.unit).pk, path=options.file, title=options.file.stem)
    for row in found.rows.all():
        print(f"{row.number}  {row.get_match_display()}  {' '.join(row.differs)}")
    return 0


def _disinfections(options: argparse.Namespace) -> int:
    for one in disinfecting_queries.disinfections_for(SYSTEM, clock.now()):
        due = timezone.localtime(one.alarm_at).strftime("%m-%d %H:%M") if one.alarm_at else ""
        print(f"{one.where}  {one.get_state_display()}  {due}")
    return 0


def _keys(options: argparse.Namespace) -> int:
    for key in custody.keys_for(SYSTEM)[2]:
        print(f"{'!' if key.lost else ' '} {key.transfer.door}  {key.holder.name if key.holder else ''}  {key.count}")
    return 0


def _check(options: argparse.Namespace) -> int:
    wrong = checking.faults(clock.now())
    for one in wrong:
        print(one)
    print(_("都对得上。") if not wrong else _("有 {n} 处对不上。").format(n=len(wrong)))
    return 1 if wrong else 0


def _sweep(options: argparse.Namespace) -> int:
    print(_("告诉了 {n} 位负责人").format(n=alarming.sweep(at=clock.now())))
    return 0


def _forget(options: argparse.Namespace) -> int:
    print(_("清除了 {n} 条").format(n=forgetting.forget(at=clock.now())))
    return 0


def _nothing(parser: argparse.ArgumentParser) -> None:
    return None


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("xlsx", type=Path, help=_("写成上报用的表格，存到这里"))
    parser.add_argument("--unit", default="", help=_("街道、片区或居民区的名称"))


def _report(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit) if options.unit else None
    options.xlsx.write_bytes(report_file.workbook(SYSTEM, unit, clock.now()))
    print(options.xlsx)
    return 0


COMMANDS = [
    Command("transfer report", "转运名单、留下的人、签字和返回，写成上报用的表格", _report_arguments, _report),
    Command("transfer list", "列出要转运的人，超时的在最前", _place, _list),
    Command("transfer board", "各居民区到了哪一步，没人照看的在最前", _nothing, _board),
    Command("transfer left", "家里留下谁、什么，没人照看的在最前", _nothing, _left),
    Command("transfer runs", "转运车次，没按时到的在最前", _nothing, _runs),
    Command("transfer read", "收进一份名单，一行一行和台账对", _read_arguments, _read),
    Command("transfer disinfections", "要做终末消毒的地方", _nothing, _disinfections),
    Command("transfer keys", "住户的钥匙在谁手里", _nothing, _keys),
    Command("transfer sweep", "把没人管的事告诉负责人（平时自己会做）", _nothing, _sweep),
    Command("transfer check", "核对每一次转运：状态和经过、留下的人有没有提醒、钥匙的签收链", _nothing, _check),
    Command("transfer forget", "清除到期的转运记录", _nothing, _forget),
]
