"""What the relay writes into the journal, in plain words that read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HANDOVER: Mapping[str, str | Promise] = {
    "handover.opened": _("打开了一次交接"),
    "handover.carried": _("把没办完的事转到下一次交接"),
    "handover.item_added": _("写下一条交接事项"),
    "handover.handed": _("交了班"),
    "handover.item_accepted": _("接收了一条交接事项"),
    "handover.item_disputed": _("对一条交接事项有异议"),
    "handover.item_done": _("办结了一条交接事项"),
    "handover.accepted": _("接了班"),
    "handover.stayed": _("没人来接，继续值班"),
    "handover.revealed": _("查看了一条加密的交接内容"),
    "handover.alarm": _("提醒上级：交接没人接"),
    "post.empty": _("提醒上级：关键岗位人没到齐"),
    "relay.policy_set": _("设定了交接的接收时限"),
    "service.corrected": _("更正了服务时间"),
    "service.certified": _("开了一份服务证明"),
    "rest.approved": _("批准请一位该休息的人"),
    "relay.stood_down": _("收队，致谢并开证明"),
    "calendar.made": _("开通了自己的日历地址"),
    "calendar.revoked": _("停用了自己的日历地址"),
}
SEATS: Mapping[str, str | Promise] = {
    "seat.leave_asked": _("请假"),
    "seat.leave_done": _("批准了请假，空出岗位"),
    "seat.leave_declined": _("没有批准请假"),
    "seat.leave_withdrawn": _("撤回了请假"),
    "seat.leave_by_lead": _("替不在的人空出了岗位"),
    "seat.rest_asked": _("请求休息"),
    "seat.rest_done": _("批准了休息，空出岗位"),
    "seat.rest_declined": _("没有批准休息"),
    "seat.rest_withdrawn": _("撤回了休息请求"),
    "seat.cover_asked": _("请人代班"),
    "seat.cover_done": _("同意代班"),
    "seat.cover_declined": _("没有同意代班"),
    "seat.cover_withdrawn": _("撤回了代班请求"),
    "seat.cover_by_lead": _("替不在的人换了人"),
    "seat.swap_asked": _("请人换班"),
    "seat.swap_done": _("同意换班"),
    "seat.swap_declined": _("没有同意换班"),
    "seat.swap_withdrawn": _("撤回了换班请求"),
    "seat.move_by_lead": _("紧急调动了一人"),
}
WORDS: Mapping[str, str | Promise] = {**HANDOVER, **SEATS}
