"""What the ledger writes into the journal, in plain words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Work

WORDS: Mapping[str, str | Promise] = {
    "ledger.imported": _("导入住户台账：新增 {rooms} 间、{residents} 人，更新 {changed} 处，未收 {refused} 行"),
    "ledger.rooms_added": _("登记 {rooms} 个室号"),
    "ledger.room_edited": _("修改 {room} 室的情况"),
    "ledger.resident_added": _("在 {room} 室登记一位住户"),
    "ledger.resident_edited": _("修改 {room} 室一位住户的资料"),
    "ledger.moved_out": _("登记 {room} 室一位住户搬走"),
    "ledger.moved_in": _("登记 {room} 室一位住户搬回来"),
    "ledger.moved_room": _("登记 {room} 室一位住户换到楼里另一室"),
    "ledger.round_opened": _("开始入户“{title}”，分成 {pairs} 对"),
    "ledger.round_closed": _("结束入户“{title}”"),
    "ledger.visited": _("入户“{title}”敲门 {visits} 次"),
    "ledger.revealed": _("查看一位住户的完整姓名或号码"),
    "ledger.policy_adopted": _("选定分区政策“{title}”，{from} 起执行"),
    "ledger.zone_set": _("划定{building}的分区，到 {until}"),
    "ledger.zone_prolonged": _("延长{building}的分区管控，到 {until}"),
    "ledger.zone_released": _("解除{building}的分区管控"),
    "ledger.case_recorded": _("登记一例阳性，列出 {proposed} 位待确认的密接、次密接"),
    "ledger.contacts_proposed": _("重新推算密接，新增 {added} 位待确认"),
    "ledger.contacts_confirmed": _("确认 {count} 位密接或次密接"),
    "ledger.contacts_refused": _("排除 {count} 位推算的密接"),
    "ledger.contact_added": _("登记一位住在别的楼的密接"),
    "ledger.referral_sent": _("把一位住在别处的密接转给{place}"),
    "ledger.referral_came": _("收到一位转来的密接"),
    "ledger.referral_seen": _("查看一位转来的密接"),
    "ledger.referral_taken": _("接下一位转来的密接"),
    "ledger.referral_refused": _("退回一位转来的密接"),
    "ledger.referral_answered": _("{place}答复了一位转去的密接"),
    "ledger.referral_withdrawn": _("撤回一位转出的密接"),
    "ledger.case_closed": _("结束一例阳性的登记"),
    "ledger.case_seen": _("查看一例阳性和密接名单"),
    "ledger.cases_reported": _("下载 {day} 的阳性、密接和分区日报"),
    "ledger.health_seen": _("在楼层图上查看阳性和密接"),
    "ledger.form_imported": _("导入表格“{title}”第 {number} 版"),
    "ledger.answers_seen": _("查看 {room} 室填的“{title}”"),
    "ledger.sheet_decided": _("定下“{title}”的一份表和台账对不上的地方"),
    "ledger.exported": _("从台账导出“{title}”，{rows} 行"),
}
#: Kinds of work as who leads the people counts them.
KNOCK = "households.knock"
VISITED = "ledger.visited"
WORKS: Mapping[str, Work] = {KNOCK: Work(_("上门敲门"), {VISITED: "visits"})}
