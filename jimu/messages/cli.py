"""Commands of messages."""

import argparse
import sys

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.messages import channel_actions, queries, sending
from jimu.messages.models import Channel, Message, Urgency


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _status(options: argparse.Namespace) -> int:
    for state, n in queries.counts_for(SYSTEM, subject=options.subject).items():
        if n:
            _say(f"{Message.State(state).label}  {n}")
    return 0


def _subject_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subject", default="", help="只看一件事的，例如 order:<编号>")


def _send(options: argparse.Namespace) -> int:
    _say(f"{sending.send_due(seconds=options.seconds)}")
    return 0


def _send_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=sending.RUN_SECONDS)


def _list(options: argparse.Namespace) -> int:
    for channel in queries.channels_for(SYSTEM):
        closed = "" if channel.active else "  已停用"
        _say(f"{channel.pk}  {channel.name}  {channel.get_service_display()}  {channel.unit.name}  {queries.masked_address(channel)}{closed}")
    return 0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("--service", required=True, choices=Channel.Service.values)
    parser.add_argument("--reach", default="persons", choices=Channel.Reach.values)
    parser.add_argument("--unit", default="", help="名称；不填为整个街道")
    parser.add_argument("--usual-for", nargs="*", default=[], choices=Urgency.values)


def _add(options: argparse.Namespace) -> int:
    """The address is read from standard input, so that it stands in no list of processes and no history."""
    address = "" if options.service == Channel.Service.LOCAL else sys.stdin.readline()
    units = Unit.objects.filter(retired_at=None).order_by("depth", "path")
    unit = (units.filter(name=options.unit) | units.filter(short_name=options.unit)).first() if options.unit else units.first()
    if unit is None:
        _say("没有这个地方。")
        return 1
    channel = channel_actions.add_channel(
        actor=SYSTEM, at=clock.now(), name=options.name, service=options.service, reach=options.reach, unit_id=unit.pk,
        address=address, usual_for=options.usual_for,
    )  # fmt: skip
    _say(str(channel.pk))
    return 0


COMMANDS = [
    Command("messages status", "各状态的消息数", _subject_argument, _status),
    Command("messages send", "现在就发到期的消息", _send_arguments, _send),
    Command("channel list", "列出渠道", lambda parser: None, _list),
    Command("channel add", "添加渠道（地址从标准输入读）", _add_arguments, _add),
]
