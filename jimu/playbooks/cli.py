"""Commands of playbooks."""

import argparse
import sys
from pathlib import Path

from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.playbooks.library import all_playbooks, parse


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def _check(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise NotFound("没有这个文件。")
    playbook = parse(options.file.read_text(encoding="utf-8"), file=options.file.name)
    sys.stdout.write(f"{playbook.title} 第 {playbook.version} 版：{len(playbook.posts)} 个岗位，{len(playbook.levels)} 个级别，没有问题。\n")
    return 0


def _list(options: argparse.Namespace) -> int:
    for playbook, _text in all_playbooks():
        levels = "、".join(f"{code}（{level.title}）" for code, level in playbook.levels.items())
        sys.stdout.write(f"{playbook.name}  {playbook.title}  第 {playbook.version} 版  级别：{levels}\n")
    return 0


COMMANDS = [
    Command("playbook check", "检查一个预案文件", _check_arguments, _check),
    Command("playbook list", "列出可用的预案", lambda parser: None, _list),
]
