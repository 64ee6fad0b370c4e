"""Commands of organisations."""

import argparse
import sys

from jimu.accounts.rules import fresh_password
from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.organisations import actions, queries
from jimu.people.models import Organisation


def _named(name: str) -> Organisation:
    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise NotFound(f"没有叫“{name}”的单位。看有哪些：jimu org list")
    return found


def _list(options: argparse.Namespace) -> int:
    found = queries.lines_for(SYSTEM, words=options.words or "", number=options.page)
    for line in found.rows:
        sys.stdout.write(f"{line.organisation.name}  在册 {line.registered}（双报到 {line.doubly}）  承诺 {line.pledges}\n")
    sys.stdout.write(f"第 {found.number}/{found.pages} 页，共 {found.total} 个单位\n")
    return 0


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="?", help="名称里的字")
    parser.add_argument("--page", type=int, default=1)


def _show(options: argparse.Namespace) -> int:
    found = queries.page_for(SYSTEM, _named(options.name).pk, clock.now(), clock.today())
    sys.stdout.write(f"{found.organisation.name}：在册 {found.registered}，双报到 {found.doubly}，服务过 {found.served} 人 {found.hours} 小时，借调中 {found.on_loan}\n")
    for view in found.pledges:
        row = view.pledge
        sys.stdout.write(f"承诺  {view.title}  {view.arrived}/{row.number}{row.measure}  {row.first_day}—{row.last_day}  {row.get_state_display()}\n")
    return 0


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="单位全名")


def _contact(options: argparse.Namespace) -> int:
    password = fresh_password()
    actions.open_contact(
        actor=SYSTEM, at=clock.now(), organisation_id=_named(options.name).pk, username=options.username,
        display_name=options.display or options.username, password=password,
    )  # fmt: skip
    sys.stdout.write(f"{options.username}  {password}（只显示这一次）\n")
    return 0


def _contact_arguments(parser: argparse.ArgumentParser) -> None:
    _show_arguments(parser)
    parser.add_argument("username")
    parser.add_argument("--display", help="显示名")


COMMANDS = [
    Command("org list", "列出单位：在册、双报到、承诺", _list_arguments, _list),
    Command("org show", "一个单位的承诺和服务", _show_arguments, _show),
    Command("org contact", "为单位开通联络员账号，初始密码只显示一次", _contact_arguments, _contact),
]
