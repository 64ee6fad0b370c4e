"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "teams.formed": _("组建队伍"),
    "teams.confirmed": _("确认一支队伍"),
    "teams.cell_confirmed": _("确认一处的队伍"),
    "teams.dissolved": _("解散一支队伍"),
    "teams.seated": _("让一人入队"),
    "teams.released": _("让一人离队"),
    "teams.channel_opened": _("登记队伍的群"),
    "teams.channel_closed": _("去掉队伍的群"),
    "teams.allotment_proposed": _("算出一份力量下沉方案"),
    "teams.allotment_adjusted": _("调整力量下沉方案"),
    "teams.allotment_in_force": _("力量下沉方案开始执行"),
    "teams.allotment_ended": _("力量下沉方案结束"),
    "loans.asked": _("申请借人"),
    "loans.committed": _("答应借出一人"),
    "loans.consented": _("登记本人同意借调"),
    "loans.refused": _("登记本人不去"),
    "loans.begun": _("一人借调开始"),
    "loans.returned": _("一人借调归还"),
    "loans.withdrawn": _("撤回一人的借调"),
    "loans.request_met": _("借人的申请已借足"),
    "loans.request_declined": _("答复借不出人"),
    "loans.request_withdrawn": _("撤回借人的申请"),
}
