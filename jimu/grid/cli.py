"""Commands of the grid."""

import argparse

from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM, under
from jimu.grid import queries
from jimu.grid.models import Unit


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", nargs="?", default="", help="名称、简称或编码；不填表示整个街道")
    parser.add_argument("--deep", action="store_true", help="连网格块和楼栋一起列出")


def _show(options: argparse.Namespace) -> int:
    units = Unit.objects.filter(retired_at=None).order_by("path")
    top = units.filter(depth=1).first()
    if options.unit:
        named = queries.units_for(SYSTEM, words=options.unit).order_by("depth", "path")
        top = named.filter(short_name=options.unit).first() or named.first()
    if top is None:
        raise NotFound("没有这个范围。还没有网格时，请先导入底数：jimu intake 文件")
    shown = units.filter(under([top.path]))
    if not options.deep and top.kind in queries.WIDE[:2]:
        shown = shown.filter(kind__in=queries.WIDE)
    for unit in shown:
        facts = [f"{unit.households} 户" if unit.households is not None else "", f"{unit.residents} 人" if unit.residents is not None else ""]
        told = "，".join(filter(None, facts))
        print("  " * (unit.depth - top.depth) + "  ".join(filter(None, [unit.name, unit.code, told])))
    return 0


COMMANDS = [Command("grid show", "列出网格：片区、居民区、网格块、楼栋", _show_arguments, _show)]
