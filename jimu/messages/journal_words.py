"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "messages.channel_added": _("添加消息渠道"),
    "messages.channel_closed": _("停用消息渠道"),
    "messages.chosen": _("改了消息的接收方式"),
    "messages.tested": _("试发消息"),
    "messages.sent_again": _("重发没有发出的消息"),
    "messages.told": _("登记消息已人工告知"),
}
