"""Commands of the brick."""

import argparse
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.core.templatetags.jimu import moment
from jimu.relay import alarms, fatigue, handover_queries, hours, request_queries, seat_actions, sweeping
from jimu.relay.models import ServiceEntry


def _nothing(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def _handovers(options: argparse.Namespace) -> int:
    at = clock.now()
    for one in handover_queries.handovers_for(SYSTEM, at):
        state = _("已接收") if one.accepted_at else _("没人接") if at >= one.due_at else _("等接班")
        print(f"{one.pk}  {moment(one.turn_at)}  {one.unit.name}  {one}  {state}")
    return 0


def _sweep(options: argparse.Namespace) -> int:
    done = sweeping.sweep(clock.now())
    print(_("接着往下交 %(carried)d 次，交接提醒 %(alarms)d 条，空岗提醒 %(empty)d 条，待命顶上 %(stepped_in)d 人。") % done)
    return 0


def _requests(options: argparse.Namespace) -> int:
    for one in request_queries.open_for(SYSTEM)[: request_queries.LISTED]:
        other = f" → {one.other.name}" if one.other else ""
        print(f"{one.pk}  {one.post.unit.name}  {one.day} {one.post.title}  {one.person.name}{other}  {one.get_kind_display()}")
    return 0


def _decide(options: argparse.Namespace) -> int:
    done = seat_actions.decide(actor=SYSTEM, at=clock.now(), request_id=options.request, grant=options.grant, sentence=options.say)
    print(done.get_state_display())
    return 0


def _configure_decide(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("request", type=UUID, help=_("请求的编号，见 jimu relay requests"))
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--grant", action="store_true", help=_("批准，空出岗位"))
    which.add_argument("--refuse", action="store_true", help=_("不批，要用 --say 写明为什么"))
    parser.add_argument("--say", default="", help=_("说一句，本人会看到"))


def _rest(options: argparse.Namespace) -> int:
    for one in fatigue.ranked(SYSTEM, clock.now())[: fatigue.LISTED]:
        if one.must_rest or options.all:
            why = "，".join(one.reasons) or _("可以请")
            print(f"{one.person.pk}  {one.person.name}  {why}")
    return 0


def _configure_rest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help=_("也列出可以请的人"))


def _alarms(options: argparse.Namespace) -> int:
    at = clock.now()
    for late in handover_queries.late(at):
        print(_("交接没人接：%(what)s") % {"what": f"{late.unit.name} {late} {moment(late.turn_at)}"})
    for one in alarms.empty_posts(at):
        what = f"{one.shift.unit.name} {one.shift.post.title} {moment(one.shift.starts_at)}"
        print(_("空岗：%(what)s，到了 %(here)d/%(needed)d 人") % {"what": what, "here": one.here, "needed": one.shift.needed})
    return 0


def _hours(options: argparse.Namespace) -> int:
    for one in hours.counted(ServiceEntry.objects.filter(day=options.day)):
        changed = "".join(f"  [{change.by}: {change.reason}]" for change in one.corrections)
        print(f"{one.entry.pk}  {one.entry.post.unit.name}  {one.entry.post.title}  {one.entry.person.name}  {one.words}{changed}")
    return 0


def _configure_hours(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", type=date.fromisoformat, metavar="YYYY-MM-DD", help=_("哪一天"))


def _correct(options: argparse.Namespace) -> int:
    hours.correct(actor=SYSTEM, at=clock.now(), entry_id=options.entry, minutes=options.minutes, reason=options.reason)
    print(_("已更正，本人会收到消息。"))
    return 0


def _configure_correct(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("entry", type=UUID, help=_("记录的编号，见 jimu relay hours"))
    parser.add_argument("--minutes", type=int, required=True, help=_("实际多少分钟"))
    parser.add_argument("--reason", required=True, help=_("原因，本人会看到"))


COMMANDS: list[Command] = [
    Command("relay requests", "列出等答复的请假、换班和代班", _nothing, _requests),
    Command("relay decide", "批准或不批一个请假、休息的请求", _configure_decide, _decide),
    Command("relay rest", "列出谁该休息，为什么", _configure_rest, _rest),
    Command("relay alarms", "列出现在没人接的交接和没到齐的关键岗位", _nothing, _alarms),
    Command("relay hours", "列出一天记下的服务时间和更正", _configure_hours, _hours),
    Command("relay correct", "更正一条服务时间，写明原因", _configure_correct, _correct),
    Command("handover list", "列出现在的交接：谁没接、谁已接", _nothing, _handovers),
    Command("relay sweep", "现在就检查一遍：没接的交接往上提醒，没办完的往下转", _nothing, _sweep),
]
