"""Lending in the reader's language: refusals, shortfalls, why somebody is offered first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.teams.loan_rules import HEADS, Shortfall
from jimu.teams.models import Loan
from jimu.training.naming import qualification_name


def refusal(code: str, name: str, qualification: str = "") -> str:
    """Why somebody cannot be lent, and what would help."""
    skill = qualification_name(qualification) if qualification else ""
    sentences = {
        "paused": _("{name}暂停上岗（隔离、生病、请假等），不能借出。"),
        "on_loan": _("{name}已经借给别处或正在等答复，一个人同一时间只能借给一处。"),
        "unplaced": _("{name}还没有分到居民区，不用借调，直接分派就可以。"),
        "there_already": _("{name}本来就在借入的居民区。"),
        "not_theirs": _("{name}不在这个居民区工作，不能由它借出。"),
        "confined": _("{name}住的居民区正在封控，居民不出小区，不能借出。"),
        "kind": _("{name}不是要借的人员类别。"),
        "qualification": _("{name}没有{skill}资格。请另选，或先培训。"),
        "expired": _("{name}的{skill}资格已过期。请另选，或先复训。"),
        "expires": _("{name}的{skill}资格在借调期内到期。请缩短借期，或先复训。"),
    }
    return sentences[code].format(name=name, skill=skill)


def blocked(code: str, n: int) -> str:
    """How many a reason keeps from being lent."""
    return {
        "paused": _("{n} 人暂停上岗"),
        "on_loan": _("{n} 人已经借给别处或在等答复"),
        "confined": _("{n} 人住在封控的居民区，不出小区；干部、社工、物业不受限"),
        "qualification": _("{n} 人没有要的资格"),
        "kind": _("{n} 人不是要的类别"),
        "expired": _("{n} 人的资格已过期"),
        "expires": _("{n} 人的资格在借期内到期"),
    }.get(code, "").format(n=n)


def shortfall(unit: str, short: Shortfall) -> str:
    """What lending would leave: “lending 2 of 5 scanners leaves 3 of the 4 needed”."""
    if short.code == HEADS:
        words = _("{unit}有 {have} 人，借出 {lent} 人后剩 {left} 人，岗位同时要 {needed} 人。")
    else:
        words = _("{unit}会{skill}的有 {have} 人，借出 {lent} 人后剩 {left} 人，岗位同时要 {needed} 人。")
    skill = qualification_name(short.code) if short.code else ""
    return words.format(unit=unit, skill=skill, have=short.have, lent=short.lent, left=short.left, needed=short.needed)


def term_fault(code: str) -> str:
    """What is wrong with a term."""
    return {
        "backwards": _("借期的结束要在开始之后。"),
        "past": _("借期已经过去，请改成从现在起。"),
        "long": _("一次最多借 60 天，到期可以再借。"),
        "after_incident": _("借期超过了这次响应的截止日。请缩短借期，或先延长响应。"),
    }[code]


def offered_because(unit: str, spare: int, qualification: str, *, near: bool | None, load: int, times_known: bool) -> list[str]:
    """Why somebody is offered first, or last."""
    skill = qualification_name(qualification) if qualification else ""
    found = [] if near is None else [_("同一片区") if near else _("别的片区")]
    if spare > 0 and skill:
        found.append(_("{unit}会{skill}的富余 {n} 人").format(unit=unit, skill=skill, n=spare))
    elif spare > 0:
        found.append(_("{unit}富余 {n} 人").format(unit=unit, n=spare))
    else:
        found.append(_("{unit}没有富余，借出会低于岗位所需").format(unit=unit))
    found.append(_("手上没有席位") if not load else ngettext("坐着 {n} 个席位，借出时空出", "坐着 {n} 个席位，借出时空出", load).format(n=load))
    found.append(_("时间清楚") if times_known else _("可服务时间没说清，先问一问"))
    return found


def days_left(loan: Loan, at: datetime) -> str:
    """How long a loan still lasts, or when it begins."""
    if loan.starts_at > at:
        return _("{day} 开始").format(day=f"{timezone.localtime(loan.starts_at):%m-%d %H:%M}")
    left = loan.ends_at - at
    if left <= timedelta(0):
        return _("已到期")
    if left < timedelta(days=1):
        hours = int(left.total_seconds() // 3600) + 1
        return ngettext("还有 {n} 小时", "还有 {n} 小时", hours).format(n=hours)
    return ngettext("还有 {n} 天", "还有 {n} 天", left.days).format(n=left.days)


def consent_words(loan: Loan) -> str:
    """What the person said, or who spoke for them and why."""
    said = loan.consent
    if not said:
        return _("等本人答复")
    if said.get("for_absent"):
        return _("{who}代为同意：{why}").format(who=said.get("by", ""), why=said.get("reason", ""))
    if said.get("yes"):
        return _("本人同意（{who}记录）").format(who=said.get("by", "")) if said.get("told_to") else _("本人已同意")
    return _("本人不同意：{why}").format(why=said.get("reason") or _("没有说明"))


def consent_text(loan: Loan, skill: str) -> str:
    """What to send to the person: who asks, for where, how long, and that they may say no."""
    words = _("{name}您好：{place}人手不够，想请您{what}从 {start} 到 {end} 去帮忙，到期自动回来，工时照常记在您名下。愿意请回复“同意”，不方便请回复“不同意”，没有关系。")
    what = _("（{skill}）").format(skill=skill) if skill else ""
    start, end = (f"{timezone.localtime(moment):%m-%d %H:%M}" for moment in (loan.starts_at, loan.ends_at))
    return words.format(name=loan.person.name, place=loan.to_unit.name, what=what, start=start, end=end)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in one sentence, the first few and how many more."""
    given = list(names)
    text = _("、").join(given[:most])
    return text if len(given) <= most else _("{names}等 {n} 人").format(names=text, n=len(given))
