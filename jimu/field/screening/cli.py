"""Commands of screening."""

import argparse
import json
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid
from jimu.core.permissions import SYSTEM
from jimu.field.screening import (
    lab_files,
    policy,
    populace,
    queries,
    report_file,
    reporting,
    results,
    rules,
    setting_up,
    untested,
)
from jimu.field.screening.forms import moment_of
from jimu.field.screening.models import Round
from jimu.field.screening.words import CREW_WORDS
from jimu.incidents.queries import unit_named


def _round(words: str) -> Round:
    try:
        return queries.round_for(SYSTEM, UUID(words))
    except ValueError:
        raise Invalid(_("编号不完整或写错了：{given}").format(given=words)) from None


def _one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("round", help=_("screening list 里每轮前面的编号"))
    parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))


def _plan_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help=_("居民区的名称"))
    parser.add_argument("--persons", type=int, default=0, help=_("多少人；不填按台账"))


def _capacity(options: argparse.Namespace) -> int:
    unit = unit_named(options.unit)
    numbers = policy.of_place(unit)
    need = rules.capacity(options.persons or populace.living_in([unit.path]).count() or unit.residents or 0, numbers)
    print(_("{persons} 人：点位 {sites}，采样台 {tables}，采样员 {samplers}，管子 {tubes}，约 {hours:.1f} 小时").format(**vars(need)))
    print("  " + "  ".join(f"{CREW_WORDS[code]} {n}" for code, n in rules.crew(max(1, need.tables // need.sites), numbers)))
    return 0


def _site_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help=_("居民区的名称"))
    parser.add_argument("name", help=_("点位名称"))
    parser.add_argument("--tables", type=int, default=2, help=_("采样台"))


def _site(options: argparse.Namespace) -> int:
    made = setting_up.open_site(actor=SYSTEM, at=clock.now(), unit_id=unit_named(options.unit).pk, name=options.name, tables=options.tables)
    print(made.pk)
    return 0


def _draft_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", help=_("居民区的名称"))
    parser.add_argument("--start", required=True, help="2026-04-07T06:00")
    parser.add_argument("--title", default="", help=_("名称"))
    parser.add_argument("--pool", type=int, default=0, choices=[0, *Round.POOLS], help=_("几人一管"))
    parser.add_argument("--staff", type=int, default=0, help=_("工作人员几人（先做）"))
    parser.add_argument("--begin", action="store_true", help=_("马上开始"))


def _draft(options: argparse.Namespace) -> int:
    unit, at = unit_named(options.unit), clock.now()
    wanted = setting_up.Wanted(
        unit.pk, options.title, moment_of(options.start), [site.pk for site in queries.sites_near(unit)], options.pool or None, options.staff
    )
    made = setting_up.draft_round(actor=SYSTEM, at=at, wanted=wanted)
    if options.begin:
        setting_up.begin(actor=SYSTEM, at=at, round_id=made.pk)
    print(made.pk)
    for slot in queries.slots_of(made):
        place = f"{slot.building.name if slot.building else ''} {slot.entrance} {slot.span}".strip()
        print(f"  {slot.order:4}  {timezone.localtime(slot.starts_at):%H:%M}  {slot.get_kind_display()}  {place}  {slot.persons}  → {slot.site.name}")
    return 0


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))


def _list(options: argparse.Namespace) -> int:
    rounds = list(queries.rounds_for(SYSTEM))
    if options.json:
        print(json.dumps([{"id": str(r.pk), "title": r.title, "unit": r.unit.name, "state": r.state} for r in rounds], ensure_ascii=False))
        return 0
    for one in rounds:
        print(f"{one.pk}  {one.title}  {one.unit.name}  {one.get_state_display()}")
    return 0


def _status(options: argparse.Namespace) -> int:
    found, at = _round(options.round), clock.now()
    _lines, total = untested.buildings_of(SYSTEM, found)
    sites = queries.site_lines(found, at)
    if options.json:
        told = [{"site": s.site.name, "waiting": s.waiting, "wait_minutes": s.wait, "per_hour": s.rate, "more_tables": s.advice.more if s.advice else 0} for s in sites]
        print(json.dumps({"expected": total.expected, "tested": total.tested, "left": total.left, "visits": total.visits, "sites": told}, ensure_ascii=False))
        return 0
    print(_("应采 {e}，已采 {t}（{p}%），还差 {n}，要上门 {v}").format(e=total.expected, t=total.tested, p=total.percent, n=total.left, v=total.visits))
    for one in sites:
        print(_("  {site}：排队 {w} 人，等 {m} 分钟，每小时 {r} 人").format(site=one.site.name, w=one.waiting, m=one.wait, r=one.rate))
        if one.advice:
            a = one.advice
            if a.more:
                print(_("    加开 {n} 台：采样 {s} 人、扫码 {c} 人；从 {b} 分钟降到 {a} 分钟").format(n=a.more, s=a.samplers, c=a.scanners, b=a.before, a=a.after))
            print(_("    开不出台：停叫约 {n} 分钟，排队降到 {line} 人再叫").format(n=a.pause, line=a.line))
    return 0


def _results_arguments(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("file", type=Path, help=_("实验室的 xlsx 或 csv"))


def _results(options: argparse.Namespace) -> int:
    found = _round(options.round)
    outcome = results.record(actor=SYSTEM, at=clock.now(), round_id=found.pk, given=lab_files.read(options.file), source=options.file.name)
    if options.json:
        print(json.dumps({"written": outcome.written, "same": outcome.same, "positive": outcome.positive, "refused": list(outcome.refused)}, ensure_ascii=False))
    else:
        print(_("登记 {n} 支管，原来就是这样 {same} 支，阳性 {positive} 支").format(n=outcome.written, same=outcome.same, positive=outcome.positive))
        for row, code, why in outcome.refused:
            print(f"  {row}  {code}  {why}")
    return 0 if not outcome.refused else 2


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("--xlsx", type=Path, help=_("写成上报用的表格，存到这里"))


def _report(options: argparse.Namespace) -> int:
    if options.xlsx:
        options.xlsx.write_bytes(report_file.workbook(SYSTEM, _round(options.round), clock.now()))
        print(options.xlsx)
        return 0
    told = reporting.report_of(SYSTEM, _round(options.round), clock.now())
    if options.json:
        tubes = {"used": told.tubes.count, "sealed": told.tubes.sealed, "received": told.tubes.received, "late": told.tubes.late, "pending": told.tubes.pending}
        print(json.dumps({"expected": told.turnout.expected, "tested": told.turnout.tested, "reasons": dict(told.reasons), "tubes": tubes, "per_hour": told.per_hour}, ensure_ascii=False))
        return 0
    print(_("应采 {e}，已采 {t}（{p}%）").format(e=told.turnout.expected, t=told.turnout.tested, p=told.turnout.percent))
    for words, n in told.reasons:
        print(f"  {words or _('还没有原因')}  {n}")
    print(_("管子 {n} 支，已封 {s}，送到 {r}，超时 {late}").format(n=told.tubes.count, s=told.tubes.sealed, r=told.tubes.received, late=told.tubes.late))
    return 0


COMMANDS = [
    Command("screening capacity", "一个居民区要几个点位、几个台、多少人手", _plan_arguments, _capacity),
    Command("screening site", "设一个采样点位", _site_arguments, _site),
    Command("screening draft", "准备一轮筛查，排出每一批", _draft_arguments, _draft),
    Command("screening list", "列出各轮筛查", _list_arguments, _list),
    Command("screening status", "一轮采到哪里了，哪里要加台", _one, _status),
    Command("screening results", "读入实验室的结果表", _results_arguments, _results),
    Command("screening report", "一轮的小结，也可以写成上报用的表格", _report_arguments, _report),
]
