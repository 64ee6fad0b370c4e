"""Commands of sign-up."""

import argparse
import json
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.core.serve import prepare
from jimu.grid.models import Unit
from jimu.playbooks import library
from jimu.signup import actions, queries


def _open_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help="街道、片区或居民区的名称")
    parser.add_argument("--playbook", default="epidemic-lockdown", help="预案代码")
    parser.add_argument("--days", type=int, default=14, help="开放几天")
    parser.add_argument("--ask", default="居委会服务台", help="有疑问找谁")


def _open(options: argparse.Namespace) -> int:
    prepare()
    unit = Unit.objects.filter(name=options.unit, retired_at=None).first() or Unit.objects.filter(short_name=options.unit, retired_at=None).first()
    if unit is None:
        raise NotFound(_("没有这个地方：{name}").format(name=options.unit))
    playbook, _words = library.find(options.playbook)
    today = clock.today()
    call = actions.Call(
        unit_id=unit.pk, playbook=playbook.name, title=_("{title}：招募志愿者").format(title=playbook.title), ask=options.ask, first_day=today,
        last_day=today + timedelta(days=max(1, options.days) - 1), posts=[post["code"] for post in queries.posts_of(playbook)],
    )  # fmt: skip
    made = actions.open_campaign(actor=SYSTEM, at=clock.now(), call=call)
    print(reverse("signup:form", args=[made.code]))
    return 0


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _list(options: argparse.Namespace) -> int:
    found = [
        {
            "title": campaign.title, "unit": campaign.unit.name, "address": reverse("signup:form", args=[campaign.code]),
            "last_day": campaign.last_day.isoformat(), "closed": campaign.closed_at is not None,
            "waiting": campaign.waiting, "sent": campaign.sent,  # type: ignore[attr-defined]
        }
        for campaign in queries.campaigns_for(SYSTEM)
    ]  # fmt: skip
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for row in found:
        print(f"{row['unit']}  {row['title']}  到 {row['last_day']}  待确认 {row['waiting']} / 收到 {row['sent']}  {row['address']}")
    return 0


def _purge(options: argparse.Namespace) -> int:
    print(f"已删除 {actions.purge(actor=SYSTEM, at=clock.now())} 份到期的报名")
    return 0


COMMANDS = [
    Command("signup open", "开一个报名页，打印它的地址", _open_arguments, _open),
    Command("signup list", "各处的报名与待确认人数", _list_arguments, _list),
    Command("signup purge", "删除已过保留期的报名信息", lambda parser: None, _purge),
]
