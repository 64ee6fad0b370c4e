"""Commands of accounts."""

import argparse
import os
import sys

from django.db.models import Q

from jimu.accounts import actions, queries, rules
from jimu.accounts.models import Account, Grant
from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import SYSTEM
from jimu.core.serve import prepare
from jimu.grid.actions import found_subdistrict
from jimu.grid.models import Unit


def _unit(words: str) -> Unit:
    """The unit of that name, short name or code; the whole subdistrict for none, which begins with its first account.

    Blocks and buildings are called alike everywhere, so what holds them may stand before them: 东一/第1网格块.
    """
    if not words:
        return found_subdistrict(actor=SYSTEM, at=clock.now())
    around, _, own = words.rpartition("/")
    inside = Q(path__startswith=_unit(around).path) if around else Q()
    wanted = Q(name=own) | Q(short_name=own) | Q(code=own)
    found: list[Unit] = list(Unit.objects.filter(wanted, inside, retired_at=None).order_by("path")[:2])
    if not found:
        raise NotFound(f"网格里没有“{words}”。请写全名、简称或编码；先导入底数，居民区才会有。")
    if len(found) > 1:
        raise Invalid(f"不止一处叫“{words}”，请写编码，或先写上一级，例如 东一/第1网格块。")
    return found[0]


def _account(options: argparse.Namespace) -> Account:
    found = queries.account_named(options.username)
    if found is None:
        raise NotFound(f"没有账号“{options.username}”。用 jimu account list 看有哪些。")
    return found


def _named(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")


def _granted(parser: argparse.ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("--role", choices=Grant.Role.values, required=True)
    parser.add_argument("--unit", default="", help="单位的名称、简称或编码，例如 东一/第1网格块；不填表示整个街道")


def _opening(parser: argparse.ArgumentParser) -> None:
    _granted(parser)
    parser.add_argument("--name", default="", help="操作记录里显示的称呼")


def _open(options: argparse.Namespace) -> int:
    prepare()
    given = os.environ.get("JIMU_NEW_PASSWORD", "")
    password = given or rules.fresh_password()
    actions.open_account(
        actor=SYSTEM, at=clock.now(), username=options.username, password=password, must_change=not given,
        display_name=options.name or options.username, role=options.role, unit=_unit(options.unit),
    )  # fmt: skip
    if not given:
        _show_once(password)
    return 0


def _show_once(password: str) -> None:
    sys.stdout.write(f"{password}\n")
    sys.stderr.write("这是初始密码，只显示这一次。首次登录后请换成自己的。\n")


def _list(options: argparse.Namespace) -> int:
    for closed in (False, True):
        for account in queries.accounts_for(SYSTEM, closed=closed):
            held = "、".join(f"{grant.unit.name} {grant.role}" for grant in account.grants.all())
            sys.stdout.write(f"{account.username}  {account.display_name}  {held or '-'}{'  （已停用）' if closed else ''}\n")
    return 0


def _grant(options: argparse.Namespace) -> int:
    actions.grant(actor=SYSTEM, at=clock.now(), account_id=_account(options).pk, role=options.role, unit=_unit(options.unit))
    return 0


def _end(options: argparse.Namespace) -> int:
    account = _account(options)
    found = Grant.objects.filter(account=account, role=options.role, unit=_unit(options.unit)).first()
    if found is None:
        raise NotFound("这个账号没有这项职责。")
    actions.end_grant(actor=SYSTEM, at=clock.now(), account_id=account.pk, grant_id=found.pk)
    return 0


def _password(options: argparse.Namespace) -> int:
    _show_once(actions.reset_password(actor=SYSTEM, at=clock.now(), account_id=_account(options).pk))
    return 0


def _close(options: argparse.Namespace) -> int:
    actions.close_account(actor=SYSTEM, at=clock.now(), account_id=_account(options).pk)
    return 0


def _reopen(options: argparse.Namespace) -> int:
    actions.reopen_account(actor=SYSTEM, at=clock.now(), account_id=_account(options).pk)
    return 0


COMMANDS = [
    Command("account", "开通账号并授予职责，初始密码只显示一次", _opening, _open),
    Command("account list", "列出账号和职责", lambda parser: None, _list),
    Command("account grant", "再授予一项职责", _granted, _grant),
    Command("account end", "收回一项职责", _granted, _end),
    Command("account password", "重置密码，新密码只显示一次", _named, _password),
    Command("account close", "停用账号", _named, _close),
    Command("account reopen", "恢复停用的账号", _named, _reopen),
]
