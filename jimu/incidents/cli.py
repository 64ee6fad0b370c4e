"""Commands of incidents."""

import argparse
import sys
from uuid import UUID

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.incidents import actions, queries


def _activate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("playbook")
    parser.add_argument("--level", required=True)
    parser.add_argument("--unit", default="", help="居民区或片区的简称；不填表示整个街道")


def _activate(options: argparse.Namespace) -> int:
    units = Unit.objects.filter(short_name=options.unit) if options.unit else Unit.objects.filter(depth=1)
    unit = units.order_by("depth").first()
    if unit is None:
        raise NotFound("没有这个范围。请先导入居民区底数：jimu intake 文件")
    incident = actions.activate(actor=SYSTEM, at=clock.now(), playbook_name=options.playbook, level=options.level, unit_id=unit.pk)
    counts = queries.totals(incident)
    sys.stdout.write(f"{incident.pk}\n{incident.title}：{counts['units']} 个居民区，{counts['posts']} 个岗位班次，至 {incident.ends_on}\n")
    return 0


def _list(options: argparse.Namespace) -> int:
    for incident in queries.incidents_for(SYSTEM):
        sys.stdout.write(f"{incident.pk}  {incident.get_state_display()}  {incident.title}  至 {incident.ends_on}\n")
    return 0


def _stand_down_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("incident", type=UUID)
    parser.add_argument("--reason", required=True)


def _stand_down(options: argparse.Namespace) -> int:
    incident = actions.stand_down(actor=SYSTEM, at=clock.now(), incident_id=options.incident, reason=options.reason)
    sys.stdout.write(f"{incident.title}：已解除\n")
    return 0


COMMANDS = [
    Command("incident activate", "在一片范围启动预案", _activate_arguments, _activate),
    Command("incident list", "列出各次响应", lambda parser: None, _list),
    Command("incident stand-down", "解除一次响应", _stand_down_arguments, _stand_down),
]
