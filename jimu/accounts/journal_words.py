"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "accounts.signed_in": _("登录"),
    "accounts.signed_out": _("退出"),
    "accounts.sign_in_failed": _("登录失败"),
    "accounts.opened": _("开通一个账号"),
    "accounts.closed": _("停用一个账号"),
    "accounts.reopened": _("恢复一个账号"),
    "accounts.granted": _("给一个账号加了权限"),
    "accounts.grant_ended": _("收回一个账号的权限"),
    "accounts.password_changed": _("换了自己的密码"),
    "accounts.password_reset": _("重置了一个账号的密码"),
}
