"""Commands of orders."""

import argparse
import sys
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.incidents import order_actions, order_queries
from jimu.incidents.order_chains import unready
from jimu.incidents.order_rules import KINDS
from jimu.incidents.order_silence import sweep
from jimu.incidents.queries import unit_named


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _issue_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("title")
    parser.add_argument("--text", required=True, help="要做什么")
    parser.add_argument("--unit", default="", help="由谁下达：街道、片区或居民区；不填为整个街道")
    parser.add_argument("--kinds", nargs="+", default=["neighborhood", "block", "building"], choices=KINDS)
    parser.add_argument("--basis", default="", help="法律依据或上级指令")
    parser.add_argument("--ends-on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    parser.add_argument("--within", type=int, default=120, metavar="分钟", help="几分钟内回复")
    parser.add_argument("--silence", type=int, default=None, metavar="分钟", help="无回音转给副手的分钟数")
    parser.add_argument("--by-level", action="store_true", help="逐级下达")
    parser.add_argument("--staffing", action="store_true", help="要求报到位人数")
    parser.add_argument("--drill", action="store_true", help="演练")


def _issue(options: argparse.Namespace) -> int:
    now: datetime = clock.now()
    order = order_actions.issue(
        actor=SYSTEM, at=now, unit_id=unit_named(options.unit).pk, title=options.title, text=options.text, kinds=options.kinds,
        deadline=now + timedelta(minutes=options.within), legal_basis=options.basis, ends_on=options.ends_on,
        silence_minutes=options.silence, by_level=options.by_level, staffing=options.staffing, drill=options.drill,
    )  # fmt: skip
    _say(f"{order.pk}\n{order.title}：{order.receipts.count()} 处")
    return 0


def _list(options: argparse.Namespace) -> int:
    for order in order_queries.orders_for(SYSTEM)[:50]:
        answered = f"{getattr(order, 'done')}/{getattr(order, 'cells')}"  # noqa: B009
        _say(f"{order.pk}  {order.get_state_display()}  {order.title}  {answered}  {timezone.localtime(order.deadline):%m-%d %H:%M}")
    return 0


def _one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", type=UUID)


def _show(options: argparse.Namespace) -> int:
    found = order_queries.tree(SYSTEM, order_queries.order_for(SYSTEM, "orders.view", options.order))
    _say(f"{found.order.title}（{found.order.get_state_display()}）\n{found.order.text}\n依据：{found.order.legal_basis}，到 {found.order.ends_on}")
    for kind, count in found.levels.items():
        _say(f"  {Unit.Kind(kind).label}：{count.acknowledged}/{count.all} 收到，到位 {count.here}，有疑问 {count.questioned}，联系不上 {count.stuck}")
    for receipt in order_queries.to_call(SYSTEM, found.order):
        _say(f"  请打电话或上门：{receipt.unit.name}")
    return 0


def _down_arguments(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("--reason", required=True)


def _down(options: argparse.Namespace) -> int:
    order = order_actions.stand_down(actor=SYSTEM, at=clock.now(), order_id=options.order, reason=options.reason)
    _say(f"{order.title}：已解除")
    return 0


def _ready(options: argparse.Namespace) -> int:
    rows = unready(SYSTEM)
    for row in rows:
        _say(f"{row.place} {row.unit.name}（{row.unit.get_kind_display()}）：{row.sentence}".strip())
    _say(f"{len(rows)} 个格子联系不上负责人")
    return 1 if rows else 0


def _sweep(options: argparse.Namespace) -> int:
    _say(str(sweep(at=clock.now())))
    return 0


COMMANDS = [
    Command("order issue", "下达指令到每个格子的负责人", _issue_arguments, _issue),
    Command("order list", "列出指令", lambda parser: None, _list),
    Command("order show", "看一条指令：各级收到与到位", _one, _show),
    Command("order stand-down", "解除指令", _down_arguments, _down),
    Command("order readiness", "列出联系不上负责人的格子", lambda parser: None, _ready),
    Command("order sweep", "现在就把无回音的转给下一位", lambda parser: None, _sweep),
]
