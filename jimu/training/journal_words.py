"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "training.certified": _("发了一份培训证"),
    "training.first_shift_confirmed": _("确认首次带班合格"),
    "training.revoked": _("收回一份培训证"),
    "training.invited": _("邀请参加培训"),
    "training.session_planned": _("安排一场培训"),
    "training.session_closed": _("登记一场培训的结果"),
    "training.session_cancelled": _("取消一场培训"),
    "training.trainer_appointed": _("任命培训师"),
    "training.trainer_ended": _("结束培训师任职"),
}
