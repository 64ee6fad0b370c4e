"""Commands of own."""

import argparse
from uuid import UUID

from django.urls import reverse

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.core.serve import prepare
from jimu.own import actions, queries


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", type=UUID, help="人员的编号")


def _issue(options: argparse.Namespace) -> int:
    prepare()
    link = actions.issue_link(actor=SYSTEM, at=clock.now(), person_id=options.person)
    print(reverse("own:by_link", args=[queries.token_of(link)]))
    return 0


def _revoke(options: argparse.Namespace) -> int:
    actions.revoke_link(actor=SYSTEM, at=clock.now(), person_id=options.person)
    return 0


COMMANDS = [
    Command("link issue", "给一个人发个人链接（30 天），原来的链接作废", _arguments, _issue),
    Command("link revoke", "收回一个人的个人链接", _arguments, _revoke),
]
