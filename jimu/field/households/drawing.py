"""Floor plans as text of a page: a cell for each door, coloured by its state, which stands there in words too.

Written here and not in a template, since a block has hundreds of cells.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jimu.core.ids import new_id
from jimu.field.households.case_queries import RoomHealth
from jimu.field.households.models import Room
from jimu.field.households.queries import Cell, Plan
from jimu.field.households.words import STATE_TONES


def drawn(plan: Plan, health: Mapping[UUID, RoomHealth] | None = None) -> SafeString:
    """One building: its entrances side by side, the highest floor first; with `health` its cases and contacts, for who may see them."""
    sample = str(new_id())
    address = reverse("households:room", args=[sample]).replace(sample, "{}")
    words = {state: str(escape(label)) for state, label in Room.State.choices}
    told = {
        "priority": str(escape(_("重点 {n} 人"))), "nobody": str(escape(_("没有住户"))), "people": str(escape(_("{n} 人"))),
        "cases": str(escape(_("阳性 {n}"))), "close": str(escape(_("密接 {n}"))), "secondary": str(escape(_("次密接 {n}"))),
        "entrance": str(escape(_("{n} 单元"))), "floor": str(escape(_("{n} 层"))), "other": str(escape(_("其他"))),
    }  # fmt: skip
    parts = []
    for entrance, floors in plan.entrances:
        head = f'<h4>{told["entrance"].format(n=escape(entrance))}</h4>' if entrance else ""
        rows = "".join(
            f'<li class="plan-floor"><span class="plan-level">{told["other"] if floor is None else told["floor"].format(n=floor)}</span>'
            f'<span class="plan-rooms">{_cells(cells, address, words, told, health or {})}</span></li>'
            for floor, cells in floors
        )
        parts.append(f'<div class="plan-entrance">{head}<ol class="plan-floors">{rows}</ol></div>')
    # Every piece of words in it has been escaped.
    return mark_safe(f'<div class="plan">{"".join(parts)}</div>')


def _cells(
    cells: Iterable[Cell], address: str, words: Mapping[str, str], told: Mapping[str, str], health: Mapping[UUID, RoomHealth]
) -> str:
    return "".join(
        f'<a class="plan-cell {STATE_TONES[cell.state]}" href="{address.format(cell.room_id)}"><strong>{escape(cell.number)}</strong>'
        f'<span>{words[cell.state]}</span><span class="plan-people">{told["people"].format(n=cell.people) if cell.people else told["nobody"]}'
        f'{" · " + told["priority"].format(n=cell.priority) if cell.priority else ""}</span>{_ill(health.get(cell.room_id), told)}</a>'
        for cell in cells
    )


def _ill(found: RoomHealth | None, told: Mapping[str, str]) -> str:
    if found is None:
        return ""
    counted = (("cases", found.cases, "bad"), ("close", found.close, "warn"), ("secondary", found.secondary, ""))
    return "".join(f'<span class="chip {tone}">{told[name].format(n=n)}</span>' for name, n, tone in counted if n)
