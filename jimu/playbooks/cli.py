"""Commands of playbooks."""

import argparse
import sys
from pathlib import Path

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.playbooks import actions
from jimu.playbooks.library import read_file, shelf


def _file_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def _file(options: argparse.Namespace) -> Path:
    path: Path = options.file
    if not path.is_file():
        raise NotFound(f"没有这个文件：{path.name}")
    return path


def _check(options: argparse.Namespace) -> int:
    playbook, _text = read_file(_file(options))
    sys.stdout.write(f"{playbook.title} 第 {playbook.version} 版：{len(playbook.posts)} 个岗位，{len(playbook.levels)} 个级别，没有问题。\n")
    return 0


def _add(options: argparse.Namespace) -> int:
    path = _file(options)
    _checked, text = read_file(path)
    playbook = actions.add(actor=SYSTEM, at=clock.now(), text=text, file=path.name)
    sys.stdout.write(f"已存入预案库：{playbook.title} 第 {playbook.version} 版\n")
    return 0


def _list(options: argparse.Namespace) -> int:
    found = shelf()
    for playbook, _text in found.playbooks:
        levels = "、".join(f"{code}（{level.title}）" for code, level in playbook.levels.items())
        sys.stdout.write(f"{playbook.name}  {playbook.title}  第 {playbook.version} 版  级别：{levels}\n")
    for file in found.broken:
        fault = file.faults[0]
        sys.stderr.write(f"不能用：{file.file} 第 {fault['line']} 行：{fault['sentence']}（共 {len(file.faults)} 处）\n")
    return 0


COMMANDS = [
    Command("playbook check", "检查一个预案文件", _file_argument, _check),
    Command("playbook add", "检查并存入预案库", _file_argument, _add),
    Command("playbook list", "列出可用的预案", lambda parser: None, _list),
]
