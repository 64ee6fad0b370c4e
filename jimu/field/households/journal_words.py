"""What the ledger writes into the journal, in plain words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "ledger.imported": _("导入住户台账：新增 {rooms} 间、{residents} 人，更新 {changed} 处，未收 {refused} 行"),
    "ledger.rooms_added": _("登记 {rooms} 个室号"),
    "ledger.room_edited": _("修改 {room} 室的情况"),
    "ledger.resident_added": _("在 {room} 室登记一位住户"),
    "ledger.resident_edited": _("修改 {room} 室一位住户的资料"),
    "ledger.moved_out": _("登记 {room} 室一位住户搬走"),
    "ledger.round_opened": _("开始入户“{title}”，分成 {pairs} 对"),
    "ledger.round_closed": _("结束入户“{title}”"),
    "ledger.visited": _("入户“{title}”敲门 {visits} 次"),
    "ledger.revealed": _("查看一位住户的完整姓名或号码"),
}
