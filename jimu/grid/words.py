"""The grid's vocabulary in the reader's language: facts, and what the journal says of a unit."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.core.models import JournalEntry

FACT_WORDS: Mapping[str, Any] = {
    "households": _("户数"),
    "residents": _("居民"),
    "elders": _("60 岁以上"),
    "elders_living_alone": _("独居老人"),
    "buildings": _("楼栋"),
    "blocks": _("网格块"),
}

VERB_WORDS: Mapping[str, str | Promise] = {
    "grid.founded": _("建立网格"),
    "grid.facts_imported": _("导入底数"),
    "grid.unit_imported": _("导入底数"),
    "grid.facts_edited": _("修改底数"),
    "grid.zones_arranged": _("划分片区"),
    "grid.units_created": _("添加下级"),
    "grid.created": _("添加"),
    "grid.renamed": _("修改名称或编码"),
    "grid.retired": _("停用"),
    "grid.restored": _("恢复使用"),
    "grid.moved": _("调整所属片区"),
    "grid.split": _("重划网格块"),
    "grid.changed_block": _("调到别的网格块"),
    "grid.kitchens_marked": _("标注合用厨房"),
    "grid.numbered": _("统一编码"),
    "people.leader_appointed": _("任命负责人或副手"),
    "people.leaders_appointed": _("任命负责人和副手"),
    "people.leader_ended": _("结束任职"),
}


def verb_words(verb: str) -> str:
    """A journal verb in words; one that is not known stays as it is."""
    return str(VERB_WORDS.get(verb, verb))


def change_words(entry: JournalEntry) -> str:
    """What changed, as `户数 900→912，…`; empty when the entry does not say."""
    before, after = entry.data.get("before"), entry.data.get("after")
    if not isinstance(after, dict):
        return ""
    old = before if isinstance(before, dict) else {}
    parts = [f"{FACT_WORDS.get(key, '')} {_shown(old.get(key))}→{_shown(value)}".strip() for key, value in after.items()]
    return "，".join(parts)


def _shown(value: object) -> str:
    return "–" if value in (None, "") else str(value)
