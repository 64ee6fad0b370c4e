"""The journal of an incident, told in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.models import JournalEntry

TOLD: Mapping[str, Any] = {
    "incident.activated": gettext_lazy("启动：{level_title}，{units} 个居民区"),
    "incident.level_changed": gettext_lazy("级别由{from}改为{to}，每天岗位人数 {people_from} → {people_to}"),
    "incident.prolonged": gettext_lazy("结束日期由 {from} 改为 {to}"),
    "incident.post_adjusted": gettext_lazy("{unit}“{title}”由 {from} 人改为 {to} 人"),
    "incident.stood_down": gettext_lazy("解除"),
}


@dataclass(frozen=True)
class Event:
    """One line: when, who, what, why."""

    at: datetime
    who: str
    sentence: str
    reason: str
    verb: str


class _Data(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "？"


def told(entry: JournalEntry) -> Event:
    """A journal entry as a line; a verb that is not known is shown as it is."""
    sentence = TOLD.get(entry.verb)
    words = str(sentence).format_map(_Data(entry.data)) if sentence else entry.verb
    who = entry.actor_name if entry.account_id else _("系统")
    return Event(entry.at, who, words, str(entry.data.get("reason", "")), entry.verb)
