"""Refusals of sign-up."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.errors import JimuError, NotFound


class TooMany(JimuError):
    """Too many tries from one address, or on one campaign; `until` says when the next one is heard."""

    code = "too_many"
    status = 429

    def __init__(self, until: datetime) -> None:
        clock = timezone.localtime(until).strftime("%H:%M")
        super().__init__(_("这一小时提交得太多了。请在 {clock} 以后再试，或直接到居委会报名。").format(clock=clock), until=until.isoformat())


class NoCampaign(NotFound):
    """No such campaign, or it is not open today: both look alike from outside."""

    code = "no_campaign"

    def __init__(self) -> None:
        super().__init__(_("这个报名页没有开放：可能已经结束，或地址不完整。请再扫一次海报，或到居委会询问。"))
