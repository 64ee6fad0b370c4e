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
