"""Commands of the brick."""

import argparse

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.core.templatetags.jimu import moment
from jimu.relay import handover_queries, sweeping


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
    print(_("接着往下交 %(carried)d 次，新提醒 %(alarms)d 条。") % done)
    return 0


COMMANDS: list[Command] = [
    Command("handover list", "列出现在的交接：谁没接、谁已接", _nothing, _handovers),
    Command("relay sweep", "现在就检查一遍：没接的交接往上提醒，没办完的往下转", _nothing, _sweep),
]
