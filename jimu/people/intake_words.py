"""What an intake found, in words for a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.clock import clock_text
from jimu.people.intake import cells
from jimu.people.intake.problems import REFUSED
from jimu.people.intake.times import EVERY, WEEKEND, WORKDAYS, understand
from jimu.people.models import Kind

FIELDS = {
    "submitted_at": _("提交时间"), "id_number": _("身份证号"), "secretary_phone": _("书记电话"), "secretary": _("书记"), "phone": _("手机"),
    "name": _("姓名"), "sex": _("性别"), "birth": _("出生日期"), "age": _("年龄"), "political_status": _("政治面貌"), "category": _("人员类别"),
    "neighborhood": _("居民区"), "address": _("住址"), "organisation": _("单位"), "department": _("部门"), "title": _("职务"), "skills": _("特长"),
    "times": _("可参与时间"), "health": _("健康状况"), "note": _("备注"), "serial": _("序号"), "households": _("户数"), "residents": _("人口"),
    "elders": _("60 岁以上"), "elders_living_alone": _("独居老人"), "buildings": _("楼栋数"), "blocks": _("网格块"),
}  # fmt: skip
LIMITS = {
    "no_night": _("不排夜班"), "no_heavy": _("不搬重物"), "no_standing": _("不能久站"), "no_suit": _("不穿防护服"), "paused": _("暂停参加"),
}  # fmt: skip
DAY_NAMES = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
PLACES_SHOWN = 12


@dataclass(frozen=True)
class Group:
    """Problems of one code: how many, what they mean, where they are."""

    refused: bool
    sentence: str
    count: int
    places: list[dict[str, Any]]
    rest: list[dict[str, Any]]


@dataclass(frozen=True)
class Heard:
    """Free words, how often they came, and what they became; `left` is what was not understood."""

    words: str
    count: int
    became: list[str]
    left: str


def groups(problems: Iterable[dict[str, Any]]) -> list[Group]:
    """Problems by code; refusals first, then the rarer before the more frequent."""
    by_code: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for problem in problems:
        by_code.setdefault((problem["severity"], problem["code"]), []).append(problem)
    found = [
        Group(severity == REFUSED, gettext(rows[0]["message"]), len(rows), rows[:PLACES_SHOWN], rows[PLACES_SHOWN:])
        for (severity, _code), rows in by_code.items()
    ]
    return sorted(found, key=lambda group: (not group.refused, group.count))


def heard(words: Iterable[tuple[str, str, int]]) -> tuple[list[Heard], list[Heard]]:
    """(what was understood, what was not or not wholly). Health facts are shown by what they mean only."""
    good: list[Heard] = []
    odd: list[Heard] = []
    for field, text, count in words:
        found = understand(text)
        became = [_when(w.weekdays, w.start, w.end) for w in found.windows]
        became += [gettext("任何时间")] if found.known and not found.windows else []
        became += [str(LIMITS[code]) for code in sorted(found.limits)] + sorted(found.skills)
        if field == "health":
            continue
        row = Heard(cells.scrub(text), count, became, cells.scrub(found.rest))
        (odd if found.rest else good).append(row)
    return good, odd


def _when(weekdays: int, start: int, end: int) -> str:
    days = {EVERY: gettext("每天"), WORKDAYS: gettext("工作日"), WEEKEND: gettext("周末")}.get(weekdays)
    if days is None:
        days = gettext("、").join(str(name) for bit, name in enumerate(DAY_NAMES) if weekdays >> bit & 1)
    hours = gettext("全天") if (start, end) == (0, 1440) else f"{clock_text(start)}–{clock_text(end) if end % 1440 else '24:00'}"
    return f"{days} {hours}"


def kinds(counts: dict[str, int]) -> list[tuple[str, int]]:
    """People by kind, the most numerous first, without the empty ones."""
    names = dict(Kind.choices)
    return [(str(names[code]), n) for code, n in sorted(counts.items(), key=lambda pair: -pair[1]) if n]


def sheets(seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sheets with the names of what each column was taken for."""
    return [{**sheet, "columns": [{**c, "taken": FIELDS.get(c["field"], "")} for c in sheet["columns"]]} for sheet in seen]
