"""Commands of phones."""

import argparse
import json
import sys
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.sync import actions, duties, photos, queries, rules


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--gone", action="store_true", help="已停用或已清除的")


def _list(options: argparse.Namespace) -> int:
    at = clock.now()
    found = [
        {
            "id": str(device.pk), "label": device.label, "account": device.account.username, "unit": device.unit.name,
            "state": queries.state_of(device, at)[0], "seen_at": device.seen_at.isoformat() if device.seen_at else None,
            "work": device.work, "waiting": device.waiting, "looking": device.looking, "version": device.app_version, "ends_at": device.ends_at.isoformat(),
        }
        for device in queries.listed(SYSTEM, gone=options.gone)
    ]  # fmt: skip
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for row in found:
        print(f"{row['id']}  {row['unit']}  {row['label']}（{row['account']}）  {row['state']}  待传 {row['waiting']} 要看 {row['looking']}")
    return 0


def _invite_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="谁的手机")
    parser.add_argument("--unit", required=True, help="在哪一片：名称或编码")
    parser.add_argument("--hours", type=int, default=12, help="值守几小时；今天排了班的按班")
    parser.add_argument("--work", action="append", help="用来做什么：活或活@地方，可写几次；不写按班的岗位，all 是这一片的各样活")
    parser.add_argument("--label", default="", help="怎么称呼这部手机")


def _invite(options: argparse.Namespace) -> int:
    account = Account.objects.filter(username=options.username, is_active=True).first()
    units = Unit.objects.filter(retired_at=None)
    unit = units.filter(code=options.unit).first() or units.filter(name=options.unit).first()
    if account is None or unit is None:
        raise NotFound(_("没有这个账号或这个地方。"))
    at = clock.now()
    shifts = duties.shifts_of(actor_of(account), unit.path, at)
    work = None if not options.work else [] if duties.ALL in options.work else options.work
    device, secret = actions.invite(
        actor=SYSTEM, at=at, account_id=account.pk, unit_id=unit.pk, label=options.label, ends_at=at + timedelta(hours=options.hours),
        shift_id=shifts[0].key if shifts else None, work=work,
    )  # fmt: skip
    print(f"{duties.titled(device.work)}  {timezone.localtime(device.ends_at):%Y-%m-%d %H:%M}", file=sys.stderr)
    origin = settings.CSRF_TRUSTED_ORIGINS[0].rstrip("/") if settings.CSRF_TRUSTED_ORIGINS else ""
    print(f"{origin}/app/#enrol={secret}")
    return 0


def _prolong_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device_id", type=UUID)
    parser.add_argument("--hours", type=int, default=1, help="延长几小时")


def _prolong(options: argparse.Namespace) -> int:
    device = actions.prolong(actor=SYSTEM, at=clock.now(), device_id=options.device_id, hours=options.hours)
    print(f"{timezone.localtime(device.ends_at):%Y-%m-%d %H:%M}")
    return 0


def _revoke_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device_id", type=UUID)


def _revoke(options: argparse.Namespace) -> int:
    actions.revoke(actor=SYSTEM, at=clock.now(), device_id=options.device_id)
    return 0


def _purge_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=rules.KEPT_DAYS, help="保留几天（至少 60）；还有人没看过的不清")


def _purge(options: argparse.Namespace) -> int:
    print(actions.purge_log(actor=SYSTEM, at=clock.now(), days=options.days))
    return 0


def _photos(options: argparse.Namespace) -> int:
    print(photos.purge(actor=SYSTEM, at=clock.now()))
    return 0


COMMANDS = [
    Command("devices photos", "删掉到期的现场照片（平时自己会做）；几天由预案定，还有争议的留着", lambda parser: None, _photos),
    Command("devices", "登记过的手机：最近联系、待传、要看", _list_arguments, _list),
    Command("devices invite", "打印一个登记链接，30 分钟内用一次", _invite_arguments, _invite),
    Command("devices prolong", "一部手机的值守延长几小时", _prolong_arguments, _prolong),
    Command("devices revoke", "停用一部手机", _revoke_arguments, _revoke),
    Command("devices purge", "清理早已入账的手机记录日志", _purge_arguments, _purge),
]
