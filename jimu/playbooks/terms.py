"""The words that playbooks may use: facts of a neighborhood, qualifications, each with its name for people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Facts of a neighborhood that rules may count with.
FACTS: Mapping[str, str | Promise] = {
    "households": _("户数"),
    "residents": _("常住人口"),
    "elders": _("60 岁以上老人"),
    "elders_living_alone": _("独居老人"),
    "buildings": _("楼栋"),
    "blocks": _("网格块"),
}

#: What a post may ask for. A playbook may name further ones of its own under `qualifications`.
QUALIFICATIONS: Mapping[str, str | Promise] = {
    "scanning": _("扫码"),
    "registering": _("信息登记"),
    "data_entry": _("电脑录入"),
    "medical": _("医护"),
    "sampling": _("采样"),
    "police": _("民警"),
    "driving": _("驾驶"),
    "order": _("维持秩序"),
    "carrying": _("搬运"),
    "mediation": _("调解"),
    "counselling": _("心理疏导"),
    "repair": _("水电维修"),
    "sign_language": _("手语"),
    "dialect": _("方言"),
    "english": _("外语"),
    "media": _("宣传"),
    "drone": _("无人机"),
    "disinfection": _("消杀"),
    "cooking": _("烹饪"),
    "teaching": _("辅导"),
}

#: A neighborhood as they commonly are, to try rules on and to explain them with.
TYPICAL: Mapping[str, int] = {
    "households": 1050,
    "residents": 2500,
    "elders": 800,
    "elders_living_alone": 48,
    "buildings": 40,
    "blocks": 4,
}
