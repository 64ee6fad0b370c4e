"""The registry's vocabulary in the reader's language: limits, skills, parts of the day, what the journal says."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

PAUSED = "paused"
LIMIT_WORDS: Words = {
    "no_night": _("不排夜班"),
    "no_heavy": _("不搬重物"),
    "no_standing": _("不能久站"),
    "no_suit": _("不穿防护服"),
    PAUSED: _("暂停参加"),
}

SKILL_WORDS: Words = {
    "scanning": _("扫码"),
    "registering": _("信息登记"),
    "data_entry": _("电脑录入"),
    "medical": _("医护急救"),
    "driving": _("驾驶"),
    "order": _("秩序维护"),
    "carrying": _("搬运"),
    "mediation": _("调解"),
    "counselling": _("心理疏导"),
    "repair": _("水电维修"),
    "sign_language": _("手语"),
    "dialect": _("方言"),
    "english": _("外语"),
    "media": _("摄影宣传"),
    "drone": _("无人机"),
    "disinfection": _("消杀"),
    "cooking": _("做饭"),
    "teaching": _("辅导教学"),
}

WEEKDAY_WORDS: tuple[str | Promise, ...] = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))

#: Parts of a day by name: first and last minute.
PARTS: Mapping[str, tuple[int, int]] = {"night": (0, 360), "morning": (360, 720), "afternoon": (720, 1080), "evening": (1080, 1440)}
PART_WORDS: Words = {"morning": _("上午"), "afternoon": _("下午"), "evening": _("晚上"), "night": _("凌晨")}

STATE_WORDS: Words = {"active": _("参加"), PAUSED: _("暂停"), "left": _("已退出")}

VERB_WORDS: Words = {
    "people.registered": _("登记"),
    "people.joined": _("并入一次新的登记"),
    "people.edited": _("修改"),
    "people.revealed": _("查看完整号码"),
    "people.out": _("登记为暂时不在岗"),
    "people.back": _("登记为已经回来"),
    "people.leader_appointed": _("任命"),
    "people.leader_ended": _("结束任职"),
    "people.leaders_appointed": _("任命一批负责人和副手"),
    "people.called": _("查看负责人的电话"),
    "people.intake": _("导入人员名单"),
    "people.exported": _("导出人员名单"),
}

FIELD_WORDS: Words = {
    "name": _("姓名"),
    "unit": _("所在"),
    "address": _("住址"),
    "phone": _("手机号"),
    "id_number": _("身份证号"),
    "times": _("时间"),
    "limits": _("限制"),
    "skills": _("技能"),
    "state": _("状态"),
}


def limit_words(code: str) -> str:
    """A limit in words; an unknown code stays as it is."""
    return str(LIMIT_WORDS.get(code, code))


def skill_words(code: str, given: str = "") -> str:
    """A skill in words: of the list, else as it was given."""
    return str(SKILL_WORDS.get(code, given or code))
