"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "own.seat_in_doubt": _("说某一班可能来不了"),
    "own.doubt_settled": _("处理了一班来不了的事"),
    "own.link_issued": _("发给一人个人链接"),
    "own.link_revoked": _("作废一人的个人链接"),
}
