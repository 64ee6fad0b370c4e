"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "signup.opened": _("开放一次报名"),
    "signup.closed": _("结束一次报名"),
    "signup.code_renewed": _("换了报名码"),
    "signup.purged": _("删掉到期的报名资料"),
    "signup.received": _("收到一份报名"),
    "signup.confirmed": _("确认一批报名，编入花名册"),
    "signup.refused": _("没有接受一批报名"),
    "signup.revealed": _("查看一份报名的完整号码"),
}
