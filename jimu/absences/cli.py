"""Commands of absences."""

import argparse
import sys
from datetime import date
from uuid import UUID

from jimu.absences import actions, naming, queries
from jimu.absences.actions import Term
from jimu.absences.forms import until_of
from jimu.absences.models import Absence
from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.people.models import Person


def _people(options: argparse.Namespace) -> list[Person]:
    found = {person.pk: person for person in naming.by_names(SYSTEM, options.names or "")}
    if options.committee:
        unit = Unit.objects.filter(short_name=options.committee).first() or Unit.objects.filter(name=options.committee).first()
        if unit is None:
            raise NotFound(f"没有叫“{options.committee}”的居民区。")
        found |= {person.pk: person for person in naming.committee(SYSTEM, unit.pk)}
    for one in naming.by_names(SYSTEM, options.contact or ""):
        found |= {person.pk: person for person in naming.contacts(SYSTEM, one.pk, options.days, clock.now())}
    return list(found.values())


def _out(options: argparse.Namespace) -> int:
    people, term, at = _people(options), Term(until_of(options.back_on), options.reason, options.words), clock.now()
    if not people:
        raise Invalid("请写明是谁：--names、--committee 或 --contact。")
    seen = queries.preview(people, at, term.until)
    sys.stdout.write(f"{len(seen.people)} 人：{'、'.join(person.name for person in seen.people)}\n")
    sys.stdout.write(f"空出 {seen.seats} 个班（关键岗位 {seen.critical}），正在岗 {seen.on_duty}，席位 {len(seen.team_seats)}，撤回问询 {seen.offers}\n")
    for post in seen.posts:
        sys.stdout.write(f"  {post.unit} {post.title}：{post.seats} 个，最少时剩 {max(post.left, 0)}/{post.needed}{'，关键' if post.critical else ''}\n")
    for cell in seen.cells:
        sys.stdout.write(f"  {cell.unit} 负责人{cell.leader.name} → {cell.deputy.name + '代行' if cell.deputy else '没有能接的副手，上级接'}\n")
    if not options.yes:
        sys.stdout.write("这是预览，什么都没有改。确认请加 --yes\n")
        return 0
    made = actions.send_out(actor=SYSTEM, at=at, person_ids=[person.pk for person in people], term=term)
    sys.stdout.write(f"已登记 {made.pk}\n")
    return 0


def _out_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--names", help="姓名或手机号，用顿号隔开")
    parser.add_argument("--committee", metavar="居民区", help="整个居委会")
    parser.add_argument("--contact", metavar="姓名", help="这位同志和与其同过班的人")
    parser.add_argument("--days", type=int, default=3, help="往前看几天")
    parser.add_argument("--back-on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="哪天回来")
    parser.add_argument("--reason", choices=Absence.Reason.values, default="quarantine")
    parser.add_argument("--words", default="")
    parser.add_argument("--yes", action="store_true", help="看过预览，确认")


def _back(options: argparse.Namespace) -> int:
    people = naming.by_names(SYSTEM, options.names or "")
    n = actions.come_back(actor=SYSTEM, at=clock.now(), absence_id=options.absence, person_ids=[person.pk for person in people])
    sys.stdout.write(f"{n} 人回来了\n")
    return 0


def _back_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("absence", type=UUID)
    parser.add_argument("--names", help="只有这几位；不写是全部")


def _prolong(options: argparse.Namespace) -> int:
    actions.prolong(actor=SYSTEM, at=clock.now(), absence_id=options.absence, until=until_of(options.back_on))
    sys.stdout.write("已延长\n")
    return 0


def _prolong_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("absence", type=UUID)
    parser.add_argument("--back-on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="改为哪天回来")


def _list(options: argparse.Namespace) -> int:
    for one in queries.absences_for(SYSTEM)[:50]:
        sys.stdout.write(f"{one.pk}  {one.unit.name}  还有 {one.out} 人  {one.starts_at:%m-%d %H:%M}—{one.ends_at:%m-%d %H:%M}\n")  # type: ignore[attr-defined]
    return 0


COMMANDS = [
    Command("absences out", "一批人不在岗（隔离等）：先预览，--yes 确认", _out_arguments, _out),
    Command("absences back", "不在岗的人提前回来", _back_arguments, _back),
    Command("absences prolong", "延长不在岗的登记：多出来的班也空出", _prolong_arguments, _prolong),
    Command("absences list", "列出不在岗的登记", lambda parser: None, _list),
]
