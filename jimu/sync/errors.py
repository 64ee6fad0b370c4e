"""Refusals of the phones' door."""

from django.utils.translation import gettext_lazy as _

from jimu.core.errors import JimuError


class UnknownDevice(JimuError):
    """No secret, or one that no phone has."""

    code = "unknown_device"
    status = 401
    sentence = _("这部手机没有登记。请向管理员要新的二维码。")


class Revoked(JimuError):
    """The phone was revoked: it wipes what it holds."""

    code = "device_revoked"
    status = 403
    sentence = _("这部手机已停用，上面的资料会清除。需要时请重新登记。")

    def __init__(self) -> None:
        super().__init__(wipe="now")


class DutyEnded(JimuError):
    """The duty is over: what waits may still be sent, then the phone wipes itself."""

    code = "duty_ended"
    status = 403
    sentence = _("这次值守已结束。待传的记录传完后，手机上的资料会清除。")

    def __init__(self, wipe: str = "when_sent") -> None:
        super().__init__(wipe=wipe)


class BadInvitation(JimuError):
    """The link is unknown, tampered with, used or too old: all look alike."""

    code = "bad_invitation"
    status = 403
    sentence = _("这个登记码无效、已用过或已过期。请向管理员要新的。")


class Busy(JimuError):
    """Many phones fetch at once: come again after `again` seconds. What the phone holds stays as it is."""

    code = "busy"
    status = 503
    sentence = _("很多手机同时在取资料，稍后会自动再取。")

    def __init__(self, again: int) -> None:
        super().__init__(again=again)


class Malformed(JimuError):
    """The request cannot be read."""

    code = "malformed"
    status = 400
    sentence = _("请求的内容不是有效的 JSON。")
