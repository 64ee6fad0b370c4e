"""The engine's codes as sentences in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jimu_engine.rules import RULES, Breach

RULE_WORDS: Mapping[str, str | Promise] = {
    "qualification": lazy("没有岗位要求的能力或资质"),
    "kind": lazy("不是这个岗位要用的人员类别"),
    "requested": lazy("这个岗位由对方指挥派人，只能商请，不能指派"),
    "own_command": lazy("医护、民警有自己的指挥，只能商请，不能指派"),
    "place": lazy("封控期间只能在本居民区服务，或不在其服务范围内"),
    "availability": lazy("本人这段时间没有空"),
    "limits": lazy("本人说明不能上这样的班（如不排夜班、不搬重物）"),
    "rest": lazy("与前后班次重叠，或两班之间休息时间不够"),
    "rest_day": lazy("任意七天里至少要有一个整天休息"),
    "nights": lazy("连续夜班太多"),
    "suit": lazy("一天内穿防护服的时间太长"),
    "daily_cap": lazy("超过一天的工时上限"),
    "weekly_cap": lazy("超过七天的工时或天数上限"),
    "pinned": lazy("人工定下的安排不能动"),
    "cover": lazy("岗位上的人比需要的多，或同一人占了两个席位"),
    "fairness": lazy("工时要大家分担"),
    "continuity": lazy("尽量守住同一个岗位"),
    "wishes": lazy("尊重本人意愿，时间没说清的人最后才请"),
    "stability": lazy("已发布的安排尽量不动"),
    "stranger": lazy("已不在可以排班的人员名单里"),
    "twice": lazy("已经在这个班次上"),
}


def rule_words(code: str) -> str:
    """A rule in one clause."""
    return str(RULE_WORDS.get(code, code))


def breach_words(breach: Breach) -> str:
    """A breach in one clause: with its numbers where the engine's own words are in the reader's language."""
    if (get_language() or "").lower() in ("zh-hans", "zh-cn") and breach.sentence:
        return breach.sentence
    return rule_words(breach.rule)


def is_bodily(code: str) -> bool:
    """Whether a rule guards the body, and so is never lifted."""
    return code in RULES and RULES[code].bodily


def counted(code: str, count: int) -> str:
    """How many people a rule keeps off a seat: 「12 人：本人这段时间没有空」."""
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
    return _("够条件的人不足：有 %(n)d 人因“%(why)s”不能来。") % {"n": number, "why": rule_words(code)}


def relaxed(code: str, count: int) -> str:
    """What a single easing would bring: a sentence that proposes nothing for limits of the body."""
    if is_bodily(code):
        return _("只差“%(why)s”这一条的有 %(n)d 人；这一条关系到身体和安全，不能放宽。") % {
            "why": rule_words(code),
            "n": count,
        }
    return _("只差“%(why)s”这一条的有 %(n)d 人，征得同意后可以请他们。") % {
        "why": rule_words(code),
        "n": count,
    }


def advice(code: str, value: float) -> str:
    """One fact that speaks for or against somebody on a seat."""
    hours = {"h": f"{value / 60:g}" if value < 6000 else f"{value / 60:.0f}"}
    if code == "load":
        return _("本期已排 %(h)s 小时") % hours if value else _("本期还没有排班")
    if code == "rested":
        return _("班前休息 %(h)s 小时") % hours
    known = {
        "knows_post": _("做过这个岗位"),
        "qualified": _("具备要求的能力"),
        "times_unknown": _("可服务时间未确认，请先打电话问一问"),
    }
    return known.get(code, code)


def by_hand() -> str:
    """Said of a seat that a person filled."""
    return _("由人工安排")


def overridden(override: Mapping[str, object]) -> str:
    """Who lifted which rules, and why."""
    rules = override.get("rules")
    codes = [rule_words(str(code)) for code in rules] if isinstance(rules, list) else []
    return _("由%(who)s人工安排。越过的规则：%(rules)s。理由：%(why)s") % {
        "who": override.get("by", ""),
        "rules": "、".join(codes),
        "why": override.get("reason", ""),
    }
