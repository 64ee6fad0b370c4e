"""Commands of training."""

import argparse
import sys
from pathlib import Path

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid
from jimu.core.permissions import SYSTEM
from jimu.training import queries
from jimu.training.library import parse
from jimu.training.naming import qualification_name

MARKS = {"missing": "缺", "thin": "薄", "good": ""}


def _nothing(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def _list(options: argparse.Namespace) -> int:
    for row in queries.course_rows(clock.today()):
        course = row.course
        sys.stdout.write(f"{course.code}  {course.title}  {course.minutes} 分钟  持证 {row.certified} 人  培训师 {row.trainers} 人\n")
    return 0


def _matrix(options: argparse.Namespace) -> int:
    found = queries.skill_matrix(SYSTEM, clock.today())
    if not found.columns:
        sys.stdout.write("没有进行中的响应，或岗位都不要求资格。\n")
        return 0
    for row in found.rows:
        cells = [
            f"{qualification_name(code)} {cell.able}/{cell.need.peak}{MARKS[cell.state]}"
            for code, cell in zip(found.columns, row.cells, strict=True) if cell
        ]  # fmt: skip
        sys.stdout.write(f"{row.unit.name}  {'  '.join(cells)}\n")
    return 0


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def _check(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise Invalid(f"没有这个文件：{options.file.name}")
    course = parse(options.file.read_text(encoding="utf-8"), file=options.file.name)
    sys.stdout.write(f"{course.title}：{len(course.cards)} 张步骤卡，{len(course.quiz)} 道题，没有错误\n")
    return 0


COMMANDS = [
    Command("training list", "列出课程、持证人数和培训师", _nothing, _list),
    Command("training matrix", "各居民区的技能矩阵：能做的人 / 同时要的人", _nothing, _matrix),
    Command("training check", "检查一个课程文件", _check_arguments, _check),
]
