"""Commands of zones: which buildings are under what, the shelf of policies, one adopted, buildings put under one."""

import argparse
import json
import sys
from datetime import date

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.field.households import zone_actions, zone_policies, zone_queries
from jimu.field.households.words import ZONE_WORDS
from jimu.grid.models import Unit
from jimu.grid.queries import units_for


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=date.fromisoformat, help="哪一天（不填是今天）：过去的日子按当时的政策")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _list(options: argparse.Namespace) -> int:
    on = options.on or zone_queries.today(clock.now())
    found = [
        {"building": one.zone.building.name, "zone": one.standing.zone, "title": one.standing.title, "day": one.standing.day, "of": one.standing.of,
            "test_today": one.standing.test_today, "ends_on": one.standing.ends_on.isoformat(), "policy": one.zone.policy.title, "legal_basis": one.zone.legal_basis}
        for one in zone_queries.lines_on(SYSTEM, on)
    ]  # fmt: skip
    if options.json:
        _say(json.dumps(found, ensure_ascii=False))
        return 0
    for row in found:
        _say(f"{row['building']}  {ZONE_WORDS[str(row['zone'])]}  第 {row['day']}/{row['of']} 天  {row['ends_on']} 期满  {row['policy']}")
    return 0


def _policies(options: argparse.Namespace) -> int:
    for policy, _text in zone_policies.shelf():
        _say(f"{policy.name}  {policy.effective_from}  {policy.title}")
    return 0


def _adopt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="政策代码，见 jimu zones policies")
    parser.add_argument("--unit", default="", help="适用范围（名称或编码）；不填是整个街道")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="从哪天起；不填是今天")
    parser.add_argument("--basis", required=True, help="依据")
    parser.add_argument("--carry", action="store_true", help="正在管控的楼也改按新政策")


def _adopt(options: argparse.Namespace) -> int:
    at = clock.now()
    made = zone_actions.adopt_policy(
        actor=SYSTEM, at=at, unit_id=unit_named(options.unit).pk, name=options.name, effective_from=options.first or zone_queries.today(at),
        legal_basis=options.basis, carry=options.carry,
    )  # fmt: skip
    _say(f"{made.title}：{made.effective_from} 起")
    return 0


def _set_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help="楼栋、网格块或居民区（名称或编码）")
    parser.add_argument("zone", choices=list(ZONE_WORDS))
    parser.add_argument("--day-one", type=date.fromisoformat, help="第 1 天；不填是今天")
    parser.add_argument("--basis", required=True, help="依据")


def _set(options: argparse.Namespace) -> int:
    at, unit = clock.now(), unit_named(options.unit)
    inside = Unit.objects.filter(path__startswith=unit.path, kind=Unit.Kind.BUILDING, retired_at=None).values_list("pk", flat=True)
    made = zone_actions.set_zones(
        actor=SYSTEM, at=at, building_ids=list(inside), track=options.zone, day_one=options.day_one or zone_queries.today(at), legal_basis=options.basis
    )
    _say(f"{len(made)} 栋，到 {made[0].ends_on}")
    return 0


def unit_named(words: str) -> Unit:
    """The widest unit of a name or code; the whole subdistrict without one. Raises NotFound."""
    units = units_for(SYSTEM, words=words) if words else Unit.objects.filter(depth=1)
    unit: Unit | None = units.order_by("depth", "path").first()
    if unit is None:
        raise NotFound("没有这个范围。")
    return unit


COMMANDS = [
    Command("zones", "各楼的分区、第几天、何时期满", _list_arguments, _list),
    Command("zones policies", "可选的分区政策", lambda parser: None, _policies),
    Command("zones adopt", "选定分区政策", _adopt_arguments, _adopt),
    Command("zones set", "划定楼栋的分区", _set_arguments, _set),
]
