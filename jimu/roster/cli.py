"""Commands of the brick."""

import argparse
import io
import signal
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Incident
from jimu.roster import (
    actions,
    file_queries,
    judge,
    mend_actions,
    mending,
    queries,
    rolling,
    sheets,
    solving,
    words,
    workbook,
)
from jimu.roster.models import Roster


def _incident(given: str | None) -> Incident:
    incidents = Incident.objects.filter(state=Incident.State.ACTIVE)
    found = incidents.filter(pk=_uuid(given)).first() if given else incidents.first()
    if found is None:
        raise NotFound(_("没有进行中的应急响应。请先启动预案，再来排班。"))
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("编号不完整或写错了：%(given)s") % {"given": text}) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("日期请写成 2026-04-01 这样")) from None


def _configure_solve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--incident", help=_("应急响应的编号；不写就用最近启动的"))
    parser.add_argument("--days", type=int, default=14, help=_("排多少天"))
    parser.add_argument("--from", dest="first_day", type=_day, help=_("从哪天起，默认今天"))
    parser.add_argument("--seconds", type=float, default=40, help=_("最多算多少秒"))
    parser.add_argument("--workers", type=int, default=2, help=_("用几个处理器"))
    parser.add_argument("--seed", type=int, default=1, help=_("随机种子：相同的种子给出相同的结果"))
    parser.add_argument("--emergency", metavar=_("理由"), default="", help=_("放宽劳动法的工时上限，写明理由；休息底线不变"))
    parser.add_argument("--publish", action="store_true", help=_("算完就发布"))


def _solve(options: argparse.Namespace) -> int:
    incident = _incident(options.incident)
    roster = actions.draft_roster(
        actor=SYSTEM,
        at=clock.now(),
        incident_id=incident.pk,
        first_day=options.first_day or queries.duty_days([incident], clock.now())[incident.pk],
        days=options.days,
        emergency_reason=options.emergency,
    )
    limits = solving.Limits(seconds=options.seconds, workers=options.workers, seed=options.seed)
    roster = _solved_or_gone(roster, limits)
    for sentence in solving.outcome_sentences(roster):
        print(sentence)
    for code, seats in queries.main_reasons(SYSTEM, roster):
        print(_("空岗 %(n)d 个：%(why)s") % {"n": seats, "why": words.rule_words(code)})
    print(_("排班编号：%(id)s") % {"id": roster.pk})
    if options.publish:
        _publish_it(roster)
    return 0


def _solved_or_gone(roster: Roster, limits: solving.Limits) -> Roster:
    """Solve a fresh draft. Ctrl-C ends with the best so far; a failure takes the draft away again."""
    asked = threading.Event()

    def show(seen: solving.Seen) -> bool:
        print(seen.sentence(), file=sys.stderr, flush=True)
        return asked.is_set()

    before = signal.signal(signal.SIGINT, lambda *_signal: asked.set())
    try:
        return solving.solve_now(actor=SYSTEM, roster_id=roster.pk, limits=limits, show=show)
    except BaseException:
        actions.discard(
            actor=SYSTEM, at=clock.now(), roster_id=roster.pk, expected_version=roster.version
        )
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def _publish_it(roster: Roster) -> None:
    published = actions.publish(
        actor=SYSTEM, at=clock.now(), roster_id=roster.pk, expected_version=roster.version
    )
    print(_("已发布，%(days)d 天，从 %(day)s 起。") % {"days": published.days, "day": published.first_day})


