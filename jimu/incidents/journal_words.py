"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "incident.activated": _("启动应急响应"),
    "incident.level_changed": _("调整响应级别"),
    "incident.prolonged": _("更改响应的结束日期"),
    "incident.post_adjusted": _("改了一个岗位的人数"),
    "incident.stood_down": _("解除应急响应"),
    "order.issued": _("下达指令"),
    "order.passed": _("把没有回音的指令转给下一位"),
    "order.question_answered": _("答复了一条指令的疑问"),
    "order.stood_down": _("解除指令"),
}
