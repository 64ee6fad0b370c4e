"""Refusals of calls."""

from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Conflict, Invalid, NotFound


class NothingOpen(Invalid):
    """There is no open seat to call for."""

    code = "nothing_open"
    sentence = _("这里没有空缺的岗位可以召集，或都已经在召集了。")


class AlreadyCalled(Conflict):
    """Another call has these shifts."""

    code = "already_called"
    sentence = _("这个班次已经在召集了。请打开正在进行的召集。")


class CallOver(Conflict):
    """The call has ended, or the shift has: nobody is needed any more."""

    code = "call_over"
    sentence = _("这次召集已经结束，不用来了。谢谢您！")


class DeadLink(NotFound):
    """A link that was not made here, or too old: they look alike."""

    code = "dead_link"
    sentence = _("这个链接不能用了。有事请联系居委会。")
