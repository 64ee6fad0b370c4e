"""Commands of tokens."""

import argparse
import sys
from uuid import UUID

from jimu.accounts.models import Account
from jimu.api import actions, queries
from jimu.api.rules import DAYS
from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM


def _account_id(username: str) -> int:
    found = Account.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise NotFound
    return found.pk


def _account_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")


def _make_arguments(parser: argparse.ArgumentParser) -> None:
    _account_argument(parser)
    parser.add_argument("--name", required=True, help="用途")
    parser.add_argument("--days", type=int, default=DAYS, help="有效天数")
    parser.add_argument("--write", action="store_true", help="可以修改数据")


def _make(options: argparse.Namespace) -> int:
    _token, secret = actions.make_token(
        actor=SYSTEM, at=clock.now(), account_id=_account_id(options.username),
        name=options.name[:40], days=options.days, read_only=not options.write,
    )  # fmt: skip
    sys.stdout.write(f"{secret}\n")
    return 0


def _list(options: argparse.Namespace) -> int:
    for token in queries.live_tokens(_account_id(options.username), clock.now()):
        kind = "read" if token.read_only else "write"
        used = f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "-"
        sys.stdout.write(f"{token.pk}  {token.hint}…  {kind}  {token.expires_at:%Y-%m-%d}  {used}  {token.name}\n")
    return 0


def _revoke_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("token_id", type=UUID)


def _revoke(options: argparse.Namespace) -> int:
    actions.revoke_token(actor=SYSTEM, at=clock.now(), token_id=options.token_id)
    return 0


COMMANDS = [
    Command("token make", "为账号创建接口令牌，只显示这一次", _make_arguments, _make),
    Command("token list", "列出账号的有效令牌", _account_argument, _list),
    Command("token revoke", "停用一个令牌", _revoke_arguments, _revoke),
]
