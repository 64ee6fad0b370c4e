"""Refusals of medicine."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.errors import NotFound
from jimu.signup import errors as signup_errors


class TooMany(signup_errors.TooMany):
    """Too many tries from one address, or through one door."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        clock = timezone.localtime(until).strftime("%H:%M")
        self.sentence = _(
            "这一小时提交得太多了。请在 {clock} 以后再试；已经断药请直接打居委会电话，病情危急打 120。"
        ).format(clock=clock)


class NoDoor(NotFound):
    """No such public address, or it was closed."""

    code = "no_door"

    def __init__(self) -> None:
        super().__init__(_("这个配药码不能用了，或地址不完整。请再扫一次海报；已经断药请直接打居委会电话。"))


class NoReceipt(NotFound):
    """No such receipt."""

    code = "no_receipt"

    def __init__(self) -> None:
        super().__init__(_("没有这个回执号。请核对字母和数字，或打居委会电话查询。"))
