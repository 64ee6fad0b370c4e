"""Commands of the ledger."""

import argparse
import json
from pathlib import Path

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.core.serve import prepare
from jimu.field.households import ledger_cli, zone_cli
from jimu.field.households.import_actions import import_ledger
from jimu.grid.models import Unit
from jimu.grid.queries import units_for

SHOWN = 20


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE_OR_FOLDER")
    parser.add_argument("--unit", default="", help="哪个居民区（名称或编码）；不填是整个街道")
    parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _run(options: argparse.Namespace) -> int:
    prepare()
    units = units_for(SYSTEM, words=options.unit) if options.unit else Unit.objects.filter(depth=1)
    unit = units.order_by("depth", "path").first()
    if unit is None:
        raise NotFound("没有这个范围。还没有网格时，请先导入底数：jimu intake 文件")
    outcome = import_ledger(actor=SYSTEM, at=clock.now(), unit_id=unit.pk, paths=options.paths, dry_run=options.dry_run)
    found = outcome.as_dict()
    if options.json:
        print(json.dumps({**found, "problems": [p.as_dict() for p in outcome.reading.problems]}, ensure_ascii=False))
    else:
        print(f"{'已导入' if outcome.written else '试读'}：新增 {found['rooms']} 间、{found['residents']} 人，更新 {found['changed']}，未收 {found['refused']} 行")
        for problem in outcome.reading.problems[:SHOWN]:
            print(f"  {problem.file} › {problem.sheet} › {problem.row}：{problem.message}")
    return 0 if outcome.reading.tables else 2


COMMANDS = [Command("ledger import", "导入住户台账（楼号、室号、住户）", _arguments, _run), *ledger_cli.COMMANDS, *zone_cli.COMMANDS]
