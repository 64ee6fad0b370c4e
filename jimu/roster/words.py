"""The engine's codes as sentences in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from jimu.core.permissions import SYSTEM
from jimu.roster.policy import FIRM
from jimu_engine.rules import RULES, Breach

# Each reads on after a name (「张三：…」) and after a number (「有 3 人…」).
RULE_WORDS: Mapping[str, str | Promise] = {
    "qualification": gettext_lazy("没有岗位要求的能力或资质"),
    "supervised": gettext_lazy("是首班，要有能独当一面的人同班带教（一对一）"),
    "kind": gettext_lazy("不是这个岗位要用的人员类别"),
    "requested": gettext_lazy("不能指派，这个岗位由对方指挥派人，只能商请"),
    "own_command": gettext_lazy("由自己的指挥调派（医护、民警），只能商请"),
    "place": gettext_lazy("眼下不出本居民区，或岗位不在其服务范围内"),
    "closed": gettext_lazy("这段时间不在岗（隔离、生病等）、借调在别处，或在借调期限之外"),
    "availability": gettext_lazy("这段时间没有空"),
    "limits": gettext_lazy("说明过不能上这样的班（如不排夜班、不搬重物、不穿防护服）"),
    "rest": gettext_lazy("与前后班次重叠，或两班之间休息不够"),
    "rest_day": gettext_lazy("七天里会没有一个整天休息"),
    "nights": gettext_lazy("连续夜班会太多"),
    "suit": gettext_lazy("穿防护服会太久"),
    "days_on": gettext_lazy("连续上班的天数会超过本人的上限"),
    "most_shifts": gettext_lazy("这个岗位的班次会超过本人的上限"),
    "daily_cap": gettext_lazy("会超过一天的工时上限"),
    "weekly_cap": gettext_lazy("会超过七天的工时或天数上限"),
    "pinned": gettext_lazy("所在的班次已经开始，新排班里要留着"),
    "cover": gettext_lazy("岗位上的人比需要的多，或同一人占了两个席位"),
    "least_shifts": gettext_lazy("约定岗位上的班次还不够"),
    "fairness": gettext_lazy("工时要大家分担"),
    "continuity": gettext_lazy("尽量守住同一个岗位"),
    "team": gettext_lazy("尽量跟着同一支队伍"),
    "rhythm": gettext_lazy("上班和休息的天数要合本人的节奏"),
    "wishes": gettext_lazy("尊重本人意愿，时间没说清的人最后才请"),
    "stability": gettext_lazy("已发布的安排尽量不动"),
    "stranger": gettext_lazy("不在这次响应可以排班的人员名单里"),
    "minor": gettext_lazy("未满 18 周岁，不能安排上岗"),
    "paused": gettext_lazy("暂停服务（生病、请假等），不能安排上岗"),
    "must_rest": gettext_lazy("该休息了，要由指挥长署名批准才能请"),
    "twice": gettext_lazy("已经在这个班次上"),
}
# Rules whose breaches the engine tells with numbers.
NUMBERED = frozenset({"rest", "rest_day", "days_on", "nights", "suit", "daily_cap", "weekly_cap", "most_shifts"})
# What one can do about people whom a single rule keeps off.
REMEDIES: Mapping[str, str | Promise] = {
    "qualification": gettext_lazy("培训合格就能上岗；急用时由指挥长同意，现场带教。"),
    "supervised": gettext_lazy("同班再安排一位带过班的人，就可以请他们。"),
    "kind": gettext_lazy("指挥长同意后可以请他们。"),
    "availability": gettext_lazy("打电话问一问，愿意来就可以安排。"),
    "limits": gettext_lazy("先问本人，同意了才可以安排。"),
    "must_rest": gettext_lazy("请别人；非请不可，由指挥长写明理由批准。"),
    "daily_cap": gettext_lazy("指挥长同意后可以请他们，事后要补休。"),
    "weekly_cap": gettext_lazy("指挥长同意后可以请他们，事后要补休。"),
}


def who(name: str) -> str:
    """A name as the journal keeps it, for a page: what the system did by itself says so."""
    return _("系统") if name == SYSTEM.name else name


def duty_time(starts_at: datetime, ends_at: datetime, today: date) -> str:
    """When a shift is, as one would say it on a day: 今天 08:00–16:00, 昨天 20:00–今天 08:00, 4月8日 周三 08:00–16:00."""
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    last = starts.date() if ends.time() == time(0) and ends.date() == starts.date() + timedelta(days=1) else ends.date()
    # The end of the day is 24:00, so that an evening shift does not seem to end on another day.
    until = "24:00" if last != ends.date() else f"{ends:%H:%M}"
    begin = f"{day_words(starts.date(), today)} {starts:%H:%M}"
    return f"{begin}–{until}" if last == starts.date() else f"{begin}–{day_words(last, today)} {until}"


def day_words(day: date, today: date) -> str:
    """A day as one would say it on another."""
    near = {-1: _("昨天"), 0: _("今天"), 1: _("明天"), 2: _("后天")}.get((day - today).days)
    return near or date_format(day, _("n月j日 D"))


def rule_words(code: str) -> str:
    """A rule in one clause."""
    return str(RULE_WORDS.get(code, code))


def breach_words(breach: Breach) -> str:
    """A breach in one clause: with its numbers where the engine's own words are in the reader's language."""
    chinese = (get_language() or "").lower() in ("zh-hans", "zh-cn")
    if chinese and breach.rule in NUMBERED and breach.sentence:
        return breach.sentence
    return rule_words(breach.rule)


def is_bodily(code: str) -> bool:
    """Whether a rule guards the body, and so is never lifted."""
    return code in RULES and RULES[code].bodily


def is_firm(code: str) -> bool:
    """Whether nobody may set the rule aside, with whatever reason."""
    return is_bodily(code) or code in FIRM


def counted(code: str, count: int) -> str:
    """How many people a rule keeps off a seat: 「12 人：这段时间没有空」."""
    return ngettext("%(n)d 人：%(why)s", "%(n)d 人：%(why)s", count) % {"n": count, "why": rule_words(code)}


def reason_sentence(reason: Mapping[str, object]) -> str:
    """Why seats of a shift are open, from what was stored with it."""
    code = str(reason.get("code") or "")
    if code == "requested":
        return _("这个岗位由对方指挥派人，请联系商请。")
    if code == "nobody":
        return _("本居民区没有人报名或分配到这里。")
    if code == "":
        return str(reason.get("sentence") or "")
    counts = reason.get("counts")
    number = counts.get(code, 0) if isinstance(counts, dict) else 0
    return _("合适的人不够：有 %(n)d 人%(why)s。") % {"n": number, "why": rule_words(code)}


def relaxed(code: str, count: int) -> str:
    """What a single easing would bring: a sentence that proposes nothing for limits of the body."""
    remedy = str(REMEDIES.get(code, ""))
    if is_firm(code):
        remedy = _("这一条关系到身体和安全，不能放宽。") if is_bodily(code) else _("这一条不能放宽。")
    told = _("另有 %(n)d 人只有这一条不合：%(why)s。") % {"why": rule_words(code), "n": count}
    return told + remedy


def advice(code: str, value: float) -> str:
    """One fact that speaks for or against somebody on a seat."""
    hours = {"h": f"{value / 60:g}" if value < 6000 else f"{value / 60:.0f}"}
    if code == "load":
        return _("本期已排 %(h)s 小时") % hours if value else _("本期还没有排班")
    if code == "rested":
        return _("班前休息 %(h)s 小时") % hours
    known = {
        "knows_post": _("做过这个岗位"),
        "same_team": _("跟过这支队伍"),
        "qualified": _("具备要求的能力"),
        "promised": _("已发布的安排里就是此人"),
        "wished": _("本人希望上这个班"),
        "unwished": _("本人不太愿意上这个班"),
        "new_post": _("这个岗位还没做过，要换岗"),
        "new_team": _("要换到另一支队伍"),
        "on_rhythm": _("正好接上作息"),
        "off_rhythm": ngettext("会打乱作息 %(n)d 天", "会打乱作息 %(n)d 天", int(value)) % {"n": value},
        "owed": ngettext("约定的岗位还差 %(n)d 班", "约定的岗位还差 %(n)d 班", int(value)) % {"n": value},
        "times_unknown": _("可服务时间未确认，请先打电话问一问"),
    }
    return known.get(code, code)


def by_hand() -> str:
    """Said of a seat that a person filled."""
    return _("由人工安排")


def by_call() -> str:
    """Said of a seat whose person answered a call."""
    return _("本人应召而来")


def overridden(override: Mapping[str, object]) -> str:
    """Who lifted which rules, and why."""
    rules = override.get("rules")
    codes = [rule_words(str(code)) for code in rules] if isinstance(rules, list) else []
    return _("由%(who)s人工安排。越过的规则：%(rules)s。理由：%(why)s") % {
        "who": who(str(override.get("by", ""))),
        "rules": "、".join(codes),
        "why": override.get("reason", ""),
    }
