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
from jimu.teams import allotment_actions, allotment_queries, forming, loan_actions, loan_queries, queries
from jimu.teams.allotting import Weights


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


def _allot_arguments(parser: argparse.ArgumentParser) -> None:
    _incident_argument(parser)
    parser.add_argument("--propose", action="store_true", help="重新测算，存为建议")
    parser.add_argument("--in-force", action="store_true", help="让建议生效")


def _allot(options: argparse.Namespace) -> int:
    incident = _incident(options)
    if options.propose:
        allotment_actions.propose(actor=SYSTEM, at=clock.now(), incident_id=incident.pk, weights=_weights(incident))
    board = allotment_queries.board_for(SYSTEM, incident.pk, clock.today())
    if options.in_force:
        if board.proposal is None:
            raise NotFound("没有待生效的建议。先运行：jimu teams allot --propose")
        found = board.proposal.allotment
        allotment_actions.put_in_force(actor=SYSTEM, at=clock.now(), allotment_id=found.pk, version=found.version)
        board = allotment_queries.board_for(SYSTEM, incident.pk, clock.today())
    picture = board.shown
    if picture is None:
        raise NotFound("还没有分派。先运行：jimu teams allot --propose")
    for share in picture.shares:
        sys.stdout.write(f"{share.place.name}  {share.before} → {share.after} 人（应有 {share.fair:.1f}）\n")
    state = "建议" if board.proposal else "执行中"
    costs = f"{picture.allotment.objective_before:.1f} → {picture.allotment.objective:.1f}"
    sys.stdout.write(f"{incident.title}：{state}，{picture.people} 人，换居民区 {picture.moved} 人，新派 {picture.new} 人，代价 {costs}\n")
    return 0


def _weights(incident: Incident) -> Weights:
    """Those in force, so that a daily run keeps what the commander set."""
    board = allotment_queries.board_for(SYSTEM, incident.pk, clock.today())
    return board.current.weights if board.current else Weights()


def _loans(options: argparse.Namespace) -> int:
    if options.settle:
        begun, ended = loan_actions.settle(at=clock.now())
        sys.stdout.write(f"开始 {begun} 人，回来 {ended} 人\n")
    board = loan_queries.board_for(SYSTEM, clock.now())
    for view in board.requests:
        asked = view.request
        sys.stdout.write(f"等借  {asked.to_unit.name}  {view.promised}/{asked.count} 人  {view.what}  {asked.reason}\n")
    for group in board.groups:
        for each in group.loans:
            sys.stdout.write(f"借调  {group.source.name} → {group.target.name}  {each.loan.person.name}  {each.loan.get_state_display()}  {each.left}\n")
    if not board.requests and not board.groups:
        sys.stdout.write("现在没有借调\n")
    return 0


def _loans_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--settle", action="store_true", help="到时间的开始，到期的回来（服务运行时会自己做）")


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
    Command("teams allot", "把机关干部、社工、选派干部分到各居民区：看、测算、生效", _allot_arguments, _allot),
    Command("teams loans", "借调：等着借的、借着的、还有几天", _loans_arguments, _loans),
    Command("teams check", "检查一个队伍模板文件", _check_arguments, _check),
]
