"""Qualifications in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.training.library import courses_for

# Those that no course teaches, and those whose course is called otherwise.
NAMES: Mapping[str, str | Promise] = {
    "scanning": _("扫码"),
    "registering": _("信息登记"),
    "data_entry": _("电脑录入"),
    "medical": _("医护"),
    "sampling": _("采样"),
    "driving": _("驾驶"),
    "order": _("秩序引导"),
    "carrying": _("搬运"),
    "counselling": _("心理疏导"),
    "mediation": _("调解"),
    "repair": _("水电维修"),
    "sign_language": _("手语"),
    "dialect": _("沪语"),
    "english": _("英语"),
    "media": _("摄影宣传"),
    "drone": _("无人机"),
    "disinfection": _("消杀"),
    "cooking": _("烹饪"),
    "teaching": _("辅导"),
    "ppe": _("防护服"),
    "basics": _("应急基础"),
    "medicine": _("代配药"),
    "shopping": _("代购"),
    "gate": _("门岗"),
    "transfer": _("转运陪护"),
    "home_sampling": _("上门采样"),
}


def qualification_name(code: str) -> str:
    """What a qualification is called; its course's title, then the code itself, for one that is not listed."""
    if code in NAMES:
        return str(NAMES[code])
    return next((course.title for course in courses_for(code)), code)
