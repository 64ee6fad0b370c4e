"""Refusals of the relay."""

from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Conflict, Invalid


class AlreadyAccepted(Conflict):
    """A handover that was accepted is a record."""

    code = "already_accepted"
    sentence = _("这次交接已经接收完毕，不能再改。新的事项请写进下一次交接。")


class NotHandedYet(Conflict):
    """Nothing can be accepted before it is handed over."""

    code = "not_handed_yet"
    sentence = _("上一班还没有交班。请先请他们点“交班”。")


class NeedsSentence(Invalid):
    """A dispute says what is wrong."""

    code = "needs_sentence"
    sentence = _("请用一句话写明哪里不对，例如“少一把 3 号楼的钥匙”。")


class AlreadyDecided(Conflict):
    """Somebody else answered first."""

    code = "already_decided"
    sentence = _("这个请求刚刚有人处理过了。请刷新看结果。")


class SeatGone(Conflict):
    """The roster no longer has this seat."""

    code = "seat_gone"
    sentence = _("排班刚刚有变，这个岗位已经不在名下。请刷新后再看。")


class AlreadyAsked(Conflict):
    """One open request a seat."""

    code = "already_asked"
    sentence = _("这个班次已经有一个请求在等答复。要改，请先撤回它。")


class TooLate(Conflict):
    """The shift has begun."""

    code = "too_late"
    sentence = _("这个班次已经开始，请直接打电话给负责人。")
