"""Commands of people."""

import argparse
import json
import sys
from pathlib import Path

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.permissions import SYSTEM
from jimu.core.serve import prepare
from jimu.people import intake_files
from jimu.people.finding_cli import COMMANDS as FINDING
from jimu.people.intake.problems import REFUSED, Problem
from jimu.people.intake_actions import Outcome, intake
from jimu.people.models import Kind

NOTHING_READ = 2
SHOWN_PLACES = 10


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE_OR_FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--marked", type=Path, metavar="FOLDER", help="标注好的工作簿放在这里；不写则放在 JIMU_HOME/intake，保留一天")
    parser.add_argument("--no-marked", action="store_true", help="不要标注好的工作簿")


def _run(options: argparse.Namespace) -> int:
    prepare()
    at = clock.now()
    intake_files.purge(at)
    outcome = intake(
        actor=SYSTEM,
        at=at,
        paths=options.paths,
        dry_run=options.dry_run,
        progress=None if options.json else _show,
        marked=None if options.no_marked else options.marked or intake_files.dated_folder(at),
    )
    if options.json:
        print(json.dumps(outcome.as_dict(), ensure_ascii=False))
    else:
        _print(outcome)
    if outcome.marked:
        sys.stderr.write(f"标注好的工作簿（{len(outcome.marked)} 个）：{outcome.marked[0].parent}\n")
    return 0 if outcome.plan.tables else NOTHING_READ


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
    # Refusals first, and no code drowns the others.
    by_code: dict[str, list[Problem]] = {}
    for problem in sorted(outcome.plan.problems, key=lambda p: p.severity != REFUSED):
        by_code.setdefault(problem.code, []).append(problem)
    for problems in by_code.values():
        first = problems[0]
        print(f"  {'未收' if first.severity == REFUSED else '提醒'} {len(problems)} 处：{first.message}")
        for problem in problems[:SHOWN_PLACES]:
            row = f"第 {problem.row} 行" if problem.row else ""
            print("      " + " › ".join(filter(None, [problem.file, problem.sheet, row, problem.column])))
        if len(problems) > SHOWN_PLACES:
            print(f"      ……还有 {len(problems) - SHOWN_PLACES} 处，标注好的工作簿里都有，也可以用 --json 看全部")


COMMANDS = [Command("intake", "导入办公室的名单与底数", _arguments, _run), *FINDING]
