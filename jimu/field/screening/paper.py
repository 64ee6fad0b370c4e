"""Sheets of paper typed in later: each line a person, found by door and name, by ID number, or by a printed code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import sealed
from jimu.core.errors import Invalid, JimuError
from jimu.core.ids import new_id
from jimu.core.permissions import Actor, under
from jimu.core.scripts import simplified
from jimu.field.households.models import Resident
from jimu.field.households.rules import building_key, door_of, room_number
from jimu.field.screening import codes, scanning
from jimu.field.screening.models import Round, Scan, Site
from jimu.field.screening.scanning import SCAN, SEAL, Act
from jimu.people.intake import cells

MOST_LINES = 40
NUMBERING = re.compile(r"^\s*\d{1,2}\s*[.、)）]\s*")


@dataclass(frozen=True)
class Sheet:
    """A sheet: one tube, when it was filled, its lines."""

    tube: str
    at: datetime
    lines: Sequence[str]
    seal: bool


@dataclass(frozen=True)
class Typed:
    """What became of a sheet: how many were taken, the lines that were not with the reason."""

    taken: int
    refused: Sequence[tuple[str, str]]


def take(*, actor: Actor, at: datetime, found: Round, site: Site, sheet: Sheet) -> Typed:
    """Write a sheet into its tube; lines that name nobody come back. A tube with such lines stays open."""
    if sheet.at > at:
        raise Invalid(_("采样时间还没有到，请核对。"), code="future")
    if not 0 < len(sheet.lines) <= MOST_LINES:
        raise Invalid(_("一张纸一支管，1 到 {n} 行。").format(n=MOST_LINES), code="no_lines")
    acts: list[tuple[str, Act]] = []
    refused: list[tuple[str, str]] = []
    for line in sheet.lines:
        person = None
        if codes.read(line).kind not in ("person", "household", "id", "bad"):
            person = person_of(found, line)
            if person is None:
                refused.append((line, _("没有找到这一位：请核对楼、室、姓名，或改写身份证号")))
                continue
        code = "" if person else line
        acts.append((line, Act(new_id(), found.pk, site.pk, sheet.tube, sheet.at, at, SCAN, code, person, how=Scan.How.PAPER.value)))
    answers = scanning.take_all(acts=[(actor, act) for _line, act in acts]) if acts else []
    refused += [(line, str(answer)) for (line, _act), answer in zip(acts, answers, strict=True) if isinstance(answer, JimuError)]
    done = [answer for answer in answers if not isinstance(answer, JimuError)]
    taken = len(done)
    if sheet.seal and taken and not refused:
        # Somebody on two lines of it is one person.
        scanning.take(actor=actor, act=Act(new_id(), found.pk, site.pk, sheet.tube, sheet.at, at, SEAL, said=done[-1].taken))
    return Typed(taken, refused)


def person_of(found: Round, line: str) -> UUID | None:
    """Whom a line of a list means, in the round's place; None for nobody, or for more than one."""
    words = NUMBERING.sub("", cells.text(line)).split()
    name = cells.name(words[-1]) if len(words) > 1 else ""
    if not cells.is_name(name):
        return None
    where = "".join(words[:-1])
    indexes = {sealed.blind_index(name), sealed.blind_index(simplified(name))}
    rows = Resident.objects.filter(under([found.unit.path], "room__building__path"), name_index__in=indexes, left_at=None).select_related("room__building")
    door = door_of(where)
    number = door.room if door and door.room else room_number(re.split(r"[号楼幢栋座]+", where)[-1])
    fitting = [r.pk for r in rows if r.room.number == number and (door is None or building_key(r.room.building.name)[1] == building_key(door.building)[1])]
    return fitting[0] if len(fitting) == 1 else None
