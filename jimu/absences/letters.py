"""What people read: who drops out is asked to hand over, a deputy to stand in, who returns what still waits. Never why."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.absences.models import Absence
from jimu.absences.queries import CellLoss, Former, Preview
from jimu.core.permissions import Actor
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.people.models import Person


def send(absence: Absence, seen: Preview, *, actor: Actor, at: datetime) -> None:
    """To everybody who drops out, and to every deputy who stands in now. Each once."""
    until = _day(absence.ends_at)
    written = [_letter(absence, person, "out", _out_text(person, seen, until)) for person in seen.people]
    cells: dict[UUID, list[str]] = {}
    deputies: dict[UUID, Person] = {}
    for cell in seen.cells:
        if cell.deputy is not None:
            deputies[cell.deputy.pk] = cell.deputy
            cells.setdefault(cell.deputy.pk, []).append(_("{unit}（{leader}）").format(unit=cell.unit, leader=cell.leader.name))
    for pk, deputy in deputies.items():
        text = _("{cells}的负责人到 {until} 不在岗，请您代行。请向对方接过钥匙、卡证和没办完的事；命令会直接发给您。")
        written.append(_letter(absence, deputy, "stands_in", text.format(cells=_("、").join(cells[pk]), until=until)))
    enqueue(actor=actor, at=at, letters=written, subject=absence.target)


def prolonged(absence: Absence, people: Sequence[Person], cells: Sequence[CellLoss], *, actor: Actor, at: datetime) -> None:
    """To those who stay out longer, and to the deputies who stand in longer."""
    until = _day(absence.ends_at)
    stamp = timezone.localtime(absence.ends_at).strftime("%Y%m%d%H%M")
    written = [_letter(absence, person, f"longer:{stamp}", _("您不用上岗的时间延长到 {until}，这些天的班也空出了。请保重。").format(until=until)) for person in people]
    for pk, (deputy, places) in _by_deputy(cells).items():
        text = _("{cells}的负责人到 {until} 才回来，请您接着代行。").format(cells=_("、").join(places), until=until)
        written.append(_letter(absence, deputy, f"stands_in:{stamp}:{pk.hex[-6:]}", text))
    enqueue(actor=actor, at=at, letters=written, subject=absence.target)


def _by_deputy(cells: Sequence[CellLoss]) -> dict[UUID, tuple[Person, list[str]]]:
    found: dict[UUID, tuple[Person, list[str]]] = {}
    for cell in cells:
        if cell.deputy is not None:
            found.setdefault(cell.deputy.pk, (cell.deputy, []))[1].append(cell.unit)
    return found


def _out_text(person: Person, seen: Preview, until: str) -> str:
    lines = [_("您到 {until} 不用上岗，这段时间的班都已空出，会另找人。请保重。").format(until=until)]
    deputy = next((cell.deputy.name for cell in seen.cells if cell.leader.pk == person.pk and cell.deputy), "")
    if deputy:
        lines.append(_("手上的钥匙、卡证和没办完的事，请交代给{name}。").format(name=deputy))
    else:
        lines.append(_("手上的钥匙、卡证和没办完的事，请打电话交代给接班的人。"))
    return "\n".join(lines)


def welcome(absence: Absence, back: Sequence[Former], *, actor: Actor, at: datetime) -> None:
    """To everybody who is back: what they had given up that nobody has taken."""
    written = []
    for one in back:
        open_ = len(one.shifts) + len(one.seats)
        more = _("您原来的班和席位还有 {n} 个空着，愿意接着上请告诉负责人。").format(n=open_) if open_ else _("您原来的班都已有人，有需要再请您。")
        written.append(_letter(absence, one.row.person, "back", _("欢迎回来！") + more))
    enqueue(actor=actor, at=at, letters=written, subject=absence.target)


def _letter(absence: Absence, person: Person, sort: str, text: str) -> Letter:
    return Letter(
        key=f"{absence.target}:{person.pk.hex}:{sort}", unit_id=absence.unit_id, person_id=person.pk, text=text, urgency=Urgency.URGENT
    )


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%m-%d %H:%M")
