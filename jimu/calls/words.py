"""Calls' vocabulary in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import clock
from jimu.roster.words import advice, day_words

REASON_WORDS: Mapping[str, str | Promise] = {
    "busy": gettext_lazy("那个时间没空"),
    "ill": gettext_lazy("身体不舒服"),
    "far": gettext_lazy("太远、出不来"),
    "unable": gettext_lazy("这个岗位我做不了"),
    "family": gettext_lazy("家里走不开"),
    "other": gettext_lazy("其他原因"),
}

#: What the journal says, to read on after a name.
VERB_WORDS: Mapping[str, str | Promise] = {
    "calls.begun": gettext_lazy("为{unit}开始召集：{shifts} 个班次，缺 {seats} 人"),
    "calls.backfill": gettext_lazy("为{unit}的{post}开始补位"),
    "calls.wave": gettext_lazy("发出第 {wave} 批，问了 {asked} 人"),
    "calls.exhausted": gettext_lazy("没有更多合适的人可以问"),
    "calls.paused": gettext_lazy("暂停了召集"),
    "calls.resumed": gettext_lazy("继续召集"),
    "calls.hurried": gettext_lazy("不再等，发下一批"),
    "calls.ended": gettext_lazy("召集结束"),
    "calls.rebound": gettext_lazy("召集转到新发布的排班"),
    "calls.picked": gettext_lazy("直接选定了一位补上"),
    "calls.organisations_asked": gettext_lazy("请 {organisations} 家单位召集本单位的人"),
    "calls.organisations_silent": gettext_lazy("{organisations} 家单位没有回应，已请街道打电话"),
    "calls.organisation_passed": gettext_lazy("把召集转给本单位 {people} 人"),
    "calls.organisation_sends": gettext_lazy("答应派 {people} 人"),
    "calls.organisation_declined": gettext_lazy("答复派不出人"),
    "calls.said_yes": gettext_lazy("答复能来，已排上"),
    "calls.said_bench": gettext_lazy("答复能来，列入候补"),
    "calls.said_no": gettext_lazy("答复来不了"),
    "calls.said_later": gettext_lazy("答复晚点再说"),
    "calls.said_unfit": gettext_lazy("答复能来，但现在不合排班规则"),
}


def reason_clauses(reasons: Sequence[Sequence[Any]]) -> list[str]:
    """The facts that speak for somebody, in clauses."""
    return [_clause(str(code), value) for code, value in reasons]


def _clause(code: str, value: Any) -> str:
    if code == "did_post":
        day = timezone.localtime(datetime.fromisoformat(value)).date()
        return _("{day}做过这个岗位").format(day=day_words(day, clock.today()))
    if code == "lent":
        return _("从外居民区来，答应即借调这一班")
    return advice(code, float(value))


def why_not(given: str) -> str:
    """Why somebody cannot come, from what was sealed: 「身体不舒服：发烧」."""
    code, _colon, words = given.partition(":")
    said = str(REASON_WORDS.get(code, REASON_WORDS["other"]))
    return f"{said}：{words}" if words else said if given else ""
