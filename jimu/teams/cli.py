"""Commands of teams."""

import argparse
import sys
from pathlib import Path
from uuid import UUID

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Incident
from jimu.playbooks.team_templates import parse
from jimu.teams import forming, queries


def _incident_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--incident", type=UUID, help="不填取最近一次进行中的响应")


def _incident(options: argparse.Namespace) -> Incident:
    found = queries.incidents_with_teams(SYSTEM)
    incident = next((i for i in found if options.incident in (None, i.pk)), None)
    if incident is None:
        raise NotFound("没有进行中的响应。先启动预案：jimu incident activate")
    return incident


def _form(options: argparse.Namespace) -> int:
    incident = _incident(options)

    def show(share: float, note: str) -> None:
        sys.stderr.write(f"{share:4.0%} {note}\n")

    formed = forming.form_teams(actor=SYSTEM, at=clock.now(), incident_id=incident.pk, show=show)
    sys.stdout.write(
        f"{incident.title}：新建 {formed.teams} 支队伍，坐上 {formed.seated} 席，还空 {formed.open} 席（其中必须有人的 {formed.required_open} 席）\n"
    )
    return 0


def _list(options: argparse.Namespace) -> int:
    for cell in queries.cells_with_teams(SYSTEM, _incident(options)):
        sys.stdout.write(f"{cell.unit.name}  {cell.teams} 支  {cell.filled}/{cell.seats} 席  缺 {cell.missing}  已确认 {cell.confirmed}\n")
    return 0


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def _check(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise Invalid(f"没有这个文件：{options.file.name}")
    template = parse(options.file.read_text(encoding="utf-8"), file=options.file.name)
    sys.stdout.write(f"{template.title}：{len(template.seats)} 种席位，没有错误\n")
    return 0


COMMANDS = [
    Command("teams form", "按模板为进行中的响应组建队伍", _incident_argument, _form),
    Command("teams list", "各居民区的队伍、席位和缺口", _incident_argument, _list),
    Command("teams check", "检查一个队伍模板文件", _check_arguments, _check),
]
