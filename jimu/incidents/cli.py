"""Commands of incidents."""

import argparse
import sys
from datetime import date
from uuid import UUID

from django.utils import timezone

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.incidents import actions, order_cli, plans, queries
from jimu.incidents.timeline import told


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _activate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("playbook")
    parser.add_argument("--level", required=True)
    parser.add_argument("--unit", default="", help="街道、片区或居民区的名称；不填表示整个街道")
    parser.add_argument("--only", default="", metavar="甲一,甲二", help="只在这些居民区启动")
    parser.add_argument("--basis", default="", help="法律依据；不填用预案里的")
    parser.add_argument("--ends-on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    parser.add_argument("--title", default="")
    parser.add_argument("--drill", action="store_true", help="演练")
    parser.add_argument("--dry-run", action="store_true", help="只看会产生什么，不启动")


def _activate(options: argparse.Namespace) -> int:
    only = [queries.unit_named(name.strip()).pk for name in options.only.replace("，", ",").split(",") if name.strip()]
    where = {"playbook_name": options.playbook, "level": options.level, "unit_id": queries.unit_named(options.unit).pk, "only": only}
    if options.dry_run:
        _tell_preview(plans.with_people(plans.plan_activation(actor=SYSTEM, at=clock.now(), **where)))
        return 0
    incident = actions.activate(
        actor=SYSTEM, at=clock.now(), **where,
        title=options.title, ends_on=options.ends_on, legal_basis=options.basis, drill=options.drill,
    )  # fmt: skip
    counts = queries.totals(incident)
    _say(f"{incident.pk}\n{incident.title} · {incident.level_title}：{counts['units']} 个居民区，{counts['posts']} 个岗位班次，至 {incident.ends_on}")
    return 0


def _tell_preview(plan: plans.Preview) -> None:
    _say(f"{plan.title} · {plan.level.title}：{len(plan.units)} 个居民区，每天约 {plan.seats_per_day:.0f} 席，至 {plan.ends_on}")
    for row in plan.taken:
        _say(f"  已在响应之中：{row.unit.name}（{row.incident.title}）")
    for muster in plan.musters:
        _say(f"  {muster.label}：约需 {muster.needed} 人，在册 {muster.there} 人" + (f"，缺 {muster.short} 人" if muster.short else ""))
    for unit in plan.units:
        _say(f"  {unit.unit.name}：每天 {unit.seats_per_day:g} 席" + "".join(f"；{words}" for words in unit.warnings))


def _list(options: argparse.Namespace) -> int:
    for incident in queries.incidents_for(SYSTEM):
        drill = "  演练" if incident.drill else ""
        _say(f"{incident.pk}  {incident.get_state_display()}  {incident.title} · {incident.level_title or incident.level}  至 {incident.ends_on}{drill}")
    return 0


def _one_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("incident", type=UUID)


def _show(options: argparse.Namespace) -> int:
    incident = queries.incident_for(SYSTEM, "incidents.view", options.incident)
    counts = queries.totals(incident)
    _say(f"{incident.title} · {incident.level_title or incident.level}（{incident.get_state_display()}）")
    _say(f"依据：{incident.legal_basis}\n至 {incident.ends_on}，{counts['units']} 个居民区，{counts['posts']} 个岗位班次，最忙一天 {counts['seats']} 席")
    for row in queries.matrix_for(SYSTEM, incident).rows:
        _say(f"  {row.unit.name}：每天岗位 {row.total} 人")
    for event in map(told, queries.events_of(incident)):
        _say(f"  {timezone.localtime(event.at):%Y-%m-%d %H:%M}  {event.who}  {event.sentence}" + (f"：{event.reason}" if event.reason else ""))
    return 0


def _adjust_arguments(parser: argparse.ArgumentParser) -> None:
    _one_argument(parser)
    parser.add_argument("--level", required=True)
    parser.add_argument("--reason", default="")
    parser.add_argument("--dry-run", action="store_true", help="只看会改变什么")


def _adjust(options: argparse.Namespace) -> int:
    if options.dry_run:
        plan = plans.plan_level(queries.incident_for(SYSTEM, "incidents.view", options.incident), options.level)
    else:
        plan = actions.change_level(
            actor=SYSTEM, at=clock.now(), incident_id=options.incident, level=options.level, reason=options.reason
        )
    _say(f"{plan.incident.title} · {plan.level.title}：每天岗位人数 {plan.before} → {plan.after}" + ("（未执行）" if options.dry_run else ""))
    for title, before, after in plan.by_post:
        _say(f"  {title}：{before} → {after}")
    return 0


def _prolong_arguments(parser: argparse.ArgumentParser) -> None:
    _one_argument(parser)
    parser.add_argument("--ends-on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--reason", required=True)


def _prolong(options: argparse.Namespace) -> int:
    incident = actions.prolong(
        actor=SYSTEM, at=clock.now(), incident_id=options.incident, ends_on=options.ends_on, reason=options.reason
    )
    _say(f"{incident.title}：至 {incident.ends_on}")
    return 0


def _stand_down_arguments(parser: argparse.ArgumentParser) -> None:
    _one_argument(parser)
    parser.add_argument("--reason", required=True)


def _stand_down(options: argparse.Namespace) -> int:
    incident = actions.stand_down(actor=SYSTEM, at=clock.now(), incident_id=options.incident, reason=options.reason)
    _say(f"{incident.title}：已解除")
    return 0


COMMANDS = [
    Command("incident activate", "在一片范围启动预案", _activate_arguments, _activate),
    Command("incident list", "列出各次响应", lambda parser: None, _list),
    Command("incident show", "看一次响应：岗位与经过", _one_argument, _show),
    Command("incident adjust", "调整一次响应的级别", _adjust_arguments, _adjust),
    Command("incident prolong", "更改结束日期", _prolong_arguments, _prolong),
    Command("incident stand-down", "解除一次响应", _stand_down_arguments, _stand_down),
    *order_cli.COMMANDS,
]
