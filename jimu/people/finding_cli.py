"""Commands that look people up: masked, from the operator's terminal."""

import argparse
import getpass
import sys

from jimu.core.commands import Command
from jimu.core.errors import Invalid
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.people import leader_queries, queries
from jimu.people.rules import contact_in, looks_like_number

SHOWN = 50


def _find_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="姓名、拼音或首字母")
    parser.add_argument("--number", action="store_true", help="按完整手机号或身份证号查；号码在提示后输入，不留在命令记录里")


def _find(options: argparse.Namespace) -> int:
    typed = " ".join(options.words).strip()
    if looks_like_number(typed):
        raise Invalid("号码请不要写在命令里（会留在命令记录中）。请用：jimu people find --number")
    search = queries.Search(words=typed, state="all")
    if options.number:
        contact = contact_in(getpass.getpass("号码：") if sys.stdin.isatty() else sys.stdin.readline())
        if contact is None:
            raise Invalid("号码不完整或有误。")
        search = queries.Search(contact=contact, state="all")
    elif not typed:
        raise Invalid("请写上要找的姓名、拼音或首字母。")
    found = queries.people_for(SYSTEM, search)
    total = found.count()
    for row in queries.rows(SYSTEM, queries.with_details(found)[:SHOWN]):
        place = row.person.unit.name if row.person.unit else ""
        sys.stdout.write("  ".join(filter(None, [row.name, row.phone, place, "、".join(row.kinds)])) + "\n")
    rest = f"，只列出前 {SHOWN} 人" if total > SHOWN else ""
    sys.stdout.write(f"共 {total} 人{rest}\n")
    return 0 if total else 1


def _leaders_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--missing", action="store_true", help="只列出没有负责人的")
    parser.add_argument("--kind", action="append", choices=Unit.Kind.values, help="哪一级，可重复；不填为街道、片区和居民区")


def _leaders(options: argparse.Namespace) -> int:
    kinds = options.kind or [Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD]
    missing = list(leader_queries.without_leader(kinds))
    if not options.missing:
        for row in leader_queries.current_leaders(kinds):
            role = " ".join(filter(None, [str(row.get_role_display()), row.title]))
            sys.stdout.write("  ".join(filter(None, [row.unit.name, role, row.person.name, row.person.masked_phone])) + "\n")
    for unit in missing:
        sys.stdout.write(f"{unit.name}  {leader_queries.missing_words(unit)}\n")
    return 1 if missing else 0


COMMANDS = [
    Command("people find", "按姓名、拼音、首字母或完整号码找人（号码部分隐去）", _find_arguments, _find),
    Command("grid leaders", "列出各单元的负责人和副手，或还没有负责人的", _leaders_arguments, _leaders),
]
