"""What needs say, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Work
from jimu.field.needs.models import Need
from jimu.field.needs.rules import Ranked
from jimu.people.words import SKILL_WORDS
from jimu.playbooks.schema import NEED_CLASSES

Words = Mapping[str, str | Promise]

CLASS_WORDS: Words = {
    "medical_exit": _("外出就医"),
    "medicine_urgent": _("断药、急用药"),
    "medicine": _("配药"),
    "care": _("老人、婴幼儿照护"),
    "food": _("食品物资"),
    "repair": _("水电维修"),
    "support": _("心理支持"),
    "dispute": _("邻里调解"),
    "other": _("其他"),
}
SHIPPED = {one.code: one.title for one in NEED_CLASSES}
VERB_WORDS: Words = {
    "needs.reported": _("收到一件居民诉求"),
    "needs.forgotten": _("到期清除 {n} 件办结诉求里的姓名、电话和内容"),
    "needs.assigned": _("派出一件诉求"),
    "needs.recalled": _("收回一件诉求的派单"),
    "needs.accepted": _("接下一件诉求"),
    "needs.returned": _("退回一件诉求"),
    "needs.noted": _("写下一件诉求的进展"),
    "needs.done": _("办好一件诉求，等居民确认"),
    "needs.confirmed": _("确认一件诉求已办好"),
    "needs.reopened": _("重新办理一件诉求"),
    "needs.withdrawn": _("撤回一件诉求"),
    "needs.merged": _("合并两件相同的诉求"),
    "needs.granted": _("同意一件外出就医"),
    "needs.refused": _("没有同意一件外出就医"),
    "needs.appealed": _("把一件外出就医申诉到上一级"),
    "needs.raised": _("催办一件诉求"),
    "needs.revealed": _("查看一件诉求的联系电话"),
    "needs.link_revoked": _("停用一户查看诉求的链接"),
    "needs.door_opened": _("开放居民诉求码"),
    "needs.door_closed": _("停用居民诉求码"),
}
#: Kinds of work as who leads the people counts them.
NEED = "needs"
WORKS: Mapping[str, Work] = {NEED: Work(_("办诉求"), {"needs.done": ""})}
#: How far it is as its resident reads it; what is not here is said as to everybody.
TO_RESIDENT: Words = {
    Need.State.OPEN: _("收到了，正在安排人"),
    Need.State.ASSIGNED: _("已经派人，等对方接下"),
    Need.State.ACCEPTED: _("有人在办了"),
    Need.State.DONE: _("对方说办好了，等您确认"),
}
NEAR: Mapping[int, str | Promise] = {0: _("就在这里"), 1: _("在上一级")}


def class_words(code: str, title: str) -> str:
    """A class in the reader's language; an office's own as it wrote it."""
    shipped = CLASS_WORDS.get(code)
    return str(shipped) if shipped is not None and title == SHIPPED[code] else title


def resident_words(need: Need) -> str:
    """How far it is, to whom it is about."""
    return str(TO_RESIDENT.get(need.state, need.get_state_display()))


def reasons(row: Ranked) -> list[str]:
    """Why this one is proposed."""
    load = row.candidate.load
    said = [gettext("会：{skills}").format(skills="、".join(str(SKILL_WORDS.get(code, code)) for code in sorted(row.fitting)))] if row.fitting else []
    said.append(str(NEAR.get(row.steps, gettext("离得较远，隔 {n} 级").format(n=row.steps))))
    said.append(ngettext("手上 {n} 件", "手上 {n} 件", load).format(n=load) if load else gettext("手上没有别的"))
    if not row.candidate.phone:
        said.append(gettext("没有手机号，请当面说"))
    return said
