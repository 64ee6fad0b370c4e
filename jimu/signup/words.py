"""Sign-up's vocabulary in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FLAG_WORDS: Mapping[str, str | Promise] = {
    "shared_phone": _("同一手机号，还有别的姓名"),
    "two_ids": _("同名同手机号，身份证号不同"),
    "same_name": _("本居民区有同名的人"),
}

#: What the journal says.
VERB_WORDS: Mapping[str, str | Promise] = {
    "signup.opened": _("开了报名"),
    "signup.closed": _("关闭了报名"),
    "signup.code_renewed": _("换了报名地址"),
    "signup.received": _("收到一份报名"),
    "signup.confirmed": _("确认了报名"),
    "signup.refused": _("没有通过报名"),
    "signup.revealed": _("查看了报名人的号码"),
    "signup.purged": _("到期删除了报名信息"),
}
