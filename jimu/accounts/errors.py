"""Refusals of accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import Conflict, Invalid, JimuError, NotPermitted


class LockedOut(JimuError):
    """Too many wrong passwords, until a moment; it does not say whether the account exists."""

    code = "locked_out"
    status = 429

    def __init__(self, until: datetime) -> None:
        # Rounded up: whoever comes back at the minute named is let in.
        minute = timezone.localtime(until).replace(second=0, microsecond=0) + timedelta(minutes=1)
        super().__init__(_("密码输错次数过多，请在 {time} 以后再试。着急时请指挥长重置密码。").format(time=f"{minute:%H:%M}"))
        self.until = minute


class NameTaken(Conflict):
    """Another account signs in under that name."""

    code = "username_taken"
    sentence = gettext_lazy("这个用户名已经有人用了，请换一个。")


class OwnAccount(Conflict):
    """Nobody manages the account they are signed in with."""

    code = "own_account"
    sentence = gettext_lazy("自己的账号不能在这里改。密码请到“我的账号”里改，别的请另一位指挥长来办。")


class AboveYou(NotPermitted):
    """The account holds more than the actor manages."""

    code = "account_above"
    sentence = gettext_lazy("这个账号还有您范围以外的职责，只能由上一级的指挥长来改。")


class LastGrant(Conflict):
    """An account keeps at least one role, or it would belong to nobody's part."""

    code = "last_grant"
    sentence = gettext_lazy("这是最后一项职责，不能收回。不再使用这个账号时，请停用它；要换职责，请先授予新的。")


#: Our words for what Django's validators find.
WEAKNESSES = {
    "password_too_short": gettext_lazy("密码太短，至少要 10 个字符。"),
    "password_too_common": gettext_lazy("这个密码太常见，最先被人猜到。"),
    "password_entirely_numeric": gettext_lazy("密码不能全是数字。"),
    "password_too_similar": gettext_lazy("密码和用户名或显示名太像。"),
}


class WeakPassword(Invalid):
    """A password that the house's rules refuse; the sentence tells the first reason, the data the codes of all."""

    code = "weak_password"

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(WEAKNESSES.get(codes[0], self.sentence), reasons=list(codes))
