"""Refusals of needs."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import errors
from jimu.core.errors import NotFound, NotPermitted
from jimu.signup import errors as signup_errors


class TooMany(signup_errors.TooMany):
    """Too many tries from one address, or through one door."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        clock = timezone.localtime(until).strftime("%H:%M")
        self.sentence = _("这一小时提交得太多了。请在 {clock} 以后再试；急事请直接打居委会电话。").format(clock=clock)


class NoDoor(NotFound):
    """No such public address, or it was closed: both look alike from outside."""

    code = "no_door"

    def __init__(self) -> None:
        super().__init__(_("这个诉求码不能用了，或地址不完整。请再扫一次楼道里的海报；急事请直接打居委会电话。"))


class NoReceipt(NotFound):
    """No such receipt."""

    code = "no_receipt"

    def __init__(self) -> None:
        super().__init__(_("没有这个回执号。请核对回执上的字母和数字，或打居委会电话查询。"))


class NoList(NotFound):
    """No such link, or it is over."""

    code = "no_list"

    def __init__(self) -> None:
        super().__init__(_("这个链接不能用了：过了期、换过新的，或地址不完整。凭回执号仍可查每一件；急事请直接打居委会电话。"))


class NotNow(errors.NotNow):
    """What a need is now does not allow the act."""

    def __init__(self, state: str, who: str = "") -> None:
        sentence = _("这件诉求已由 {who} 接单。") if who else _("这件诉求现在是“{state}”，不能这样做。请刷新后再看。")
        super().__init__(sentence.format(state=state, who=who), state=state)


class OwnWork(NotPermitted):
    """Who saw to a need does not say that it is done well."""

    code = "own_work"

    def __init__(self) -> None:
        super().__init__(_("办理人不能自己确认。请让居民或报告人确认，或请别人电话回访。"))
