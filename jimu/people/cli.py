"""Commands of people."""

import argparse
import json
import sys
from pathlib import Path

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.core.serve import prepare
from jimu.people.finding_cli import COMMANDS as FINDING
from jimu.people.intake_actions import Outcome, intake
from jimu.people.models import Kind

NOTHING_READ = 2
SHOWN_PROBLEMS = 40


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE_OR_FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _run(options: argparse.Namespace) -> int:
    prepare()
    outcome = intake(
        actor=SYSTEM, at=clock.now(), paths=options.paths, dry_run=options.dry_run, progress=None if options.json else _show
    )
    if options.json:
        print(json.dumps(outcome.as_dict(), ensure_ascii=False))
    else:
        _print(outcome)
    return 0 if outcome.plan.read_files else NOTHING_READ


def _show(share: float, note: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{share:4.0%} {note}")
        sys.stderr.flush()


def _print(outcome: Outcome) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    found = outcome.as_dict()
    print(f"{'试读' if not outcome.written else '已导入'}：{found['people']} 人，{found['neighborhoods']} 个居民区")
    print(f"新增 {found['created']}，更新 {found['updated']}，无变化 {found['unchanged']}，未收 {found['refused']} 行")
    names = dict(Kind.choices)
    print("；".join(f"{names[code]} {n}" for code, n in found["by_kind"].items() if n))
    for problem in outcome.plan.problems[:SHOWN_PROBLEMS]:
        place = " › ".join(filter(None, [problem.file, problem.sheet, f"第 {problem.row} 行" if problem.row else "", problem.column]))
        print(f"  {'未收' if problem.severity == 'refused' else '提醒'}  {place}：{problem.message}")
    rest = len(outcome.plan.problems) - SHOWN_PROBLEMS
    if rest > 0:
        print(f"  ……还有 {rest} 条，用 --json 看全部")


COMMANDS = [Command("intake", "导入办公室的名单与底数", _arguments, _run), *FINDING]