def _configure_roster(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--incident", help=_("应急响应的编号；不写就用最近启动的"))
    parser.add_argument("--roster", help=_("排班的编号；不写就用已发布的，否则最新的草稿"))


def _roster(options: argparse.Namespace) -> Roster:
    if options.roster:
        return queries.roster_for(SYSTEM, _uuid(options.roster))
    try:
        return queries.current_roster(SYSTEM, _uuid(options.incident) if options.incident else None)
    except NotFound:
        raise NotFound(_("还没有排班。先运行 jimu roster solve。")) from None


def _publish(options: argparse.Namespace) -> int:
    roster = _draft(options)
    _publish_it(roster)
    return 0


def _draft(options: argparse.Namespace) -> Roster:
    if options.roster:
        return queries.roster_for(SYSTEM, _uuid(options.roster))
    drafts = Roster.objects.filter(incident=_incident(options.incident), state=Roster.State.DRAFT)
    found = drafts.exclude(solved_at=None).first() or drafts.first()
    if found is None:
        raise NotFound(_("没有可以发布的草稿。先运行 jimu roster solve。"))
    return found


def _configure_export(parser: argparse.ArgumentParser) -> None:
    _configure_roster(parser)
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv", help=_("文件格式"))
    parser.add_argument("--out", type=Path, help=_("写到哪个文件；csv 不写就打印到屏幕（UTF-8，不带 BOM）"))


def _export(options: argparse.Namespace) -> int:
    roster = _roster(options)
    lines = file_queries.lines(SYSTEM, roster)
    if options.format == "xlsx":
        if options.out is None:
            raise Invalid(_("导出 xlsx 时请用 --out 写明文件名。"))
        with options.out.open("wb") as file:
            workbook.write_workbook(
                lines, file, title=str(roster.incident), watermark=sheets.watermark(SYSTEM.name, clock.now())
            )
        return 0
    if options.out:
        with options.out.open("w", encoding="utf-8", newline="") as file:
            sheets.write_csv(lines, file)
    else:
        out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
        sheets.write_csv(lines, out)
        out.detach()
    return 0


def _roll(options: argparse.Namespace) -> int:
    made = rolling.roll(clock.now(), seconds=options.seconds)
    for roster in made:
        for sentence in solving.outcome_sentences(roster):
            print(sentence)
        print(_("排班编号：%(id)s") % {"id": roster.pk})
    if not made:
        print(_("已发布的排班还够用，或草稿已经有了。"))
    return 0


def _configure_roll(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=rolling.SECONDS, help=_("最多算多少秒"))


def _list(options: argparse.Namespace) -> int:
    for group in queries.incidents_with_rosters(SYSTEM, clock.now()):
        print(group.incident.title)
        for row in group.rosters:
            roster = row.roster
            print(
                f"  {roster.pk}  {roster.get_state_display()}  {roster.first_day} +{roster.days}  "
                + _("%(filled)d/%(needed)d 个岗位已排人")
                % {"filled": row.seats.filled, "needed": row.seats.needed}
            )
    return 0


def _check(options: argparse.Namespace) -> int:
    roster = _roster(options)
    breaches = judge.hard_breaches(roster)
    for breach in breaches:
        print(breach["sentence"])
    print(
        _("没有违反硬性规则的安排。")
        if not breaches
        else _("共 %(n)d 处不符合硬性规则。") % {"n": len(breaches)}
    )
    return 1 if breaches else 0


def _mend(options: argparse.Namespace) -> int:
    roster = _roster(options)
    proposal = mending.propose(SYSTEM, roster, clock.now())
    print(_("现在空 %(before)d 个席位，补后还空 %(after)d 个；新请 %(new)d 人，换班 %(moved)d 人，撤下 %(off)d 人。") % {
        "before": proposal.before, "after": proposal.after, "new": len(proposal.placed), "moved": len(proposal.moved),
        "off": len(proposal.dropped),
    })  # fmt: skip
    today = clock.today()
    for step in proposal.steps:
        print(f"{step.name}  {mend_actions.said(step.left, today) or '–'}  →  {mend_actions.said(step.taken, today) or '–'}")
    if options.do and proposal.steps:
        token = mend_actions.token_of(proposal)
        actions.mend(actor=SYSTEM, at=clock.now(), roster_id=roster.pk, token=token)
        print(_("已经改好。"))
    elif proposal.steps:
        print(_("还没有改。加 --do 就照这样改，并通知他们。"))
    return 0


def _configure_mend(parser: argparse.ArgumentParser) -> None:
    _configure_roster(parser)
    parser.add_argument("--do", action="store_true", help=_("照这样改，并通知涉及的人"))


def _nothing(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def _command(
    name: str,
    help: str,
    configure: Callable[[argparse.ArgumentParser], None],
    run: Callable[[argparse.Namespace], int],
) -> Command:
    return Command(name=name, help=help, configure=configure, run=run)


COMMANDS: list[Command] = [
    _command("roster solve", "按进行中的响应起草一份排班并求解", _configure_solve, _solve),
    _command("roster publish", "发布最新算好的草稿", _configure_roster, _publish),
    _command(
        "roster export",
        "把已发布的排班（没有就用最新草稿）导出为 csv 或 xlsx",
        _configure_export,
        _export,
    ),
    _command("roster roll", "已发布的快用完时，起草后面几天：已答应的尽量不动", _configure_roll, _roll),
    _command("roster mend", "补空岗：看看怎样改动最小；加 --do 就照这样改", _configure_mend, _mend),
    _command("roster list", "列出各次响应的排班", _nothing, _list),
    _command("roster check", "列出一份排班里违反硬性规则的安排", _configure_roster, _check),
]
