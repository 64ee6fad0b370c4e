"""The timeline: what the journal recorded, told in sentences. What is not told here is not news for the board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.models import JournalEntry
from jimu.grid.models import Unit


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `tone` is calm, good or grave; `place` is empty for the whole subdistrict."""

    at: datetime
    sentence: str
    place: str
    tone: str


# Verb → (sentence, tone). `{who}` is who did it; other names are of the entry's data, 0 when missing. People
# signing in are counted elsewhere on the board: told one by one they would push everything else off the list.
TOLD: Mapping[str, tuple[Any, str]] = {
    "incident.activated": (gettext_lazy("{who}启动了应急响应"), "grave"),
    "incident.level_changed": (gettext_lazy("{who}把响应级别由{from}改为{to}"), "grave"),
    "incident.prolonged": (gettext_lazy("{who}把响应的结束日期改为 {to}"), "calm"),
    "incident.stood_down": (gettext_lazy("{who}解除了应急响应"), "good"),
    "order.issued": (gettext_lazy("{who}下达了指令“{title}”，{cells} 处"), "grave"),
    "order.passed": (gettext_lazy("“{title}”：{passed} 处没有回音，已转给下一位"), "grave"),
    "order.stood_down": (gettext_lazy("{who}解除了指令“{title}”"), "good"),
    "people.intake": (gettext_lazy("{who}导入了人员名单"), "calm"),
    "roster.drafted": (gettext_lazy("{who}新建了一份排班草稿"), "calm"),
    "roster.solved": (gettext_lazy("排班已算出：需要 {needed} 人次，排上 {filled} 人次"), "calm"),
    "roster.published": (gettext_lazy("{who}发布了排班"), "good"),
    "roster.assigned": (gettext_lazy("{who}补上了一个空岗"), "good"),
    "roster.moved": (gettext_lazy("{who}把一人调到了别的岗位"), "calm"),
    "roster.released": (gettext_lazy("{who}把一人换下了岗"), "calm"),
    "handover.accepted": (gettext_lazy("{who}接了班，{items} 项"), "good"),
    "handover.alarm": (gettext_lazy("交接没人接，已提醒到{level}"), "grave"),
    "attendance.absent": (gettext_lazy("{who}登记了一人未到岗"), "grave"),
}


class _Data(dict[str, Any]):
    def __missing__(self, key: str) -> int:
        return 0


def told(entry: JournalEntry, units: Sequence[Unit]) -> Event:
    """A journal entry as a line of the timeline; the place is the deepest of `units` that holds it."""
    sentence, tone = TOLD[entry.verb]
    who = entry.actor_name if entry.account_id else _("系统")
    holding = [unit for unit in units if entry.scope.startswith(unit.path) and unit.depth > 1]
    return Event(
        at=entry.at,
        sentence=str(sentence).format_map(_Data({**entry.data, "who": who})),
        place=holding[-1].short_name if holding else "",
        tone=tone,
    )
