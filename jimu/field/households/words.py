"""The ledger's vocabulary: priority groups, states of rooms, fields."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from jimu.field.households.models import Referral, Room

GROUP_WORDS: Mapping[str, Any] = {
    "elder_alone": _("独居老人"),
    "elder": _("高龄老人"),
    "all_elder": _("纯老家庭"),
    "pregnant": _("孕产妇"),
    "infant": _("婴幼儿"),
    "disabled": _("残疾人"),
    "bedridden": _("卧床失能"),
    "dialysis": _("血液透析"),
    "oxygen": _("吸氧、呼吸机"),
    "oncology": _("肿瘤治疗"),
    "psychiatric": _("精神障碍"),
    "chronic": _("长期服药"),
    "low_income": _("困难家庭"),
}
FIELD_WORDS: Mapping[str, Any] = {
    "state": _("状态"), "floor": _("楼层"), "kitchen": _("合用厨房组"), "note": _("备注"), "name": _("姓名"), "phone": _("手机号"),
    "id_number": _("身份证号"), "sex": _("性别"), "birth_year": _("出生年"), "groups": _("重点人群"), "head": _("户主"), "left_at": _("搬走"), "resident": _("住户"), "room": _("室号"),
}  # fmt: skip
STATE_TONES: Mapping[str, str] = {
    Room.State.LISTED: "", Room.State.CHECKED: "good", Room.State.AWAY: "warn", Room.State.MOVED: "gone", Room.State.EMPTY: "gone", Room.State.REFUSED: "bad",
}  # fmt: skip
#: What needs no other knock.
SETTLED = (Room.State.CHECKED, Room.State.MOVED, Room.State.EMPTY, Room.State.REFUSED)


def group_words(codes: list[str]) -> list[str]:
    """Priority groups in words, in the order of the list."""
    return [str(words) for code, words in GROUP_WORDS.items() if code in codes]
ZONE_WORDS: Mapping[str, Any] = {"lockdown": _("封控区"), "controlled": _("管控区"), "precaution": _("防范区")}
#: Shown with the word, never alone.
ZONE_TONES: Mapping[str, str] = {"lockdown": "bad", "controlled": "warn", "precaution": "good"}
ZONE_WHY: Mapping[str, Any] = {"case": _("楼内有阳性"), "hand": _("人工划定"), "policy": _("政策调整"), "prolonged": _("延长")}
REASON_WORDS: Mapping[str, Any] = {
    "household": _("同住"), "kitchen": _("合用厨房或厕所"), "daily": _("同层，没有独立厨卫，日常有接触"), "floor": _("同层"), "next_floor": _("上一层或下一层"),
    "building": _("同一栋楼，没有独立厨卫"), **dict(Referral.Setting.choices),
}  # fmt: skip
WAY_WORDS: Mapping[str, Any] = {"pcr": _("核酸单采"), "recheck": _("混采阳性后复核"), "antigen": _("抗原检测"), "told": _("疾控通知")}
