"""Commands of accounts."""

import argparse
import getpass
import os

from jimu.accounts.actions import open_account
from jimu.accounts.models import Grant
from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")
    parser.add_argument("--name", default="")
    parser.add_argument("--role", choices=Grant.Role.values, required=True)
    parser.add_argument("--unit", default="", help="单位简称；不填表示整个街道")


def _run(options: argparse.Namespace) -> int:
    units = Unit.objects.filter(short_name=options.unit) if options.unit else Unit.objects.filter(depth=1)
    unit = units.first()
    if unit is None:
        raise NotFound
    password = os.environ.get("JIMU_NEW_PASSWORD") or getpass.getpass()
    open_account(
        actor=SYSTEM,
        at=clock.now(),
        username=options.username,
        password=password,
        display_name=options.name or options.username,
        role=options.role,
        unit=unit,
    )
    return 0


COMMANDS = [Command("account", "开通账号并授予角色", _arguments, _run)]
